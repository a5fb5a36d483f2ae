"""One page, one photograph: load it, wait until it is painted, photograph all of it, and say what happened.

Every take has an off-the-record profile of its own: no cookie, cache or login passes from one evidence to the next.
JavaScript stays on unless the person switched it off: many pages are empty without it, and an empty picture of a
page that works would be false evidence. What it may do is what the settings, the proxy and the sandbox leave it.
"""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import shiboken6
from PySide6.QtCore import QByteArray, QElapsedTimer, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtQuickWidgets import QQuickWidget
from PySide6.QtWebEngineCore import (
    QWebEngineDownloadRequest,
    QWebEngineLoadingInfo,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineScript,
    qWebEngineChromiumVersion,
    qWebEngineVersion,
)
from PySide6.QtWebEngineWidgets import QWebEngineView

from evidence_kit import files
from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused, Unavailable
from evidence_kit.model.bodies.captures import CertificateSeen, CertificateState, LoadStep
from ui.camera.flags import sandboxed
from ui.camera.page import Attribute, UnansweredPage, off_the_record
from ui.camera.story import Story
from ui.camera.wait import pause, wait

_OWN_WORLD: Final = QWebEngineScript.ScriptWorldId.ApplicationWorld
# The colour behind a part of the view that Chromium has not painted yet.
_UNPAINTED: Final = QColor(255, 0, 254)
_QUIET_MS: Final = 120
_SETTLE_MS: Final = 4_000
_GROWTHS: Final = 3
_FRAMES: Final = 2
_ANSWER_MS: Final = 1_500
_MHTML_MS: Final = 5_000
_MHTML_CAP: Final = 64 << 20
_TEXT_CAP: Final = 200_000
# Asked from a script world of our own: a page can neither see nor answer it.
_LOOK: Final = """(() => {
  const w = window;
  if (w.ekHeight !== innerHeight) {
    w.ekHeight = innerHeight; w.ekFrames = 0;
    const count = () => { w.ekFrames += 1; if (w.ekFrames < 3) requestAnimationFrame(count); };
    requestAnimationFrame(count);
  }
  const root = document.documentElement, body = document.body;
  return JSON.stringify({
    address: location.href, height: innerHeight, frames: w.ekFrames,
    content: Math.ceil(Math.max(Number(root && root.scrollHeight) || 0, Number(body && body.scrollHeight) || 0)),
    complete: document.readyState === 'complete' && Array.from(document.images).every(i => i.complete)
      && (!document.fonts || document.fonts.status === 'loaded'),
  });
})()"""
# With scripts off Chromium's own error page stays empty; its own script, run again in it, fills it in.
_FILL_ERROR_PAGE: Final = """(() => {
  if (document.body.innerText) return true;
  for (const old of document.querySelectorAll('script')) {
    const again = document.createElement('script'); again.textContent = old.textContent; old.replaceWith(again);
  }
  document.dispatchEvent(new Event('DOMContentLoaded'));
  return Boolean(document.body.innerText);
})()"""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What to photograph: view size in pixels, `max_height` of the picture, milliseconds for loading and for all."""

    address: str
    width: int
    height: int
    max_height: int
    load_ms: int
    total_ms: int


@dataclass(frozen=True, slots=True)
class Photograph:
    """The answer line's fields, and the two blobs behind it: BGRX pixels in rows without padding, and MHTML."""

    fields: dict[str, object]
    pixels: bytes
    mhtml: bytes
    spent: bool


@dataclass(frozen=True, slots=True)
class _Look:
    """The document now: where, the view's height as it knows it, frames painted at that height, its own height."""

    address: str
    height: int
    content: int
    frames: int
    complete: bool


