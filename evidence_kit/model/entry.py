"""An entry of the journal, its clock reading, and what each kind of entry says.

A new kind is one class here (`Body` says what it declares) and its words in `words/kinds.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import ClassVar, Final

from evidence_kit.model.delivery import ConfirmedBy, DeliveryState, PartError, PartRole
from evidence_kit.model.disruption import DisruptionGrade, Interval, NetworkState
from evidence_kit.model.exhibit import Exhibit


class Consent(StrEnum):
    """What a witness can agree to: sharing with recipients, publishing without a name, quoting, being asked again."""

    SHARE = "share"
    PUBLISH = "publish"
    QUOTE = "quote"
    CONTACT = "contact"


class ImpactArea(StrEnum):
    """A part of a life that a disruption reaches."""

    WORK = "work"
    HEALTH = "health"
    SAFETY = "safety"
    MONEY = "money"
    NEWS = "news"
    SCHOOLING = "schooling"


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


class DestinationMove(StrEnum):
    """What was done to a destination."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ClockBound:
    """How far the device's wall clock can be from true time: device minus true lies in [lo_s, hi_s].

    Seconds as decimal strings ("-0.512"), because the canonical form holds no floats; `age_s` is how old the bound is.
    """

    lo_s: str
    hi_s: str
    source: str
    age_s: int


@dataclass(frozen=True, slots=True)
class ClockReading:
    """Three clocks read at one moment.

    `wall_utc` is RFC 3339 in UTC with milliseconds ("2026-11-23T14:02:10.123Z"); `utc_offset_s` is east of UTC;
    `boottime_ns` counts since boot and through sleep (CLOCK_BOOTTIME), a decimal string on the wire since it
    passes 2^53; `boot_id` names the boot, so that two readings with the same id can be subtracted.
    """

    wall_utc: str
    utc_offset_s: int
    boottime_ns: int
    boot_id: str
    bound: ClockBound | None = None


class Body:
    """What an entry says. Each kind is a frozen dataclass derived from this, and declares what readers go by.

    `KIND` is its name in the line; `SEARCHED` the fields whose words can be searched (text, or nouns with a `text`);
    `REPORTABLE` whether it may leave with a report: what is the person's or the network's may, and what tells of
    recipients, destinations and deliveries may not. The dataclass's fields are the format's fields. Left out, any of
    them is a `TypeError` when the class is made, and so is a kind that another class has.
    """

    __slots__ = ()
    KIND: ClassVar[str]
    SEARCHED: ClassVar[tuple[str, ...]]
    REPORTABLE: ClassVar[bool]
    # Fields that name an exhibit whose words can be searched too (UTF-8).
    SEARCHED_EXHIBITS: ClassVar[tuple[str, ...]] = ()
    # Whether it tells the course of the disruption that it is linked to.
    IS_STEP: ClassVar[bool] = False

    def __init_subclass__(cls, *, is_kind: bool = True) -> None:
        if not is_kind:
            return
        for name in ("KIND", "SEARCHED", "REPORTABLE"):
            if name not in cls.__dict__:
                raise TypeError(f"{cls.__name__} does not say its {name}")
        # A dataclass with slots is made twice, the second time from the first.
        known = BODIES.setdefault(cls.KIND, cls)
        if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"{cls.__name__} has the kind of {known.__name__}")
        BODIES[cls.KIND] = cls

    @property
    def link(self) -> str | None:
        """The id of the disruption that it belongs to by its own word."""
        return None

    @property
    def texts(self) -> Iterator[str]:
        """What can be searched in it, as it was written."""
        for name in self.SEARCHED:
            value = getattr(self, name)
            values = value if isinstance(value, tuple) else (value or "",)
            yield from (one if isinstance(one, str) else one.text for one in values)

    @property
    def exhibits(self) -> Iterator[Exhibit]:
        """Every exhibit that it names, in the order of its fields."""
        for one in fields(self):  # type: ignore[arg-type]  # every kind is a dataclass
            value = getattr(self, one.name)
            if isinstance(value, Exhibit):
                yield value


BODIES: Final[dict[str, type[Body]]] = {}


