"""Have a page photographed by the page camera, a child process; trust nothing that it says.

The camera is asked with one JSON line and answers with one; behind the answer come two blobs, pixels (4 bytes each:
blue, green, red, unused; rows without padding) and MHTML, each behind its length as 8 bytes big-endian. A camera that
dies, hangs, talks rubbish or too much costs that one capture: it is ended, and the next capture gets a fresh one.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from evidence_kit import programs
from evidence_kit.capture.address import normal_address
from evidence_kit.capture.answer import CaptureAnswer, read_answer
from evidence_kit.capture.child import Child
from evidence_kit.capture.picture import Picture, from_bgrx
from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused, Unavailable
from evidence_kit.model.bodies.captures import CertificateSeen, LoadEvent, PageCaptured, PageState
from evidence_kit.model.codec import Json, canonical
from evidence_kit.model.exhibit import Exhibit

CAMERA_COMMAND: Final = programs.program(programs.CAMERA)
DEADLINE_S: Final = 45.0
MAX_HEIGHT: Final = 16_384
_WIDTH_CAP: Final = 4_096
_LINE_CAP: Final = 4 << 20
_MHTML_CAP: Final = 64 << 20
# Loading may take all of the deadline but this share, which is kept for painting, saving and handing over.
_RESERVE_MS: Final = 8_000


@dataclass(frozen=True, slots=True)
class PageShot:
    """A page as the camera saw it; the words are those of `PageCaptured`.

    `mhtml` is the live page with what it loaded, or null. `text` is what was readable on it.
    """

    picture: Picture
    mhtml: bytes | None
    address_asked: str
    address_final: str
    title: str
    page_state: PageState
    net_error: str | None
    net_error_code: int
    http_status: int | None
    loads: tuple[LoadEvent, ...]
    certificate: CertificateSeen
    camera: str
    cut_at: int | None
    text: str

    def captured(
        self, picture: Exhibit, mhtml: Exhibit | None, page_text: Exhibit | None, disruption: str | None = None
    ) -> PageCaptured:
        """The entry's body, once the picture, the MHTML and the text are exhibits."""
        return PageCaptured(
            picture=picture,
            mhtml=mhtml,
            address_asked=self.address_asked,
            address_final=self.address_final,
            title=self.title,
            page_state=self.page_state,
            net_error=self.net_error,
            net_error_code=self.net_error_code,
            http_status=self.http_status,
            loads=self.loads,
            certificate=self.certificate,
            camera=self.camera,
            cut_at=self.cut_at,
            disruption=disruption,
            page_text=page_text,
        )


class Camera:
    """Keeps one camera process warm and takes one page at a time; close it, or use it in a `with`.

    `command` starts the camera; `proxy` is `socks5://host:port`, `socks5h://…` or `http://…`, and then everything goes
    through it. Raises `Refused(Code.PROXY_UNSUPPORTED)` for other proxies and for those with a password.
    """

    def __init__(
        self, command: Sequence[str] = CAMERA_COMMAND, *, proxy: str | None = None, javascript: bool = True
    ) -> None:
        self._command = [*command]
        self._options = [] if proxy is None else ["--proxy", _camera_proxy(proxy)]
        self._options += [] if javascript else ["--no-javascript"]
        self._one_at_a_time = threading.Lock()
        self._child: Child | None = None

    def __enter__(self) -> Self:
        self.warm()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def warm(self) -> None:
        """Start the camera's process if none runs, without waiting. Raises `Unavailable(Code.PAGE_CAMERA)`."""
        if self._child is None or not self._child.alive():
            self.close()
            self._child = Child(self._command, self._options)

    def close(self) -> None:
        """End the camera's process and empty its folder; a capture under way becomes `Unavailable`."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def photograph(
        self,
        address: str,
        deadline_s: float = DEADLINE_S,
        *,
        width: int = 1366,
        height: int = 768,
        max_height: int = MAX_HEIGHT,
    ) -> PageShot:
        """The page at `address`, at least `height` and at most `max_height` pixels high, within `deadline_s` in all.

        Raises `Refused` as `normal_address` does and with "page-is-download"; `Unavailable(Code.PAGE_CAMERA)` with a
        `reason`: "deadline", "died", "rubbish", "too-much", "not-started", "page-crashed" or "no-sandbox".
        """
        if not (1 <= width <= _WIDTH_CAP and 1 <= height <= max_height <= MAX_HEIGHT):
            raise ValueError("no such view")
        asked = normal_address(address)
        total_ms = int(deadline_s * 1000)
        request: dict[str, Json] = {
            "address": asked,
            "width": width,
            "height": height,
            "max_height": max_height,
            "load_ms": total_ms - min(_RESERVE_MS, total_ms // 2),
            "total_ms": total_ms - min(1000, total_ms // 5),
        }
        with self._one_at_a_time:
            try:
                self.warm()
                answer, pixels, mhtml = self._exchange(canonical(request), deadline_s, width, max_height)
            except KitError as error:
                # After a fault the next answer would be one to an older question; a camera that said why is sound.
                if error.facts.get("reason") not in {None, "page-crashed"}:
                    self.close()
                raise error.retold(error.code, address=asked) from error
            if answer.spent:
                self.close()
        return _shot(asked, answer, from_bgrx(pixels, answer.width, answer.height), mhtml or None)

    def _exchange(
        self, request: bytes, deadline_s: float, width: int, max_height: int
    ) -> tuple[CaptureAnswer, bytes, bytes]:
        child = self._child
        if child is None:
            raise Unavailable(Code.PAGE_CAMERA, reason="died")
        with child.deadline(deadline_s):
            child.say(request)
            answer = read_answer(child.line(_LINE_CAP), width, max_height)
            size = answer.width * answer.height * 4
            return answer, child.blob(least=size, most=size), child.blob(least=0, most=_MHTML_CAP)


def _shot(asked: str, answer: CaptureAnswer, picture: Picture, mhtml: bytes | None) -> PageShot:
    return PageShot(
        picture=picture,
        mhtml=mhtml,
        address_asked=asked,
        address_final=answer.address_final,
        title=answer.title,
        page_state=answer.page_state,
        net_error=answer.net_error,
        net_error_code=answer.net_error_code,
        http_status=answer.http_status,
        loads=answer.loads,
        certificate=answer.certificate,
        camera=answer.camera,
        cut_at=answer.cut_at,
        text=answer.text,
    )


def _camera_proxy(proxy: str) -> str:
    """The proxy as Chromium spells it: its `socks5` resolves names at the proxy, which others call `socks5h`."""
    try:
        parts = urlsplit(proxy)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Refused(Code.PROXY_UNSUPPORTED) from None
    scheme = {"socks5": "socks5", "socks5h": "socks5", "http": "http"}.get(parts.scheme)
    if scheme is None or not host or not port or "@" in parts.netloc or parts.path not in {"", "/"}:
        raise Refused(Code.PROXY_UNSUPPORTED)
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
