"""Areas, addresses and words of the capture dialogs, without any widget."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, QRect

from evidence_kit.codes import Code
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.model.bodies.captures import CertificateSeen, Fact, FileAdded, PageCaptured
from evidence_kit.model.exhibit import Exhibit
from ui.capture.model import (
    Selection,
    State,
    addresses_in,
    displays,
    failed_words,
    file_words,
    page_words,
    state_of,
)

PICTURE = Exhibit("0" * 64, 1000, "image/png", "page-picture")
PAGE = PageCaptured(
    PICTURE, None, "http://a.example/", "", "A title", "live", None, 0, 200, (), CertificateSeen("none"), "camera"
)
WHOLE = Selection((1000, 600), 0, 0, 1000, 600)


def test_each_monitor_finds_the_screen_that_lies_at_it_whatever_the_scaling_and_the_order() -> None:
    # A 3840×2160 screen at 200 % beside a 1920×1080 one: Qt keeps origins in physical pixels and scales sizes alone.
    places = [("small", QRect(3840, 0, 1920, 1080), 1.0), ("large", QRect(0, 0, 1920, 1080), 2.0)]
    found = displays([(0, 0, 3840, 2160), (3840, 0, 1920, 1080)], places)
    assert [(one.number, one.name, one.place.x()) for one in found] == [(1, "large", 0), (2, "small", 3840)]


def test_a_drag_under_scaling_is_a_region_in_physical_pixels_of_the_whole_desktop() -> None:
    one = Selection.middle((3840, 2160)).between(QPointF(0.25, 0.5), QPointF(0.0, 0.0))
    assert one.within((1920, 100, 3840, 2160)) == (1920, 100, 960, 1080)


@pytest.mark.parametrize(
    ("corner", "expected"),
    [((2.0, 2.0), (999, 599, 1, 1)), ((-1.0, -1.0), (0, 0, 1, 1)), ((0.5, 0.5), (500, 300, 1, 1))],
)
def test_a_selection_is_never_empty_and_never_outside(corner: tuple[float, float], expected: object) -> None:
    one = WHOLE.between(QPointF(*corner), QPointF(*corner))
    assert (one.left, one.top, one.width, one.height) == expected


def test_keys_move_and_size_a_selection_only_as_far_as_the_monitor_goes() -> None:
    half = replace(WHOLE, width=500, height=300)
    assert half.moved(900, -5) == replace(half, left=500)
    assert half.moved(10, 10).grown(1000, -1000) == replace(half, left=10, top=10, width=990, height=1)


def test_a_pasted_list_gives_each_address_once() -> None:
    assert addresses_in('example.org, "b.example"\n\n  example.org\thttps://c.example/?a=1;\n') == [
        "example.org",
        "b.example",
        "https://c.example/?a=1",
    ]


def test_the_title_of_a_page_cannot_reorder_what_stands_around_it() -> None:
    words = page_words(replace(PAGE, title="\u202elive\u2066 <b>\n x"))
    assert words == "Kept: “live <b> x”"


@pytest.mark.parametrize(
    ("change", "words", "state"),
    [
        ({}, "Kept: “A title”", State.KEPT),
        ({"http_status": 451}, "Kept. The site answered with the error 451: “A title”", State.KEPT),
        (
            {"page_state": "error-page", "net_error": "ERR_NAME_NOT_RESOLVED"},
            "Kept. The page did not load. The name of the site was not found.",
            State.KEPT,
        ),
        (
            {"page_state": "error-page", "net_error": "ERR_ODD"},
            "Kept. The page did not load. The browser's word for it is ERR_ODD.",
            State.KEPT,
        ),
        ({"page_state": "no-answer"}, "Kept. No answer came until the camera stopped waiting.", State.KEPT),
        (
            {"page_state": "error-page", "net_error": "ERR_PROXY_CONNECTION_FAILED"},
            "Your proxy does not work: this picture says nothing about the page.",
            State.WARNED,
        ),
    ],
)
def test_what_came_of_a_page_is_told_in_words(change: dict[str, object], words: str, state: State) -> None:
    body = replace(PAGE, **change)  # type: ignore[arg-type]  # names and values are of the table above
    assert page_words(body) == words
    assert state_of(body) is state


def test_a_photo_that_tells_its_place_says_so() -> None:
    body = FileAdded(PICTURE, "a.jpg", None, (Fact("GPSPosition", "1 2"),), "read")
    assert "where it was taken" in file_words(body)
    assert state_of(body) is State.WARNED


def test_what_was_stopped_is_not_called_a_failure() -> None:
    assert failed_words(Refused(Code.CALLED_OFF), stopped=True)[0] is State.STOPPED
    assert failed_words(Unavailable(Code.PAGE_CAMERA, reason="died"), stopped=True)[0] is State.STOPPED
    assert failed_words(Unavailable(Code.PAGE_CAMERA, reason="died"), stopped=False)[0] is State.FAILED
