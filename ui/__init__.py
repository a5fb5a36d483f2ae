"""The window, the product's graphical interface: PySide6 lives here and nowhere else."""

from evidence_kit.system.py311_refcount import keep_constants

keep_constants()
