from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image

from evidence_kit.clock.reading import moment_of
from evidence_kit.errors import Broken, Refused
from evidence_kit.events import Event, WorkProgressed
from evidence_kit.jobs.browse import FindEntries, ReadRows
from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.checkpoints import SignCheckpoint
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.jobs.keeper import JournalKeeper
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.look import ListDeliveries, ListEntries
from evidence_kit.jobs.people import AddDestination, AddRecipient, RemoveDestination
from evidence_kit.jobs.report_candidates import FindCandidates
from evidence_kit.jobs.report_gathering import GatherReport
from evidence_kit.jobs.report_sealing import CreateReport
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import FileAdded
from evidence_kit.model.bodies.disruptions import DisruptionClosed, DisruptionOpened
from evidence_kit.model.bodies.sharing import ReportSealed
from evidence_kit.model.bodies.statements import NoteWritten
from evidence_kit.model.delivery import Confirmation, ConfirmedBy, DeliveryState, Recipient
from evidence_kit.model.disruption import DisruptionGrade, Interval, NetworkState
from evidence_kit.model.entry import Entry
from evidence_kit.model.identity import new_id
from evidence_kit.report.contents import document_of
from evidence_kit.report.page import html
from evidence_kit.seal.pgp import Keyring, SecretKey
from evidence_kit.sync.folder.route import FolderRoute
from evidence_kit.vault.vault import Vault
from tests.core.seal.person import person
from tests.fakes.message import outcome_of_message

pytestmark = pytest.mark.slow

EVERYTHING = GatherReport(disruption=None, entries=(), destinations=("desk",), text="")


@dataclass(frozen=True, slots=True)
class Reopen(Job[Vault]):
    """The vault's own folder, for damage."""

    def run(self, context: JobContext) -> Vault:
        return context.vault


def parcels(folder: Path) -> list[Path]:
    return sorted((folder / "outbox" / "parcels").iterdir())


def test_a_report_waits_as_ciphertext_for_its_destination(kit: Kit, desk: str, folder: Path) -> None:
    kit.run(WriteNote("the canary sings"))
    made = kit.run(CreateReport(EVERYTHING))
    ((delivery, name),) = kit.run(ListDeliveries())
    assert name == desk
    assert [part.role for part in delivery.parts] == ["notice", "report"]
    assert {part.state for part in delivery.parts} == {DeliveryState.WAITING}
    assert made.deliveries == ((delivery, desk),)
    assert len(parcels(folder)) == 2
    assert not any(b"canary sings" in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_what_one_report_held_is_not_in_the_next_one(kit: Kit, desk: str) -> None:
    first = kit.run(WriteNote("first"))
    assert kit.run(CreateReport(EVERYTHING)).entries == (first.id,)
    second = kit.run(WriteNote("second"))
    assert kit.run(CreateReport(EVERYTHING)).entries == (second.id,)
    with pytest.raises(Refused, match="nothing-to-report"):
        kit.run(CreateReport(EVERYTHING))


def test_chosen_entries_go_alone_and_by_the_beginning_of_their_id(kit: Kit, desk: str) -> None:
    kit.run(WriteNote("one"))
    two = kit.run(WriteNote("two"))
    assert kit.run(CreateReport(replace(EVERYTHING, entries=(two.id[:-1],)))).entries == (two.id,)


def test_a_report_speaks_the_language_that_was_chosen(kit: Kit, desk: str) -> None:
    kit.run(WriteNote("nothing loads"))
    assert kit.run(EVERYTHING).contents.language == "en"
    gathered = kit.run(replace(EVERYTHING, language="fr"))
    document = document_of(gathered.contents)
    page = b"".join(html(gathered.contents, document, gathered.shelf)).decode()
    assert '<html lang="fr" dir="ltr">' in page
    assert "nothing loads" in page
    assert "What it does not prove" not in page
    with pytest.raises(Refused, match="unknown-language"):
        kit.run(replace(EVERYTHING, language="tlh"))


def test_entries_about_recipients_never_leave(kit: Kit, desk: str) -> None:
    entries = kit.run(ListEntries())
    private = next(entry for entry in entries if entry.kind == "recipient-added")
    with pytest.raises(Refused, match="not-reportable"):
        kit.run(CreateReport(replace(EVERYTHING, entries=(private.id,))))


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        (replace(EVERYTHING, destinations=("nobody",)), "unknown-destination"),
        (replace(EVERYTHING, disruption="last"), "unknown-disruption"),
        (replace(EVERYTHING, disruption="0123"), "no-such-disruption"),
        (replace(EVERYTHING, entries=("ffff",)), "no-such-entry"),
    ],
)
def test_a_choice_that_means_nothing_is_refused_and_queues_nothing(
    kit: Kit, desk: str, folder: Path, choice: GatherReport, code: str
) -> None:
    kit.run(WriteNote("something"))
    with pytest.raises(Refused, match=code):
        kit.run(CreateReport(choice))
    assert kit.run(ListDeliveries()) == ()
    assert parcels(folder) == []


