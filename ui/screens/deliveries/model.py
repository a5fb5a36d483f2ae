"""What is told of each delivery: its state in words, why it waits, and what may be done about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from evidence_kit.model.delivery import Delivery, DeliveryState, Part
from ui.parts.tone import Tone
from ui.words import clock_time, reason, say, size, when

_S = DeliveryState
_OPEN: Final = frozenset({_S.WAITING, _S.SENDING, _S.UNCERTAIN, _S.NEEDS_ANOTHER_WAY})


@dataclass(frozen=True, slots=True)
class PartRow:
    """One message of a delivery: what it is, how far it is, and why it is no further.

    `uncertain` and `stuck` say what the person may decide about it.
    """

    role: str
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
    return {
        _S.WAITING: (say("Waiting for a connection"), Tone.PLAIN, "now"),
        _S.SENDING: (say("Being sent"), Tone.PLAIN, "deliveries"),
        _S.UNCERTAIN: (say("Handed over, but no answer came"), Tone.WARN, "unknown"),
        _S.CLAIMED: (say("The server says that it has it"), Tone.PLAIN, "unknown"),
        _S.READ_BACK: (say("Delivered: read back and compared"), Tone.GOOD, "good"),
        _S.RECEIPTED: (say("Received: the recipient signed for it"), Tone.GOOD, "good"),
        _S.NEEDS_ANOTHER_WAY: (say("Needs another way"), Tone.BAD, "warning"),
    }[delivery.state]


def _part(part: Part) -> PartRow:
    name = (
        say("Short notice, {size}").format(size=size(part.size))
        if part.role == "notice"
        else say("Whole report, {size}").format(size=size(part.size))
    )
    state = {
        _S.WAITING: say("waits"),
        _S.SENDING: say("is being sent"),
        _S.UNCERTAIN: say("handed over, no answer came"),
        _S.CLAIMED: say("the server says that it has it"),
        _S.READ_BACK: say("delivered, read back and compared"),
        _S.RECEIPTED: say("received, signed for by the recipient"),
        _S.NEEDS_ANOTHER_WAY: say("cannot go this way"),
    }[part.state]
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
