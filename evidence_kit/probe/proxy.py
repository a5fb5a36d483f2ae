"""Find out whether a SOCKS 5 proxy answers at an address; never ask it for anything."""

import socket
from typing import Final

from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.probe.tcp import Proxy
from evidence_kit.probe.trace import Trace

_PATIENCE_S: Final = 5.0
# RFC 1928 §3: version 5, one method on offer, "no authentication required".
_GREETING: Final = b"\x05\x01\x00"
_WELCOME: Final = b"\x05\x00"
_NO_METHOD: Final = b"\x05\xff"


def greet(proxy: Proxy, patience_s: float = _PATIENCE_S) -> None:
    """Greet the proxy and hear whether it would take us as we are; `patience_s` seconds at most.

    Raises `Unavailable` with "proxy-unreachable" or "proxy-not-socks", `Refused(Code.PROXY_WANTS_PASSWORD)`.
    """
    trace = Trace(SystemClock(), patience_s)
    answer = b""
    try:
        with socket.create_connection((proxy.address, proxy.port), patience_s) as line:
            line.sendall(_GREETING)
            while len(answer) < len(_WELCOME):
                line.settimeout(trace.left(trace.deadline(patience_s)))
                heard = line.recv(len(_WELCOME) - len(answer))
                if not heard:
                    break
                answer += heard
    except OSError as error:
        raise Unavailable(Code.PROXY_UNREACHABLE, errno=error.errno) from error
    if answer == _NO_METHOD:
        raise Refused(Code.PROXY_WANTS_PASSWORD)
    if answer != _WELCOME:
        raise Unavailable(Code.PROXY_NOT_SOCKS)
