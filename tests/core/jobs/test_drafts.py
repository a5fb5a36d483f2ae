from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image

from evidence_kit.clock.reading import moment_of
from evidence_kit.errors import Broken, Refused
from evidence_kit.events import Event, WorkProgressed
from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.drafts import (
    BeginDraft,
    DiscardDraft,
    KeepDraft,
    ListReports,
    MeasurePace,
    ReportDraft,
)
from evidence_kit.jobs.job import CancelToken, Job, JobContext
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.jobs.keeper import JournalKeeper
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.look import ListDeliveries, ListDestinations
from evidence_kit.jobs.report_candidates import Candidates, FindCandidates
from evidence_kit.jobs.report_preview import PreviewReport, ReportPreview, SealDraft, room_for_entries, thinned
from evidence_kit.jobs.report_sealing import CreateReport
from evidence_kit.model import codec
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import FileAdded
from evidence_kit.model.bodies.disruptions import DisruptionOpened, MeasurementTaken
from evidence_kit.model.bodies.sharing import DeliveryNoted, ReportSealed
from evidence_kit.model.bodies.statements import WitnessHeard
from evidence_kit.model.codec import Json
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import DisruptionGrade, Interval, NetworkState
from evidence_kit.model.entry import Entry
from evidence_kit.model.identity import new_id
from tests.core.kits import open_kit

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class _Append(Job[Entry]):
    body: Body

    def run(self, context: JobContext) -> Entry:
        return context.vault.append(self.body)


@dataclass(frozen=True, slots=True)
class _Measure(Job[Entry]):
    disruption: str
    content: bytes

    def run(self, context: JobContext) -> Entry:
        record = context.vault.exhibits.stage((self.content,), "application/json", "measurement")
        return context.vault.append(
            MeasurementTaken(record, "connectivity_ladder", None, NetworkState.ONLINE, disruption=self.disruption)
        )


@dataclass(frozen=True, slots=True)
class _Put(Job[None]):
    name: str
    value: Json

    def run(self, context: JobContext) -> None:
        context.vault.register.put(self.name, self.value)


def drafted(kit: Kit, *entries: str, **more: object) -> ReportDraft:
    """A draft for the one destination, not kept."""
    to = tuple(one.id for one in kit.run(ListDestinations()))
    return replace(kit.run(BeginDraft()), decided=True, entries=entries, destinations=to, **more)  # type: ignore[arg-type]  # fields by name


def looked_over(kit: Kit, draft: ReportDraft) -> ReportPreview:
    return kit.run(PreviewReport(draft))


def disrupted(kit: Kit) -> str:
    now = moment_of(kit.clock.read())
    opened = DisruptionOpened(
        disruption=new_id(kit.clock.read()),
        state=NetworkState.BEYOND_PROVIDER,
        grade=DisruptionGrade.PROBABLE,
        methods=(),
        started=Interval(now, now),
        network="",
        reasons=(),
    )
    kit.run(_Append(opened))
    return opened.disruption


def parcels(folder: Path) -> list[Path]:
    return sorted((folder / "outbox" / "parcels").iterdir())


