"""Words for what reports are about: disruptions and deliveries."""

from evidence_kit.model.delivery import Delivery, DeliveryState
from evidence_kit.model.disruption import Disruption
from evidence_kit.words.states import DELIVERY_STATES
from ui.parts.observed import spell_heading
from ui.words import say, say_marked, when


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
