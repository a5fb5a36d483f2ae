"""What is kept while a disruption is suspected or open belongs to it, whichever way it is kept."""

from dataclasses import dataclass, field
from pathlib import Path

from evidence_kit.clock import SystemClock
from evidence_kit.clock.reading import moment_of
from evidence_kit.detect.disruptions import DisruptionsState, advance
from evidence_kit.files import write_whole
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.jobs.keep import Bytes, Keep, WriteNote
from evidence_kit.jobs.keeper import IntakeKeeper
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.look import ListDisruptions
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import FileAdded
from evidence_kit.model.bodies.disruptions import DisruptionOpened
from evidence_kit.model.bodies.statements import NoteWritten
from evidence_kit.model.codec import canonical, to_json
from evidence_kit.model.disruption import DisruptionGrade, NetworkState
from evidence_kit.model.entry import Entry
from evidence_kit.model.exhibit import Exhibit
from evidence_kit.model.judgement import Judgement, Method, WatchPolicy
from evidence_kit.watch.memory import WatchMemory
from tests.core.kits import open_kit

UP = Judgement(NetworkState.ONLINE, DisruptionGrade.CONFIRMED)
CUT = Judgement(NetworkState.BEYOND_PROVIDER, DisruptionGrade.OBSERVED, (Method.BLACKOUT_TOTAL,))


@dataclass
class Watch:
    """A watch whose rounds are told; it leaves its memory in the vault's folder as the station does."""

    folder: Path
    state: DisruptionsState = field(default_factory=DisruptionsState)

    def round(self, judgement: Judgement) -> DisruptionOpened | None:
        reading = SystemClock().read()
        moment = moment_of(reading)
        policy = WatchPolicy(confirm_span_s=0)
        step = advance(
            self.state, judgement, started=moment, ended=moment, network="home", reading=reading, policy=policy
        )
        self.state = step.state
        write_whole(self.folder / "station.json", canonical(to_json(WatchMemory(step.state, b"salt" * 4))))
        return next((body for body in step.bodies if isinstance(body, DisruptionOpened)), None)


@dataclass(frozen=True, slots=True)
class Seal(Job[Entry]):
    body: Body

    def run(self, context: JobContext) -> Entry:
        return context.vault.append(self.body)


def added(exhibits: tuple[Exhibit, ...], disruption: str | None) -> FileAdded:
    return FileAdded(exhibits[0], "a.txt", None, (), "none", disruption)


def test_what_is_kept_while_the_watch_only_suspects_is_the_disruptions(kit: Kit, folder: Path) -> None:
    watch = Watch(folder)
    watch.round(UP)
    calm = kit.run(WriteNote("all is well"))
    watch.round(CUT)
    note = kit.run(WriteNote("nothing loads"))
    file = kit.run(Keep((Bytes((b"x",), "text/plain", "file"),), added, SystemClock().read()))
    watch.round(CUT)
    opened = watch.round(CUT)
    assert opened is not None
    assert kit.run(ListDisruptions()) == ()
    kit.run(Seal(opened))
    (disruption,) = kit.run(ListDisruptions())
    assert disruption.entries == (note.id, file.id)
    assert calm.id not in disruption.entries


def test_so_is_what_is_sealed_while_the_vault_is_locked(folder: Path) -> None:
    watch = Watch(folder)
    watch.round(CUT)
    with IntakeKeeper(folder, SystemClock()) as locked:
        note = locked.note("nothing loads", None)
        file = locked.keep((Bytes((b"x",), "text/plain", "file"),), added, SystemClock().read())
    assert isinstance(note, NoteWritten)
    assert isinstance(file, FileAdded)
    watch.round(CUT)
    opened = watch.round(CUT)
    assert opened is not None
    assert note.disruption == file.disruption == opened.disruption
    with open_kit(folder) as kit:
        kit.run(Seal(opened))
        (disruption,) = kit.run(ListDisruptions())
    assert len(disruption.entries) == 2


def test_the_watch_knows_of_an_end_before_the_journal_does(kit: Kit, folder: Path) -> None:
    watch = Watch(folder)
    for _ in range(3):
        opened = watch.round(CUT)
    assert opened is not None
    kit.run(Seal(opened))
    assert isinstance(linked := kit.run(WriteNote("during")).body, NoteWritten)
    assert linked.disruption == opened.disruption
    watch.state = DisruptionsState()
    watch.round(UP)
    assert isinstance(free := kit.run(WriteNote("after")).body, NoteWritten)
    assert free.disruption is None
