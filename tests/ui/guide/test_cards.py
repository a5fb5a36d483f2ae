"""Cards and posters: exactly the words that are shown, nothing of the computer, and room for every language."""

import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from evidence_kit.jobs.course import DisruptionName
from evidence_kit.machine.preferences import Appearance
from tests.ui.guide.conftest import shown
from ui import theme, words
from ui.bridge import Bridge
from ui.screens.guide.tell.card import FIELD_CAP, MESSAGE_CAP, Card, Shape, cleaned, foot, roughly, runs_rtl, suggested
from ui.screens.guide.tell.drawing import compose
from ui.screens.guide.tell.files import pdf_of, png_of
from ui.screens.guide.tell.page import TellPage
from ui.screens.guide.topics.tell import pledge, warnings
from ui.screens.guide.view import GuideScreen
from ui.screens.locked.view import LockedScreen
from ui.window import Window

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]
USUAL = Card("We had no internet.", "Exampleland", "Monday, 23 November 2026", "about 2 hours")
ARABIC = Card("لم يكن لدينا إنترنت", "بلد المثال", "٢٣ نوفمبر", "حوالي ساعتين")
FULL = Card("W" * MESSAGE_CAP, *("W" * FIELD_CAP for _ in range(3)))
SENTENCES = Card(("Nobody could call an ambulance, " * 8)[:MESSAGE_CAP], "The north of Exampleland", "", "four days")
BARE = Card("We had no internet.")
CARDS = pytest.mark.parametrize("card", [USUAL, ARABIC, FULL, SENTENCES, BARE], ids=lambda card: card.message[:12])
SHAPES = pytest.mark.parametrize("shape", list(Shape), ids=lambda shape: shape.name)


@pytest.fixture
def tell(guide: GuideScreen, qtbot: QtBot) -> TellPage:
    """The page on a computer without a vault."""
    return tell_of(guide)


def tell_of(guide: GuideScreen) -> TellPage:
    """The page, which is made when it is first wanted."""
    guide.show_topic("tell")
    assert guide.tell is not None
    return guide.tell


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        at += 12 + size


def streams(pdf: bytes) -> bytes:
    """Everything that a PDF's compressed parts say."""
    found = b""
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found += zlib.decompress(packed)
        except zlib.error:
            found += packed
    return found


# What it says


@CARDS
@SHAPES
def test_what_is_drawn_is_what_is_shown_as_leaving(dressed: None, card: Card, shape: Shape) -> None:
    drawn = [block.words for block in compose(card, shape).blocks]
    assert sorted(drawn) == sorted(card.words())
    assert drawn[0] == card.message
    assert foot() in drawn


def test_an_empty_field_leaves_nothing_on_it(dressed: None) -> None:
    assert BARE.words() == ("We had no internet.", foot())
    assert Card("a", place="b").words() == ("a", "Where", "b", foot())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a \n\n b\tc ", "a b c"),
        ("safe\u202egnp.exe\u2066\u0007", "safegnp.exe"),
        ("می\u200cروم", "می\u200cروم"),
        ("\U000e0041\ue000", ""),
        ("x" * 99, "x" * FIELD_CAP),
    ],
)
def test_hidden_signs_do_not_get_on_it(typed: str, kept: str) -> None:
    assert cleaned(typed, FIELD_CAP) == kept


def test_a_disruption_suggests_its_day_and_a_rounded_length_alone(dressed: None) -> None:
    over = DisruptionName("id", "cut-from-abroad", "2026-11-23T12:03:44.120Z", "2026-11-23T14:31:02.000Z")
    card = suggested(over, "2026-11-25T00:00:00Z")
    assert card == Card(
        "We were cut off from the rest of the world.", "", words.day("2026-11-23T12:03:44.120Z"), "about 2 hours"
    )
    lasting = DisruptionName("id", "no-connection-beyond-provider", "2026-11-23T12:03:44.120Z", None)
    assert suggested(lasting, "2026-11-25T00:00:00Z").lasting == "not over yet"
    assert not re.search(r"\d\d:\d\d", "".join(card.words()))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "less than an hour"),
        (3599, "less than an hour"),
        (3600, "about 1 hour"),
        (9000, "about 2 hours"),
        (86_400, "about 24 hours"),
        (2 * 86_400, "about 2 days"),
        (10.4 * 86_400, "about 10 days"),
    ],
)
def test_a_length_is_rounded(dressed: None, seconds: float, said: str) -> None:
    assert roughly(seconds) == said


