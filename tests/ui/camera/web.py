"""A loopback web server with the pages that a camera has to cope with, and a record of who asked for what."""

import http.server
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import trustme

TEXT = "<!doctype html><meta charset=utf-8>"
PAGES = {
    "/live": TEXT
    + "<title>A live page</title><body style='margin:0;background:#204060;color:#fff'><h1>It works سلام</h1>",
    "/long": TEXT
    + "<title>Long</title><body style='margin:0'><div style='height:4900px;background:#fff'>top</div>"
    + "<div style='height:100px;background:#12ab34'></div>",
    "/huge": TEXT + "<title>Huge</title><body style='margin:0;background:#abc'><div style='height:900000px'></div>",
    "/windows-high": TEXT + "<title>W</title><body style='margin:0'><div style='height:300vh;background:#0a0'></div>",
    "/alert": TEXT
    + "<title>before</title><script>alert(1);confirm(2);prompt(3);print();document.title='after'</script>",
    "/loop": TEXT + "<title>Loop</title><body style='background:#f00'><p>painted<script>onload=()=>{for(;;);}</script>",
    "/popup": TEXT
    + "<title>Popup</title><body><a href=/other id=a target=_blank>x</a><script>document.title='opened '"
    + "+(window.open('/other')!==null);document.getElementById('a').click();"
    + "onload=()=>location.href='mailto:a@b.c'</script>",
    "/moves": TEXT + "<title>Moves</title><script>setTimeout(()=>location.replace('/live'),50)</script>",
    "/later": TEXT
    + "<title>Later</title><body style='margin:0'><script>onload=()=>setTimeout(()=>{"
    + "document.body.innerHTML='<div style=\"height:2000px;background:#0000c8\">late words</div>'},60)</script>",
    "/lazy": TEXT
    + "<title>Lazy</title><body style='margin:0'><div style='height:3000px'></div>"
    + "<img loading=lazy src=/dot.svg width=100 height=100 style='display:block'>",
    "/surrogate": TEXT + "<title>x</title><script>document.title='a\\ud800b'</script>",
    "/cookie": TEXT + "<title>C</title><script>document.title='seen '+document.cookie;document.cookie='a=1'</script>",
    "/powers": TEXT
    + "<title>P</title><script>const g=document.createElement('canvas').getContext('webgl');"
    + "Promise.all([Notification.requestPermission(),new Promise(r=>navigator.geolocation.getCurrentPosition("
    + "()=>r('yes'),()=>r('no')))]).then(([n,p])=>{document.title=[g!==null,n,p,navigator.pdfViewerEnabled].join()})"
    + "</script>",
    "/reaches": TEXT
    + "<title>R</title><body><iframe src='file:///etc/passwd'></iframe><img src='file:///etc/passwd'>"
    + "<link rel=preconnect href='http://leak.invalid'><link rel=dns-prefetch href='http://leak2.invalid'>",
    "/marker": TEXT
    + "<title>M</title><body>PLANTED-4f1a-MARKER<script>localStorage.setItem('a','PLANTED-4f1a-MARKER')</script>",
    "/other": TEXT + "<title>Other</title>",
    "/held": TEXT + "<title>Held</title><script src=/held.js></script>",
    "/missing": TEXT + "<title>Not here</title><h1>404 of the site itself</h1>",
    "/dot.svg": "<svg xmlns='http://www.w3.org/2000/svg' width='100' height='100'>"
    "<rect width='100' height='100' fill='#fa0'/></svg>",
}


class Web:
    """Serves `PAGES` on a free port of 127.0.0.1, with TLS if given a certificate; `asked`: (host, path, agent)."""

    def __init__(self, certificate: trustme.LeafCert | None = None) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.waiting = threading.Event()
        self.released = threading.Event()
        # Called while the page `/held` waits for its script: as long as this takes, the page's own process is there.
        self.while_held: Callable[[], object] = lambda: None
        web = self

        class Answers(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append((self.headers["Host"], self.path, self.headers["User-Agent"]))
                web.answer(self)

            def log_message(self, *_line: Any) -> None:
                return

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = False

            def handle_error(self, request: Any, client_address: Any) -> None:
                return  # a client that hangs up on us is what some of these tests are about

        self.server = Server(("127.0.0.1", 0), Answers)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(context)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://127.0.0.1:{self.server.server_address[1]}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))

    def __enter__(self) -> "Web":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.released.set()
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]

    def answer(self, to: http.server.BaseHTTPRequestHandler) -> None:
        path = to.path.removeprefix("http://seen.invalid")
        if path == "/hang":
            self.waiting.set()
            self.released.wait(60)
            return
        if path == "/held.js":
            self.while_held()
        if path == "/half":
            to.send_response(200)
            to.send_header("Content-Type", "text/html")
            to.send_header("Content-Length", "100000")
            to.end_headers()
            to.wfile.write(
                (TEXT + "<title>Half</title><body style='background:#07a'>first half").encode() + b" " * 4000
            )
            to.wfile.flush()
            self.released.wait(60)
            return
        if path == "/away":
            to.send_response(302)
            to.send_header("Location", "/live")
            to.send_header("Content-Length", "0")
            to.end_headers()
            return
        if path == "/empty-error":
            to.send_response(503)
            to.send_header("Content-Length", "0")
            to.end_headers()
            return
        content = PAGES.get(path, "").encode()
        if path == "/download":
            content = b"PK\x03\x04"
        to.send_response(404 if path == "/missing" or not content else 200)
        to.send_header("Content-Type", "image/svg+xml" if path.endswith(".svg") else "text/html")
        if path == "/download":
            to.send_header("Content-Disposition", "attachment; filename=a.zip")
        to.send_header("Content-Length", str(len(content)))
        to.end_headers()
        to.wfile.write(content)


def refused_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def traces(folder: Path, marker: bytes) -> list[Path]:
    """Files under `folder` that hold `marker`."""
    return [path for path in folder.rglob("*") if path.is_file() and marker in path.read_bytes()]
