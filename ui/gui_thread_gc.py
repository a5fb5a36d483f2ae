"""Cyclic garbage is collected on the widgets' thread alone.

A widget that only a cycle of Python's holds would otherwise be deleted by whatever thread allocates next, and Qt ends
the process for that.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY_MS: Final = 500


class GuiThreadGc(QObject):
    """Takes Python's place from the moment it is made: looks now and then, and collects what is due."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        # What is there from the start stays: it need not be looked through each time.
        gc.collect()
        gc.freeze()
        timer = QTimer(self, interval=_EVERY_MS)
        timer.timeout.connect(self.look)
        timer.start()

    def look(self) -> None:
        """Collect the oldest generation that is due by Python's own thresholds."""
        for generation in reversed(range(3)):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
