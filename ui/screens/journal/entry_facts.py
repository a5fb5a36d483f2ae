"""Labels and values for what an entry records, by its kind."""

from collections.abc import Iterator

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
from evidence_kit.model.disruption import Interval
from evidence_kit.words.captures import certificate_words, page_state_words
from evidence_kit.words.confirming import confirmed_words
from evidence_kit.words.measurements import verdict_words
from evidence_kit.words.sharing import destination_words
from evidence_kit.words.statements import consent_words, impact_words
from ui import words
from ui.parts.net_error import net_error_words
from ui.parts.observed import grade_words, method_words, reason_words, state_words
from ui.parts.tone import Tone
from ui.screens.journal.facts import LabelledFact, wall
from ui.screens.journal.words import (
    clock_change_words,
    delivery_words,
)
from ui.words import say, say_many


def own_words(body: Body) -> str:
    """What somebody wrote."""
    match body:
        case NoteWritten() | WitnessHeard() | CorrectionWritten() | ReportSealed():
            return body.text
        case _:
            return ""


def said(body: Body) -> Iterator[LabelledFact]:
    """What the entry records."""
    match body:
        case NoteWritten():
            if body.pseudonym:
                yield LabelledFact(say("Signed"), body.pseudonym)
        case WitnessHeard():
            yield from _testimony(body)
        case ScreenCaptured():
            yield from _screen(body)
        case PageCaptured():
            yield from _page(body)
        case FileAdded():
            yield from _file(body)
        case MeasurementTaken():
            yield from _measurement(body)
        case DisruptionOpened() | DisruptionChanged():
            yield from _disruption(body)
        case DisruptionClosed():
            yield LabelledFact(say("Ended"), interval_words(body.ended))
            yield from (LabelledFact(say("Seen"), reason_words(reason)) for reason in body.reasons)
        case ClockChanged():
            yield LabelledFact(say("What happened"), clock_change_words(body.change, body.amount_ms))
            yield LabelledFact(say("The clock before"), wall(body.before))
            yield LabelledFact(say("The clock after"), wall(body.now))
        case _:
            yield from _own_affairs(body)


def _own_affairs(body: Body) -> Iterator[LabelledFact]:
    """What the kit writes about itself."""
    match body:
        case VaultCreated():
            yield LabelledFact(say("The vault's key"), words.grouped(body.fingerprint), Tone.MONO)
            yield LabelledFact(say("Made by"), body.software)
        case RecipientAdded():
            yield LabelledFact(say("Key"), words.grouped(body.fingerprint), Tone.MONO)
            yield from (LabelledFact(say("Name in the key"), name) for name in body.user_ids if name)
            yield LabelledFact(say("Confirmed"), confirmed_words(body.confirmed_by, words.grouped, say))
        case DestinationChanged():
            yield LabelledFact(say("What happened"), destination_words(body.change, say))
            yield LabelledFact(say("Destination"), body.name)
        case ReportSealed():
            yield LabelledFact(say("Holds"), say_many("{number} entry", "{number} entries", len(body.entries)))
            yield LabelledFact(say("Report"), body.report, Tone.MONO)
        case DeliveryNoted():
            yield LabelledFact(say("State"), delivery_words(body.state))
            yield LabelledFact(say("Tries"), words.number(body.attempts))
            if body.error:
                yield LabelledFact(say("Why"), words.reason(body.error.code, body.error.facts))
            yield LabelledFact(say("Report"), body.report, Tone.MONO)
        case ReceiptBrought():
            yield LabelledFact(say("Signed by the key"), words.grouped(body.signer), Tone.MONO)
            yield LabelledFact(say("Received on"), body.received_utc)
            yield LabelledFact(say("Report"), body.report, Tone.MONO)
        case _:
            return


def _testimony(body: WitnessHeard) -> Iterator[LabelledFact]:
    if body.pseudonym:
        yield LabelledFact(say("Told by"), body.pseudonym)
    yield from (LabelledFact(say("The witness agreed"), consent_words(one, say)) for one in body.consent)
    if not body.consent:
        yield LabelledFact(say("The witness agreed"), say("to nothing: it stays in the vault."))
    if body.consent_text:
        yield LabelledFact(say("The witness's own terms"), body.consent_text)
    for impact in body.impacts:
        yield LabelledFact(impact_words(impact.area, say), impact.text or say("affected"))


