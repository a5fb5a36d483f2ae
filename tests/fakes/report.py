"""A small journal with real trees, pictures and proofs, kept in memory, for reports and their checks."""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image

from evidence_kit.clock.reading import moment_of
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import CertificateSeen, Fact, FileAdded, LoadEvent, PageCaptured, ScreenCaptured
from evidence_kit.model.bodies.disruptions import DisruptionClosed, DisruptionOpened, MeasurementTaken
from evidence_kit.model.bodies.statements import NoteWritten
from evidence_kit.model.bodies.vault_events import VaultCreated
from evidence_kit.model.codec import entry_line, read_entry
from evidence_kit.model.disruption import Disruption, DisruptionGrade, Interval, NetworkState, Segment
from evidence_kit.model.entry import Entry, IntakeMark
from evidence_kit.model.exhibit import Exhibit, ExhibitRole
from evidence_kit.model.judgement import Method, TargetOutcome
from evidence_kit.model.report import Answer
from evidence_kit.report.contents import Disclosed, ReportContents
from evidence_kit.seal import checkpoint, merkle, tiles
from tests.fakes.clock import FakeClock

REPORT_ID = "019a9b00-0000-7000-8000-0000c0ffee01"
DISRUPTION_ID = "019a9b00-0000-7000-8000-00000d15c0de"
SOFTWARE = "Evidence Kit test"


@dataclass
class FakeJournal:
    """Entries in order, their exhibits by hash, and reports about them. Ids and salts are counted, not random."""

    clock: FakeClock = field(default_factory=FakeClock)
    entries: list[Entry] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)
    seeds: dict[str, bytes] = field(default_factory=dict)

    def append(self, body: Body, intake: IntakeMark | None = None) -> Entry:
        sequence = len(self.entries)
        line = entry_line(
            id=f"019a9b00-0000-7000-8000-{sequence:012x}",
            clock=self.clock.read(),
            after=None,
            salt=hashlib.sha256(b"salt %d" % sequence).digest()[:16],
            body=body,
            intake=intake,
        )
        entry = read_entry(line, sequence)
        self.entries.append(entry)
        self.clock.pass_time(7)
        return entry

    def keep(self, content: bytes, media_type: str, role: str) -> Exhibit:
        sha256 = hashlib.sha256(content).hexdigest()
        self.kept[sha256] = content
        return Exhibit(sha256, len(content), media_type, ExhibitRole(role))

    def keep_picture(self, width: int = 150, height: int = 100, role: str = "screenshot") -> Exhibit:
        picture = Image.frombytes("RGB", (width, height), bytes(x * 7 % 256 for x in range(width * height * 3)))
        out = io.BytesIO()
        picture.save(out, "PNG")
        seed = hashlib.sha256(b"seed %d" % len(self.seeds)).digest()
        plain = self.keep(out.getvalue(), "image/png", role)
        self.seeds[plain.sha256] = seed
        root = tiles.commit(picture.tobytes(), width, height, seed)
        return Exhibit(plain.sha256, plain.size, plain.media_type, plain.role, root)

    def read_exhibit(self, sha256: str) -> Iterator[bytes]:
        content = self.kept[sha256]
        for start in range(0, len(content), 4096):
            yield content[start : start + 4096]

    def tile_seed(self, sha256: str) -> bytes | None:
        return self.seeds.get(sha256)

    @property
    def leaves(self) -> list[bytes]:
        return [merkle.leaf_hash(entry.line) for entry in self.entries]

    def checkpoint(self, fingerprint: str) -> bytes:
        origin = f"evidence-kit/{fingerprint.lower()}"
        return checkpoint.text(checkpoint.Checkpoint(origin, len(self.entries), merkle.root(self.leaves)))

    def disclose(self, *sequences: int, withheld: tuple[str, ...] = ()) -> tuple[Disclosed, ...]:
        return tuple(
            Disclosed(self.entries[number], tuple(merkle.inclusion_proof(self.leaves, number)), withheld)
            for number in sequences
        )


