"""DisruptionHistory as the journal tells them: put together from the entries that are their steps."""

from collections.abc import Iterator

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.model.bodies.disruptions import DisruptionChanged, DisruptionClosed, DisruptionOpened
from evidence_kit.model.disruption import Disruption, Segment
from evidence_kit.model.entry import Entry
from evidence_kit.vault.database import Database
from evidence_kit.vault.lines import Lines, read_line


class DisruptionHistory:
    """Read from the projections that each commit keeps."""

    def __init__(self, database: Database, lines: Lines) -> None:
        self._database = database
        self._lines = lines

    def all(self) -> Iterator[Disruption]:
        """Every disruption, oldest first."""
        for (found,) in self._database.rows("SELECT id FROM disruption WHERE opened IS NOT NULL ORDER BY opened"):
            yield self._disruption(found)

    def find(self, untrusted_prefix: str) -> Disruption:
        """The disruption with that id or the only one whose id begins so.

        Raises `Refused` with "no-such-disruption" or "ambiguous-id".
        """
        prefix = untrusted_prefix.strip().lower()
        query = (
            "SELECT id FROM disruption WHERE opened IS NOT NULL AND substr(id, 1, ?) = ?"
            " ORDER BY length(id) - ? LIMIT 2"
        )
        rows = list(self._database.rows(query, (len(prefix), prefix, len(prefix))))
        if not prefix or not rows:
            raise Refused(Code.NO_SUCH_DISRUPTION, id=untrusted_prefix[:64])
        if len(rows) > 1 and rows[0][0] != prefix:
            raise Refused(Code.AMBIGUOUS_ID, id=prefix[:64])
        return self._disruption(rows[0][0])

    def newest_open(self) -> str | None:
        """The id of the newest disruption that has not ended, or None."""
        row = self._database.one(
            "SELECT id FROM disruption WHERE opened IS NOT NULL AND closed IS NULL ORDER BY opened DESC LIMIT 1"
        )
        return None if row is None else str(row[0])

    def newest_of(self, disruption: str) -> Entry | None:
        """The newest entry that belongs to a disruption or is a step of it; None for an unknown id."""
        row = self._database.one(
            "SELECT max(sequence) FROM (SELECT max(sequence) AS sequence FROM disruption_entry"
            " WHERE disruption = ?1 AND is_step = 0 UNION ALL SELECT max(sequence) FROM disruption_entry"
            " WHERE disruption = ?1 AND is_step = 1)",
            (disruption,),
        )
        if row is None or row[0] is None:
            return None
        return next(self._lines.entries(after=int(row[0]) - 1, limit=1), None)

    def linked(self, disruption: str) -> Iterator[int]:
        """Where the entries are that are linked to a disruption, its own steps among them."""
        query = "SELECT sequence FROM disruption_entry WHERE disruption = ? AND is_step IN (0, 1)"
        return (int(row[0]) for row in self._database.rows(query, (disruption,)))

    def _disruption(self, disruption: str) -> Disruption:
        steps = [
            read_line(*row).body
            for row in self._database.rows(
                "SELECT sequence, tree, line FROM disruption_entry JOIN entry USING (sequence)"
                " WHERE disruption = ? AND is_step = 1 ORDER BY sequence",
                (disruption,),
            )
        ]
        opened = next((step for step in steps if isinstance(step, DisruptionOpened)), None)
        if opened is None:
            raise Broken(Code.VAULT_DAMAGED, file="vault.db")
        segments = [Segment(opened.state, opened.grade, opened.methods, opened.started)]
        segments += [
            Segment(step.state, step.grade, step.methods, step.changed)
            for step in steps
            if isinstance(step, DisruptionChanged)
        ]
        links = self._database.rows(
            "SELECT id FROM disruption_entry JOIN entry USING (sequence) WHERE disruption = ? AND is_step = 0"
            " ORDER BY sequence",
            (disruption,),
        )
        return Disruption(
            id=disruption,
            started=opened.started,
            ended=next((step.ended for step in steps if isinstance(step, DisruptionClosed)), None),
            segments=tuple(segments),
            network=opened.network,
            entries=tuple(row[0] for row in links),
        )
