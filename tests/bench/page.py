"""Pages: our warm camera up to the committed exhibit, beside headless Chromium that writes a picture and no more."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.keeper import JournalKeeper
from evidence_kit.model.bodies.captures import PageCaptured
from tests.bench.row import Row, against, in_turn
from tests.bench.stage import Group, Stage, new_vault, open_kit, ran

_PARAGRAPH = "<p>The shop at the corner still had a connection over the cable until the evening. " * 3
_PAGE = (
    "<!doctype html><meta charset=utf-8><title>News from the river</title><style>body{font:18px serif;margin:2em}"
    "h2{color:#246}.box{background:linear-gradient(#fff,#9cf);height:120px}</style><h1>News from the river</h1>"
    + "".join(f"<h2>Part {number}</h2>{_PARAGRAPH}<div class=box></div>" for number in range(12))
).encode()
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1366,768",
)


def rows(stage: Stage) -> Group:
    yield "page capture", lambda: _online(stage)
    yield "page capture, offline", lambda: _offline(stage)


def _online(stage: Stage) -> Row:
    with _served() as address:
        return _compared(stage, "page", "page, warm camera → committed, with MHTML", address)


def _offline(stage: Stage) -> Row:
    with socket.socket() as reserved:
        # Bound and never listening: connections are refused.
        reserved.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{reserved.getsockname()[1]}/"
        return _compared(stage, "offline", "page that cannot be reached, warm camera → committed", address)


def _compared(stage: Stage, name: str, work: str, address: str) -> Row:
    folder = stage.room(name)
    peer = _Chromium(folder, address)
    with open_kit(new_vault(folder / "vault")) as kit, Capturing(JournalKeeper(kit)) as capturing:
        body = capturing.page(address, deadline_s=30).body
        assert isinstance(body, PageCaptured)
        assert (body.page_state == "error-page") == (name == "offline"), body.page_state
        works = [lambda: capturing.page(address, deadline_s=30), peer.photograph]
        ours, theirs = in_turn(works, stage.few + 2)
    made = "" if peer.pictures else " (gave up, made no picture)"
    return against(work, ours, f"chromium --headless --screenshot{made}", theirs, 1)


class _Chromium:
    """Headless Chromium with a new profile each time. `pictures` counts what it made."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._address = address
        self._runs = 0
        self.pictures = 0

    def photograph(self) -> None:
        self._runs += 1
        picture = self._folder / f"peer-{self._runs}.png"
        profile = f"--user-data-dir={self._folder / f'profile-{self._runs}'}"
        # Chromium's sandbox does not start for root.
        extra = ("--no-sandbox",) if os.geteuid() == 0 else ()
        ran("chromium", *_FLAGS, *extra, profile, f"--screenshot={picture}", self._address)
        self.pictures += picture.exists()


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(_PAGE)))
        self.end_headers()
        self.wfile.write(_PAGE)

    def log_message(self, format: str, *args: object) -> None: ...


@contextlib.contextmanager
def _served() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
