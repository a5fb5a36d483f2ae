"""A recipient drops a report and reads the verdict first; no vault is needed."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from evidence_kit.app.desktop import Desktop
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.model.finding_code import FindingCode
from evidence_kit.seal.pgp import Keyring
from tests.fakes.correspondent import Correspondent
from tests.fakes.sealed_report import packed, people
from ui.bridge import Bridge
from ui.parts.text import Text
from ui.screens.check import view
from ui.screens.check.model import outcome
from ui.screens.check.view import CheckScreen, Raw
from ui.window import Window

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def bare(tmp_path: Path, dressed: None) -> Iterator[Bridge]:
    """A recipient's computer: no vault, no choices."""
    bridge = Bridge(Desktop(tmp_path / "no-vault", tmp_path / "settings"))
    yield bridge
    bridge.close()


@pytest.fixture
def screen(bare: Bridge, qtbot: QtBot) -> CheckScreen:
    made = CheckScreen(bare)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    return made


@pytest.fixture(scope="module")
def desk() -> Iterator[Correspondent]:
    """The recipient, with a gpg folder of their own."""
    with Correspondent() as correspondent:
        yield correspondent


@pytest.fixture(scope="module")
def report(desk: Correspondent, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("arrived") / "message.pgp"
    with Keyring() as keyring:
        keyring.load_secret(people().vault)
        keyring.load_certificate(desk.certificate.read_bytes())
        keyring.encrypt(io.BytesIO(packed()), out, [desk.fingerprint], people().vault.fingerprint)
    return out


def told(screen: CheckScreen) -> str:
    return "\n".join(one.text() for one in screen.findChildren(Text))


def verdict(screen: CheckScreen) -> str:
    found = screen.findChild(view.VerdictNotice)
    return found.words() if found is not None else ""


def test_a_sound_report_says_so_first_and_what_it_does_not_prove(
    screen: CheckScreen, report: Path, desk: Correspondent, until: Until
) -> None:
    screen._home = desk.home
    screen.check(report)
    until(lambda: verdict(screen) != "")
    assert verdict(screen).startswith("This report holds, but whose it is has not been confirmed")
    assert "Nothing here proves who caused a disruption" in told(screen)
    assert "--sender" not in told(screen)


def test_the_fingerprint_that_the_sender_told_makes_it_theirs(
    screen: CheckScreen, report: Path, desk: Correspondent, until: Until, qtbot: QtBot
) -> None:
    screen._home = desk.home
    qtbot.keyClicks(screen.fingerprint, people().vault.fingerprint)
    screen.check(report)
    until(lambda: verdict(screen) != "")
    assert verdict(screen).startswith("This report holds, and it is from the sender")


def test_a_report_of_somebody_else_does_not_hold(
    screen: CheckScreen, report: Path, desk: Correspondent, until: Until, qtbot: QtBot
) -> None:
    screen._home = desk.home
    qtbot.keyClicks(screen.fingerprint, people().stranger.fingerprint)
    screen.check(report)
    until(lambda: verdict(screen) != "")
    assert verdict(screen).startswith("This does not hold")
    assert not screen.unpack.isEnabled()


def test_what_was_checked_is_unpacked_and_receipted(
    screen: CheckScreen, report: Path, desk: Correspondent, until: Until, tmp_path: Path
) -> None:
    screen._home = desk.home
    screen.check(report)
    until(lambda: verdict(screen) != "")
    screen.extract_to(tmp_path / "unpacked")
    until(lambda: "Unpacked into" in screen.notice.words())
    assert (tmp_path / "unpacked" / "data" / "report.html").is_file()
    screen.sign_to(tmp_path / "receipt.asc")
    until(lambda: "The receipt is in" in screen.notice.words())
    assert (tmp_path / "receipt.asc").read_bytes().startswith(b"-----BEGIN PGP")
    screen.sign_to(tmp_path / "receipt.asc")
    until(lambda: "A file of that name is there already" in screen.notice.words())


def test_what_is_no_report_is_refused_in_words_and_another_can_be_chosen(
    screen: CheckScreen, until: Until, tmp_path: Path
) -> None:
    (tmp_path / "holiday.txt").write_text("not a report")
    screen.check(tmp_path / "holiday.txt")
    until(lambda: screen.notice.isVisible())
    assert screen.notice.words()
    assert screen.choose.isEnabled()


def test_a_check_that_is_stopped_ends_and_says_so(
    screen: CheckScreen, report: Path, desk: Correspondent, until: Until
) -> None:
    screen._home = desk.home
    screen.check(report)
    screen._progress._stop.click()
    until(lambda: screen.choose.isEnabled())
    assert verdict(screen) != "" or "It was stopped" in screen.notice.words()


def test_a_dropped_file_is_checked(screen: CheckScreen, tmp_path: Path, until: Until) -> None:
    (tmp_path / "dropped.txt").write_text("not a report")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "dropped.txt"))])
    event = QDropEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    screen.dropEvent(event)
    until(lambda: screen.notice.isVisible())


def test_the_raw_findings_are_behind_a_click(dressed: None, qtbot: QtBot) -> None:
    raw = Raw(outcome([Finding(FindingCode.FORM, Verdict.NOTE, "a.zip", (("form", "zip"),))]).raw)
    qtbot.addWidget(raw)
    raw.show()
    assert not raw.words.isVisible()
    qtbot.mouseClick(raw.button, Qt.MouseButton.LeftButton)
    assert raw.words.isVisible()
    assert "form=zip" in raw.words.text()


def test_checking_is_offered_before_there_is_any_vault(bare: Bridge, qtbot: QtBot) -> None:
    window = Window(bare)
    qtbot.addWidget(window)
    window.show()
    window.go("check")
    assert window.findChild(CheckScreen).isVisible()