def test_destinations_of_the_same_recipients_share_one_ciphertext(
    kit: Kit, desk: str, folder: Path, tmp_path: Path
) -> None:
    ((_, destination),) = [(one, one) for one in kit.run(_Destinations())]
    kit.run(AddDestination("second", f"folder:{tmp_path}", destination.recipients))
    kit.run(WriteNote("shared"))
    made = kit.run(CreateReport(replace(EVERYTHING, destinations=("desk", "second"))))
    assert len({delivery.parts[-1].parcel for delivery, _ in made.deliveries}) == 1
    assert len({delivery.id for delivery, _ in made.deliveries}) == 2
    assert len(parcels(folder)) == 2


def test_each_destination_gets_what_its_own_recipients_can_open(kit: Kit, folder: Path, tmp_path: Path) -> None:
    people = {}
    with Keyring() as keyring:
        for name in ("near", "far"):
            people[name] = keyring.generate(name)
            kit.run(AddRecipient(people[name].certificate, people[name].fingerprint))
            kit.run(AddDestination(name, FolderRoute(tmp_path).url(), (people[name].fingerprint,)))
    kit.run(WriteNote("for each alone"))
    made = kit.run(CreateReport(replace(EVERYTHING, destinations=("near", "far"))))
    opened = {
        (name, reader)
        for delivery, name in made.deliveries
        for reader, key in people.items()
        if all(can_open(folder / "outbox" / "parcels" / f"{part.parcel}.pgp", key) for part in delivery.parts)
    }
    assert opened == {("near", "near"), ("far", "far")}


def can_open(parcel: Path, key: SecretKey) -> bool:
    with Keyring() as keyring, parcel.open("rb") as source:
        keyring.load_secret(key)
        try:
            outcome_of_message(keyring, source, max_output=1 << 30)
        except (Broken, Refused):
            return False
        return True


def test_a_certificate_that_has_expired_since_is_the_reason_told_and_nothing_is_queued(
    kit: Kit, desk: str, folder: Path, tmp_path: Path
) -> None:
    with person() as late:
        certificate = late.certificate(fingerprint := late.key(when="20200101T000000", expire="1y"))
    kit.run(
        _Expired(
            Recipient(
                fingerprint, ("late",), certificate, ConfirmedBy(Confirmation.TYPED), "2020-01-01T00:00:00Z", None
            )
        )
    )
    # More than a pipe holds: who writes notices that nobody reads.
    (tmp_path / "film.bin").write_bytes(bytes(1_000_000))
    Capturing(JournalKeeper(kit)).file(tmp_path / "film.bin")
    with pytest.raises(Refused, match="certificate-expired"):
        kit.run(CreateReport(EVERYTHING))
    assert parcels(folder) == []
    assert kit.run(ListDeliveries()) == ()


@dataclass(frozen=True, slots=True)
class _Expired(Job[None]):
    """The desk's recipient from now on."""

    recipient: Recipient

    def run(self, context: JobContext) -> None:
        (destination,) = context.vault.register.destinations()
        context.vault.register.put_recipient(self.recipient)
        context.vault.register.put_destination(replace(destination, recipients=(self.recipient.fingerprint,)))


@dataclass(frozen=True, slots=True)
class _Destinations(Job[object]):
    def run(self, context: JobContext):  # type: ignore[no-untyped-def]  # a tuple of destinations, for the test alone
        return tuple(context.vault.register.destinations())


