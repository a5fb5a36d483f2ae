"""Entries as they lie in vaults and reports for ever: a change of format shows here first.

`entries/<name>.json` is one line byte for byte, `entries/leaves.txt` has its leaf hash (RFC 9162 §2.1.1). The files are
never made anew: a line that was once sealed must be read by every later version.
"""

import hashlib
from pathlib import Path

import pytest

from evidence_kit.model.bodies.body import BODIES, Body
from evidence_kit.model.bodies.captures import CertificateSeen, Fact, FileAdded, LoadEvent, PageCaptured, ScreenCaptured
from evidence_kit.model.bodies.disruptions import (
    DisruptionChanged,
    DisruptionClosed,
    DisruptionOpened,
    MeasurementTaken,
)
from evidence_kit.model.bodies.sharing import (
    DeliveryNoted,
    DestinationChanged,
    ReceiptBrought,
    RecipientAdded,
    ReportSealed,
)
from evidence_kit.model.bodies.statements import CorrectionWritten, Impact, NoteWritten, WitnessHeard
from evidence_kit.model.bodies.vault_events import ClockChange, ClockChanged, VaultCreated
from evidence_kit.model.clock_reading import ClockBound, ClockReading
from evidence_kit.model.codec import entry_line, read_entry
from evidence_kit.model.delivery import Confirmation, ConfirmedBy, DeliveryState
from evidence_kit.model.disruption import DisruptionGrade, Interval, Moment, NetworkState
from evidence_kit.model.entry import IntakeMark, LockedAtSealing
from evidence_kit.model.exhibit import Exhibit, ExhibitRole, TileRoot
from evidence_kit.model.judgement import Method, TargetOutcome

FOLDER = Path(__file__).parent / "entries"
LEAVES = dict(reversed(line.split("  ")) for line in (FOLDER / "leaves.txt").read_text(encoding="ascii").splitlines())

BOOT = "6f1d7c1e-33a0-4f0e-9a53-0d7d4c1b8a11"
ID = "019ab0c1-2d3e-7f45-8a6b-0c1d2e3f4a5b"
OTHER_ID = "019ab0c1-2d3e-7f45-8a6b-0c1d2e3f4a5c"
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
FINGERPRINT = "0123456789ABCDEF0123456789ABCDEF01234567"
READING = ClockReading("2026-11-23T14:02:10.123Z", 12600, 9_007_199_254_740_993, BOOT)
BOUNDED = ClockReading(
    "2026-11-23T14:02:40.000Z", -18000, 9_007_229_131_740_993, BOOT, ClockBound("-0.512", "1.25", "https", 86400)
)
SINCE = Interval(
    Moment("2026-11-23T14:01:40.000Z", 9_000_000_000_000, BOOT), Moment("2026-11-23T14:02:10.000Z", 2**63 - 1, BOOT)
)
NEVER_SEEN = Interval(None, Moment("2026-11-23T14:02:10.000Z", 0, BOOT))
PICTURE = Exhibit(HASH, 2**53 - 1, "image/png", "screenshot", TileRoot(HASH, 3840, 2160))
MHTML = Exhibit(HASH, 0, "multipart/related", "page-mhtml")

