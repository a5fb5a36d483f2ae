"""Captures on their way into the journal or the intake: nothing of what was seen is lost between the two."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from evidence_kit.capture.picture import Picture
from evidence_kit.capture.png import encode
from evidence_kit.clock import Clock, SystemClock
from evidence_kit.clock.reading import moment_of, wall_ns_of
from evidence_kit.codes import Code
from evidence_kit.detect.disruptions import DisruptionsState, OpenDisruption, Track
from evidence_kit.errors import Refused
from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.jobs.keep import Bytes
from evidence_kit.jobs.keeper import IntakeKeeper, JournalKeeper
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.look import ListEntries
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import FileAdded, PageCaptured, ScreenCaptured
from evidence_kit.model.bodies.disruptions import DisruptionOpened
from evidence_kit.model.bodies.statements import NoteWritten
from evidence_kit.model.codec import canonical, to_json
from evidence_kit.model.disruption import DisruptionGrade, Interval, Moment, NetworkState
from evidence_kit.model.entry import Entry
from evidence_kit.model.exhibit import Exhibit, ExhibitRole
from evidence_kit.watch.memory import WatchMemory
from tests.core.jobs.test_kit import kit_with
from tests.core.kits import open_kit
from tests.fakes.clock import FakeClock
from tests.ui.camera.web import Web

DISRUPTION = "01a20a5d-d216-7a44-9d20-c055099533f3"
BEGAN = Interval(None, Moment("2026-11-23T14:02:10.123Z", 5_000_000_000, "11111111-2222-3333-4444-555555555555"))


def opened(clock: Clock) -> DisruptionOpened:
    now = moment_of(clock.read())
    started = Interval(now, now)
    return DisruptionOpened(
        DISRUPTION, NetworkState.BEYOND_PROVIDER, DisruptionGrade.PROBABLE, ("blackout.total",), started, "", ()
    )


@dataclass(frozen=True, slots=True)
class Seal(Job[Entry]):
    """Enter a body as it is."""

    body: Body

    def run(self, context: JobContext) -> Entry:
        return context.vault.append(self.body)


@dataclass(frozen=True, slots=True)
class TileSeed(Job[bytes | None]):
    """What the vault knows of a picture's tiles."""

    sha256: str

    def run(self, context: JobContext) -> bytes | None:
        return context.vault.exhibits.tile_seed(self.sha256)


def picture(keeper: IntakeKeeper | JournalKeeper, width: int) -> bytes | None:
    """Keep a small picture with its tiles; their seed."""
    encoded = encode(Picture(width, 3, bytes(width * 3 * 4)))

    def describe(exhibits: tuple[Exhibit, ...], disruption: str | None) -> Body:
        return ScreenCaptured(exhibits[0], "all", 0, 0, width, 3, True, "x11", "fake", disruption)

    given = Bytes((encoded.png,), "image/png", "screenshot", encoded.tiles, encoded.tile_seed)
    keeper.keep((given,), describe, keeper.clock.read())
    return encoded.tile_seed


def test_what_is_kept_unlocked_belongs_to_the_disruption_that_is_open(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "file.bin").write_bytes(b"evidence")
    kit.run(Seal(opened(kit.clock)))
    keeper = JournalKeeper(kit)
    note = keeper.note("at the window", "Mina")
    file = Capturing(keeper).file(tmp_path / "file.bin")
    assert note.body == NoteWritten("at the window", "Mina", DISRUPTION)
    assert isinstance(file.body, FileAdded)
    assert file.body.disruption == DISRUPTION


