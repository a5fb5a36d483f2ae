"""What is told of each delivery: its state in words, why it waits, and what may be done about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from evidence_kit.model.delivery import Delivery, DeliveryState, Part, PartRole
from evidence_kit.words.states import DELIVERY_STATES
from ui.parts.tone import Tone
from ui.words import as_heading, clock_time, reason, say, say_marked, size, when

_S = DeliveryState
_OPEN: Final = frozenset({_S.WAITING, _S.SENDING, _S.UNCERTAIN, _S.NEEDS_ANOTHER_WAY})


@dataclass(frozen=True, slots=True)
class PartRow:
    """One message of a delivery: what it is, how far it is, and why it is no further.

    `uncertain` and `stuck` say what the person may decide about it.
    """

    role: PartRole
    name: str
    state: str
    why: str
    tone: Tone
    uncertain: bool
    stuck: bool


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery as it is told. The flags say which buttons make sense.

    `apart` says that a recipient can have one part and lack another, so that the person decides about each.
    """

    id: str
    title: str
    destination: str
    state: str
    tone: Tone
    icon: str
    parts: tuple[PartRow, ...]
    open: bool
    paused: bool
    uncertain: bool
    apart: bool


def rows(deliveries: Iterable[tuple[Delivery, str | None]]) -> tuple[DeliveryRow, ...]:
    """The newest first."""
    told = [_row(delivery, name) for delivery, name in deliveries]
    return tuple(reversed(told))


def _row(delivery: Delivery, name: str | None) -> DeliveryRow:
    states = {part.state for part in delivery.parts}
    is_open = bool(states & _OPEN)
    state, tone, icon = _summary(delivery)
    parts = tuple(_part(part) for part in delivery.parts)
    uncertain = any(part.uncertain for part in parts)
    return DeliveryRow(
        id=delivery.id,
        title=say("Report of {when}").format(when=when(delivery.created_utc)[:16]),
        destination=say("to {name}").format(name=name) if name else say("to a destination that was removed"),
        state=state,
        tone=tone,
        icon=icon,
        parts=parts,
        open=is_open,
        paused=delivery.paused,
        uncertain=uncertain,
        apart=uncertain and sum(part.uncertain or part.stuck for part in parts) > 1,
    )


def _summary(delivery: Delivery) -> tuple[str, Tone, str]:
    if delivery.paused and delivery.state in _OPEN:
        return say("Paused by you"), Tone.WARN, "pause"
    tone, icon = {
        _S.WAITING: (Tone.PLAIN, "now"),
        _S.SENDING: (Tone.PLAIN, "deliveries"),
        _S.UNCERTAIN: (Tone.WARN, "unknown"),
        _S.CLAIMED: (Tone.PLAIN, "unknown"),
        _S.READ_BACK: (Tone.GOOD, "good"),
        _S.RECEIPTED: (Tone.GOOD, "good"),
        _S.NEEDS_ANOTHER_WAY: (Tone.BAD, "warning"),
    }[delivery.state]
    return as_heading(say_marked(DELIVERY_STATES[delivery.state])), tone, icon


def _part(part: Part) -> PartRow:
    name = (
        say("Short notice, {size}").format(size=size(part.size))
        if part.role is PartRole.NOTICE
        else say("Whole report, {size}").format(size=size(part.size))
    )
    state = say_marked(DELIVERY_STATES[part.state])
    tone = {
        _S.READ_BACK: Tone.GOOD,
        _S.RECEIPTED: Tone.GOOD,
        _S.NEEDS_ANOTHER_WAY: Tone.BAD,
        _S.UNCERTAIN: Tone.WARN,
    }
    return PartRow(
        part.role,
        name,
        state,
        _why(part),
        tone.get(part.state, Tone.PLAIN),
        uncertain=part.state is _S.UNCERTAIN,
        stuck=part.state is _S.NEEDS_ANOTHER_WAY,
    )


def _why(part: Part) -> str:
    if part.state not in _OPEN:
        return ""
    why = reason(part.error.code, part.error.facts) if part.error else ""
    if part.retry_utc and part.state is not _S.SENDING:
        later = say("Next try at {time}, or as soon as the connection returns.").format(time=clock_time(part.retry_utc))
        return f"{why} {later}".strip()
    return why