def lived_through(journal: FakeJournal) -> Disruption:
    """Fill a journal with one entry of most kinds around a disruption of two hours; the disruption."""
    clock = journal.clock
    journal.append(VaultCreated("A" * 40, "b" * 64, SOFTWARE))
    journal.append(NoteWritten("a private note that nobody is shown"))
    before = moment_of(clock.read())
    clock.pass_time(30)
    started = Interval(before, moment_of(clock.read()))
    journal.append(
        DisruptionOpened(
            DISRUPTION_ID,
            NetworkState.BEYOND_PROVIDER,
            DisruptionGrade.PROBABLE,
            (Method.BLACKOUT_BEYOND_PROVIDER,),
            started,
            "c" * 64,
            ("anchors 0/4",),
        )
    )
    record = json.dumps({"test_name": "web_connectivity", "input": "https://example.org/", "test_runtime": 1.5})
    journal.append(
        MeasurementTaken(
            journal.keep(record.encode(), "application/json", "measurement"),
            "web_connectivity",
            "https://example.org/",
            TargetOutcome.DNS_NO_ANSWER,
            None,
            DISRUPTION_ID,
        )
    )
    shot = journal.keep_picture()
    journal.append(
        ScreenCaptured(shot, "1", 0, 0, 150, 100, False, "x11", "mss", DISRUPTION_ID),
    )
    journal.append(
        PageCaptured(
            journal.keep_picture(90, 70, "page-picture"),
            journal.keep(b"MIME-Version: 1.0\r\n\r\nnothing\r\n", "multipart/related", "page-mhtml"),
            "https://example.org/",
            "https://example.org/",
            "",
            "error-page",
            "ERR_NAME_NOT_RESOLVED",
            -105,
            None,
            (LoadEvent("failed", 120),),
            CertificateSeen("none"),
            "camera 1",
            None,
            DISRUPTION_ID,
            journal.keep(b"This site cannot be reached\n", "text/plain", "page-text"),
        )
    )
    journal.append(
        FileAdded(
            journal.keep(b"a photo, more or less\n" * 40, "image/jpeg", "photo"),
            "street & <b>crowd</b>.jpg",
            None,
            (Fact("Model", "Phone"),),
            "read",
            DISRUPTION_ID,
        )
    )
    journal.append(NoteWritten("No network since noon. =1+1 <script>alert(1)</script>", "Lark", DISRUPTION_ID))
    clock.pass_time(7200)
    last = moment_of(clock.read())
    clock.pass_time(20)
    ended = Interval(last, moment_of(clock.read()))
    journal.append(DisruptionClosed(DISRUPTION_ID, ended, ("anchors 4/4",)))
    opened = journal.entries[2].body
    assert isinstance(opened, DisruptionOpened)
    return Disruption(
        DISRUPTION_ID,
        started,
        ended,
        (Segment(opened.state, opened.grade, opened.methods, started),),
        opened.network,
        tuple(entry.id for entry in journal.entries[2:]),
    )


def contents_of(
    journal: FakeJournal,
    disruption: Disruption,
    *,
    fingerprint: str = "A" * 40,
    certificate: bytes = b"certificate",
    signature: bytes = b"signature",
    withheld: tuple[str, ...] = (),
) -> ReportContents:
    """A report of everything but the vault's making and the private note."""
    return ReportContents(
        id=REPORT_ID,
        created=journal.clock.read(),
        fingerprint=fingerprint,
        certificate=certificate,
        checkpoint=journal.checkpoint(fingerprint),
        signature=signature,
        entries=journal.disclose(*range(2, len(journal.entries)), withheld=withheld),
        disruptions=(disruption,),
        text="The connection went at noon.\nShops closed & people <gathered>.",
        place="Northern district",
        pseudonym="Lark",
        consent="May be published without my name",
        answers=(Answer("country", "Utopia"), Answer("event", "=HYPERLINK(1)")),
    )