# How it looks


@CARDS
@SHAPES
def test_every_text_fits_into_its_box_and_no_box_meets_another(dressed: None, card: Card, shape: Shape) -> None:
    drawing = compose(card, shape)
    page = QRectF(0, 0, *shape.value)
    for block in drawing.blocks:
        assert block.room.height() <= block.box.height() + 0.5, block.words
        assert block.room.width() <= block.box.width() + 0.5, block.words
        slack = block.room.height() / len(block.lines) * 0.1
        assert block.box.adjusted(-slack, -slack, slack, slack).contains(block.outlines.boundingRect()), block.words
        assert page.contains(block.box)
        assert "".join(block.lines) == block.words, "words are missing"
    boxes = [block.box for block in drawing.blocks]
    assert not any(one.intersects(other) for at, one in enumerate(boxes) for other in boxes[at + 1 :])


@SHAPES
def test_ink_stays_within_the_margins(dressed: None, shape: Shape) -> None:
    image = QImage.fromData(png_of(compose(FULL, shape)))
    width, height = shape.value
    white = QColor(theme.LIGHT["surface"]).rgb()
    edge = round(min(width, height) * 0.06)
    assert all(image.pixel(x, y) == white for x in range(width - edge, width, 3) for y in range(0, height, 3))
    assert all(image.pixel(x, y) == white for y in range(height - edge, height, 3) for x in range(edge, width, 3))


