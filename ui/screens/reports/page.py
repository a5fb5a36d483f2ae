"""What a page of the report assistant is: it shows a draft and gives it back with what the person chose."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QVBoxLayout,
    QWidget,
)

from evidence_kit.jobs.drafts import ReportDraft
from ui.parts.notice import Notice


class AssistantPage(QWidget):
    """One page: shows a draft, gives it back with what the person chose, and says what is amiss at its own field.

    `ready` is false while what there is to choose from is still on its way: the draft stays as it is then.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.ready = True
        self.notice = Notice()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(10)
        self.column.addWidget(self.notice)

    def set_ready(self, *, ready: bool) -> None:
        """Whether all that there is to choose from is there."""
        self.ready = ready

    def show_draft(self, draft: ReportDraft) -> None:
        """Put the draft's choices into the fields."""
        raise NotImplementedError

    def filled(self, draft: ReportDraft) -> ReportDraft:
        """The draft with what the fields say."""
        raise NotImplementedError

    def flaw(self) -> str:
        """Why one cannot go on from here, or ""; the focus goes to where it can be mended."""
        return ""

    def focus(self) -> None:
        """Where the keyboard is when the page opens."""