def test_a_damaged_exhibit_stops_the_report_and_leaves_nothing_half_made(
    kit: Kit, desk: str, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "photo.bin").write_bytes(bytes(3_000_000))
    entry = Capturing(JournalKeeper(kit)).file(tmp_path / "photo.bin")
    assert isinstance(entry.body, FileAdded)
    (stored,) = (folder / "exhibits").iterdir()
    content = bytearray(stored.read_bytes())
    content[len(content) // 2] ^= 1
    stored.write_bytes(content)
    with pytest.raises(Broken, match="exhibit-damaged"):
        kit.run(CreateReport(EVERYTHING))
    assert parcels(folder) == []
    assert kit.run(ListDeliveries()) == ()
    assert not [one for one in kit.run(ListEntries()) if isinstance(one.body, ReportSealed)]


def test_progress_of_a_large_report_is_told_in_few_steps(kit: Kit, desk: str, tmp_path: Path) -> None:
    (tmp_path / "film.bin").write_bytes(bytes(8_000_000))
    # Embedded in the page too, so that more is written than the files hold.
    Image.effect_noise((1200, 1200), 80).save(tmp_path / "photo.png")
    for name in ("film.bin", "photo.png"):
        Capturing(JournalKeeper(kit)).file(tmp_path / name)
    told: list[Event] = []
    kit.listen(told.append)
    kit.run(CreateReport(EVERYTHING))
    steps = [event for event in told if isinstance(event, WorkProgressed)]
    assert 5 <= len(steps) <= 40
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert all(step.done <= step.total for step in steps)


def test_progress_can_be_divided_by_its_total_even_where_there_is_no_file(kit: Kit, desk: str) -> None:
    kit.run(WriteNote("words alone"))
    told: list[Event] = []
    kit.listen(told.append)
    kit.run(CreateReport(EVERYTHING))
    assert all(step.total > 0 for step in told if isinstance(step, WorkProgressed))


def test_an_unchanged_journal_keeps_its_checkpoint(kit: Kit) -> None:
    first = kit.run(SignCheckpoint())
    assert kit.run(SignCheckpoint()) == first
    kit.run(WriteNote("more"))
    second = kit.run(SignCheckpoint())
    assert second.size == first.size + 1


def test_a_removed_destination_leaves_its_deliveries_to_be_seen(kit: Kit, desk: str) -> None:
    kit.run(WriteNote("for later"))
    kit.run(CreateReport(EVERYTHING))
    kit.run(RemoveDestination(desk))
    ((_, name),) = kit.run(ListDeliveries())
    assert name is None


def test_what_was_kept_before_the_watch_was_sure_belongs_to_the_disruption(kit: Kit, desk: str, tmp_path: Path) -> None:
    def note(text: str) -> Entry:
        return kit.run(WriteNote(text))

    before = note("before the cut")
    started = Interval(moment_of(kit.clock.read()), moment_of(kit.clock.read()))
    early = note("first minute, the watch is not sure yet")
    opened = DisruptionOpened(
        disruption="01a20a5d-d216-7a44-9d20-c055099533f3",
        state=NetworkState.BEYOND_PROVIDER,
        grade=DisruptionGrade.PROBABLE,
        methods=("blackout.total",),
        started=started,
        network="",
        reasons=(),
    )
    kit.run(_Seal(opened))
    linked = note("linked")
    ended = Interval(moment_of(kit.clock.read()), moment_of(kit.clock.read()))
    kit.run(_Seal(DisruptionClosed(opened.disruption, ended, ())))
    after = note("after it")
    entries = kit.run(CreateReport(replace(EVERYTHING, disruption="last"))).entries
    assert {early.id, linked.id} <= set(entries)
    assert not {before.id, after.id} & set(entries)


@dataclass(frozen=True, slots=True)
class _Seal(Job[Entry]):
    body: Body

    def run(self, context: JobContext) -> Entry:
        return context.vault.append(self.body)


def test_journal_report_and_window_agree_on_what_belongs_and_what_was_reported(
    kit: Kit, desk: str, folder: Path
) -> None:
    then = moment_of(kit.clock.read())
    disruption = new_id(kit.clock.read())
    free = kit.run(WriteNote("before anybody had noticed"))
    failed = moment_of(kit.clock.read())
    opened = DisruptionOpened(
        disruption, NetworkState.BEYOND_PROVIDER, DisruptionGrade.OBSERVED, (), Interval(then, failed), "home", ()
    )
    kit.run(_Seal(opened))
    suspected = kit.run(_Seal(NoteWritten("linked to what came to nothing", None, new_id(kit.clock.read()))))
    last = moment_of(kit.clock.read())
    kit.run(_Seal(DisruptionClosed(disruption, Interval(last, moment_of(kit.clock.read())), ())))
    after = kit.run(WriteNote("when it was over"))
    made = kit.run(CreateReport(GatherReport(disruption, (), (desk,), "")))
    captured = {free.id, suspected.id}
    assert set(made.entries) & {free.id, suspected.id, after.id} == captured
    shown = kit.run(FindCandidates(disruption))
    assert {one.id for one in shown.entries if one.belongs} == captured
    assert {one.id for one in shown.entries if one.reported} == captured
    places = kit.run(FindEntries(disruption=disruption, kinds=("note",))).sequences()
    assert set(places or ()) == {free.sequence, suspected.sequence}
    rows = kit.run(ReadRows((free.sequence, suspected.sequence, after.sequence)))
    assert {row.id: row.disruption for row in rows} == dict.fromkeys(captured, disruption) | {after.id: None}
    for lost in (folder / "outbox" / "deliveries").iterdir():
        lost.unlink()
    assert not any(one.reported for one in kit.run(FindCandidates(None)).entries), "nobody sends it any more"
    again = kit.run(CreateReport(GatherReport(None, (), (desk,), "")))
    assert captured <= set(again.entries)
