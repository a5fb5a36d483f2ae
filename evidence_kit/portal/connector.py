"""Connect to the session's bus for a process whose memory is closed to others; this one holds no secret.

A portal looks at who asks (/proc/PID/root) and refuses whom it cannot look at, which our hardened processes are.
`python -m evidence_kit.portal.connector ADDRESS`: standard input is a socket. The connection to the first socket of
this computer in the bus's address goes out through it; then this process only stays, for the portal to look at, until
that socket ends.
"""

import socket
import sys

from evidence_kit.portal.bus import socket_addresses


def main() -> None:
    with socket.socket(fileno=0) as control:
        for address in socket_addresses(sys.argv[1]):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                try:
                    connection.connect(address)
                except (OSError, ValueError):
                    continue
                socket.send_fds(control, [b"!"], [connection.fileno()])
            control.recv(1)
            return


if __name__ == "__main__":
    main()
