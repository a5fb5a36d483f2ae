"""The JSON that scripts read (docs/cli.md lists it), and one-line gists for people."""

from typing import Any

from evidence_kit.cli.language import say, say_many, say_marked, size_words
from evidence_kit.cli.words import delivery_words, disruption_words
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import FileAdded, PageCaptured, ScreenCaptured
from evidence_kit.model.bodies.disruptions import (
    DisruptionChanged,
    DisruptionClosed,
    DisruptionOpened,
    MeasurementTaken,
)
from evidence_kit.model.bodies.sharing import (
    DeliveryNoted,
    DestinationChanged,
    ReceiptBrought,
    RecipientAdded,
    ReportSealed,
)
from evidence_kit.model.bodies.statements import CorrectionWritten, NoteWritten, WitnessHeard
from evidence_kit.model.bodies.vault_events import ClockChanged, VaultCreated
from evidence_kit.model.codec import to_json
from evidence_kit.model.delivery import Delivery, Destination, Recipient
from evidence_kit.model.disruption import Disruption
from evidence_kit.model.entry import Entry, LockedAtSealing, Origin
from evidence_kit.words.kinds import kind_name
from evidence_kit.words.measurements import verdict_words
from evidence_kit.words.sharing import destination_words, part_words
from evidence_kit.words.vault_events import clock_words


def entry_shape(entry: Entry) -> dict[str, Any]:
    """An entry: its place, its clocks, its body as in docs/format.md."""
    return {
        "sequence": entry.sequence,
        "id": entry.id,
        "kind": entry.kind,
        "wall_utc": entry.clock.wall_utc,
        "seen_utc": entry.seen.wall_utc,
        "origin": entry.origin.value,
        "locked_at_sealing": entry.locked.value,
        "body": to_json(entry.body),
    }


def kept_shape(kept: Entry | Body) -> dict[str, Any]:
    """An entry; or what this process sealed without opening the vault, which has no place in the journal yet."""
    if isinstance(kept, Entry):
        return entry_shape(kept)
    return {
        "sequence": None,
        "id": None,
        "kind": kept.KIND,
        "origin": Origin.INTAKE.value,
        "locked_at_sealing": LockedAtSealing.NOT_KNOWN.value,
        "body": to_json(kept),
    }


def kept_where(kept: Entry | Body) -> str:
    """Where something went, for people, whatever it is."""
    if isinstance(kept, Entry):
        return say("In the journal as entry {entry}.").format(entry=kept.id)
    return say("Under seal; it enters the journal at the next unlock.")


def row(entry: Entry) -> tuple[str, str, str, str]:
    """An entry as a row of a table for people: its id, when it was, its kind and what it is about."""
    return entry.id, entry.seen.wall_utc[:19] + "Z", kind_name(entry.kind, say_marked), gist(entry)


def gist(entry: Entry) -> str:
    """What an entry is about, in at most one line."""
    match entry.body:
        case VaultCreated() as body:
            return body.fingerprint
        case NoteWritten() | WitnessHeard() | CorrectionWritten() as body:
            return body.text[:80]
        case ScreenCaptured() as body:
            size = f"{body.width}×{body.height}"
            return say("{size}, one single colour").format(size=size) if body.blank else size
        case PageCaptured() as body:
            return f"{body.address_asked} {body.net_error or ''}".rstrip()
        case FileAdded() as body:
            return f"{body.name}, {size_words(body.original.size)}"
        case MeasurementTaken() as body:
            told = verdict_words(body.verdict, say_marked)
            return say("{kind}: {words}").format(kind=body.address, words=told) if body.address else told
        case DisruptionOpened() | DisruptionChanged() as body:
            return disruption_words(body.state, body.grade)
        case DisruptionClosed() as body:
            return body.disruption
        case ClockChanged() as body:
            exactly = say("{seconds} s").format(seconds=f"{abs(body.amount_ms) / 1000:.3f}")
            return clock_words(body.change, body.amount_ms, exactly, say_marked)
        case RecipientAdded() as body:
            return body.fingerprint
        case DestinationChanged() as body:
            return say("{kind}: {words}").format(kind=destination_words(body.change, say_marked), words=body.name)
        case ReportSealed() as body:
            return say_many("{number} entry", "{number} entries", len(body.entries))
        case DeliveryNoted() as body:
            part = part_words(body.part, say_marked)
            return say("{part}: {state}").format(part=part, state=delivery_words(body.state))
        case ReceiptBrought() as body:
            return say("from {signer}").format(signer=body.signer)
        case body:
            return " ".join(body.texts)[:80]


def disruption_shape(disruption: Disruption) -> dict[str, Any]:
    """A disruption with its state and grade spelled out beside its segments."""
    shape = to_json(disruption)
    if not isinstance(shape, dict):
        raise TypeError("a disruption is an object")
    return {**shape, "state": disruption.state.value, "grade": disruption.grade.value, "open": disruption.ended is None}


def recipient_shape(recipient: Recipient) -> dict[str, Any]:
    """A recipient without the certificate's bytes."""
    return {
        "fingerprint": recipient.fingerprint,
        "user_ids": list(recipient.user_ids),
        "confirmed_by": to_json(recipient.confirmed_by),
        "confirmed_utc": recipient.confirmed_utc,
        "expires_utc": recipient.expires_utc,
    }


def destination_shape(destination: Destination) -> dict[str, Any]:
    """A destination, the secrets of its address left out."""
    from evidence_kit.jobs.destination_types import without_secrets  # with all types, for who lists destinations

    return {
        "id": destination.id,
        "name": destination.name,
        "url": without_secrets(destination.url),
        "recipients": list(destination.recipients),
    }


def delivery_shape(delivery: Delivery, name: str | None) -> dict[str, Any]:
    """A delivery: its own state, and each part's."""
    return {
        "id": delivery.id,
        "report": delivery.report,
        "destination": name,
        "state": delivery.state.value,
        "created_utc": delivery.created_utc,
        "paused": delivery.paused,
        "parts": [
            {
                "role": part.role,
                "state": part.state.value,
                "size": part.size,
                "sha256": part.sha256,
                "attempts": part.attempts,
                "error": part.error.code.value if part.error else None,
                "reply": part.error.reply if part.error else None,
                "retry_utc": part.retry_utc,
                "message_id": part.message_id,
            }
            for part in delivery.parts
        ],
    }
