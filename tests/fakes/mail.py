"""Mail servers for tests: the real one in a process of its own, one that follows a script, and a SOCKS proxy."""

import contextlib
import select
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import trustme

from evidence_kit.drill.mail_server import Inbox, PostOffice


@dataclass
class Authority:
    """Certificates for the servers of one test; `ca_file` is what a client is told to trust."""

    ca_file: Path
    ca: trustme.CA = field(default_factory=trustme.CA)

    def __post_init__(self) -> None:
        self.ca.cert_pem.write_to_path(self.ca_file)

    def context(self, certificate: trustme.LeafCert | None = None) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        (certificate or self.ca.issue_cert("127.0.0.1")).configure_cert(context)
        return context


class Wire:
    """A server's end of one connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self._heard = b""

    def say(self, text: bytes) -> None:
        self.socket.sendall(text)

    def encrypt(self, context: ssl.SSLContext) -> None:
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def line(self) -> bytes:
        """The next line without its end; empty once the client has hung up."""
        while b"\r\n" not in self._heard:
            more = self.socket.recv(65536)
            if not more:
                return b""
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\r\n")
        return line

    def text(self) -> bytes | None:
        """The mail up to its final dot; None where the client hung up before."""
        text = self._heard
        while not text.endswith(b"\r\n.\r\n"):
            more = self.socket.recv(65536)
            if not more:
                return None
            text += more
        self._heard = b""
        return text[: -len(b".\r\n")]

    def gone(self, seconds: float) -> bool:
        """Wait until the client hangs up, at most so long."""
        return bool(select.select([self.socket], [], [], seconds)[0]) and not self.socket.recv(65536)

    def drip(self, piece: bytes) -> None:
        """Say a little for ever, until the client hangs up."""
        while not self.gone(0.02):
            self.say(piece)

    def reset(self) -> None:
        """Cut the connection with RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.socket.close()


Act = Callable[[Wire], None]
Reply = bytes | Act
POLITE: Mapping[str, Reply] = {
    "greeting": b"220 ready\r\n",
    "EHLO": b"250-mail\r\n250-SIZE 1000000\r\n250 AUTH PLAIN LOGIN\r\n",
    "STARTTLS": b"220 go\r\n",
    "AUTH": b"235 ok\r\n",
    "MAIL": b"250 ok\r\n",
    "RCPT": b"250 ok\r\n",
    "DATA": b"354 go\r\n",
    "dot": b"250 kept\r\n",
    "QUIT": b"221 bye\r\n",
}


class ScriptedServer:
    """Answers each verb as `replies` says, else politely; a reply that is a function takes over and ends the talk.

    `heard` are the commands, `texts` the mails whose final dot came, `unfinished` counts those whose did not.
    """

    def __init__(
        self, authority: Authority, replies: Mapping[str, Reply], *, context: ssl.SSLContext | None = None
    ) -> None:
        self._replies = {**POLITE, **replies}
        self._authority = authority
        self._context = context or authority.context()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._implicit_tls = False
        self.connections = 0
        self.heard: list[bytes] = []
        self.texts: list[bytes] = []
        self.unfinished = 0

    def implicit(self) -> Self:
        self._implicit_tls = True
        return self

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def url(self, more: str = "", host: str = "127.0.0.1", user: str = "me%40here.example:p%C3%A4ss%2F@") -> str:
        scheme = "smtps" if self._implicit_tls else "smtp"
        query = f"?to=desk@newsroom.example&from=me@here.example&ca_file={self._authority.ca_file}{more}"
        return f"{scheme}://{user}{host}:{self.port}/{query}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            wire = Wire(connection)
            with contextlib.suppress(OSError):
                if self._implicit_tls:
                    wire.encrypt(self._context)
                self._talk(wire)
            wire.socket.close()

    def _talk(self, wire: Wire) -> None:
        if not self._answer(wire, "greeting"):
            return
        while command := wire.line():
            self.heard.append(command)
            verb = command.split(b" ")[0].decode().upper()
            if (
                verb == "EHLO"
                and isinstance(wire.socket, ssl.SSLSocket) is False
                and self._replies[verb] == POLITE[verb]
            ):
                wire.say(b"250-mail\r\n250 STARTTLS\r\n")
            elif not self._answer(wire, verb):
                return
            elif verb == "STARTTLS":
                wire.encrypt(self._context)
            elif verb == "DATA" and self._replies[verb] == POLITE[verb]:
                text = wire.text()
                if text is None:
                    self.unfinished += 1
                    return
                self.texts.append(text)
                if not self._answer(wire, "dot"):
                    return

    def _answer(self, wire: Wire, step: str) -> bool:
        reply = self._replies[step]
        if callable(reply):
            reply(wire)
            return False
        wire.say(reply)
        return True


