"""The five-minute journey: from the first start of the window, offline, to a first report that waits to be sent.

A stranger with a mouse and a keyboard, on a 1366×768 screen, without the guide: the real program in a process of its
own under an X server, a session bus and a window manager of its own, and a real mail server that is down at first.

How the stranger knows where things are: as a screen reader does, over the accessibility bus. That needs no back door
in the product, survives every change of layout, is quick (a look at the whole screen takes some 20 ms), and a thing
that a blind person could not find is not found here either. The bus is spoken to with a small D-Bus library (jeepney):
the usual bindings (GObject) are not to be had as wheels. All that is done, is done by X events (xdotool).

The five minutes are counted in two ways: what this machine took, and what a human being's thinking, pointing and
typing adds to that by the keystroke-level model (`tests.fakes.person`). Who reads every word on every page needs about
as long again; that is printed, and not promised.
"""

import contextlib
import queue
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import pytest
from aiosmtpd.smtp import Envelope

from evidence_kit.drill.fake_internet import FakeInternet
from evidence_kit.drill.mail_server import Inbox, PostOffice
from evidence_kit.drill.servers import Behaviour
from tests.fakes import desktop
from tests.fakes.correspondent import Correspondent, tool
from tests.fakes.person import Person
from tests.fakes.product import PATIENCE_S, Product, program, surroundings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform != "linux" or bool(desktop.missing()), reason=f"not installed (apt): {desktop.missing()}"
    ),
]

PASSWORD = "open sesame"
NOTE = "Mobile data went first, calls still worked."
TEXT = "Every phone in the street went dead at noon."
FIVE_MINUTES_S = 300.0


class Mailbox(Inbox):
    """Tells when a mail has come."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.came: queue.SimpleQueue[None] = queue.SimpleQueue()

    def keep(self, envelope: Envelope) -> str:
        answer = super().keep(envelope)
        self.came.put(None)
        return answer


@dataclass(frozen=True, slots=True)
class Luggage:
    """What the person brings along: a key file, its fingerprint as it was told, and their own mail luggage."""

    key: Path
    fingerprint: str
    port: int
    authority: Path
    own: str = "rehearsal@kit.invalid"
    server: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Story:
    """What came of the journey. `waited_s`, `acted_s` and `read_s` are until the report waited to be sent."""

    place: Path
    waited_s: float
    acted_s: float
    read_s: float
    steps: list[tuple[str, float]]
    delivery: str
    outbox: list[Path]
    mails_before: int
    locked: str
    mails: list[Path]
    nameless: set[tuple[str, str]]
    home: set[str]
    ended: tuple[int, str]


def sets_up(me: Person, luggage: Luggage) -> None:
    """The first-run pages. Nothing is known beforehand but the recipient's key and fingerprint and the mail luggage."""
    me.reads("Welcome")
    me.clicks("Next")
    me.reads("What this protects")
    me.clicks("Next")
    words = next(said for said in me.reads("Choose a passphrase") if re.fullmatch("[a-z-]+( [a-z-]+){5}", said))
    me.fills("Type the six words, or a passphrase of your own", words)
    me.sees("Strong: these are the six words.")
    me.presses("Return")
    groups = dict(said.split(": ") for said in me.reads("Your recovery sheet") if re.fullmatch(r"\d+: \w+", said))
    me.clicks("Save as PDF…")
    me.sees("File name:", "text", focused=True)
    me.presses("Return")
    me.sees("The PDF is saved.*")
    for said in [one.name for one in me.screen() if one.role == "text"]:
        me.fills(said, groups[said.removeprefix("Group ")].lower())
    me.presses("Return")
    me.reads("Using the network")
    me.sees("Normal", "radio button", focused=True)
    me.presses("Return")
    me.reads("Your first recipient")
    me.clicks("Open a key file…")
    me.fills("File name:", luggage.key.name)
    me.presses("Return")
    me.sees("This key's fingerprint:")
    me.fills("The fingerprint that they told you", luggage.fingerprint.lower())
    me.sees("The same. This is the key that they meant.")
    me.presses("Return")
    me.reads("Where your reports go")
    # The recipient's own address is in their key.
    me.fills("Your mail address", luggage.own)
    me.fills("Your mail provider's server for sending", luggage.server)
    me.fills("Port", f"{luggage.port}", "spin box")
    me.fills("Password of your mail account", PASSWORD)
    me.clicks("The server has a certificate authority of its own…")
    me.clicks("Choose…")
    me.fills("File name:", luggage.authority.name)
    me.presses("Return")
    me.clicks("Add this destination")
    me.reads("Ready")
    # The rehearsal is offered; the person leaves it for later.
    me.sees("Rehearse now", "push button")
    me.sees("Begin", "push button", focused=True)
    me.presses("Return")