BODIES_BY_NAME: dict[str, Body] = {
    "vault-created": VaultCreated(FINGERPRINT, HASH, "evidence-kit 0.1.0"),
    "note": NoteWritten('اینترنت قطع شد\n"cut" \\ \x00\x1f\x7f\u2028 €😀', "N.", ID),
    "note-plain": NoteWritten("x"),
    "testimony": WitnessHeard(
        'اینترنت قطع شد\n"cut" €😀',
        "N.",
        ("share", "publish", "quote", "contact"),
        "not before the summer",
        (Impact("health", "no ambulance could be called"), Impact("money", "")),
        ID,
    ),
    "testimony-plain": WitnessHeard("x", None, (), "", ()),
    "correction": CorrectionWritten(OTHER_ID, "It was 14:20, not 13:20.\n€😀"),
    "screen": ScreenCaptured(PICTURE, "all", -1920, 0, 3840, 2160, False, "x11", "mss", None),
    "page": PageCaptured(
        PICTURE,
        MHTML,
        "https://news.example/",
        "https://news.example/",
        "This site can’t be reached",
        "error-page",
        "ERR_NAME_NOT_RESOLVED",
        -105,
        None,
        (LoadEvent("started", 0), LoadEvent("loaded", 251)),
        CertificateSeen("rejected", "ERR_CERT_DATE_INVALID", HASH, "CN=a", "CN=b", "2026-01-01", "2027-01-01"),
        "QtWebEngine 6.12.0",
        16384,
        ID,
        Exhibit(HASH, 17, "text/plain", ExhibitRole.PAGE_TEXT),
    ),
    "page-without": PageCaptured(
        PICTURE, None, "http://a.example/", "", "", "live", None, 0, 200, (), CertificateSeen("none"), "camera"
    ),
    "file": FileAdded(
        PICTURE, "photo.jpg", "2026-11-23T14:00:00Z", (Fact("Model", "X"), Fact("Model", "")), "read", ID
    ),
    "measurement": MeasurementTaken(
        MHTML, "web_connectivity", "https://a.example/", TargetOutcome.DNS_NXDOMAIN, NetworkState.ABROAD_CUT, ID
    ),
    "disruption-opened": DisruptionOpened(
        ID,
        NetworkState.BEYOND_PROVIDER,
        DisruptionGrade.OBSERVED,
        (Method.DNS_INJECTED, Method.CUT_RESET),
        SINCE,
        HASH,
        ("no-answer",),
    ),
    "disruption-changed": DisruptionChanged(ID, NetworkState.ABROAD_CUT, DisruptionGrade.CONFIRMED, (), NEVER_SEEN, ()),
    "disruption-closed": DisruptionClosed(ID, SINCE, ("answers-again",)),
    "clock-changed": ClockChanged(ClockChange.WALL_STEP, READING, BOUNDED, -3_600_000),
    "recipient-added": RecipientAdded(FINGERPRINT, ("Desk <desk@news.example>", ""), ConfirmedBy(Confirmation.TYPED)),
    "recipient-from-a-list": RecipientAdded(
        FINGERPRINT, ("Desk <desk@news.example>",), ConfirmedBy(Confirmation.SIGNED_LIST, FINGERPRINT[::-1])
    ),
    "destination-changed": DestinationChanged("added", "0011223344556677", "editors", (FINGERPRINT,)),
    "report": ReportSealed(ID, (ID, OTHER_ID), ID, ("a", "b"), (HASH, HASH), "What happened"),
    "delivery": DeliveryNoted(ID, OTHER_ID, "notice", DeliveryState.READ_BACK, 3, None, READING),
    "receipt": ReceiptBrought(ID, OTHER_ID, FINGERPRINT, HASH, "2026-11-24T00:00:00Z", MHTML),
}
INTAKES = {
    "note": IntakeMark(READING, HASH, None, LockedAtSealing.NO),
    "note-plain": IntakeMark(READING, HASH, HASH, LockedAtSealing.YES),
    "measurement": IntakeMark(BOUNDED, HASH, HASH, LockedAtSealing.NOT_KNOWN),
}
AFTER = {"note": HASH, "page": HASH}


def written(name: str) -> bytes:
    """The line as this version writes it."""
    return entry_line(
        id=ID,
        clock=BOUNDED if name in INTAKES else READING,
        after=AFTER.get(name),
        salt=bytes(range(240, 256)),
        body=BODIES_BY_NAME[name],
        intake=INTAKES.get(name),
    )


def test_every_kind_of_entry_has_a_line_kept() -> None:
    kept = {path.stem for path in FOLDER.glob("*.json")}
    assert kept == set(BODIES_BY_NAME) == {name.removesuffix(".json") for name in LEAVES}
    assert {body.KIND for body in BODIES_BY_NAME.values()} == set(BODIES)


@pytest.mark.parametrize("name", sorted(BODIES_BY_NAME))
def test_a_line_kept_is_still_written_byte_for_byte(name: str) -> None:
    assert written(name) == (FOLDER / f"{name}.json").read_bytes()


@pytest.mark.parametrize("name", sorted(BODIES_BY_NAME))
def test_a_line_kept_still_reads_as_what_it_said(name: str) -> None:
    entry = read_entry((FOLDER / f"{name}.json").read_bytes(), 0)
    assert entry.body == BODIES_BY_NAME[name]
    assert (entry.id, entry.after, entry.salt) == (ID, AFTER.get(name), bytes(range(240, 256)))
    assert (entry.clock, entry.intake) == (BOUNDED if name in INTAKES else READING, INTAKES.get(name))


@pytest.mark.parametrize("name", sorted(BODIES_BY_NAME))
def test_a_line_kept_still_has_its_leaf_hash(name: str) -> None:
    line = (FOLDER / f"{name}.json").read_bytes()
    assert hashlib.sha256(b"\x00" + line).hexdigest() == LEAVES[f"{name}.json"]