class Take:
    """A warm page waiting for its one photograph."""

    def __init__(self, folder: Path, *, javascript: bool) -> None:
        self._folder = folder
        self._javascript = javascript
        self._story = Story()
        self._gave_up = False
        self._asked = QUrl()
        self._painted = QElapsedTimer()
        self._painted.start()

        self._profile = off_the_record(javascript=javascript)
        self._page = UnansweredPage(self._profile)
        self._story.listen(self._page, self._profile)
        self._page.permissionRequested.connect(QWebEnginePermission.deny)
        self._page.contentsSizeChanged.connect(self._moved)
        self._view = QWebEngineView()
        self._view.setPage(self._page)
        self._view.show()
        self._page.load(QUrl("about:blank"))

    def warm_up(self) -> None:
        """Wait until Chromium's processes run and the empty page stands."""
        wait(lambda: self._story.finished, _SETTLE_MS)

    def photograph(self, request: PageRequest) -> Photograph:
        """Take the one photograph that this take is for.

        Raises `Unavailable(Code.PAGE_CAMERA)` where the page's process died, `Refused(Code.PAGE_IS_DOWNLOAD)`.
        """
        self.warm_up()
        self._view.resize(request.width, request.height)
        self._listen_to_frames()
        self._story.begin()
        self._asked = QUrl.fromEncoded(QByteArray(request.address.encode()), QUrl.ParsingMode.TolerantMode)
        self._page.load(self._asked)
        look = self._let_it_load(request)
        failed = self._story.is_error_page()
        if failed and not self._javascript:
            self._fill_error_page()
        self._listen_to_frames()
        if look:
            look = self._unfold(request)
        if self._story.crashed:
            raise Unavailable(Code.PAGE_CAMERA, reason="page-crashed")
        image = self._grab().convertToFormat(QImage.Format.Format_RGB32)
        state = "error-page" if failed else "live" if look is None or look.address != "about:blank" else "no-answer"
        mhtml = self._save(request) if look and state == "live" else b""
        return Photograph(
            fields=self._told(state, image, look),
            pixels=bytes(image.constBits()),
            mhtml=mhtml,
            spent=look is None,
        )

    def discard(self) -> None:
        """Take the page, its view and its profile down in the order that Chromium wants."""
        shiboken6.delete(self._view)
        shiboken6.delete(self._page)
        shiboken6.delete(self._profile)

    # Steps of one photograph

    def _let_it_load(self, request: PageRequest) -> _Look | None:
        """Wait until the page is loaded, or until the time for that is over; None where its process hangs."""
        done = wait(
            lambda: self._story.is_over() or (self._story.finished and not self._page.isLoading()), request.load_ms
        )
        if done and self._story.is_aborted():
            wait(self._story.is_over, _ANSWER_MS)
        if self._story.crashed:
            raise Unavailable(Code.PAGE_CAMERA, reason="page-crashed")
        if self._story.downloads:
            raise Refused(Code.PAGE_IS_DOWNLOAD)
        if not done:
            self._gave_up = True
            self._story.note(LoadStep.GAVE_UP)
            self._page.triggerAction(QWebEnginePage.WebAction.Stop)
        look = self._look()
        if look is None:
            self._story.note(LoadStep.UNRESPONSIVE)
        return look

    def _fill_error_page(self) -> None:
        self._page.settings().setAttribute(Attribute.JavascriptEnabled, True)
        told: list[object] = []

        def filled() -> bool:
            # The setting reaches the page's process a moment later, so this is asked until it took.
            self._page.runJavaScript(_FILL_ERROR_PAGE, _OWN_WORLD, told.append)
            return True in told or self._story.is_over()

        wait(filled, _ANSWER_MS)

    def _unfold(self, request: PageRequest) -> _Look | None:
        """Make the view as high as the page (at most `max_height`) and wait until nothing moves and all is painted.

        A page may load more (images seen for the first time) or go elsewhere (a script) meanwhile; the waiting then
        goes on, but only `_GROWTHS` times does the view grow: a page measured in windows would grow for ever.
        """
        growths = 0
        until = min(self._story.elapsed() + _SETTLE_MS, request.total_ms)
        look = self._look()
        while look and not self._story.is_over() and self._story.elapsed() < until:
            wanted = min(look.content, request.max_height)
            if self._page.isLoading():
                until = min(self._story.elapsed() + _SETTLE_MS, request.total_ms)
            elif look.frames >= _FRAMES and look.height == self._view.height():
                if wanted > look.height and growths < _GROWTHS:
                    growths += 1
                    self._view.resize(request.width, wanted)
                    self._moved()
                elif look.complete and self._quiet() and self._covered():
                    break
            pause(15)
            look = self._look()
        return look

    def _covered(self) -> bool:
        """Whether Chromium's own frame reaches the bottom of the view."""
        image = self._grab()
        bottom = image.height() - 1
        return any(image.pixelColor(x, bottom) != _UNPAINTED for x in range(0, image.width(), 97))

    def _grab(self) -> QImage:
        return self._view.grab().toImage()

    def _save(self, request: PageRequest) -> bytes:
        """The page and all it loaded as MHTML; nothing where that takes too long or is over the cap."""
        path = self._folder / "page.mhtml"
        ended: list[bool] = []

        def follow(download: QWebEngineDownloadRequest) -> None:
            if download.isSavePageDownload():
                download.isFinishedChanged.connect(lambda: ended.append(True))
                download.accept()

        self._profile.downloadRequested.connect(follow)
        self._page.save(str(path), QWebEngineDownloadRequest.SavePageFormat.MimeHtmlSaveFormat)
        wait(lambda: bool(ended), min(_MHTML_MS, max(0, request.total_ms - self._story.elapsed())))
        try:
            return files.read_capped(path, _MHTML_CAP) if ended else b""
        except (FileNotFoundError, KitError):
            return b""
        finally:
            path.unlink(missing_ok=True)

    def _text(self) -> str:
        told: list[str] = []
        self._page.toPlainText(told.append)
        wait(lambda: bool(told), _ANSWER_MS)
        return told[0][:_TEXT_CAP] if told else ""

    def _told(self, state: str, image: QImage, look: _Look | None) -> dict[str, object]:
        info = self._story.info
        name, code, status = _outcome(info) if info else (None, 0, None)
        final = self._page.url()
        if final.scheme() == "about":
            final = self._asked
        # Where the camera itself stopped the load, Chromium's "aborted" says nothing of the network.
        told = state == "error-page" or (state == "no-answer" and not self._gave_up)
        secure = state == "live" and final.scheme() == "https"
        return {
            "width": image.width(),
            "height": image.height(),
            "cut_at": image.height() if look and look.content > image.height() else None,
            "address_final": final.toString(
                QUrl.ComponentFormattingOption.FullyEncoded | QUrl.UrlFormattingOption.RemoveUserInfo
            ),
            "title": self._page.title(),
            "page_state": state,
            "net_error": name if told else None,
            "net_error_code": code if told else 0,
            "http_status": status,
            "loads": [asdict(event) for event in self._story.loads],
            "certificate": asdict(
                self._story.certificate
                or CertificateSeen(CertificateState.ACCEPTED if secure else CertificateState.NONE)
            ),
            "camera": camera_name(self._javascript),
            "text": self._text() if look else "",
        }

    # What the signals say

    def _listen_to_frames(self) -> None:
        for widget in self._view.findChildren(QQuickWidget):
            if widget.quickWindow().color() == _UNPAINTED:
                continue
            widget.quickWindow().setColor(_UNPAINTED)
            widget.quickWindow().afterRendering.connect(self._moved)

    def _moved(self) -> None:
        self._painted.restart()

    def _quiet(self) -> bool:
        return self._painted.elapsed() > _QUIET_MS

    def _look(self) -> _Look | None:
        """What the page's document is like now; None where its process does not answer."""
        told: list[object] = []
        self._page.runJavaScript(_LOOK, _OWN_WORLD, told.append)
        if not wait(lambda: bool(told) or self._story.crashed, _ANSWER_MS) or not isinstance(told[0], str):
            return None
        return _Look(**json.loads(told[0]))


def camera_name(javascript: bool) -> str:
    """Which camera it was, as the entry tells it."""
    parts = ["QtWebEngine " + str(qWebEngineVersion()), "Chromium " + str(qWebEngineChromiumVersion())]
    parts += [] if javascript else ["no JavaScript"]
    parts += [] if sandboxed() else ["no sandbox"]
    return ", ".join(parts)


def _outcome(info: QWebEngineLoadingInfo) -> tuple[str | None, int, int | None]:
    """Chromium's name and number of the error, and the HTTP status."""
    code = info.errorCode()
    match info.errorDomain():
        case QWebEngineLoadingInfo.ErrorDomain.HttpStatusCodeDomain:
            return None, 0, code
        case QWebEngineLoadingInfo.ErrorDomain.NoErrorDomain:
            return None, 0, None
        case _:
            name = info.errorString().removeprefix("net::")
            return name if re.fullmatch(r"ERR_[A-Z0-9_]+", name) else f"ERR_{abs(code)}", code, None
