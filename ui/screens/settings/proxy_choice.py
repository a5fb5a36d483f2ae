"""The way out: directly, through Tor on this computer, or through another SOCKS 5 proxy."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from ui.parts.button import Button, ButtonKind
from ui.parts.flow import Flow
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.settings.model import SCHEME, TOR, TOR_BROWSER, proxy_of, proxy_words
from ui.words import say

_OTHER: Final = "other"


class ProxyChoice(QWidget):
    """`wanted` carries the proxy, None for the direct way; `try_wanted` one to be tried. Decides nothing by itself."""

    wanted = Signal(object)
    try_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept: str | None = None
        self._known = False
        self.now = Text()
        self.radios: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self.typed = QLineEdit()
        self.typed.setAccessibleName(say("The proxy's address in numbers, and its port"))
        self.typed.setPlaceholderText("127.0.0.1:1080")
        self.typed.textChanged.connect(self._look)
        self.typed.returnPressed.connect(self._use)
        self.try_button = Button(say("Try whether it answers"), self._try, icon="retry")
        self.use_button = Button(say("Use this way"), self._use, kind=ButtonKind.PRIMARY)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.now)
        for name, words, meaning in (
            ("", say("Directly"), say("Without a proxy.")),
            (TOR, say("Through Tor"), say("The Tor service of this computer, at port 9050.")),
            (TOR_BROWSER, say("Through Tor Browser"), say("While it is open, at port 9150.")),
            (_OTHER, say("Another proxy"), say("Of the kind SOCKS 5, given by its address in numbers and its port.")),
        ):
            button = QRadioButton(words)
            button.setAccessibleName(words)
            button.setAccessibleDescription(meaning)
            button.toggled.connect(self._look)
            self._group.addButton(button)
            self.radios[name] = button
            column.addWidget(button)
            column.addWidget(Text(meaning, Tone.FAINT))
        column.addWidget(self.typed)
        column.addLayout(Flow(self.try_button, self.use_button))
        column.addWidget(
            Text(
                say(
                    "With a proxy, names are looked up by the proxy too. What cannot go through it is left out: then "
                    "the look at the connection sees fewer layers. If the proxy is down, nothing leaves this computer."
                ),
                Tone.FAINT,
            )
        )

    def show_proxy(self, proxy: str | None) -> None:
        """What holds now."""
        self._kept, self._known = proxy, True
        self.now.setText(proxy_words(proxy))
        self.now.set_tone(Tone.PLAIN)
        chosen = "" if proxy is None else proxy if proxy in {TOR, TOR_BROWSER} else _OTHER
        self.radios[chosen].setChecked(True)
        if chosen == _OTHER and proxy is not None:
            self.typed.setText(proxy.removeprefix(SCHEME))
        self._look()

    def ask_again(self) -> None:
        """Nobody knows what holds: any way may be chosen, the one that is marked, too."""
        self._known = False
        self.now.setText(say("The way out is not known, so nothing leaves this computer. Choose it again."))
        self.now.set_tone(Tone.WARN)
        self._look()

    def chosen(self) -> str | None:
        """The proxy that is marked, None for the direct way or where none is typed."""
        name = next(name for name, button in self.radios.items() if button.isChecked())
        return proxy_of(self.typed.text()) if name == _OTHER else name or None

    def trying(self, *, now: bool) -> None:
        """Whether a try is under way."""
        self.try_button.setText(say("Trying…") if now else say("Try whether it answers"))
        self.try_button.setAccessibleName(self.try_button.text())
        self.try_button.setEnabled(not now)

    def _look(self) -> None:
        if self._group.checkedButton() is None:
            return
        other = self.radios[_OTHER].isChecked()
        proxy = self.chosen()
        self.typed.setVisible(other)
        self.try_button.setEnabled(proxy is not None)
        self.use_button.setEnabled((not self._known or proxy != self._kept) and not (other and proxy is None))

    def _try(self) -> None:
        proxy = self.chosen()
        if proxy is not None:
            self.try_wanted.emit(proxy)

    def _use(self) -> None:
        if self.use_button.isEnabled():
            self.wanted.emit(self.chosen())