def captures(me: Person, site: str) -> None:
    """The screen, a page that does not load, and a note."""
    me.reads("Now")
    me.reads("No connection beyond the provider")
    me.clicks("Capture screen")
    me.reads("Capture the screen")
    me.sees("Capture", "push button", focused=True)
    me.presses("Return")
    me.sees("The screen is kept.*")
    me.clicks("Capture a page…")
    me.reads("Capture pages")
    me.fills("Addresses, one on each line", site)
    me.clicks("Capture")
    me.sees("One page is kept.*")
    me.clicks("Close")
    me.clicks("Note")
    me.reads("Write down what happened")
    me.fills("What happened", NOTE)
    me.clicks("Keep")
    me.sees("The note is kept.*")


def reports(me: Person) -> None:
    """The five pages of the assistant."""
    me.clicks("Reports", "check box")
    me.reads("There is no report yet.")
    me.clicks("New report")
    me.reads("Step 1 of 5: .*")
    me.sees("No connection beyond the provider.*", "list item")
    me.clicks("Next")
    me.reads("Step 2 of 5: .*")
    me.clicks("Choose all of this disruption")
    me.sees("3 of 3 chosen.*")
    me.clicks("Next")
    me.reads("Step 3 of 5: .*")
    me.fills("What happened, in your words", TEXT)
    me.clicks("Next")
    me.reads("Step 4 of 5: .*")
    me.clicks("Send to News desk", "check box")
    me.clicks("Next")
    me.reads("Step 5 of 5: .*")
    me.clicks("Seal and queue")
    me.reads("The report is sealed")


