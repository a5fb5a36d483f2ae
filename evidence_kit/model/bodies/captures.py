"""What is captured: pictures of a screen, pages, photos and files."""

from dataclasses import dataclass
from enum import StrEnum

from evidence_kit.model.bodies.body import Linked
from evidence_kit.model.exhibit import Exhibit


class PageState(StrEnum):
    """What a page's picture shows. NO_ANSWER: nothing had come when the camera stopped waiting; an empty view."""

    LIVE = "live"
    ERROR_PAGE = "error-page"
    NO_ANSWER = "no-answer"


class CertificateState(StrEnum):
    """What the camera says of a page's certificate."""

    NONE = "none"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class MetadataState(StrEnum):
    """Whether a file's own metadata was read, was not there, or could not be read within the limits."""

    READ = "read"
    NONE = "none"
    UNREADABLE = "unreadable"


class DisplayServer(StrEnum):
    """Through what a screen was captured. XWAYLAND shows the windows of X programs alone; WAYLAND is its portal."""

    X11 = "x11"
    XWAYLAND = "xwayland"
    WAYLAND = "wayland"
    WINDOWS = "windows"
    MACOS = "macos"


class LoadStep(StrEnum):
    """A step of a page load. GAVE_UP: the camera stopped it; UNRESPONSIVE: the page did not let itself be asked."""

    STARTED = "started"
    LOADED = "loaded"
    STOPPED = "stopped"
    FAILED = "failed"
    GAVE_UP = "gave-up"
    UNRESPONSIVE = "unresponsive"


@dataclass(frozen=True, slots=True)
class ScreenCaptured(Linked):
    """One picture of a monitor, of all of them together, or of a region; geometry in physical pixels.

    `monitor` is "all", "region", the monitor's number from 1, or "chosen" in the desktop's own dialogue. `blank` says
    that every sampled pixel was alike.
    """

    KIND = "screen"
    SEARCHED = ()
    REPORTABLE = True
    picture: Exhibit
    monitor: str
    left: int
    top: int
    width: int
    height: int
    blank: bool
    display_server: DisplayServer
    backend: str
    disruption: str | None = None


@dataclass(frozen=True, slots=True)
class LoadEvent:
    """One step of a page load, `after_ms` after it was asked for."""

    name: LoadStep
    after_ms: int


@dataclass(frozen=True, slots=True)
class CertificateSeen:
    """What the camera says of the page's certificate.

    `error` is Chromium's name for the fault; `sha256` the leaf's fingerprint where it was shown.
    """

    state: CertificateState
    error: str | None = None
    sha256: str | None = None
    subject: str | None = None
    issuer: str | None = None
    not_before: str | None = None
    not_after: str | None = None


@dataclass(frozen=True, slots=True)
class PageCaptured(Linked):
    """A page as the page camera saw it; `page_text` are the words that could be read on it, null where there were none.

    `net_error` is Chromium's name ("ERR_NAME_NOT_RESOLVED"), `net_error_code` its number, 0 where there was none.
    `cut_at` is the height in pixels at which an endless page was cut, or null.
    """

    KIND = "page"
    SEARCHED = ("address_asked", "address_final", "title", "net_error")
    SEARCHED_EXHIBITS = ("page_text",)
    REPORTABLE = True
    picture: Exhibit
    mhtml: Exhibit | None
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
    cut_at: int | None = None
    disruption: str | None = None
    page_text: Exhibit | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and a value read out of a file (EXIF and its like); both are the file's claim."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class FileAdded(Linked):
    """A photo or file, copied byte for byte. `name` is a label, never a path."""

    KIND = "file"
    SEARCHED = ("name",)
    REPORTABLE = True
    original: Exhibit
    name: str
    modified_utc: str | None
    metadata: tuple[Fact, ...]
    metadata_state: MetadataState
    disruption: str | None = None
