"""The rehearsal internet as fixtures, and a SOCKS proxy that writes down what it is asked for."""

import contextlib
import ipaddress
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_kit.drill.fake_internet import FakeInternet
from evidence_kit.probe.targets import Targets, load_targets


@pytest.fixture(scope="module")
def shared_internet() -> Iterator[FakeInternet]:
    with FakeInternet() as internet:
        yield internet


@pytest.fixture
def internet(shared_internet: FakeInternet) -> FakeInternet:
    """A whole little internet, in good health at the start of each test."""
    shared_internet.restore()
    shared_internet.site.cut_names = frozenset()
    return shared_internet


@pytest.fixture
def targets(internet: FakeInternet, tmp_path: Path) -> Targets:
    """Targets that point at `internet` alone."""
    targets = load_targets(internet.write_targets(tmp_path))
    hurried = replace(targets.timeouts, dns_s=0.3, duplicates_s=0.04, tcp_s=0.25, gateway_s=0.25)
    return replace(targets, timeouts=hurried)


class SocksRecorder:
    """A SOCKS5 proxy (RFC 1928) on `address`; `asked` holds every (host, port) that was asked for.

    Names in `known` lead to their address, addresses to themselves; everything else is "host unreachable".
    """

    def __init__(self, known: dict[str, str], address: str = "127.0.0.1", port: int = 0) -> None:
        self.asked: list[tuple[str, int]] = []
        self._known = known
        self._listening = socket.create_server((address, port))
        self.port: int = self._listening.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    @property
    def url(self) -> str:
        return f"socks5h://127.0.0.1:{self.port}"

    def __enter__(self) -> "SocksRecorder":
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listening.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                thread = threading.Thread(target=self._serve, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            _exactly(connection, _exactly(connection, 2)[1])
            connection.sendall(b"\x05\x00")
            kind = _exactly(connection, 4)[3]
            if kind == 3:
                host = _exactly(connection, _exactly(connection, 1)[0]).decode()
            else:
                host = str(ipaddress.ip_address(_exactly(connection, 4 if kind == 1 else 16)))
            (port,) = struct.unpack("!H", _exactly(connection, 2))
            self.asked.append((host, port))
            where = self._known.get(host) if kind == 3 else host
            if where is None:
                connection.sendall(b"\x05\x04\x00\x01" + bytes(6))
                return
            try:
                onward = socket.create_connection((where, port), timeout=5)
            except ConnectionRefusedError:
                connection.sendall(b"\x05\x05\x00\x01" + bytes(6))
                return
            with onward:
                connection.sendall(b"\x05\x00\x00\x01" + bytes(6))
                back = threading.Thread(target=_pour, args=(onward, connection))
                back.start()
                _pour(connection, onward)
                back.join()


def _exactly(connection: socket.socket, size: int) -> bytes:
    content = b""
    while len(content) < size:
        piece = connection.recv(size - len(content))
        if not piece:
            raise ConnectionResetError
        content += piece
    return content


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while content := source.recv(4096):
            sink.sendall(content)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