@SHAPES
def test_a_message_from_right_to_left_mirrors_the_card_whatever_the_window_speaks(dressed: None, shape: Shape) -> None:
    width, height = shape.value
    accent = QColor(theme.LIGHT["accent"]).rgb()
    there, here = compose(ARABIC, shape), compose(USUAL, shape)
    assert (there.is_rtl, here.is_rtl) == (True, False)
    assert QImage.fromData(png_of(there)).pixel(width - 2, height // 2) == accent
    assert QImage.fromData(png_of(here)).pixel(1, height // 2) == accent
    for drawing, side in ((there, QRectF.right), (here, QRectF.left)):
        for block in drawing.blocks:
            assert side(block.outlines.boundingRect()) == pytest.approx(side(block.box), abs=width * 0.012), block.words


def test_a_message_without_letters_runs_as_the_window_does(dressed: None, qapp: QApplication) -> None:
    assert runs_rtl("2026!") is None
    assert not compose(Card("2026!"), Shape.SQUARE).is_rtl
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        assert compose(Card("2026!"), Shape.SQUARE).is_rtl
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_letters_are_outlines_and_none_gets_lost(dressed: None) -> None:
    for card in (USUAL, ARABIC):
        for block in compose(card, Shape.SQUARE).blocks:
            assert not block.outlines.isEmpty()
            assert block.pictures == ()
    many, one = (compose(Card("a" * count), Shape.WIDE).blocks[0].outlines for count in (40, 1))
    assert many.elementCount() == 40 * one.elementCount()


def test_the_card_looks_the_same_in_a_dark_window(dressed: None, qapp: QApplication) -> None:
    light = png_of(compose(USUAL, Shape.WIDE))
    theme.apply(qapp, Appearance.DARK)
    assert png_of(compose(USUAL, Shape.WIDE)) == light


# The files


@SHAPES
def test_a_png_has_the_right_size_and_nothing_but_pixels(dressed: None, shape: Shape) -> None:
    png = png_of(compose(USUAL, shape))
    found = dict(chunks(png))
    assert found.keys() == {b"IHDR", b"pHYs", b"IDAT", b"IEND"}
    assert found[b"pHYs"] == (3780).to_bytes(4, "big") * 2 + b"\x01"
    image = QImage.fromData(png)
    assert (image.width(), image.height()) == shape.value
    assert image.textKeys() == []


@SHAPES
def test_a_pdf_has_no_hour_no_program_no_fonts_and_no_pictures(dressed: None, shape: Shape) -> None:
    pdf = pdf_of(compose(USUAL, shape))
    everything = pdf + streams(pdf)
    for trace in (
        b"Qt",
        b"Q\x00t",
        b"D:20",
        b"CreationDate",
        b"ModDate",
        b"Producer",
        b"/BaseFont",
        b"/Subtype /Image",
        b"xmp:",
    ):
        assert trace not in everything, trace
    assert not re.search(rb"20\d\d-\d\d-\d\dT", everything)
    assert len(set(re.findall(rb"<([0-9a-f]{32,})>", pdf))) == 1
    family = QGuiApplication.font().family().replace(" ", "").encode()
    assert family not in everything
    (box,) = re.findall(rb"/MediaBox \[([^\]]+)\]", pdf)
    _, _, width, height = map(float, box.split())
    assert width / height == pytest.approx(shape.value[0] / shape.value[1], rel=0.005)


def test_a_pdfs_table_of_places_is_still_right(dressed: None) -> None:
    pdf = pdf_of(compose(USUAL, Shape.POSTER))
    start = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    assert pdf[start : start + 4] == b"xref"
    places = re.findall(rb"(\d{10}) 00000 n", pdf[start:])
    assert len(places) > 5
    assert all(re.match(rb"\d+ 0 obj", pdf[int(place) :]) for place in places)


@SHAPES
def test_the_same_words_make_the_same_files_at_any_time(dressed: None, shape: Shape) -> None:
    assert png_of(compose(USUAL, shape)) == png_of(compose(USUAL, shape))
    first, second = pdf_of(compose(USUAL, shape)), pdf_of(compose(USUAL, shape))
    assert first == second
    (mark,) = set(re.findall(rb"<([0-9a-f]{32,})>", first))
    assert set(bytes.fromhex(mark.decode())) == set(b"0-")


# The page


def test_the_pledge_is_copied(tell: TellPage, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().clear()
    qtbot.mouseClick(tell.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == pledge()
    assert "#KeepItOn" in pledge()


def test_without_a_vault_the_persons_own_words_are_seen_before_they_are_saved(tell: TellPage, qtbot: QtBot) -> None:
    assert not tell.choice.isVisible()
    assert not tell.unlock.isVisible()
    tell.message.setPlainText("The north is silent.")
    qtbot.keyClicks(tell.place, "Exampleland")
    assert tell.words.text().splitlines() == ["The north is silent.", "Where", "Exampleland", foot()]
    assert [block.words for block in tell.preview.drawing.blocks] == tell.words.text().splitlines()
    assert tell.preview.accessibleDescription() == tell.words.text()
    assert all(one in tell.warning.words() for one in warnings())
    tell.message.setPlainText("  \n ")
    assert not tell.png.isEnabled()
    assert not tell.pdf.isEnabled()


def test_a_message_that_is_too_long_is_cut_and_says_so(tell: TellPage) -> None:
    tell.message.setPlainText("x" * (MESSAGE_CAP + 1))
    assert tell.length.text() == "This is too long: only the first 200 letters go on it."
    assert tell.card().message == "x" * MESSAGE_CAP
    tell.message.setPlainText("x" * MESSAGE_CAP)
    assert tell.length.isHidden()


@pytest.mark.parametrize("at", range(len(Shape)))
@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_what_is_saved_is_what_the_preview_shows(
    tell: TellPage, guide: GuideScreen, tmp_path: Path, until: Until, at: int, kind: str
) -> None:
    tell.shapes.buttons()[at].click()
    tell.place.setText("Exampleland")
    out = tmp_path / f"card.{kind}"
    tell.save_to(out)
    until(lambda: guide.notice.words().startswith(f"Saved in {out}"))
    drawing = tell.preview.drawing
    assert drawing.shape is list(Shape)[at]
    assert out.read_bytes() == (png_of if kind == "png" else pdf_of)(drawing)


def test_saving_asks_where_and_gives_the_ending_by_itself(tell: TellPage, tmp_path: Path, until: Until) -> None:
    tell.pdf.click()
    (asking,) = tell.findChildren(QFileDialog)
    assert asking.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    assert asking.defaultSuffix() == "pdf"
    asking.fileSelected.emit(str(tmp_path / "mine.pdf"))
    until((tmp_path / "mine.pdf").exists)
    asking.close()


def test_a_disk_that_refuses_is_told_in_words_and_nothing_typed_is_lost(
    tell: TellPage, guide: GuideScreen, tmp_path: Path, until: Until
) -> None:
    tell.place.setText("Exampleland")
    tell.save_to(tmp_path / "not-there" / "card.png")
    until(lambda: guide.notice.isVisible())
    assert "folder" in guide.notice.words().lower()
    assert tell.place.text() == "Exampleland"


def test_a_disruption_of_the_open_vault_fills_the_fields_and_the_place_stays_the_persons_own(
    unlocked: Bridge, qtbot: QtBot, until: Until
) -> None:
    window = shown(unlocked, qtbot)
    unlocked.help_wanted.emit("tell")
    guide = window.screen_of("guide")
    assert isinstance(guide, GuideScreen)
    tell = tell_of(guide)
    until(lambda: tell.choice.count() == 2 and not unlocked.waiting())
    assert tell.choice.isVisible()
    tell.place.setText("Exampleland")
    tell.choice.setCurrentIndex(1)
    tell.choice.activated.emit(1)
    assert tell.card().lasting == "about 2 hours"
    assert tell.card().date
    assert tell.card().place == "Exampleland"
    tell.enter()
    until(lambda: not unlocked.waiting())
    assert tell.choice.currentIndex() == 1
    assert tell.card().lasting == "about 2 hours"


def test_a_locked_vault_is_no_hindrance_and_unlocking_from_here_keeps_what_is_typed(
    locked: Window, qtbot: QtBot, until: Until
) -> None:
    locked.bridge.help_wanted.emit("tell")
    guide = locked.screen_of("guide")
    assert isinstance(guide, GuideScreen)
    tell = tell_of(guide)
    assert not tell.choice.isVisible()
    tell.place.setText("Exampleland")
    assert tell.png.isEnabled()
    qtbot.mouseClick(tell.unlock, Qt.MouseButton.LeftButton)
    lock = locked.findChild(LockedScreen)
    assert lock is not None
    assert lock.isVisible()
    with qtbot.waitSignal(locked.bridge.unlocked, timeout=20_000):
        locked.bridge.unlock(bytearray(b"harbour lantern seven quiet orchard"), lambda _: None)
    until(lambda: tell.choice.isVisible() and not locked.bridge.waiting())
    assert tell.place.text() == "Exampleland"
    assert not tell.unlock.isVisible()


def test_locking_takes_the_words_off_the_screen(unlocked: Bridge, qtbot: QtBot, until: Until) -> None:
    window = shown(unlocked, qtbot)
    unlocked.help_wanted.emit("tell")
    guide = window.screen_of("guide")
    assert isinstance(guide, GuideScreen)
    tell_of(guide).place.setText("Exampleland")
    until(lambda: not unlocked.waiting())
    unlocked.lock()
    until(lambda: not unlocked.waiting())
    fresh = window.screen_of("guide")
    assert fresh is not guide
    assert isinstance(fresh, GuideScreen)
    assert tell_of(fresh).place.text() == ""
