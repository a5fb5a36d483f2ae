"""One window for each vault: the second start calls the first one and ends."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from ui.integration.instance import Instance, socket_name


def test_the_first_one_is_called_by_a_second_start(tmp_path: Path, qapp: QCoreApplication, qtbot: QtBot) -> None:
    first = Instance(tmp_path / "vault")
    assert first.claim()
    socket = QLocalSocket()
    with qtbot.waitSignal(first.called, timeout=5_000, check_params_cb=lambda token: token == "a-token"):
        socket.connectToServer(socket_name(tmp_path / "vault"))
        socket.write(b"show a-token\n")
    qtbot.waitUntil(lambda: bytes(socket.readAll().data()) == b"here\n", timeout=5_000)
    first.close()


@pytest.mark.parametrize(
    ("said", "answer", "called"),
    [
        (b"show\n", b"here\n", [""]),
        (b"hidden\n", b"here\n", []),
        (b"show \x1b[0m\n", b"here\n", [""]),
        (b"sho", b"", []),
        (b"other\n", b"", []),
        (b"x" * 2000, b"", []),
    ],
)
def test_only_what_is_understood_is_answered_and_a_start_at_login_calls_nobody(
    tmp_path: Path, qapp: QCoreApplication, qtbot: QtBot, said: bytes, answer: bytes, called: list[str]
) -> None:
    first = Instance(tmp_path / "vault")
    assert first.claim()
    heard: list[str] = []
    first.called.connect(heard.append)
    socket = QLocalSocket()
    socket.connectToServer(socket_name(tmp_path / "vault"))
    socket.write(said)
    if said == b"sho":
        qtbot.waitUntil(lambda: socket.bytesToWrite() == 0, timeout=5_000)
        socket.disconnectFromServer()
    qtbot.waitUntil(lambda: socket.state() is QLocalSocket.LocalSocketState.UnconnectedState, timeout=5_000)
    assert bytes(socket.readAll().data()) == answer
    assert heard == called
    first.close()


def test_it_follows_to_another_vault_and_leaves_the_first_to_others(tmp_path: Path, qapp: QCoreApplication) -> None:
    first, second = Instance(tmp_path / "one"), Instance(tmp_path / "one")
    assert first.claim()
    assert first.move(tmp_path / "two")
    assert Path(socket_name(tmp_path / "two")).is_socket()
    assert second.claim()
    first.close()
    second.close()


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
