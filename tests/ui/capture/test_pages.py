"""Pages by address, with the real page camera and no network."""

import socket

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from evidence_kit.model.bodies.captures import PageCaptured
from tests.ui.capture.conftest import Ways
from ui.capture.model import State
from ui.capture.pages import PagesSheet


def opened(ways: Ways) -> PagesSheet:
    ways.actions.page()
    sheet = ways.sheet(PagesSheet)
    assert isinstance(sheet, PagesSheet)
    return sheet


def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_an_address_that_is_none_is_told_without_a_camera(sealed: Ways, qtbot: QtBot) -> None:
    sheet = opened(sealed)
    assert not sheet.start.isEnabled()
    qtbot.keyClicks(sheet.addresses, "ftp://example.org")
    qtbot.mouseClick(sheet.start, Qt.MouseButton.LeftButton)
    (row,) = sheet.run.results.rows
    assert (row.state, row.words) == (State.FAILED, "Only web addresses can be captured (http or https).")
    assert sheet.list.again.isVisible()


@pytest.mark.slow
def test_pages_that_do_not_load_are_kept_one_after_the_other_with_the_browsers_reason(ways: Ways) -> None:
    sheet = opened(ways)
    ports = closed_port(), closed_port()
    sheet.addresses.setPlainText(f"http://127.0.0.1:{ports[0]}\n127.0.0.1:{ports[1]}")
    sheet.take()
    ways.until(lambda: bool(ways.told.kept))
    assert [row.name for row in sheet.run.results.rows] == [
        f"http://127.0.0.1:{ports[0]}",
        f"https://127.0.0.1:{ports[1]}",
    ]
    assert {row.words for row in sheet.run.results.rows} == {"Kept. The page did not load. The connection was refused."}
    assert len([one for one in ways.bodies() if isinstance(one, PageCaptured)]) == 2


@pytest.mark.slow
def test_stop_ends_the_page_under_way_and_those_that_wait(sealed: Ways) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        silent.settimeout(20)
        sheet = opened(sealed)
        sheet.addresses.setPlainText(f"http://127.0.0.1:{silent.getsockname()[1]}/\nexample.invalid")
        sheet.take()
        asked, _ = silent.accept()  # the page is being loaded now, and will be for ever
        with asked:
            sheet.list.progress._stop.click()
            sealed.until(lambda: not sheet.run.running)
    assert [row.state for row in sheet.run.results.rows] == [State.STOPPED, State.STOPPED]
    assert sealed.told.kept == []
