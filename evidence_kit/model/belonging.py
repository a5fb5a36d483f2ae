"""Which disruption an entry belongs to and which entries were reported: one rule for journal, report and window."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, Protocol

from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.sharing import DeliveryNoted, ReceiptBrought, ReportSealed
from evidence_kit.model.delivery import DeliveryState, PartRole
from evidence_kit.model.disruption import Interval, Moment, seconds_between
from evidence_kit.model.entry import Entry

# The kinds that `reported` goes by.
TELLING: Final = (ReportSealed.KIND, DeliveryNoted.KIND, ReceiptBrought.KIND)
_ARRIVED: Final = frozenset({DeliveryState.CLAIMED, DeliveryState.READ_BACK, DeliveryState.RECEIPTED})


class Lasting(Protocol):
    """A disruption, as far as it lasted."""

    @property
    def started(self) -> Interval: ...

    @property
    def ended(self) -> Interval | None: ...


def disruption_of(entry: Entry, opened: Mapping[str, Lasting]) -> str | None:
    """The disruption (its id) that an entry belongs to: the one it is linked to, else the one within which it was seen.

    `opened` are all that did open, by id: a link to one that was only suspected says nothing.
    """
    linked = entry.body.link
    if linked in opened:
        return linked
    seen = Moment(entry.seen.wall_utc, entry.seen.boottime_ns, entry.seen.boot_id)
    return next((one for one, disruption in opened.items() if lasted_at(disruption, seen)), None)


def lasted_at(disruption: Lasting, moment: Moment) -> bool:
    """Whether a moment lies between the last success before a disruption and the first success after it."""
    begun = disruption.started.after or disruption.started.before
    over = disruption.ended is not None and seconds_between(moment, disruption.ended.before) <= 0
    return seconds_between(begun, moment) >= 0 and not over


def belongs(entry: Entry, disruption: str, opened: Mapping[str, Lasting]) -> bool:
    """Whether an entry belongs to the disruption with that id, as `disruption_of` has it."""
    return disruption_of(entry, opened) == disruption


def reported(told: Iterable[Body], in_outbox: Collection[str]) -> frozenset[str]:
    """The ids of entries that a report took along: of every report that is on its way or has arrived.

    `told` are the journal's bodies in order, `in_outbox` the ids of reports with a delivery in the outbox. A report
    that lies in no outbox, as after a backup was restored without it, counts where the journal knows that it arrived;
    else nobody sends it any more, and its entries are offered again: better twice than never.
    """
    held: dict[str, ReportSealed] = {}
    counted = set(in_outbox)
    for body in told:
        match body:
            case ReportSealed():
                held[body.report] = body
            case DeliveryNoted() if body.part is PartRole.REPORT and body.state in _ARRIVED:
                counted.add(body.report)
            case ReceiptBrought() if body.report in held and body.ciphertext in held[body.report].ciphertexts:
                counted.add(body.report)
            case _:
                pass
    return frozenset(entry for report in held.values() if report.report in counted for entry in report.entries)
