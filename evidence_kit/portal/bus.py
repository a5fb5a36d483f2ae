"""Where the session's bus is, and a connection to it.

Source: the D-Bus specification, "Server Addresses".
"""

import contextlib
import socket
import subprocess
from collections.abc import Iterator, Mapping

from jeepney.bus import get_connectable_addresses

from evidence_kit import programs


def session_bus(environment: Mapping[str, str]) -> str:
    """The address of the session's bus, "" where there is none; the socket in its usual place where none is named."""
    usual = environment.get("XDG_RUNTIME_DIR", "")
    return environment.get("DBUS_SESSION_BUS_ADDRESS") or (f"unix:path={usual}/bus" if usual else "")


class BusConnection:
    """A connection to the bus, made by a process that the portal may look at (`portal.connector`).

    `control` can be read once that process has tried; then `accept` takes the connection over, as `socket`. `close`
    ends both. Raises `OSError` where no process can be started.
    """

    def __init__(self, address: str) -> None:
        self.control, theirs = socket.socketpair()
        try:
            command = [*programs.program("evidence_kit.portal.connector"), address]
            self._process = subprocess.Popen(
                command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError:
            self.control.close()
            raise
        finally:
            theirs.close()
        self.socket: socket.socket | None = None

    def accept(self) -> socket.socket | None:
        """The non-blocking socket that was handed over; None where no bus accepted us."""
        with contextlib.suppress(OSError):
            _, handed, _, _ = socket.recv_fds(self.control, 1, 1, socket.MSG_CMSG_CLOEXEC)
            if handed:
                self.socket = socket.socket(fileno=handed[0])
                self.socket.setblocking(False)
        return self.socket

    def close(self) -> None:
        """End the connection and the process that made it."""
        if self.socket is not None:
            self.socket.close()
        self.control.close()
        self._process.kill()
        self._process.wait()


def socket_addresses(address: str) -> Iterator[str]:
    """The sockets of this computer in a bus's address; never one of a network, never a program to be started."""
    try:
        yield from get_connectable_addresses(address)
    except (RuntimeError, ValueError):
        return  # none that is a socket of this computer, or not an address at all