def test_a_draft_comes_back_after_the_lock_and_lies_nowhere_in_clear(folder: Path) -> None:
    with open_kit(folder) as kit:
        kept = kit.run(KeepDraft(replace(kit.run(BeginDraft()), text="the canary sings", page=2)))
    assert not any(b"canary" in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    with open_kit(folder) as kit:
        assert kit.run(ListReports()).drafts == (kept,)


def test_a_draft_is_kept_once_and_discarding_it_can_be_undone(kit: Kit) -> None:
    first, second = kit.run(KeepDraft(kit.run(BeginDraft()))), kit.run(KeepDraft(kit.run(BeginDraft())))
    kit.run(KeepDraft(replace(first, text="more")))
    assert {draft.id for draft in kit.run(ListReports()).drafts} == {first.id, second.id}
    kit.run(DiscardDraft(first.id))
    assert [draft.id for draft in kit.run(ListReports()).drafts] == [second.id]
    kit.run(KeepDraft(first))
    assert first.id in {draft.id for draft in kit.run(ListReports()).drafts}


def test_drafts_of_a_newer_version_are_refused_and_stay(kit: Kit) -> None:
    kit.run(_Put("report-drafts", {"v": 2, "drafts": []}))
    with pytest.raises(Broken, match="newer-version"):
        kit.run(KeepDraft(kit.run(BeginDraft())))


def test_only_what_was_ticked_leaves_whatever_is_recorded_meanwhile(kit: Kit, desk: str) -> None:
    ticked = kit.run(WriteNote("ticked"))
    kit.run(WriteNote("not ticked"))
    draft = drafted(kit, ticked.id)
    leaving = looked_over(kit, draft)
    kit.run(WriteNote("written after the look"))
    made = kit.run(SealDraft(leaving.choice, draft.id))
    assert leaving.choice.entries == made.entries == (ticked.id,)


def test_nothing_ticked_and_nobody_to_send_to_are_refused(kit: Kit, desk: str) -> None:
    with pytest.raises(Refused, match="nothing-to-report"):
        looked_over(kit, drafted(kit))
    note = kit.run(WriteNote("something"))
    with pytest.raises(Refused, match="no-destination"):
        looked_over(kit, replace(drafted(kit, note.id), destinations=()))


def test_measurements_go_along_with_their_disruption_unless_the_person_says_no(kit: Kit, desk: str) -> None:
    disruption = disrupted(kit)
    measured = kit.run(_Measure(disruption, b"{}"))
    note = kit.run(WriteNote("seen"))
    draft = drafted(kit, note.id, disruption=disruption)
    assert measured.id in looked_over(kit, draft).choice.entries
    alone = looked_over(kit, replace(draft, measurements=False)).choice
    assert alone.entries == kit.run(SealDraft(alone, draft.id)).entries == (note.id,)
    assert measured.id not in looked_over(kit, replace(draft, disruption=None)).choice.entries


def test_candidates_tell_what_belongs_what_was_reported_and_what_may_not_leave(kit: Kit, desk: str) -> None:
    before = kit.run(WriteNote("before"))
    kit.run(SealDraft(looked_over(kit, drafted(kit, before.id)).choice, ""))
    disruption = disrupted(kit)
    during = kit.run(WriteNote("during"))
    told = kit.run(_Append(WitnessHeard("told in confidence", None, (), "", (), disruption)))
    found: Candidates = kit.run(FindCandidates(disruption))
    by_id = {one.id: one for one in found.entries}
    assert (by_id[before.id].belongs, by_id[before.id].reported) == (False, True)
    assert (by_id[during.id].belongs, by_id[during.id].reported) == (True, False)
    assert not by_id[told.id].may_leave
    assert (found.measurements, found.course) == (0, 1)


def test_what_photos_and_words_reveal_is_told(kit: Kit, desk: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x013B] = "Phone maker", "A. Person"
    exif.get_ifd(0x8825).update({1: "N", 2: (9.0, 30.0, 0.0), 3: "E", 4: (38.0, 45.0, 0.0)})
    Image.new("RGB", (8, 8)).save(tmp_path / "street.jpg", exif=exif)
    (tmp_path / "list.odt").write_bytes(b"PK")
    with Capturing(JournalKeeper(kit)) as capturing:
        entries = [capturing.file(tmp_path / name) for name in ("street.jpg", "list.odt")]
    assert all(isinstance(entry.body, FileAdded) for entry in entries)
    leaving = looked_over(kit, drafted(kit, *(entry.id for entry in entries)))
    photo, document = leaving.telling
    assert (photo.place, photo.device, photo.owner, photo.unread) == (
        "9.500000, 38.750000",
        "Phone maker",
        "A. Person",
        False,
    )
    assert document.unread
    assert "data:image" not in leaving.page
    assert [file.label for file in leaving.files] == ["street.jpg", "list.odt"]
    assert kit.run(FindCandidates(None)).entries[0].tells_place


def test_the_page_to_read_beforehand_has_no_markup_but_ours(kit: Kit, desk: str) -> None:
    note = kit.run(WriteNote('<script>alert(1)</script><img src="file:///etc/passwd">'))
    page = looked_over(kit, drafted(kit, note.id, text="<b>bold</b>")).page
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>" not in page
    assert "&lt;b&gt;bold" in page


def test_a_stopped_report_leaves_no_ciphertext_and_keeps_the_draft(kit: Kit, desk: str, folder: Path) -> None:
    note = kit.run(WriteNote("something"))
    draft = kit.run(KeepDraft(drafted(kit, note.id)))
    choice = looked_over(kit, draft).choice
    cancel = CancelToken()
    cancel.call_off()
    with pytest.raises(Refused, match="called-off"):
        kit.run(SealDraft(choice, draft.id), cancel)
    assert parcels(folder) == []
    assert kit.run(ListDeliveries()) == ()
    assert kit.run(ListReports()).drafts == (draft,)


def test_stopped_at_the_last_moment_even_finished_ciphertext_goes(kit: Kit, desk: str, folder: Path) -> None:
    note = kit.run(WriteNote("something"))
    finished: list[int] = []

    class CalledOffWhenFinished(CancelToken):
        def check(self) -> None:
            finished.append(len(parcels(folder)))
            if finished[-1] == 2:
                self.call_off()
            super().check()

    with pytest.raises(Refused, match="called-off"):
        kit.run(CreateReport(looked_over(kit, drafted(kit, note.id)).choice), CalledOffWhenFinished())
    assert finished[-1] == 2
    assert parcels(folder) == []
    assert kit.run(ListDeliveries()) == ()


def test_a_report_stopped_half_way_leaves_no_ciphertext(kit: Kit, desk: str, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "film.bin").write_bytes(bytes(4_000_000))
    with Capturing(JournalKeeper(kit)) as capturing:
        film = capturing.file(tmp_path / "film.bin")
    cancel = CancelToken()

    def stop_late(event: Event) -> None:
        if isinstance(event, WorkProgressed) and event.done * 2 > event.total:
            cancel.call_off()

    kit.listen(stop_late)
    with pytest.raises(Refused, match="called-off"):
        kit.run(SealDraft(looked_over(kit, drafted(kit, film.id)).choice, ""), cancel)
    assert parcels(folder) == []


def test_a_sealed_draft_is_gone_and_a_new_version_is_linked_to_the_old(kit: Kit, desk: str) -> None:
    note = kit.run(WriteNote("first"))
    draft = kit.run(KeepDraft(drafted(kit, note.id, text="words")))
    first = kit.run(SealDraft(looked_over(kit, draft).choice, draft.id))
    assert kit.run(ListReports()).drafts == ()
    again = kit.run(BeginDraft(first.report))
    assert (again.entries, again.text, again.destinations) == ((note.id,), "words", draft.destinations)
    second = kit.run(SealDraft(looked_over(kit, again).choice, again.id, again.replaces))
    newest, oldest = kit.run(ListReports()).sent
    assert (newest.id, newest.replaces) == (second.report, first.report)
    assert (oldest.id, oldest.replaced_by) == (first.report, second.report)


@pytest.mark.parametrize("text", ["", "words " * 2000, '"\\' * 4000, "ገለልተኛ " * 1500])
def test_as_many_entries_as_there_is_room_for_fit_into_the_journals_line(kit: Kit, text: str) -> None:
    reading = kit.clock.read()
    deliveries = 8
    body = ReportSealed(
        report=new_id(reading),
        entries=tuple(new_id(reading) for _ in range(room_for_entries(text, deliveries))),
        disruption=new_id(reading),
        deliveries=("0" * 16,) * deliveries,
        ciphertexts=("0" * 64,) * deliveries,
        text=text,
    )
    line = codec.entry_line(id=new_id(reading), clock=reading, after="0" * 64, salt=bytes(16), body=body)
    assert len(line) > codec.LINE_CAP - 3000


def test_thinning_keeps_the_first_the_last_and_an_even_spread() -> None:
    ids = [str(number) for number in range(101)]
    assert thinned(ids, 200) == ids
    assert thinned(ids, 5) == ["0", "25", "50", "75", "100"]
    assert thinned(ids, 1) == ["0"]
    assert thinned(ids, -3) == []


def test_the_pace_is_measured_between_notice_and_report_at_the_first_attempt_alone(kit: Kit, desk: str) -> None:
    note = kit.run(WriteNote("something"))
    made = kit.run(SealDraft(looked_over(kit, drafted(kit, note.id)).choice, ""))
    ((delivery, _),) = made.deliveries
    pace = MeasurePace((delivery.destination,))
    assert kit.run(pace)[0].bytes_per_s is None
    now = kit.clock.read()
    for role, attempts, after_ns in (("notice", 1, 0), ("report", 2, 1_000_000_000), ("report", 1, 2_000_000_000)):
        assert kit.run(pace)[0].bytes_per_s is None
        at = replace(now, boottime_ns=now.boottime_ns + after_ns)
        noted = DeliveryNoted(delivery.id, made.report, role, DeliveryState.CLAIMED, attempts, None, at)
        kit.run(_Append(noted))
    assert kit.run(pace)[0].bytes_per_s == delivery.parts[-1].size // 2
