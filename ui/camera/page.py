"""The page and the profile of the camera: off the record, and nobody answers what a page asks."""

import re
from typing import Final

from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import (
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineSettings,
)

Attribute = QWebEngineSettings.WebAttribute
_OFF: Final = (
    Attribute.LocalContentCanAccessFileUrls,
    Attribute.LocalContentCanAccessRemoteUrls,
    Attribute.WebGLEnabled,
    Attribute.Accelerated2dCanvasEnabled,
    Attribute.PdfViewerEnabled,
    Attribute.PluginsEnabled,
    Attribute.JavascriptCanOpenWindows,
    Attribute.JavascriptCanAccessClipboard,
    Attribute.JavascriptCanPaste,
    Attribute.AllowRunningInsecureContent,
    Attribute.AllowGeolocationOnInsecureOrigins,
    Attribute.AllowWindowActivationFromJavaScript,
    Attribute.ScreenCaptureEnabled,
    Attribute.FullScreenSupportEnabled,
    Attribute.HyperlinkAuditingEnabled,
    Attribute.DnsPrefetchEnabled,
    Attribute.AutoLoadIconsForPage,
    Attribute.TouchIconsEnabled,
    Attribute.NavigateOnDropEnabled,
    Attribute.BackForwardCacheEnabled,
    Attribute.ScrollAnimatorEnabled,
    Attribute.ShowScrollBars,
)
_ON: Final = (
    Attribute.ErrorPageEnabled,
    Attribute.PlaybackRequiresUserGesture,
    Attribute.WebRTCPublicInterfacesOnly,
)


class UnansweredPage(QWebEnginePage):
    """A page that nobody answers: no dialogs, no windows, no files, no other schemes."""

    def javaScriptAlert(self, origin: QUrl | str, message: str) -> None:  # noqa: ARG002 - Qt's signature
        return

    def javaScriptConfirm(self, origin: QUrl | str, message: str) -> bool:  # noqa: ARG002 - Qt's signature
        return False

    def javaScriptPrompt(
        self,
        origin: QUrl | str,  # noqa: ARG002 - as above
        message: str,  # noqa: ARG002 - as above
        default: str,  # noqa: ARG002 - as above
    ) -> tuple[bool, str]:
        return False, ""

    def javaScriptConsoleMessage(self, *_message: object) -> None:
        return

    def acceptNavigationRequest(self, address: QUrl | str, kind: QWebEnginePage.NavigationType, main: bool) -> bool:
        scheme = QUrl(address).scheme()
        if kind == QWebEnginePage.NavigationType.NavigationTypeRedirect and main:
            self.setProperty("redirects", (self.property("redirects") or 0) + 1)
        return scheme in {"http", "https"} or (scheme in {"about", "blob", "data"} if not main else scheme == "about")


def off_the_record(*, javascript: bool) -> QWebEngineProfile:
    """A profile of its own for one photograph: nothing is kept, and what a page may do is switched off but scripts."""
    profile = QWebEngineProfile()
    profile.setHttpUserAgent(_ordinary_agent(profile.httpUserAgent()))
    settings = profile.settings()
    for attribute in _OFF:
        settings.setAttribute(attribute, False)
    for attribute in _ON:
        settings.setAttribute(attribute, True)
    settings.setAttribute(Attribute.JavascriptEnabled, javascript)
    settings.setUnknownUrlSchemePolicy(QWebEngineSettings.UnknownUrlSchemePolicy.DisallowUnknownUrlSchemes)
    return profile


def _ordinary_agent(agent: str) -> str:
    """Chromium's own User-Agent, whose version real ones round: a page should treat the camera as any visitor."""
    return re.sub(r"Chrome/(\d+)[\d.]*", r"Chrome/\1.0.0.0", re.sub(r" QtWebEngine/\S+", "", agent))
