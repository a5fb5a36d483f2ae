"""Keys that do something, in the whole program or where a widget is."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from ui.bridge import Bridge


def on_keys(
    keys: str | Qt.Key | QKeySequence.StandardKey,
    owner: QWidget,
    act: Callable[[], object],
    within: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut,
) -> QShortcut:
    """Have `act` done on `keys`, `within` says where; it goes with its `owner`."""
    shortcut = QShortcut(QKeySequence(keys), owner)
    # Not in the constructor: PySide forgets a context that is given together with something to call.
    shortcut.setContext(within)
    shortcut.activated.connect(act)
    return shortcut


def keys_of_modal(dialog: QDialog, bridge: Bridge, topic: str) -> None:
    """Lock and guide for a dialog that stands in the window's way: the window's own keys do not work meanwhile."""
    on_keys("Ctrl+L", dialog, bridge.lock)
    on_keys("F1", dialog, partial(bridge.help_wanted.emit, topic))
