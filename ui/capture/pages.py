"""Pages by their addresses: one per line, each with its result; a page that does not load is the normal success."""

from functools import partial

from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget

from evidence_kit.errors import KitError
from evidence_kit.jobs.capturing import Capturing, Told, opens_pages_without_sandbox, page_address
from evidence_kit.model.bodies.body import Body
from ui.bridge import Bridge
from ui.capture.list import RunSheet
from ui.capture.model import Row, State, addresses_in
from ui.capture.run import CaptureRun
from ui.parts.button import Button, ButtonKind
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.words import say, say_many, sentence

_DEADLINE_S = 30.0


def take_page(address: str, script: bool, capturing: Capturing[Body], _told: Told) -> Body:
    """One page with the page camera."""
    return capturing.page(address, deadline_s=_DEADLINE_S, script=script)


class PagesSheet(RunSheet):
    """Addresses above, results below."""

    def __init__(self, bridge: Bridge, parent: QWidget | None) -> None:
        run = CaptureRun(
            bridge, to_the_end=False, cut=lambda: bridge.aside(bridge.desktop.stop_cameras, lambda _: None)
        )
        super().__init__(bridge, say("Capture pages"), run, parent)
        self.addresses = QPlainTextEdit()
        self.addresses.setAccessibleName(say("Addresses, one on each line"))
        self.addresses.setPlaceholderText("example.org")
        self.addresses.setTabChangesFocus(True)
        self.addresses.setFixedHeight(104)
        self.addresses.textChanged.connect(self._changed)
        self.no_script = QCheckBox(say("No JavaScript"))
        self.start = Button(say("Capture"), self.take, kind=ButtonKind.PRIMARY, icon="page")
        self.start.setEnabled(False)
        self.buttons.addWidget(self.start)
        self.body.addWidget(
            Text(
                say(
                    "Write or paste one address on each line. A page that does not load is worth keeping too: "
                    "the picture shows the browser's own reason. The page and your provider can see that it is opened."
                )
            )
        )
        if opens_pages_without_sandbox():
            self.body.addWidget(
                Text(
                    say(
                        "You started Evidence Kit as root: pages are opened without the browser's sandbox, "
                        "and a hostile page could do more. Start it as an ordinary user."
                    )
                )
            )
        self.body.addWidget(self.addresses)
        self.body.addWidget(self.no_script)
        self.body.addWidget(
            Text(
                say("Without JavaScript a page can do less and tell less. Some pages then look different."), Tone.FAINT
            )
        )
        self.body.addWidget(self.list, 1)
        self.body.addStretch()
        self.addresses.setFocus()

    def words(self, kept: int) -> str:
        return say_many("One page is kept.", "{number} pages are kept.", kept)

    def take(self) -> None:
        """Put what is written down for capture, each address once."""
        script = not self.no_script.isChecked()
        known = {row.name for row in self.run.results.rows if row.state in (State.WAITING, State.WORKING)}
        rows = []
        for typed in addresses_in(self.addresses.toPlainText()):
            try:
                address = page_address(typed)
            except KitError as error:
                rows.append(Row(typed, partial(take_page, typed, script), State.FAILED, sentence(error)))
                continue
            if address not in known:
                rows.append(Row(address, partial(take_page, address, script)))
        self.notice.hide()
        self.addresses.clear()
        self.close_button.setText(say("Close"))
        self.run.add(rows)

    def _changed(self) -> None:
        self.start.setEnabled(bool(addresses_in(self.addresses.toPlainText())))
