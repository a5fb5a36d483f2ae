"""Connect to the session's bus for a process whose memory is closed to others: a process that knows nothing.

A portal looks at who asks (/proc/PID/root) and refuses whom it cannot look at, which our hardened processes are.
`python -m evidence_kit.portal.door ADDRESS`: standard input is a socket. The connection to the first socket of this
computer in the bus's address goes out through it; then this process only stays, for the portal to look at, until
that socket ends.
"""

import socket
import sys

from evidence_kit.portal.bus import places


def main() -> None:
    with socket.socket(fileno=0) as outside:
        for place in places(sys.argv[1]):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                try:
                    line.connect(place)
                except (OSError, ValueError):
                    continue
                socket.send_fds(outside, [b"!"], [line.fileno()])
            outside.recv(1)
            return


if __name__ == "__main__":
    main()
