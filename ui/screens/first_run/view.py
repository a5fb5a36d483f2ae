"""The first-run pages, one after another: what must be said and chosen before anything is kept or sent."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QWidget

from ui.bridge import Bridge
from ui.panels.page import PanelPage
from ui.panels.recipient import RecipientPage
from ui.panels.recovery_page import SheetPage
from ui.parts.button import Button, ButtonKind
from ui.parts.progress import Progress
from ui.parts.screen import Screen, scrolled
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.first_run.destination import DestinationPage
from ui.screens.first_run.model import FirstRunStep, steps_for, with_destination
from ui.screens.first_run.pages import LanguagePage, NetworkPage, ProtectionPage, ReadyPage
from ui.screens.first_run.passphrase import PassphrasePage
from ui.words import say


class FirstRunScreen(Screen):
    """Leads through the pages and says `set_up` at the end. Nothing is sent before the page on the network."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Welcome"))
        self._bridge = bridge
        self._had_vault = bridge.desktop.places.has_vault()
        self._steps = steps_for(has_vault=self._had_vault)
        self._at = 0
        self._code = ""
        self._pages: dict[FirstRunStep, PanelPage] = {}
        self._area = scrolled(QWidget())
        self.progress = Progress()
        self.counter = Text("", Tone.FAINT)
        self.counter.setWordWrap(False)
        self.aside.addWidget(self.counter)
        self.back = Button(say("Back"), self._go_back)
        self.next = Button(say("Next"), self._go_on, kind=ButtonKind.PRIMARY)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.next)
        self.body.addWidget(self._area, 1)
        self.body.addWidget(self.progress)
        self.body.addLayout(row)
        self._show()

    # Which page

    @property
    def step(self) -> FirstRunStep:
        """The page on show."""
        return self._steps[self._at]

    @property
    def page(self) -> PanelPage:
        """The page on show, as it is."""
        if self.step not in self._pages:
            self._pages[self.step] = self._connected(self._made(self.step))
        return self._pages[self.step]

    def _made(self, step: FirstRunStep) -> PanelPage:
        match step:
            case FirstRunStep.LANGUAGE:
                return LanguagePage(self._bridge)
            case FirstRunStep.PROTECTION:
                return ProtectionPage()
            case FirstRunStep.PASSPHRASE:
                return PassphrasePage(self._bridge)
            case FirstRunStep.SHEET:
                return SheetPage(self._bridge, self._code)
            case FirstRunStep.NETWORK:
                return NetworkPage(self._bridge)
            case FirstRunStep.RECIPIENT:
                return RecipientPage(self._bridge)
            case FirstRunStep.DESTINATION:
                page = self._pages[FirstRunStep.RECIPIENT]
                return DestinationPage(self._bridge, page.added if isinstance(page, RecipientPage) else ())
            case FirstRunStep.READY:
                return ReadyPage(self._bridge, had_vault=self._had_vault)

    def _connected(self, page: PanelPage) -> PanelPage:
        page.changed.connect(self._look)
        page.done.connect(self._done)
        page.told.connect(self.notice.show_words)
        page.failed.connect(self._page_failed)
        page.busy.connect(self._busy)
        return page

    def _show(self) -> None:
        page = self.page
        before = self._area.takeWidget()
        before.hide()
        before.setParent(self)
        self._area.setWidget(page)
        self._area.setAccessibleName(page.title)
        page.show()
        self.notice.hide()
        self.title.setText(page.title)
        self.counter.setText(say("{step} of {steps}").format(step=self._at + 1, steps=len(self._steps)))
        self._look()
        self.enter()

    def enter(self) -> None:
        # A page that has nothing to fill in leaves the focus where Enter goes on.
        self.next.setFocus()
        self.page.enter()

    def topic(self) -> str:
        match self.step:
            case FirstRunStep.NETWORK:
                return "network"
            case FirstRunStep.RECIPIENT | FirstRunStep.DESTINATION:
                return "recipients"
            case FirstRunStep.LANGUAGE | FirstRunStep.PROTECTION:
                return "seizure"
            case FirstRunStep.READY:
                return "shutdown"
            case FirstRunStep.PASSPHRASE | FirstRunStep.SHEET:
                return "passphrase"

    # Going on and back

    def _go_on(self) -> None:
        if self.page.may_go_on():
            self.notice.hide()
            self.page.go_on()

    def _go_back(self) -> None:
        if self._at and self.page.can_go_back:
            self._at -= 1
            self._show()

    def _done(self) -> None:
        if self.step is FirstRunStep.PASSPHRASE:
            self._vault_is_there()
        if self.step is FirstRunStep.RECIPIENT:
            self._recipient_is_there()
        if self.step is FirstRunStep.READY:
            self._bridge.set_up.emit()
            return
        self._at += 1
        self._show()

    def _vault_is_there(self) -> None:
        page = self._pages[FirstRunStep.PASSPHRASE]
        created = page.created if isinstance(page, PassphrasePage) else None
        if created is None:
            # It came back from a backup and is locked: the pages that need it open are left out.
            self._had_vault = True
            self._steps = tuple(
                step for step in self._steps if step not in {FirstRunStep.SHEET, FirstRunStep.RECIPIENT}
            )
        else:
            self._code = created.recovery_code

    def _recipient_is_there(self) -> None:
        page = self._pages[FirstRunStep.RECIPIENT]
        if isinstance(page, RecipientPage) and page.added:
            self._steps = with_destination(self._steps)
            # Made anew: it may be that one came back and added somebody else.
            made = self._pages.pop(FirstRunStep.DESTINATION, None)
            if made is not None:
                made.deleteLater()

    # What pages say

    def _page_failed(self, error: Any) -> None:
        self.tell_error(error)
        self.page.enter()

    def _busy(self, words: str) -> None:
        if words:
            self.progress.begin(words)
        else:
            self.progress.end()

    def _look(self) -> None:
        page = self.page
        self.next.setText(page.next_words())
        self.next.setAccessibleName(page.next_words())
        self.next.setEnabled(page.may_go_on())
        first_after_vault = self._at and not self._pages[self._steps[self._at]].can_go_back
        before_is_made = (
            self._at
            and self._steps[self._at - 1] is FirstRunStep.PASSPHRASE
            and self._bridge.desktop.places.has_vault()
        )
        self.back.setVisible(bool(self._at) and not first_after_vault and not before_is_made)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, and goes on elsewhere."""
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)
            return
        focused = self._focused()
        if isinstance(focused, QPushButton):
            focused.click()
        elif not isinstance(focused, QPlainTextEdit):
            self._go_on()

    def _focused(self) -> QWidget | None:
        focused = self.window().focusWidget()
        return focused if focused is not None and self.isAncestorOf(focused) else None
