"""Under Wayland the desktop takes the picture: what it wrote is kept as it is, and goes once it is kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from evidence_kit.cli.words import sentence
from evidence_kit.clock import Clock, SystemClock
from evidence_kit.clock.reading import wall_ns_of
from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused, Unavailable
from evidence_kit.jobs.capturing import Capturing, Screens, ask_permission, screens
from evidence_kit.jobs.doctor import examine_machine
from evidence_kit.jobs.job import CancelToken
from evidence_kit.jobs.keep import Bytes
from evidence_kit.jobs.keeper import Describe, IntakeKeeper, JournalKeeper
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.look import ListEntries
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import ScreenCaptured
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.exhibit import Exhibit
from tests.core.jobs.test_capturing import TileSeed
from tests.core.kits import open_kit
from tests.fakes.clock import FakeClock
from tests.fakes.screenshot_portal import ScreenshotPortal, hands_over, png, says, screenshot_portal

pytestmark = pytest.mark.slow


@dataclass
class Watchful:
    """A keeper that does something when it is given a picture."""

    folder: Path
    then: Callable[[], object]
    clock: Clock = field(default_factory=SystemClock)

    def keep(self, streams: tuple[Bytes, ...], describe: Describe, reading: ClockReading) -> Body:
        self.then()
        return describe((Exhibit("0" * 64, 1, streams[0].media_type, streams[0].role, streams[0].tiles),), None)

    def note(self, text: str, pseudonym: str | None) -> Body:
        raise NotImplementedError


def test_the_desktops_own_bytes_are_kept_with_their_commitment_and_its_file_is_gone(
    kit: Kit, portal: ScreenshotPortal, place: Path
) -> None:
    behind: list[KitError] = []
    body = Capturing(JournalKeeper(kit)).screen(left_behind=behind.append).body
    assert isinstance(body, ScreenCaptured)
    assert (body.display_server, body.backend, body.monitor) == ("wayland", "portal Screenshot 2", "all")
    assert (body.left, body.top, body.width, body.height, body.blank) == (0, 0, 130, 70, False)
    assert (body.picture.size, body.picture.media_type, body.picture.role) == (len(png()), "image/png", "screenshot")
    assert body.picture.tiles is not None
    assert kit.run(TileSeed(body.picture.sha256)) is not None
    assert not place.exists()
    assert behind == []


def test_a_locked_vault_seals_the_picture_too(folder: Path, portal: ScreenshotPortal, place: Path) -> None:
    with IntakeKeeper(folder, SystemClock()) as keeper:
        Capturing(keeper).screen(choose=True)
    assert not place.exists()
    assert portal.asked[0]["interactive"] == ("b", True)
    with open_kit(folder) as kit:
        (body,) = [one.body for one in kit.run(ListEntries()) if isinstance(one.body, ScreenCaptured)]
    assert body.monitor == "chosen"


def test_the_desktops_file_is_there_until_the_picture_is_kept(tmp_path: Path, portal: object, place: Path) -> None:
    there: list[bool] = []
    Capturing(Watchful(tmp_path, lambda: there.append(place.exists()))).screen()
    assert there == [True]
    assert not place.exists()


def test_a_picture_that_could_not_be_kept_is_not_removed_and_it_is_told_why_and_where_it_lies(
    tmp_path: Path, portal: object, place: Path
) -> None:
    def full() -> None:
        raise Refused(Code.DISK_FULL)

    with pytest.raises(Refused, match="desktop-copy-only") as told:
        Capturing(Watchful(tmp_path, full)).screen()
    assert told.value.facts == {"why": Code.DISK_FULL, "path": str(place)}
    assert sentence(told.value).startswith("The disk is full. ") and str(place) in sentence(told.value)
    assert place.read_bytes() == png()


def test_a_file_that_cannot_be_removed_is_told_and_the_picture_is_kept_all_the_same(
    tmp_path: Path, portal: object, place: Path
) -> None:
    behind: list[KitError] = []
    moves = Watchful(tmp_path, lambda: place.rename(place.with_name("moved.png")))
    body = Capturing(moves).screen(left_behind=behind.append)
    assert isinstance(body, ScreenCaptured)
    assert [(one.code.value, one.facts) for one in behind] == [("desktop-copy-left", {"path": str(place)})]


def test_what_is_no_picture_is_not_kept_and_told(tmp_path: Path, portal: ScreenshotPortal, place: Path) -> None:
    portal.answer = hands_over(place, b"<html>")
    with pytest.raises(Unavailable, match="desktop-copy-only") as told:
        Capturing(Watchful(tmp_path, lambda: pytest.fail("kept"))).screen()
    assert told.value.facts["why"] is Code.PORTAL_PICTURE_UNREADABLE
    assert place.exists()


def test_a_file_that_was_there_before_is_neither_kept_nor_removed(
    tmp_path: Path, portal: ScreenshotPortal, place: Path
) -> None:
    """A portal that names a photo of the person's would otherwise have it deleted."""
    place.write_bytes(png())
    portal.answer = says(place.as_uri())
    clock = FakeClock(wall_ns=wall_ns_of(SystemClock().read()) + 60_000_000_000)
    with pytest.raises(Unavailable, match="portal-picture-strange"):
        Capturing(Watchful(tmp_path, lambda: None, clock)).screen()
    assert place.exists()


