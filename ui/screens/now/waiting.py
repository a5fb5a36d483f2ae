"""What waits to be sent or stamped, in words."""

from evidence_kit.jobs.overview import Glance, Waiting
from evidence_kit.model.delivery import DeliveryState
from ui.words import (
    say,
    say_many,
    size,
)


def waiting_words(waiting: Waiting, *, online: bool | None, by_itself: bool = True) -> tuple[str, ...]:
    """What is to be sent, and why it waits, a line each; `online` None where nobody watches."""
    if waiting.reports == 0:
        return (say("Nothing waits to be sent."),)
    states = dict(waiting.states)
    lines: list[str] = []
    if states.get(DeliveryState.WAITING, 0) + states.get(DeliveryState.SENDING, 0):
        lines.append(_to_send(waiting.reports, online=online, by_itself=by_itself).format(size=size(waiting.size)))
    if uncertain := states.get(DeliveryState.UNCERTAIN, 0):
        lines.append(
            say_many(
                "{number} delivery was handed over, and no answer came. Please decide.",
                "{number} deliveries were handed over, and no answer came. Please decide.",
                uncertain,
            )
        )
    if stuck := states.get(DeliveryState.NEEDS_ANOTHER_WAY, 0):
        lines.append(say_many("{number} delivery needs another way.", "{number} deliveries need another way.", stuck))
    if waiting.paused:
        lines.append(say_many("{number} delivery is paused.", "{number} deliveries are paused.", waiting.paused))
    return tuple(lines)


def _to_send(reports: int, *, online: bool | None, by_itself: bool) -> str:
    if not by_itself:
        return say_many(
            "To send: {number} report, {{size}}. Nothing leaves by itself: you switched that off in Settings.",
            "To send: {number} reports, {{size}}. Nothing leaves by itself: you switched that off in Settings.",
            reports,
        )
    if online is None:
        return say_many(
            "To send: {number} report, {{size}}. It goes out once the connection is watched.",
            "To send: {number} reports, {{size}}. They go out once the connection is watched.",
            reports,
        )
    if online:
        return say_many(
            "To send: {number} report, {{size}}. It goes out by itself.",
            "To send: {number} reports, {{size}}. They go out by themselves.",
            reports,
        )
    return say_many(
        "To send: {number} report, {{size}}, waiting for a connection.",
        "To send: {number} reports, {{size}}, waiting for a connection.",
        reports,
    )


def proof_words(glance: Glance) -> tuple[str, ...]:
    """What an outside clock has confirmed: nothing yet, and it says so."""
    if not glance.latest:
        return (say("Time proof: there is nothing to stamp yet. Stamping comes with a later version."),)
    lines = [
        say_many(
            "Time proof: {number} entry is not stamped yet. Stamping comes with a later version.",
            "Time proof: {number} entries are not stamped yet. Stamping comes with a later version.",
            glance.size,
        )
    ]
    if glance.unsigned == glance.size:
        lines.append(say("The journal is signed with your first report."))
    elif glance.unsigned:
        lines.append(
            say_many(
                "{number} entry came after the journal was last signed.",
                "{number} entries came after the journal was last signed.",
                glance.unsigned,
            )
        )
    return tuple(lines)
