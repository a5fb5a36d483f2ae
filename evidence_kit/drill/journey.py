"""The steps of the drill in their order: a blackout is recorded and reported, and the report arrives and is checked."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from evidence_kit.codes import Code
from evidence_kit.drill.commands import PATIENCE_S, WatchCommand
from evidence_kit.drill.servers import Behaviour
from evidence_kit.drill.stage import Stage
from evidence_kit.errors import Broken, Refused, Unavailable
from evidence_kit.files import chunks_of, write_whole

# Found anywhere on the disk outside the recipient's folder, it would be a leak.
_TEXT: Final = "The network went at once, on every phone in the street."
_CANARY: Final = "the bridge at the river"
_AGAIN_S: Final = 0.5

Facts = dict[str, str | int | Code]
NamedStep = tuple[str, Callable[[], Facts]]


class NotHere(Exception):
    """A step that this machine cannot do; said, and not counted as a failure."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.value)
        self.code = code


@dataclass(slots=True)
class _Journey:
    """What earlier steps found out for later ones."""

    certificate: Path
    fingerprint: str = ""
    watch: WatchCommand | None = None
    disruption: str = ""
    notice_mail: Path = Path()
    report_mail: Path = Path()


def steps(prepare: Callable[[], Stage], private: Path) -> Iterator[NamedStep]:
    """The journey; the stage is prepared in its first step."""
    prepared: list[Stage] = []

    def internet() -> Facts:
        prepared.append(prepare())
        return {}

    yield "internet", internet
    (stage,) = prepared
    journey = _Journey(private / "recipient.gpg")
    yield from _Preparation(stage, journey).steps()
    yield from _Blackout(stage, journey).steps()
    yield from _Return(stage, journey).steps()


class _Preparation:
    """Before anything happens: keys, a vault, a way to send, and the watch."""

    def __init__(self, stage: Stage, journey: _Journey) -> None:
        self._stage = stage
        self._journey = journey

    def steps(self) -> Iterator[NamedStep]:
        yield "recipient", self._recipient
        yield "vault", self._vault
        yield "route", self._route
        yield "online", self._online

    def _recipient(self) -> Facts:
        self._journey.fingerprint = self._stage.recipient.make_key(self._journey.certificate)
        return {"fingerprint": self._journey.fingerprint}

    def _vault(self) -> Facts:
        return {"fingerprint": self._stage.make_vault()}

    def _route(self) -> Facts:
        self._stage.make_route(self._journey.certificate, self._journey.fingerprint)
        return {}

    def _online(self) -> Facts:
        watch = self._stage.closing.enter_context(self._stage.command_line.watch(self._stage.targets))
        self._journey.watch = watch
        watch.expect(lambda told: told.get("state") == "online")
        return {}


class _Blackout:
    """The network goes: it is noticed, everything is captured, and a report waits."""

    def __init__(self, stage: Stage, journey: _Journey) -> None:
        self._stage = stage
        self._commands = stage.commands
        self._journey = journey

    def steps(self) -> Iterator[NamedStep]:
        yield "cut", self._cut
        yield "noticed", self._noticed
        yield "page", self._page
        yield "screen", self._screen
        yield "file", self._file
        yield "note", self._note
        yield "report", self._report
        yield "waiting", self._waiting

    def _cut(self) -> Facts:
        self._stage.black_out()
        return {}

    def _noticed(self) -> Facts:
        watching(self._journey).expect(lambda told: told.get("state") == "no-connection-beyond-provider")
        disruptions = repeated(self._commands.disruptions, bool, Code.DRILL_DISRUPTION_MISSED)
        self._journey.disruption = str(disruptions[0]["id"])
        return {"disruption": self._journey.disruption, "grade": str(disruptions[0]["grade"])}

    def _page(self) -> Facts:
        site = self._stage.internet.plain_site
        # Refused rather than dropped, so that the browser's word comes at once.
        site.behave(Behaviour.REFUSED)
        (entry,) = self._commands.capture_page(f"http://{site.address}:{site.port}/")
        body = entry["body"]
        if body["page_state"] != "error-page":
            raise Broken(Code.DRILL_PAGE_ALIVE)
        return {"error": str(body["net_error"]), "bytes": int(body["picture"]["size"])}

    def _screen(self) -> Facts:
        try:
            (entry,) = self._commands.capture_screen()
        except (Unavailable, Refused) as error:  # the desktop may say no, too
            raise NotHere(error.code) from error
        return {"width": int(entry["body"]["width"]), "height": int(entry["body"]["height"])}

    def _file(self) -> Facts:
        photo = self._stage.private / "notes from the street.txt"
        write_whole(photo, f"{_CANARY}: soldiers at 14:20\n".encode())
        (entry,) = self._commands.capture_file(photo)
        photo.unlink()
        return {"bytes": int(entry["body"]["original"]["size"])}

    def _note(self) -> Facts:
        self._commands.note(f"Mobile data went first; {_CANARY} is closed")
        return {}

    def _report(self) -> Facts:
        made = self._commands.report_create(self._journey.disruption, "drill", _TEXT)
        (delivery,) = made["deliveries"]
        return {"entries": len(made["entries"]), "bytes": int(delivery["parts"][-1]["size"])}

    def _waiting(self) -> Facts:
        (delivery,) = self._commands.deliveries()
        if delivery["state"] != "waiting" or self._stage.inbox.received():
            raise Broken(Code.DRILL_SENT_OFFLINE)
        return {}