def test_what_is_kept_locked_belongs_to_the_disruption_that_the_watch_left_open(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file.bin").write_bytes(b"evidence")
    going_on = OpenDisruption(DISRUPTION, NetworkState.BEYOND_PROVIDER, DisruptionGrade.PROBABLE, (), BEGAN)
    memory = WatchMemory(DisruptionsState("here", tracks=(Track("here", disruption=going_on),)), bytes(16))
    (folder / "station.json").write_bytes(canonical(to_json(memory)))
    with IntakeKeeper(folder, SystemClock()) as keeper:
        note = keeper.note("at the window", None)
        file = Capturing(keeper).file(tmp_path / "file.bin")
    assert isinstance(note, NoteWritten)
    assert isinstance(file, FileAdded)
    assert {note.disruption, file.disruption} == {DISRUPTION}


def test_a_picture_keeps_its_kind_and_the_seed_of_its_tiles_locked_or_not(folder: Path) -> None:
    with IntakeKeeper(folder, SystemClock()) as locked:
        seeds = [picture(locked, 70)]
    with open_kit(folder) as kit:
        seeds.append(picture(JournalKeeper(kit), 80))
        bodies = [entry.body for entry in kit.run(ListEntries())]
        kept = [body.picture for body in bodies if isinstance(body, ScreenCaptured)]
        assert [(one.media_type, one.role, one.tiles is not None) for one in kept] == [
            ("image/png", "screenshot", True)
        ] * 2
        assert [kit.run(TileSeed(one.sha256)) for one in kept] == seeds


def test_an_entry_says_when_it_was_seen_and_not_when_it_was_kept(folder: Path) -> None:
    clock = FakeClock(wall_ns=wall_ns_of(SystemClock().read()) + 60_000_000_000)
    with kit_with(folder, clock) as kit:
        seen = clock.read()
        clock.pass_time(7)
        entry = JournalKeeper(kit).keep((), lambda _exhibits, _disruption: NoteWritten("said before"), seen)
    assert entry.clock == seen


def test_what_was_staged_and_never_sealed_is_gone_with_its_keeper(folder: Path) -> None:
    def describe(_exhibits: tuple[Exhibit, ...], _disruption: str | None) -> Body:
        raise Refused(Code.NOTE_EMPTY)

    with IntakeKeeper(folder, SystemClock()) as locked:
        with pytest.raises(Refused, match="note-empty"):
            locked.keep((Bytes((b"half",), "text/plain", "file"),), describe, locked.clock.read())
        before = {path.name for path in (folder / "intake").iterdir()}
    assert before > {path.name for path in (folder / "intake").iterdir()} <= {"lock"}


def test_one_monitor_or_a_region_is_captured_where_one_is_asked_for(kit: Kit) -> None:
    capturing = Capturing(JournalKeeper(kit))
    whole, part = capturing.screen().body, capturing.screen(region=(5, 7, 30, 20)).body
    assert isinstance(whole, ScreenCaptured)
    assert isinstance(part, ScreenCaptured)
    assert (part.monitor, part.left, part.top, part.width, part.height) == ("region", 5, 7, 30, 20)
    assert part.picture.sha256 != whole.picture.sha256
    one = capturing.screen(monitor=1).body
    assert isinstance(one, ScreenCaptured)
    assert (whole.monitor, one.monitor) == ("all", "1")
    with pytest.raises(Refused, match="no-such-monitor"):
        capturing.screen(monitor=9)


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as web:
        yield web


@pytest.mark.slow
def test_pages_are_kept_with_or_without_their_scripts_and_no_camera_stays_behind(kit: Kit, web: Web) -> None:
    with Capturing(JournalKeeper(kit)) as capturing:
        plain = capturing.page(f"{web.url}/alert", deadline_s=30, script=False).body
        scripted = capturing.page(f"{web.url}/alert", deadline_s=30).body
        again = capturing.page(f"{web.url}/live", deadline_s=30).body
        cameras = {child.pid for child in psutil.Process().children() if "ui.camera" in child.cmdline()}
    assert isinstance(plain, PageCaptured)
    assert isinstance(scripted, PageCaptured)
    assert isinstance(again, PageCaptured)
    assert (plain.title, scripted.title) == ("before", "after")
    assert plain.page_state == "live"
    assert again.mhtml is not None
    assert (again.mhtml.media_type, again.mhtml.role) == ("multipart/related", "page-mhtml")
    assert again.page_text is not None
    assert (again.page_text.media_type, again.page_text.role) == ("text/plain", ExhibitRole.PAGE_TEXT)
    assert "It works سلام" in kit.run(_Read(again.page_text.sha256)).decode()
    (found,) = kit.run(_Search("سلام works"))
    assert found.body == again, "by the words on the page, which stand in no other field"
    assert len(cameras) == 2, "each way of scripting has a camera, and it is kept warm"
    assert not {child.pid for child in psutil.Process().children()} & cameras


@dataclass(frozen=True, slots=True)
class _Read(Job[bytes]):
    sha256: str

    def run(self, context: JobContext) -> bytes:
        return b"".join(context.vault.exhibits.read(self.sha256))


@dataclass(frozen=True, slots=True)
class _Search(Job[list[Entry]]):
    typed: str

    def run(self, context: JobContext) -> list[Entry]:
        return list(context.vault.index.search(self.typed))
