"""One window for each vault: the second start calls the first one and ends."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from ui.instance import Instance, socket_name


def test_the_first_one_is_called_by_a_second_start(tmp_path: Path, qapp: QCoreApplication, qtbot: QtBot) -> None:
    first = Instance(tmp_path / "vault")
    assert first.claim()
    socket = QLocalSocket()
    with qtbot.waitSignal(first.called, timeout=5_000):
        socket.connectToServer(socket_name(tmp_path / "vault"))
        socket.write(b"show\n")
    qtbot.waitUntil(lambda: bytes(socket.readAll().data()) == b"here\n", timeout=5_000)
    first.close()


def test_another_vault_has_a_window_of_its_own(tmp_path: Path, qapp: QCoreApplication) -> None:
    first, other = Instance(tmp_path / "one"), Instance(tmp_path / "two")
    assert first.claim()
    assert other.claim()
    first.close()
    other.close()


def test_what_a_dead_process_left_keeps_nobody_out(tmp_path: Path, qapp: QCoreApplication) -> None:
    path = Path(socket_name(tmp_path / "vault"))
    path.touch()
    instance = Instance(tmp_path / "vault")
    assert instance.claim()
    assert path.is_socket()
    assert path.stat().st_mode & 0o077 == 0
    instance.close()


@pytest.mark.slow
def test_somebody_who_does_not_answer_keeps_nobody_out(tmp_path: Path, qapp: QCoreApplication) -> None:
    deaf = QLocalServer()
    assert deaf.listen(socket_name(tmp_path / "vault"))
    instance = Instance(tmp_path / "vault")
    assert instance.claim()
    instance.close()
    deaf.close()


def test_the_socket_does_not_tell_where_the_vault_is(tmp_path: Path) -> None:
    assert "vault" not in Path(socket_name(tmp_path / "vault")).name
