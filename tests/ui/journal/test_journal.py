"""The journal on the screen, over the real vault in its own process."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from evidence_kit.clock import SystemClock
from evidence_kit.clock.reading import moment_of
from evidence_kit.jobs.browse import JournalRow
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.model.bodies.body import BODIES, Body
from evidence_kit.model.bodies.disruptions import DisruptionClosed, DisruptionOpened
from evidence_kit.model.bodies.statements import NoteWritten
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.disruption import DisruptionGrade, Interval, NetworkState
from evidence_kit.model.identity import new_id
from evidence_kit.vault.vault import Vault
from tests.ui.conftest import PASSPHRASE
from tests.ui.gists import GISTS
from ui import words
from ui.bridge import Bridge
from ui.parts.text import Text
from ui.screens.journal.view import JournalScreen
from ui.screens.journal.words import icon_of, kind_words, second_of, spoken, title_of

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]
Append = Callable[[list[Body]], None]


@pytest.fixture
def append(folder: Path) -> Append:
    """Put bodies into the vault before it is opened."""

    def put(bodies: list[Body]) -> None:
        with Vault.open(folder, bytearray(PASSPHRASE), SystemClock()) as vault:
            vault.append_many(bodies)

    return put


@pytest.fixture
def show(unlocked: Bridge, qtbot: QtBot, until: Until) -> Callable[[], JournalScreen]:
    def shown() -> JournalScreen:
        screen = JournalScreen(unlocked)
        qtbot.addWidget(screen)
        screen.resize(1100, 700)
        screen.show()
        screen.activateWindow()
        qtbot.waitUntil(screen.isActiveWindow, timeout=20_000)
        screen.enter()
        until(lambda: not unlocked.waiting())
        return screen

    return shown


def write(bridge: Bridge, text: str) -> None:
    bridge.submit(WriteNote(text), lambda _: None)


def titles(screen: JournalScreen) -> list[str | None]:
    return [screen.model.index(number).data() for number in range(screen.model.rowCount())]


def choose(screen: JournalScreen, number: int, until: Until) -> None:
    screen.list.setCurrentIndex(screen.model.index(number))
    sequence = screen.model.sequence_at(number)
    until(lambda: screen.detail.shown_sequence() == sequence and not screen.model.bridge.waiting())


def told(screen: JournalScreen) -> str:
    """Every word of the detail."""
    return "\n".join(text.text() for text in screen.detail.findChildren(Text) if text.isVisible())


def test_a_new_journal_says_what_will_be_here_and_fills_while_one_looks(
    show: Callable[[], JournalScreen], unlocked: Bridge, qtbot: QtBot, until: Until
) -> None:
    screen = show()
    assert screen.on_show() == "new"
    write(unlocked, "the bridge is <b>closed</b>")
    until(lambda: titles(screen) == ["the bridge is <b>closed</b>"])
    write(unlocked, "Bridges burn")
    write(unlocked, "nothing here")
    until(lambda: titles(screen) == ["nothing here", "Bridges burn", "the bridge is <b>closed</b>"])
    assert screen.on_show() == "list"
    # Search as one types, from anywhere by one key, and back to everything by another.
    qtbot.keyClick(screen.list, Qt.Key.Key_Slash)
    assert screen.search.hasFocus()
    qtbot.keyClicks(screen.search, "brid")
    until(lambda: titles(screen) == ["Bridges burn", "the bridge is <b>closed</b>"])
    write(unlocked, "a third bridge")
    until(lambda: screen.model.rowCount() == 3 and titles(screen)[0] == "a third bridge")
    qtbot.keyClicks(screen.search, "zzz")
    until(lambda: screen.on_show() == "nothing")
    qtbot.keyClick(screen.search, Qt.Key.Key_Escape)
    until(lambda: screen.model.rowCount() == 4)
    assert screen.list.hasFocus()
    # Arrows choose, Enter goes to the entry, Escape back.
    qtbot.keyClick(screen.list, Qt.Key.Key_Down)
    qtbot.keyClick(screen.list, Qt.Key.Key_End)
    until(lambda: "the bridge is <b>closed</b>" in told(screen))
    qtbot.keyClick(screen.list, Qt.Key.Key_Return)
    assert screen.detail.isAncestorOf(QApplication.focusWidget())
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert screen.list.hasFocus()
    qtbot.keyClick(screen.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "the bridge is <b>closed</b>" in QGuiApplication.clipboard().text()


def test_a_correction_is_shown_at_both_entries(
    show: Callable[[], JournalScreen], unlocked: Bridge, qtbot: QtBot, until: Until
) -> None:
    write(unlocked, "Something else.")
    write(unlocked, "The lines went dead at 13:20.")
    screen = show()
    choose(screen, 0, until)
    qtbot.mouseClick(screen.detail.correct_button, Qt.MouseButton.LeftButton)
    assert screen.detail.correction.text.hasFocus()
    qtbot.mouseClick(screen.detail.correction.keep_button, Qt.MouseButton.LeftButton)
    assert screen.detail.correction.isVisible(), "an empty correction is not kept"
    qtbot.keyClicks(screen.detail.correction.text, "It was 14:20.")
    # Looking something up in another entry loses nothing of it, and keeps it from getting there.
    choose(screen, 1, until)
    assert not screen.detail.correction.isVisible()
    qtbot.mouseClick(screen.detail.correct_button, Qt.MouseButton.LeftButton)
    assert screen.detail.correction.text.toPlainText() == ""
    choose(screen, 0, until)
    qtbot.mouseClick(screen.detail.correct_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(screen.detail.correction.keep_button, Qt.MouseButton.LeftButton)
    until(lambda: "It was 14:20." in told(screen) and titles(screen)[:1] == ["It was 14:20."])
    assert "The lines went dead at 13:20." in told(screen)
    until(lambda: "corrected later" in (screen.model.index(1).data(Qt.ItemDataRole.AccessibleTextRole) or ""))
    choose(screen, 0, until)
    assert "The lines went dead at 13:20." in told(screen)


def test_a_photo_is_looked_at_closely_and_a_copy_leaves_only_after_a_warning(
    show: Callable[[], JournalScreen], unlocked: Bridge, qtbot: QtBot, until: Until, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (1.0, 30.0, 36.0), 3: "E", 4: (36.0, 49.0, 12.0)})
    Image.new("RGB", (3200, 2000), "#336699").save(tmp_path / "street.jpg", exif=exif)
    unlocked.capture(lambda capturing: capturing.file(tmp_path / "street.jpg"), lambda _: None)
    until(lambda: not unlocked.waiting())
    screen = show()
    until(lambda: screen.model.picture_at(0) is not None)
    choose(screen, 0, until)
    canvas = screen.detail.picture.canvas
    until(lambda: canvas.pixels() == (1600, 1000))
    screen.detail.take_focus()
    for _ in range(8):
        qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    until(lambda: canvas.pixels() == (3200, 2000))
    assert canvas.zoom > 4
    wheel(canvas, -120)
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.zoom == 1
    qtbot.mouseClick(screen.detail.export_button, Qt.MouseButton.LeftButton)
    assert "not be encrypted" in screen.detail.export.words()
    assert "where it was taken" in screen.detail.export.words()
    (tmp_path / "out").mkdir()
    screen.detail.export.save_into(str(tmp_path / "out"))
    until(lambda: "not encrypted" in screen.detail.notice.words())
    (copy,) = (tmp_path / "out").iterdir()
    assert copy.read_bytes() == (tmp_path / "street.jpg").read_bytes()
    screen.detail.export.save_into(str(tmp_path / "out"))
    until(lambda: "there already" in screen.detail.notice.words())


def wheel(widget: object, turned: int) -> None:
    at = QPointF(20, 20)
    event = QWheelEvent(
        at,
        widget.mapToGlobal(at),  # type: ignore[attr-defined]
        QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)  # type: ignore[call-overload]


def days(count: int, each: int) -> Iterator[tuple[ClockReading, list[Body]]]:
    """Notes on several days, all of the middle one within a disruption."""
    now = SystemClock().read()
    for day in range(count):
        wall = datetime.fromisoformat("2026-03-01T12:00:00Z") + timedelta(days=day)
        reading = ClockReading(f"{wall:%Y-%m-%dT%H:%M:%S}.000Z", 0, now.boottime_ns, now.boot_id)
        disruption = new_id(reading) if day == count // 2 else None
        bodies: list[Body] = [NoteWritten(f"day {day} note {number}", None, disruption) for number in range(each)]
        if disruption is not None:
            at = Interval(moment_of(reading), moment_of(reading))
            state, grade = NetworkState.BEYOND_PROVIDER, DisruptionGrade.PROBABLE
            bodies.insert(0, DisruptionOpened(disruption, state, grade, (), at, "0" * 16, ()))
            bodies.append(DisruptionClosed(disruption, at, ()))
        yield reading, bodies


def test_a_long_journal_is_read_in_windows_and_scrolls_both_ways_under_its_headings(
    folder: Path, qtbot: QtBot, until: Until, request: pytest.FixtureRequest
) -> None:
    with Vault.open(folder, bytearray(PASSPHRASE), SystemClock()) as vault:
        for reading, bodies in days(9, 300):
            vault.append_many(bodies, reading=reading)
    screen: JournalScreen = request.getfixturevalue("show")()
    model, view, bar = screen.model, screen.list, screen.list.verticalScrollBar()
    total = model.rowCount()
    assert total == 9 * 300 + 2
    assert model.read() < 200, "only what is on show is read"

    def settled() -> bool:
        return all(model.row_at(number) is not None for number, _, _ in view.placed()) and not model.bridge.waiting()

    bar.setValue(bar.maximum() // 2)
    until(settled)
    assert "during a disruption: No connection beyond the provider" in model.heading_at(view.placed()[0][0])
    assert model.read() < 400
    # One heading above the newest row of each group, wherever one comes from.
    for begin in (2402, 2102, 1802, 1502, 300, 600, 900, 1200):
        view.scrollTo(model.index(begin), view.ScrollHint.PositionAtCenter)
        until(settled)
        assert [number for number, _, _ in view.placed() if model.begins_group(number)] == [begin]
    # Every row can be reached and lies where it says, downwards and upwards again.
    for number in (*range(1000, 1500, 7), *range(1500, 1000, -11), 0, total - 1):
        view.scrollTo(model.index(number))
        until(settled)
        view.scrollTo(model.index(number))
        area = view.visualRect(model.index(number))
        assert area.top() >= view.head() or number == 0
        assert area.bottom() < view.viewport().height()
        assert view.indexAt(area.center()).row() == number
    last = view.placed()[-1]
    assert last[0] == total - 1
    assert last[1] + last[2] == view.viewport().height()
    # Nobody loses their place when something new comes on top.
    view.scrollTo(model.index(700))
    until(settled)
    before = model.sequence_at(view.placed()[0][0]), view.placed()[0][1]
    write(model.bridge, "new on top")
    until(lambda: model.rowCount() == total + 1 and settled())
    assert (model.sequence_at(view.placed()[0][0]), view.placed()[0][1]) == before


def test_the_raw_entry_is_shown_on_demand_and_hostile_words_stay_words(
    append: Append, request: pytest.FixtureRequest, qtbot: QtBot, until: Until
) -> None:
    append([NoteWritten("<img src=x>\u202egnp.exe", "\u2066M.", None)])
    screen: JournalScreen = request.getfixturevalue("show")()
    choose(screen, 0, until)
    assert not {"\u202e", "\u2066"} & set(told(screen))
    assert "<img src=x>" in told(screen)
    raw = screen.detail.facts.raw
    assert raw is not None
    qtbot.mouseClick(raw.button, Qt.MouseButton.LeftButton)
    shown = raw.findChild(QPlainTextEdit)
    assert shown is not None
    assert '"kind":"note"' in shown.toPlainText()
    assert "\u202e" not in shown.toPlainText()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_kind_of_entry_has_words(language: str) -> None:
    words.speak(language)
    for kind in BODIES:
        row = JournalRow(0, "x", kind, "2026-11-23T14:02:10.123Z", 0, GISTS.get(kind))
        assert kind_words(kind) != kind
        assert icon_of(row) != "unknown"
        assert title_of(row)
        assert title_of(row) in spoken(row)
        assert isinstance(second_of(row), str)
    words.speak("en")