class _Return:
    """The network is back: the report arrives, the recipient opens, checks and confirms it, and nothing is in clear."""

    def __init__(self, stage: Stage, journey: _Journey) -> None:
        self._stage = stage
        self._commands = stage.commands
        self._journey = journey

    def steps(self) -> Iterator[NamedStep]:
        yield "restored", self._restored
        yield "delivered", self._delivered
        yield "decrypted", self._decrypted
        yield "checked", self._checked
        yield "receipted", self._receipted
        yield "closed", self._closed
        yield "no-plaintext", self._no_plaintext

    def _restored(self) -> Facts:
        self._stage.restore()
        watching(self._journey).expect(lambda told: told.get("state") == "online")
        return {}

    def _delivered(self) -> Facts:
        watching(self._journey).expect(lambda told: (told.get("part"), told.get("state")) == ("report", "claimed"))
        received = self._stage.inbox.received()
        if len(received) != 2:
            raise Broken(Code.DRILL_MAIL_COUNT, found=len(received))
        self._journey.notice_mail, self._journey.report_mail = received
        return {"mails": len(received)}

    def _decrypted(self) -> Facts:
        home, report = self._stage.recipient.home, self._stage.folder / "report"
        self._commands.verify_mail(self._journey.notice_mail, home)
        self._commands.verify_mail(self._journey.report_mail, home, extract=report)
        return {"files": sum(1 for path in report.rglob("*") if path.is_file())}

    def _checked(self) -> Facts:
        return {"findings": len(self._commands.verify(self._stage.folder / "report")["findings"])}

    def _receipted(self) -> Facts:
        receipt = self._stage.private / "receipt.asc"
        self._commands.receipt_make(self._journey.report_mail, self._stage.recipient.home, receipt)
        if self._commands.receipt_bring(receipt)["state"] != "receipted":
            raise Broken(Code.DRILL_NOT_RECEIPTED)
        return {}

    def _closed(self) -> Facts:
        (disruption,) = repeated(
            self._commands.disruptions, lambda told: not told[0]["open"], Code.DRILL_DISRUPTION_OPEN
        )
        watching(self._journey).end()
        return {"entries": len(disruption["entries"])}

    def _no_plaintext(self) -> Facts:
        searched = 0
        for path in self._stage.vault.rglob("*"):
            if path.is_file():
                searched += 1
                if holds(path, _CANARY.encode()):
                    raise Broken(Code.DRILL_PLAINTEXT, name=path.name)
        return {"files": searched}


def watching(journey: _Journey) -> WatchCommand:
    """The watch that an earlier step began."""
    if journey.watch is None:
        raise RuntimeError("the watch has not begun")
    return journey.watch


def repeated(ask: Callable[[], Any], wanted: Callable[[Any], bool], fault: Code) -> Any:
    """What is told once it is what is wanted. Raises `Broken` with `fault` after a minute."""
    gone = threading.Event()
    for _ in range(round(PATIENCE_S)):
        told = ask()
        if wanted(told):
            return told
        gone.wait(_AGAIN_S)
    raise Broken(fault)


def holds(path: Path, words: bytes) -> bool:
    """Whether a file holds `words` in clear, also across two of the pieces that it is read in."""
    before = b""
    with path.open("rb") as source:
        for chunk in chunks_of(source):
            if words in before + chunk:
                return True
            before = chunk[-len(words) :]
    return False
