"""The one question at the end: whether to end with records in memory that the disk does not take."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from evidence_kit.app.desktop import Desktop
from ui.words import say, say_many


def may_end(desktop: Desktop, parent: QWidget) -> bool:
    """Whether the program may end: at once where nothing would be lost by it, else as the person says."""
    held = desktop.watch.keeping_held
    if held is None or not held.waiting:
        return True
    question = say_many(
        "{number} record waits in memory, as it cannot be written to the disk. If Evidence Kit ends now, it is lost. "
        "Make room on the disk, and it is kept within seconds.",
        "{number} records wait in memory, as they cannot be written to the disk. If Evidence Kit ends now, they are "
        "lost. Make room on the disk, and they are kept within seconds.",
        held.waiting,
    )
    box = QMessageBox(QMessageBox.Icon.Warning, "Evidence Kit", question, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    end = box.addButton(say("End and lose them"), QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(say("Go on"), QMessageBox.ButtonRole.RejectRole))
    box.exec()
    return box.clickedButton() is end
