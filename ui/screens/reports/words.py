"""Words for what reports are about: disruptions, kinds of entries, deliveries."""

from evidence_kit.model.delivery import Delivery, DeliveryState
from evidence_kit.model.disruption import Disruption
from evidence_kit.words.states import DELIVERY_STATES
from ui.parts.observed import spell_heading
from ui.words import number, say, say_many, say_marked, when


def times_of(disruption: Disruption) -> str:
    """Since when and until when."""
    begun = when(disruption.started.before.wall_utc)[:16]
    if disruption.ended is None:
        return say("Since {begin}, not over yet").format(begin=begun)
    return say("From {begin} until {end}").format(begin=begun, end=when(disruption.ended.before.wall_utc)[:16])


def about(disruption: Disruption | None) -> str:
    """A disruption in one line."""
    if disruption is None:
        return say("Entries chosen one by one")
    return say("{state}. {times}").format(state=spell_heading(disruption.state), times=times_of(disruption))


def kind_of(kind: str) -> str:
    """A kind of entry as people call it."""
    return {
        "note": say("Note"),
        "testimony": say("Testimony"),
        "screen": say("Picture of the screen"),
        "page": say("Page"),
        "file": say("Photo or file"),
        "measurement": say("Measurement"),
        "disruption-opened": say("A disruption began"),
        "disruption-changed": say("The disruption changed"),
        "disruption-closed": say("The disruption ended"),
    }.get(kind, kind)


def counted(kind: str, count: int) -> str:
    """So many entries of a kind."""
    match kind:
        case "note":
            return say_many("{number} note", "{number} notes", count)
        case "testimony":
            return say_many("{number} testimony", "{number} testimonies", count)
        case "screen":
            return say_many("{number} picture of the screen", "{number} pictures of the screen", count)
        case "page":
            return say_many("{number} captured page", "{number} captured pages", count)
        case "file":
            return say_many("{number} photo or file", "{number} photos or files", count)
        case "measurement":
            return say_many("{number} measurement", "{number} measurements", count)
        case "disruption-opened" | "disruption-changed" | "disruption-closed":
            return say_many(
                "{number} step in the course of the disruption",
                "{number} steps in the course of the disruption",
                count,
            )
        case _:
            return say("{kind}: {number}").format(kind=kind, number=number(count))


def delivery_state(delivery: Delivery) -> str:
    """How far a delivery is, in a few words."""
    if delivery.paused and delivery.state not in {DeliveryState.READ_BACK, DeliveryState.RECEIPTED}:
        return say("paused")
    return say_marked(DELIVERY_STATES[delivery.state])


def destination_name(name: str | None) -> str:
    """A destination's name, or that it is gone."""
    return name if name is not None else say("a destination that was removed")


def short(report: str) -> str:
    """The end of a report's id, which tells two reports apart; its beginning is the time."""
    return report[-8:]
