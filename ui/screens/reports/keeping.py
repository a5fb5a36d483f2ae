"""Keeps a draft in the vault: soon after it was changed, and never one that nobody touched."""

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from evidence_kit.jobs.drafts import KeepDraft, ReportDraft
from ui.bridge import Bridge
from ui.screens.reports.steps import saved_words

_KEEP_AFTER_MS: Final = 1500


class DraftKeeper(QObject):
    """`due` asks for the draft as it is on the screen; `told` has words once it is kept."""

    due = Signal()
    told = Signal(str)

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._kept = ReportDraft("", "")
        self._touched = False
        self._timer = QTimer(self, singleShot=True, interval=_KEEP_AFTER_MS)
        self._timer.timeout.connect(self.due)

    def begin(self, draft: ReportDraft) -> None:
        """This draft is in the vault as it is."""
        self._kept = draft
        self._touched = False

    def note_change(self, *, soon: bool = True) -> None:
        """The person changed something; with `soon` the draft is `due` in a moment."""
        self._touched = True
        if soon and not self._timer.isActive():
            self._timer.start()

    def keep(self, draft: ReportDraft) -> bool:
        """Keep it, unless it is there already, was never touched or cannot be kept; whether that was asked for."""
        self._timer.stop()
        if not self._touched or not self._bridge.desktop.session.unlocked or not draft.id or draft == self._kept:
            return False
        self._kept = draft
        self._bridge.submit(KeepDraft(draft), lambda kept: self.told.emit(saved_words(kept.changed_utc)))
        return True

    def end(self) -> None:
        """No draft is open any more."""
        self._timer.stop()
        self._kept = ReportDraft("", "")