class Watch:
    """Notes how long each part of the journey took, in seconds."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.steps: list[tuple[str, float]] = []

    def note(self, step: str) -> None:
        self.steps.append((step, round(time.monotonic() - self.begun, 1)))


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Correspondent]:
    with Correspondent("News desk <desk@newsroom.invalid>") as correspondent:
        yield correspondent


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, newsroom: Correspondent) -> Iterator[Story]:
    place = tmp_path_factory.mktemp("stranger")
    (place / "inbox").mkdir()
    mailbox = Mailbox(place / "inbox")
    with contextlib.ExitStack() as stack:
        around = stack.enter_context(surroundings(place / "around"))
        internet = stack.enter_context(FakeInternet())
        internet.black_out(Behaviour.REFUSED)
        targets = internet.write_targets(place)
        site = f"http://{internet.plain_site.address}:{internet.plain_site.port}/"
        key, authority = around.home / "news-desk.asc", around.home / "mail-ca.pem"
        shutil.copy(newsroom.certificate, key)
        with PostOffice(mailbox, authority, password=PASSWORD, implicit_tls=True) as office:
            port = urlsplit(office.url()).port or 0
        luggage = Luggage(key, newsroom.fingerprint, port, authority)
        here = stack.enter_context(desktop.desktop(around))
        me = stack.enter_context(Person(here))
        errors = stack.enter_context((place / "errors").open("w+"))
        told = ["--vault", str(place / "vault"), "--settings", str(place / "settings"), "--targets", str(targets)]
        watch = Watch()
        window = stack.enter_context(running([*program("ui"), *told], here.environment, around.home, errors))
        sets_up(me, luggage)
        watch.note("set up")
        captures(me, site)
        watch.note("captured")
        reports(me)
        watch.note("the report waits")
        waited_s, acted_s, read_s = watch.steps[-1][1], me.acted_s, me.read_s
        me.clicks("See its deliveries")
        me.reads("Deliveries")
        delivery = me.sees("Waits to be sent|Is being sent|The server .*|Needs .*").name
        outbox = [path for path in (place / "vault" / "outbox").rglob("*") if path.is_file()]
        mails_before = len(mailbox.received())
        me.presses("ctrl+l")
        me.reads("The vault is locked")
        watch.note("locked")
        with PostOffice(mailbox, authority, password=PASSWORD, implicit_tls=True, port=port):
            internet.restore()
            for _ in ("notice", "report"):
                mailbox.came.get(timeout=PATIENCE_S)
        watch.note("delivered")
        locked = me.sees("The vault is locked").name
        window.terminate()
        code = window.wait(timeout=PATIENCE_S)
        errors.seek(0)
        ended = code, errors.read()
    for step, at in watch.steps:
        print(f"{at:6.1f} s  {step}")
    print(f"A human being needs {acted_s:.0f} s more to do it, and {read_s:.0f} s to read every word.")
    yield Story(
        place=place,
        waited_s=waited_s,
        acted_s=acted_s,
        read_s=read_s,
        steps=watch.steps,
        delivery=delivery,
        outbox=outbox,
        mails_before=mails_before,
        locked=locked,
        mails=mailbox.received(),
        nameless=me.nameless,
        home={str(path.relative_to(around.home)) for path in around.home.rglob("*") if path.is_file()},
        ended=ended,
    )


@contextlib.contextmanager
def running(
    command: list[str], environment: dict[str, str], home: Path, errors: IO[str]
) -> Iterator["subprocess.Popen[bytes]"]:
    """A program as a person starts it; at the latest it ends with the context."""
    process = subprocess.Popen(command, env=environment, cwd=home, stderr=errors)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_stranger_has_a_first_report_waiting_within_five_minutes_of_the_first_start(story: Story) -> None:
    assert story.waited_s < FIVE_MINUTES_S, story.steps
    assert story.delivery == "Waits to be sent"
    assert story.outbox
    assert story.mails_before == 0


def test_a_human_hand_needs_no_more_than_five_minutes_either(story: Story) -> None:
    assert story.acted_s > 100, "nothing was counted"
    assert story.waited_s + story.acted_s < FIVE_MINUTES_S, story.steps


def test_the_report_leaves_by_itself_while_the_vault_is_locked(story: Story) -> None:
    assert story.locked == "The vault is locked"
    assert len(story.mails) == 2


def test_the_recipient_opens_the_report_with_gpg_and_the_check_holds(
    story: Story, newsroom: Correspondent, tmp_path: Path
) -> None:
    notice, report = sorted(story.mails, key=lambda mail: mail.stat().st_size)
    assert TEXT in newsroom.open_mail(notice, tmp_path / "notice.txt").read_text(encoding="utf-8")
    archive = newsroom.open_mail(report, tmp_path / "report.zip")
    tool("unzip", "-q", str(archive), "-d", str(tmp_path / "opened"))
    (bag,) = (tmp_path / "opened").iterdir()
    said = (bag / "data" / "report.json").read_text(encoding="utf-8")
    assert TEXT in said
    kept = "\n".join(path.read_text("utf-8", "replace") for path in (bag / "data").rglob("*") if path.is_file())
    assert NOTE in kept
    with surroundings(tmp_path / "theirs") as around:
        theirs = Product(tmp_path / "no-vault", None, around)
        told = theirs.tell("verify", str(report), "--homedir", str(newsroom.home))
    assert told.code == 0, told


def test_whatever_takes_the_keyboard_on_the_way_has_a_name_for_a_screen_reader(story: Story) -> None:
    assert story.nameless == set()


def test_nothing_is_left_in_the_home_but_what_the_person_put_there(story: Story) -> None:
    # The window manager's and the accessibility service's own; a history of Qt's file dialogs would be among these.
    others = {name for name in story.home if not name.startswith((".cache/openbox/", ".config/dconf/"))}
    assert others == {"news-desk.asc", "mail-ca.pem", "sheet.pdf"}


def test_the_program_ends_when_asked_and_says_nothing_on_standard_error(story: Story) -> None:
    code, said = story.ended
    # Qt's own remarks: words that change, and things that go, while a screen reader listens.
    others = [line for line in said.splitlines() if not line.startswith("qt.accessibility.atspi: ")]
    assert (code, others) == (0, [])
