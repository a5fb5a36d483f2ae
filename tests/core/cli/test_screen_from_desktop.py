"""`capture screen` under Wayland: what the person is told about the picture that the desktop wrote."""

from pathlib import Path

from tests.core.cli.conftest import CommandLine
from tests.fakes.screenshot_portal import ScreenshotPortal, hands_over, png


def test_who_captures_is_told_that_the_desktop_wrote_it_in_clear(
    line: CommandLine, portal: ScreenshotPortal, place: Path
) -> None:
    told = line.tell("capture", "screen", spoken=True)
    assert told.code == 0
    assert "Screen 130×70" in told.out
    assert "in clear before it was kept" in told.err
    assert not place.exists()


def test_the_desktops_own_dialog_is_asked_for_by_name(line: CommandLine, portal: ScreenshotPortal) -> None:
    (kept,) = line.tell("capture", "screen", "--choose", "--sealed").json
    assert kept["body"]["monitor"] == "chosen"
    assert portal.asked[0]["interactive"] == ("b", True)


def test_a_picture_that_cannot_be_kept_is_told_with_the_place_of_the_desktops_copy(
    line: CommandLine, portal: ScreenshotPortal, place: Path
) -> None:
    portal.answer = hands_over(place, png()[:-20])
    told = line.tell("capture", "screen", spoken=True)
    assert told.code == 3
    assert "cannot be read as a PNG" in told.err and str(place) in told.err
    assert line.refused("capture", "screen") == (3, "desktop-copy-only")
    assert place.exists()


def test_what_the_desktop_refuses_is_told_with_the_way_out(line: CommandLine, portal: ScreenshotPortal) -> None:
    portal.answer = lambda: (1, {})
    told = line.tell("capture", "screen", spoken=True)
    assert told.code == 2
    assert "--choose" in told.err and "screenshot key" in told.err
    assert line.refused("capture", "screen", "--monitor", "1") == (2, "portal-whole-screen")


def test_without_a_wayland_desktop_there_is_no_dialog_to_choose_in(line: CommandLine) -> None:
    assert line.refused("capture", "screen", "--choose") == (2, "no-desktop-dialog")