class SocksProxy:
    """A SOCKS 5 proxy that brings every name to one port of this machine, and remembers what it was asked for."""

    def __init__(self, port: int, refusal: int = 0) -> None:
        self._port = port
        self._refusal = refusal
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self.asked: list[tuple[str, int]] = []

    @property
    def url(self) -> str:
        return f"socks5h://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, contextlib.suppress(OSError):
                self._relay(client)

    def _relay(self, client: socket.socket) -> None:
        client.recv(2 + client.recv(2, socket.MSG_PEEK)[1])
        client.sendall(b"\x05\x00")
        _, _, _, kind = client.recv(4, socket.MSG_WAITALL)
        if kind == 3:
            name = client.recv(client.recv(1)[0], socket.MSG_WAITALL).decode()
        else:
            name = f"address kind {kind}"
            client.recv(4 if kind == 1 else 16, socket.MSG_WAITALL)
        self.asked.append((name, int.from_bytes(client.recv(2, socket.MSG_WAITALL), "big")))
        client.sendall(bytes((5, self._refusal, 0, 1, 0, 0, 0, 0, 0, 0)))
        if self._refusal:
            return
        with socket.create_connection(("127.0.0.1", self._port)) as server:
            other = {client: server, server: client}
            while True:
                for end in select.select(list(other), [], [])[0]:
                    piece = end.recv(65536)
                    if not piece:
                        return
                    other[end].sendall(piece)


class MailProcess:
    """The real server in a process of its own, at the address `url`. What it accepts goes to a folder."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.url = self._line()

    def wait_for_end_of_connections(self) -> None:
        """Until every connection that began is over: what a killed sender handed over is accepted by then, or never."""
        if self._process.stdin is None:
            raise RuntimeError("a pipe was asked for")
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self._line()

    def _line(self) -> str:
        if self._process.stdout is None:
            raise RuntimeError("a pipe was asked for")
        return self._process.stdout.readline().strip()


@contextlib.contextmanager
def mail_process(folder: Path, *, implicit_tls: bool = False) -> Iterator[MailProcess]:
    """A `MailProcess` that ends with the context."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.mail", str(folder), "implicit" if implicit_tls else "starttls"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield MailProcess(process)
        process.communicate()


class _Watched(PostOffice):
    """Says when nobody is connected."""

    def __init__(self, folder: Path, *, implicit_tls: bool) -> None:
        super().__init__(Inbox(folder), folder / "ca.pem", implicit_tls=implicit_tls, size_limit=None)
        self._connections: set[object] = set()  # STARTTLS begins one a second time
        self._changed = threading.Condition()

    def serve(self, counter: Any) -> None:
        with self._changed:
            self._connections.add(counter)
        super().serve(counter)

    def leave(self, counter: Any) -> None:
        super().leave(counter)
        with self._changed:
            self._connections.discard(counter)
            self._changed.notify_all()

    def wait_until_empty(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._connections)


def main() -> None:
    folder, mode = Path(sys.argv[1]), sys.argv[2]
    with _Watched(folder, implicit_tls=mode == "implicit") as office:
        print(office.url(), flush=True)
        for _ in sys.stdin:
            office.wait_until_empty()
            print(flush=True)


if __name__ == "__main__":
    main()