class Linked(Body, is_kind=False):
    """A kind with a field `disruption`: the id of the one that was open, or suspected, at that moment."""

    __slots__ = ()
    disruption: str | None

    @property
    def link(self) -> str | None:
        return self.disruption


class Step(Linked, is_kind=False):
    """A kind that tells the course of a disruption."""

    __slots__ = ()
    disruption: str
    IS_STEP = True


@dataclass(frozen=True, slots=True)
class VaultCreated(Body):
    """The first entry: the vault's OpenPGP fingerprint (40 hex) and the intake's public key (64 hex)."""

    KIND = "vault-created"
    SEARCHED = ()
    REPORTABLE = False
    fingerprint: str
    intake_key: str
    software: str


@dataclass(frozen=True, slots=True)
class NoteWritten(Linked):
    """What a person wrote. `disruption` is the id of the one open at that moment, here and below."""

    KIND = "note"
    SEARCHED = ("text", "pseudonym")
    REPORTABLE = True
    text: str
    pseudonym: str | None = None
    disruption: str | None = None


@dataclass(frozen=True, slots=True)
class Impact:
    """What the disruption did to one part of a life; `text` may be empty."""

    area: ImpactArea
    text: str


@dataclass(frozen=True, slots=True)
class WitnessHeard(Linked):
    """What a witness told, and what they agreed to: `consent_text` are their own terms.

    Without "share" it does not leave the vault with a report.
    """

    KIND = "testimony"
    SEARCHED = ("text", "pseudonym", "consent_text", "impacts")
    REPORTABLE = True
    text: str
    pseudonym: str | None
    consent: tuple[Consent, ...]
    consent_text: str
    impacts: tuple[Impact, ...]
    disruption: str | None = None


@dataclass(frozen=True, slots=True)
class CorrectionWritten(Body):
    """What a person says now about an earlier entry, which stays as it is; `corrects` is that entry's id."""

    KIND = "correction"
    SEARCHED = ("text",)
    REPORTABLE = True
    corrects: str
    text: str


@dataclass(frozen=True, slots=True)
class ScreenCaptured(Linked):
    """One picture of a monitor, of all of them together, or of a region; geometry in physical pixels.

    `monitor` is "all", "region" or the monitor's number from 1. `blank` says that every sampled pixel was alike.
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
    display_server: str
    backend: str
    disruption: str | None = None


@dataclass(frozen=True, slots=True)
class LoadEvent:
    """One step of a page load, `after_ms` after it was asked for."""

    name: str
    after_ms: int


@dataclass(frozen=True, slots=True)
class CertificateSeen:
    """The camera's word on the page's certificate.

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


@dataclass(frozen=True, slots=True)
class MeasurementTaken(Linked):
    """A measurement in OONI's formats, kept as an exhibit (JSON); the rest is its summary.

    `test` is OONI's test name, `verdict` ours, `state` what the round as a whole said where it was a round.
    """

    KIND = "measurement"
    SEARCHED = ("address",)
    REPORTABLE = True
    record: Exhibit
    test: str
    address: str | None
    verdict: str
    state: NetworkState | None = None
    disruption: str | None = None


@dataclass(frozen=True, slots=True)
class DisruptionOpened(Step):
    """A disruption began somewhere in `started`: after the last success, before the first failure."""

    KIND = "disruption-opened"
    SEARCHED = ()
    REPORTABLE = True
    disruption: str
    state: NetworkState
    grade: DisruptionGrade
    methods: tuple[str, ...]
    started: Interval
    network: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DisruptionChanged(Step):
    """The disruption goes on in another form; a segment, not a new disruption."""

    KIND = "disruption-changed"
    SEARCHED = ()
    REPORTABLE = True
    disruption: str
    state: NetworkState
    grade: DisruptionGrade
    methods: tuple[str, ...]
    changed: Interval
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DisruptionClosed(Step):
    """The disruption ended somewhere in `ended`: after the last failure, before the first success."""

    KIND = "disruption-closed"
    SEARCHED = ()
    REPORTABLE = True
    disruption: str
    ended: Interval
    reasons: tuple[str, ...]


