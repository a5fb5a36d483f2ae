"""A box to choose one of several things from, with a name that every screen reader hears."""

import sys

from PySide6.QtWidgets import QComboBox, QWidget


class DropDown(QComboBox):
    """As `QComboBox`; `name` says what is chosen."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        if sys.platform.startswith("linux"):
            # There Qt tells what is chosen in place of the name (QAccessibleComboBox::text): the description is heard.
            self.setAccessibleDescription(name)

    def setEditable(self, editable: bool) -> None:
        """Where one may also write; the field in it has the same name."""
        super().setEditable(editable)
        field = self.lineEdit()
        if field is not None:
            field.setAccessibleName(self.accessibleName())
