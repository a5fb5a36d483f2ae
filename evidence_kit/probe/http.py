"""One HTTP/1.1 GET over an open wire: no redirects, no cookies, a cap on the body and a deadline on the whole."""

import http.client
import io
import socket
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from evidence_kit.model.exchange import Headers, HttpTransaction
from evidence_kit.model.failure import AnyFailure
from evidence_kit.probe.failure import failure_of
from evidence_kit.probe.tcp import Wire
from evidence_kit.probe.trace import Trace

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BODY_CAP: Final = 64 * 1024


class _Stream(io.RawIOBase):
    """What `http.client` reads from: a wire with its deadline."""

    def __init__(self, wire: Wire, deadline: float) -> None:
        self._wire = wire
        self._deadline = deadline
        self._rest = b""

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        content = self._rest or self._wire.receive(self._deadline)
        taken, self._rest = content[: len(view)], content[len(view) :]
        view[: len(taken)] = taken
        return len(taken)


def _request(url: str, user_agent: str) -> tuple[Headers, bytes]:
    """The headers of a GET, and its bytes as they go over the wire."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers: Headers = (
        ("Host", parts.netloc.rpartition("@")[2]),
        ("User-Agent", user_agent),
        ("Accept", "*/*"),
        ("Connection", "close"),
    )
    text = f"GET {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
    return headers, text.encode("ascii")


def get(
    trace: Trace,
    wire: Wire,
    url: str,
    *,
    address: str,
    transaction: int,
    timeout_s: float,
    user_agent: str,
    cap: int = BODY_CAP,
) -> HttpTransaction:
    """Ask for `url` and read at most `cap` bytes of the body."""
    asked, request = _request(url, user_agent)
    t0 = trace.now()
    deadline = trace.deadline(timeout_s)
    failure: AnyFailure | None = None
    status: int | None = None
    got: Headers = ()
    body = b""
    # HTTPResponse wants a socket but only ever calls its makefile.
    stream = _Stream(wire, deadline)
    response = http.client.HTTPResponse(cast(socket.socket, stream), method="GET")
    try:
        wire.send(request, deadline)
        response.begin()
        status, got = response.status, tuple(response.getheaders())
        body = response.read(cap + 1)
        if response.length and len(body) <= cap:
            raise http.client.IncompleteRead(body, response.length)
    except http.client.IncompleteRead as error:
        body, failure = error.partial, failure_of(error)
    except (OSError, http.client.HTTPException) as error:
        failure = failure_of(error)
    finally:
        response.close()
    return HttpTransaction(
        url=url,
        address=address,
        request_headers=asked,
        failure=failure,
        t0=t0,
        t=trace.now(),
        transaction=transaction,
        status=status,
        response_headers=got,
        body=body[:cap],
        body_is_truncated=len(body) > cap or failure is not None,
    )
