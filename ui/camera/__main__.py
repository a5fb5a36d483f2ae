"""`python -m ui.camera --folder F [--proxy URL] [--no-javascript]`: requests on standard input, answers on output."""

from evidence_kit.system import forbid_core_dumps, namespaces_allowed

# The memory is closed in `serve`, once Chromium's sandbox stands: a closed process cannot start it.
forbid_core_dumps()

# Chromium reads the environment when it is loaded, so all of this comes before the first import of Qt.
import argparse  # noqa: E402 - after the hardening on purpose
import os  # noqa: E402 - as above
import sys  # noqa: E402 - as above
from pathlib import Path  # noqa: E402 - as above

from ui.camera.flags import chromium_flags, sandboxed, surroundings  # noqa: E402 - as above


def main() -> None:
    """Answer one request after another until standard input ends."""
    arguments = argparse.ArgumentParser(prog="ui.camera")
    arguments.add_argument("--folder", type=Path, required=True, help="a private folder in memory; emptied at the end")
    arguments.add_argument("--proxy", help="socks5://host:port or http://host:port")
    arguments.add_argument("--no-javascript", action="store_true")
    chosen = arguments.parse_args()

    kept = surroundings(os.environ, chosen.folder)
    os.environ.clear()
    os.environ.update(kept)
    # The answers get a channel of their own; whatever else writes to standard output goes nowhere.
    answers = os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)

    if sandboxed() and not namespaces_allowed():
        # Chromium would end the process without a word that anyone sees; it never runs without its sandbox here.
        sys.stdin.buffer.readline()
        answers.write(b'{"v":1,"error":"page-camera","reason":"no-sandbox","spent":true}\n')
        answers.close()
        return

    # Qt must see the environment above.
    from ui.camera.serve import serve

    serve(sys.stdin.buffer, answers, chosen.folder, chromium_flags(chosen.proxy), javascript=not chosen.no_javascript)


if __name__ == "__main__":
    main()
