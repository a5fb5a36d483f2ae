"""The faces with a window: PySide6 lives here and nowhere else."""

from ui.undying import keep_constants

keep_constants()