class ClockChange(StrEnum):
    """What the clock did."""

    WALL_STEP = "wall-step"
    SUSPENDED = "suspended"
    ZONE = "zone"
    REBOOTED = "rebooted"


@dataclass(frozen=True, slots=True)
class ClockChanged(Body):
    """The clock did something that a reader of times must know.

    `amount_ms` is the step (new minus expected), the length of
    the sleep, the zone's move eastward, or what the wall clock went on by over the reboot.
    """

    KIND = "clock-changed"
    SEARCHED = ()
    REPORTABLE = False
    change: ClockChange
    before: ClockReading
    now: ClockReading
    amount_ms: int


@dataclass(frozen=True, slots=True)
class RecipientAdded(Body):
    """Somebody's certificate, by full fingerprint (40 hex, upper case), and how it was confirmed."""

    KIND = "recipient-added"
    SEARCHED = ("user_ids",)
    REPORTABLE = False
    fingerprint: str
    user_ids: tuple[str, ...]
    confirmed_by: ConfirmedBy


@dataclass(frozen=True, slots=True)
class DestinationChanged(Body):
    """Something was done to a destination. Its address and password stay in the settings."""

    KIND = "destination-changed"
    SEARCHED = ("name",)
    REPORTABLE = False
    change: DestinationMove
    destination: str
    name: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportSealed(Body):
    """A report was made: its id, the entries in it (ids), and per destination the ciphertext's SHA-256."""

    KIND = "report"
    SEARCHED = ("text",)
    REPORTABLE = False
    report: str
    entries: tuple[str, ...]
    disruption: str | None
    deliveries: tuple[str, ...]
    ciphertexts: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class DeliveryNoted(Body):
    """What happened to a delivery while it was under way, entered at the next unlock."""

    KIND = "delivery"
    SEARCHED = ()
    REPORTABLE = False
    delivery: str
    report: str
    part: PartRole
    state: DeliveryState
    attempts: int
    error: PartError | None
    at: ClockReading


@dataclass(frozen=True, slots=True)
class ReceiptBrought(Body):
    """A recipient's signed receipt, whose signature and hash were checked, came back."""

    KIND = "receipt"
    SEARCHED = ()
    REPORTABLE = False
    delivery: str
    report: str
    signer: str
    ciphertext: str
    received_utc: str
    receipt: Exhibit


class Origin(StrEnum):
    """How an entry came into the journal: sealed straight into it, or sealed beside the vault first."""

    JOURNAL = "journal"
    INTAKE = "intake"


class LockedAtSealing(StrEnum):
    """Whether the vault was locked when something was sealed, by the word of the process that sealed it.

    NOT_KNOWN: that process does not hold the vault, and somebody else may have had it open.
    """

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not-known"


@dataclass(frozen=True, slots=True)
class IntakeMark:
    """What an entry that came through the intake brought along: the clock at sealing, its item's SHA-256 and that of
    the one before, and whether the vault was locked. That it came this way says nothing about the last."""

    clock: ClockReading
    item: str
    previous: str | None
    locked: LockedAtSealing


@dataclass(frozen=True, slots=True)
class Entry:
    """One sealed line of the journal.

    `line` is the canonical JSON that was hashed, and the only authority; the other fields are read from it.
    `sequence` counts from 0 and is the leaf's index in the tree. `salt` is 16 random bytes; `after` the hex SHA-256 of
    the newest timestamp token the vault held.
    """

    sequence: int
    id: str
    clock: ClockReading
    after: str | None
    salt: bytes
    body: Body
    intake: IntakeMark | None
    line: bytes

    @property
    def kind(self) -> str:
        return self.body.KIND

    @property
    def seen(self) -> ClockReading:
        """The reading of the moment itself: the intake's where it came through that, else the entry's."""
        return self.intake.clock if self.intake else self.clock

    @property
    def origin(self) -> Origin:
        return Origin.INTAKE if self.intake else Origin.JOURNAL

    @property
    def locked(self) -> LockedAtSealing:
        """Only an open vault can be written to straight; what came through the intake says it itself."""
        return self.intake.locked if self.intake else LockedAtSealing.NO
