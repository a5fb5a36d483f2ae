"""What the first screen asks of an open vault, against a real one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from evidence_kit.clock.reading import moment_of, wall_text
from evidence_kit.jobs.checkpoints import SignCheckpoint
from evidence_kit.jobs.deliveries import Act, SettleDelivery
from evidence_kit.jobs.gist import SaidGist
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.overview import Overview, OverviewRow
from evidence_kit.jobs.report_gathering import GatherReport
from evidence_kit.jobs.report_sealing import CreateReport
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.disruptions import DisruptionChanged, DisruptionClosed, DisruptionOpened
from evidence_kit.model.bodies.statements import NoteWritten
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import DisruptionGrade, Interval, Moment, NetworkState
from evidence_kit.model.identity import new_id


@dataclass(frozen=True, slots=True)
class Append(Job[None]):
    """Put a body into the journal, as it was so many days ago."""

    body: Body
    days: float = 0.0

    def run(self, context: JobContext) -> None:
        context.vault.append(self.body, reading=ago(context.clock.read(), self.days))


def ago(reading: ClockReading, days: float) -> ClockReading:
    wall = datetime.fromisoformat(reading.wall_utc) - timedelta(days=days)
    return replace(reading, wall_utc=wall_text(int(wall.timestamp() * 1000) * 1_000_000))


def then(kit: Kit, days: float) -> Interval:
    moment: Moment = moment_of(ago(kit.clock.read(), days))
    return Interval(moment, moment)


def opened(kit: Kit, days: float) -> DisruptionOpened:
    body = DisruptionOpened(
        disruption=new_id(ago(kit.clock.read(), days)),
        state=NetworkState.BEYOND_PROVIDER,
        grade=DisruptionGrade.PROBABLE,
        methods=(),
        started=then(kit, days),
        network="0" * 16,
        reasons=(),
    )
    kit.run(Append(body, days))
    return body


def close(kit: Kit, body: DisruptionOpened, days: float) -> None:
    kit.run(Append(DisruptionClosed(body.disruption, then(kit, days), ()), days))


def gist_texts(rows: Iterable[OverviewRow]) -> list[str]:
    return [row.gist.text for row in rows if isinstance(row.gist, SaidGist)]


def test_a_new_vault_has_nothing_to_show_but_its_size(kit: Kit) -> None:
    glance = kit.run(Overview())
    assert (glance.latest, glance.disruptions, glance.waiting.reports) == ((), (), 0)
    assert glance.unsigned == glance.size >= 1


def test_the_newest_entries_come_first_in_one_line_that_hides_nothing(kit: Kit) -> None:
    for number in range(10):
        kit.run(WriteNote(f"note {number}"))
    kit.run(WriteNote("line one\nline two \u202egnp.exe"))
    rows = kit.run(Overview()).latest
    assert len(rows) == 8
    assert gist_texts(rows)[0] == "line one line two \ufffdgnp.exe"
    assert gist_texts(rows)[1:3] == ["note 9", "note 8"]
    assert rows[0].sequence > rows[1].sequence


def test_disruptions_of_the_last_days_are_told_whole_and_older_ones_left_out(kit: Kit) -> None:
    long_ago = opened(kit, 90)
    close(kit, long_ago, 80)
    reaching = opened(kit, 40)
    close(kit, reaching, 20)
    changed = DisruptionChanged(
        (recent := opened(kit, 2)).disruption,
        NetworkState.ABROAD_CUT,
        DisruptionGrade.PROBABLE,
        (),
        then(kit, 1.5),
        (),
    )
    kit.run(Append(changed, 1.5))
    close(kit, recent, 1)
    disruptions = kit.run(Overview()).disruptions
    assert [one.disruption.id for one in disruptions] == [reaching.disruption, recent.disruption]
    assert [segment.state for segment in disruptions[1].disruption.segments] == [
        NetworkState.BEYOND_PROVIDER,
        NetworkState.ABROAD_CUT,
    ]
    assert disruptions[1].disruption.ended is not None


def test_one_that_is_still_open_is_told_however_long_ago_it_began_and_when_it_was_last_heard_of(kit: Kit) -> None:
    body = opened(kit, 45)
    over = opened(kit, 44)
    close(kit, over, 43)
    kit.run(Append(NoteWritten("still dark", disruption=body.disruption), 3))
    (disruption,) = kit.run(Overview()).disruptions
    assert disruption.disruption.id == body.disruption
    assert disruption.disruption.ended is None
    assert disruption.last_seen[:10] == ago(kit.clock.read(), 3).wall_utc[:10]


def test_what_waits_is_counted_and_what_a_person_paused_is_told_apart(kit: Kit, desk: str) -> None:
    kit.run(WriteNote("what we saw"))
    sealed = kit.run(CreateReport(GatherReport(disruption=None, entries=(), destinations=(desk,), text="today")))
    waiting = kit.run(Overview()).waiting
    (delivery, _) = sealed.deliveries[0]
    assert (waiting.reports, waiting.paused, waiting.states) == (1, 0, ((DeliveryState.WAITING, 1),))
    assert waiting.size == sum(part.size for part in delivery.parts)
    kit.run(SettleDelivery(delivery.id, Act.PAUSE))
    assert kit.run(Overview()).waiting.paused == 1
    assert kit.run(Overview()).waiting.states == ()


def test_entries_after_the_last_signature_are_counted(kit: Kit) -> None:
    kit.run(SignCheckpoint())
    kit.run(WriteNote("one more"))
    assert kit.run(Overview()).unsigned == 1
