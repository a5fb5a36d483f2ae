"""Whether something at an address speaks SOCKS 5; nothing more is said to it."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from evidence_kit.errors import KitError
from evidence_kit.probe.proxy import greet
from evidence_kit.probe.tcp import Proxy
from evidence_kit.watch.network import try_proxy

WELCOME = b"\x05\x00"


@contextmanager
def answering(reply: bytes, heard: list[bytes]) -> Iterator[int]:
    """Somebody on loopback who hears three bytes, says `reply` and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            line, _ = listener.accept()
            with line, contextlib.suppress(OSError):  # whoever heard enough may have hung up
                heard.append(line.recv(3, socket.MSG_WAITALL))
                line.sendall(reply)
                line.shutdown(socket.SHUT_WR)
                heard.append(line.recv(100))

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def test_a_proxy_that_answers_is_greeted_and_asked_for_nothing() -> None:
    heard: list[bytes] = []
    with answering(WELCOME, heard) as port:
        try_proxy(f"socks5h://127.0.0.1:{port}")
    assert heard == [b"\x05\x01\x00", b""]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (b"\x05\xff", "proxy-wants-password"),
        (b"HTTP/1.1 400 Bad Request\r\n", "proxy-not-socks"),
        (b"\x05", "proxy-not-socks"),
        (b"", "proxy-not-socks"),
        (b"\x04\x00", "proxy-not-socks"),
    ],
)
def test_whatever_else_answers_is_told_apart(reply: bytes, code: str) -> None:
    with answering(reply, []) as port, pytest.raises(KitError, match=code):
        greet(Proxy("127.0.0.1", port))


def test_nobody_there_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(KitError, match="proxy-unreachable"):
        greet(Proxy("127.0.0.1", port))


def test_somebody_who_says_nothing_is_not_waited_for_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(KitError, match="proxy-unreachable"):
        greet(Proxy("127.0.0.1", listener.getsockname()[1]), patience_s=0.1)