def _screen(body: ScreenCaptured) -> Iterator[LabelledFact]:
    known = {
        "all": say("all screens together"),
        "region": say("a part of the screen"),
        "chosen": say("what was chosen in the desktop's own dialog"),
    }
    which = known.get(body.monitor) or say("screen {number}").format(number=body.monitor)
    yield LabelledFact(say("Shows"), which)
    yield LabelledFact(say("Size"), say("{width} × {height} points").format(width=body.width, height=body.height))
    if body.blank:
        yield LabelledFact(
            say("Look out"), say("The picture is one single colour. The screen may have been dark."), Tone.WARN
        )
    yield LabelledFact(say("Taken through"), f"{body.display_server}, {body.backend}")


def _page(body: PageCaptured) -> Iterator[LabelledFact]:
    yield LabelledFact(say("Address"), body.address_asked)
    if body.address_final != body.address_asked:
        yield LabelledFact(say("Led to"), body.address_final)
    if body.title:
        yield LabelledFact(say("Title"), body.title)
    yield LabelledFact(say("What was seen"), page_state_words(body.page_state, say))
    if body.net_error:
        told = say("{words} ({code})").format(words=net_error_words(body.net_error), code=body.net_error)
        yield LabelledFact(say("Why"), told)
    if body.http_status is not None:
        yield LabelledFact(say("The server's number"), str(body.http_status))
    yield LabelledFact(say("Certificate"), certificate_words(body.certificate, say))
    if body.cut_at is not None:
        yield LabelledFact(say("Cut"), say("The page is longer than the picture."))
    if body.loads:
        last = body.loads[-1].after_ms / 1000
        yield LabelledFact(say("Took"), say("{seconds} s").format(seconds=f"{last:.1f}"))
    yield LabelledFact(say("Camera"), body.camera)


def _file(body: FileAdded) -> Iterator[LabelledFact]:
    yield LabelledFact(say("Name"), body.name)
    if body.modified_utc:
        yield LabelledFact(say("Changed, the file says"), words.when(body.modified_utc))
    if body.metadata_state == "unreadable":
        yield LabelledFact(say("About itself"), say("What the file says of itself could not be read."))
    named = {
        "GPSPosition": say("The file says: place"),
        "DateTimeOriginal": say("The file says: taken on"),
        "Make": say("The file says: maker"),
        "Model": say("The file says: device"),
    }
    for fact in body.metadata:
        label = named.get(fact.name) or say("The file says: {name}").format(name=fact.name)
        yield LabelledFact(label, fact.value, Tone.WARN if fact.name == "GPSPosition" else Tone.PLAIN)


def _measurement(body: MeasurementTaken) -> Iterator[LabelledFact]:
    if body.address:
        yield LabelledFact(say("Site tested"), body.address)
        yield LabelledFact(say("Result"), verdict_words(body.verdict, say))
    elif body.state is not None:
        yield LabelledFact(say("Result"), state_words(body.state))
    else:
        yield LabelledFact(say("Result"), verdict_words(body.verdict, say))


def _disruption(body: DisruptionOpened | DisruptionChanged) -> Iterator[LabelledFact]:
    yield LabelledFact(say("State"), state_words(body.state))
    yield LabelledFact(say("How sure"), grade_words(body.grade))
    if isinstance(body, DisruptionOpened):
        yield LabelledFact(say("Began"), interval_words(body.started))
    else:
        yield LabelledFact(say("Changed"), interval_words(body.changed))
    yield from (LabelledFact(say("How"), method_words(method)) for method in body.methods)
    yield from (LabelledFact(say("Seen"), reason_words(reason)) for reason in body.reasons)


def interval_words(interval: Interval) -> str:
    """When something happened that was noticed between two looks."""
    if interval.after is None:
        return say("at some time before {before}").format(before=words.when(interval.before.wall_utc))
    return say("between {after} and {before}").format(
        after=words.when(interval.after.wall_utc), before=words.when(interval.before.wall_utc)
    )


def warnings(body: Body) -> list[str]:
    """What a person should know before a copy of the original leaves the vault."""
    told = [
        say(
            "The copy will lie outside the vault and will not be encrypted. "
            "Whoever gets hold of this computer, disk or stick can read it."
        )
    ]
    if isinstance(body, FileAdded) and any(fact.name == "GPSPosition" for fact in body.metadata):
        told.append(say("This photo says where it was taken, and so does the copy."))
    return told