def test_the_clock_is_read_when_the_picture_came_and_not_when_it_was_asked_for(
    tmp_path: Path, portal: ScreenshotPortal, place: Path
) -> None:
    clock = FakeClock(wall_ns=wall_ns_of(SystemClock().read()))
    asked = clock.read()

    def answer() -> object:
        clock.pass_time(30)
        return hands_over(place)()

    portal.answer = answer  # type: ignore[assignment]
    readings: list[ClockReading] = []

    class Reading(Watchful):
        def keep(self, streams: tuple[Bytes, ...], describe: Describe, reading: ClockReading) -> Body:
            readings.append(reading)
            return super().keep(streams, describe, reading)

    Capturing(Reading(tmp_path, lambda: None, clock)).screen()
    assert wall_ns_of(readings[0]) - wall_ns_of(asked) == 30_000_000_000


@pytest.mark.parametrize("what", [{"monitor": 1}, {"region": (0, 0, 10, 10)}])
def test_a_part_that_the_desktop_cannot_give_is_refused_before_anything_is_taken(
    tmp_path: Path, portal: ScreenshotPortal, what: dict[str, object]
) -> None:
    with pytest.raises(Refused, match="portal-whole-screen"):
        Capturing(Watchful(tmp_path, lambda: None)).screen(**what)  # type: ignore[arg-type]
    assert portal.asked == []


def test_there_is_no_dialog_of_the_desktop_where_the_screen_is_read(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no-desktop-dialog"):
        Capturing(Watchful(tmp_path, lambda: None)).screen(choose=True)


def test_the_portal_comes_before_xwayland_and_xwayland_where_there_is_none(
    tmp_path: Path, bus: str, place: Path, monkeypatch: pytest.MonkeyPatch, display: str
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    capturing = Capturing(Watchful(tmp_path, lambda: None))
    body = capturing.screen()
    assert isinstance(body, ScreenCaptured)
    assert body.display_server == "xwayland"
    assert screens().partial
    with screenshot_portal(bus, hands_over(place)) as portal:
        assert screens() == Screens((), partial=False, portal=2)
        taken = capturing.screen()
        assert isinstance(taken, ScreenCaptured)
        assert taken.display_server == "wayland"
        portal.answer = lambda: (1, {})
        with pytest.raises(Refused, match="portal-declined"):
            capturing.screen()


def test_a_desktop_that_offers_nothing_says_what_to_install(tmp_path: Path, bus: str) -> None:
    for look in (screens, Capturing(Watchful(tmp_path, lambda: None)).screen):
        with pytest.raises(Unavailable, match="portal-missing"):
            look()


def test_waiting_for_the_desktop_can_be_called_off(tmp_path: Path, portal: ScreenshotPortal) -> None:
    portal.answer = lambda: None

    def keep_on() -> None:
        if portal.waiting.is_set():
            raise Refused(Code.CALLED_OFF)

    with pytest.raises(Refused, match="called-off"):
        Capturing(Watchful(tmp_path, lambda: pytest.fail("kept"))).screen(keep_on=keep_on)
    assert portal.taken_back.wait(20)


def test_a_program_that_ends_calls_off_what_still_waits(tmp_path: Path, portal: ScreenshotPortal) -> None:
    leaving = CancelToken()

    def answer() -> None:
        leaving.call_off()

    portal.answer = answer
    with pytest.raises(Refused, match="called-off"):
        Capturing(Watchful(tmp_path, lambda: pytest.fail("kept")), keep_on=leaving.check).screen()


def test_asking_for_permission_keeps_no_picture(portal: ScreenshotPortal, place: Path) -> None:
    assert ask_permission(SystemClock(), lambda: None) is None
    assert not place.exists()
    assert len(portal.asked) == 1
    portal.answer = lambda: (2, {})
    with pytest.raises(Unavailable, match="portal-failed"):
        ask_permission(SystemClock(), lambda: None)


def test_the_doctor_tells_through_what_the_screen_is_captured(
    tmp_path: Path, bus: str, place: Path, monkeypatch: pytest.MonkeyPatch, display: str
) -> None:
    def told() -> list[tuple[str, object]]:
        findings = [one for one in examine_machine(tmp_path) if one.code.startswith("screen")]
        return [(one.code, dict(one.facts).get("version")) for one in findings]

    assert told() == [("screen-closed", None)]
    with screenshot_portal(bus, hands_over(place)) as portal:
        assert told() == [("screen-portal", "2")]
        assert portal.asked == []
    monkeypatch.setenv("DISPLAY", display)
    assert told() == [("screen-partial", None)]
