"""What Chromium's signals told of one load: its steps, its end, the certificate, a download, a crash."""

from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QCryptographicHash, QElapsedTimer
from PySide6.QtNetwork import QSslCertificate
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
    QWebEngineDownloadRequest,
    QWebEngineLoadingInfo,
    QWebEnginePage,
    QWebEngineProfile,
)

from evidence_kit.model.bodies.captures import CertificateSeen, CertificateState, LoadEvent, LoadStep

# Chromium's ERR_ABORTED (net/base/net_error_list.h).
_ABORTED: Final = -3
_EVENTS_CAP: Final = 60
_STEPS: Final = {
    QWebEngineLoadingInfo.LoadStatus.LoadStartedStatus: LoadStep.STARTED,
    QWebEngineLoadingInfo.LoadStatus.LoadSucceededStatus: LoadStep.LOADED,
    QWebEngineLoadingInfo.LoadStatus.LoadStoppedStatus: LoadStep.STOPPED,
}


class Story:
    """Of the load since `begin`. `finished`: it came to an end, whichever; `info` is what was last said of that."""

    def __init__(self) -> None:
        self._clock = QElapsedTimer()
        self.begin()

    def begin(self) -> None:
        """Another load: nothing is told yet."""
        self.loads: list[LoadEvent] = []
        self.info: QWebEngineLoadingInfo | None = None
        self.certificate: CertificateSeen | None = None
        self.finished = False
        self.crashed = False
        self.downloads = False
        self._clock.start()

    def listen(self, page: QWebEnginePage, profile: QWebEngineProfile) -> None:
        """Hear what that page and profile tell."""
        profile.downloadRequested.connect(self._download)
        page.loadingChanged.connect(self._loading)
        page.certificateError.connect(self._certificate)
        page.renderProcessTerminated.connect(self._crash)

    def elapsed(self) -> int:
        """Milliseconds since `begin`."""
        return self._clock.elapsed()

    def is_over(self) -> bool:
        """Whether nothing more is to be photographed."""
        return self.crashed or self.downloads

    def is_error_page(self) -> bool:
        """Whether Chromium shows its own page about an error."""
        return self.info is not None and self.info.isErrorPage()

    def is_aborted(self) -> bool:
        """Whether Chromium let go of the load itself: so ends what turns out to be a download, told a moment later."""
        return self.info is not None and not self.info.isErrorPage() and self.info.errorCode() == _ABORTED

    def note(self, name: LoadStep) -> None:
        """A step of the load, now."""
        if len(self.loads) < _EVENTS_CAP:
            self.loads.append(LoadEvent(name, self._clock.elapsed()))

    def _loading(self, info: QWebEngineLoadingInfo) -> None:
        self.note(_STEPS.get(info.status(), LoadStep.FAILED))
        if info.status() != QWebEngineLoadingInfo.LoadStatus.LoadStartedStatus:
            self.info = QWebEngineLoadingInfo(info)
            self.finished = True

    def _certificate(self, error: QWebEngineCertificateError) -> None:
        error.rejectCertificate()
        if error.isMainFrame():
            chain = error.certificateChain()
            self.certificate = _rejected(error.type().name, chain[0] if chain else None)

    def _crash(self, status: QWebEnginePage.RenderProcessTerminationStatus, _code: int) -> None:
        self.crashed = status != QWebEnginePage.RenderProcessTerminationStatus.NormalTerminationStatus

    def _download(self, download: QWebEngineDownloadRequest) -> None:
        if not download.isSavePageDownload():
            download.cancel()
            self.downloads = True


def _rejected(error: str, leaf: QSslCertificate | None) -> CertificateSeen:
    if leaf is None:
        return CertificateSeen(CertificateState.REJECTED, error)
    return CertificateSeen(
        state=CertificateState.REJECTED,
        error=error,
        sha256=bytes(leaf.digest(QCryptographicHash.Algorithm.Sha256).data()).hex(),
        subject=", ".join(leaf.subjectInfo(QSslCertificate.SubjectInfo.CommonName)),
        issuer=", ".join(leaf.issuerInfo(QSslCertificate.SubjectInfo.CommonName)),
        not_before=_moment(leaf.effectiveDate().toSecsSinceEpoch()),
        not_after=_moment(leaf.expiryDate().toSecsSinceEpoch()),
    )


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
