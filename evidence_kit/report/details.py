"""What the page says of each kind of entry: labels as text, values as markup."""

from collections.abc import Iterator

from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import DisplayServer, FileAdded, PageCaptured, ScreenCaptured
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
from evidence_kit.report.howto import spaced
from evidence_kit.report.markup import between_markup, escaped, own
from evidence_kit.report.words import Speak
from evidence_kit.words.captures import certificate_words, page_state_words
from evidence_kit.words.measurements import verdict_words
from evidence_kit.words.sharing import destination_words
from evidence_kit.words.statements import consent_words, impact_words
from evidence_kit.words.states import grade_words, spell_words, state_words
from evidence_kit.words.vault_events import clock_words


def details(body: Body, offset_s: int, say: Speak) -> Iterator[tuple[str, str]]:
    """Labels as text, values as markup."""
    match body:
        case NoteWritten(pseudonym=str(pseudonym)):
            yield say("Signed"), own(pseudonym)
        case WitnessHeard():
            yield from _testimony_details(body, say)
        case ScreenCaptured():
            area = f"{body.width} × {body.height}"
            if body.display_server is not DisplayServer.WAYLAND:  # there the desktop does not say where it was
                area = f"{area}, +{body.left} +{body.top}"
            yield say("Screen"), own(f"{body.monitor}, {area}")
            yield say("Taken through"), own(f"{body.display_server}, {body.backend}")
            if body.blank:
                yield say("Note"), own(say("every sampled point had one colour; the screen may have been dark"))
        case PageCaptured():
            yield from _page_details(body, say)
        case FileAdded():
            yield say("Name"), own(body.name)
            if body.modified_utc:
                yield say("Changed, the file says"), own(body.modified_utc)
            for fact in body.metadata:
                yield say("The file says: {name}").format(name=fact.name), own(fact.value)
        case MeasurementTaken():
            yield from _measurement_details(body, say)
        case DisruptionOpened() | DisruptionChanged() | DisruptionClosed():
            yield from _disruption_details(body, offset_s, say)
        case ClockChanged():
            yield say("What changed"), own(_clock_words(body, say))
        case VaultCreated():
            yield say("Key"), f"<code>{escaped(spaced(body.fingerprint))}</code>"
            yield say("Software"), own(body.software)
        case RecipientAdded():
            yield say("Key"), f"<code>{escaped(spaced(body.fingerprint))}</code>"
        case DestinationChanged():
            yield (
                say("What changed"),
                own(say("{kind}: {words}").format(kind=destination_words(body.change, say), words=body.name)),
            )
        case ReportSealed() | DeliveryNoted() | ReceiptBrought():
            yield say("Report"), own(body.report)
        case NoteWritten() | CorrectionWritten():
            return
        case _:
            # A kind that the page knows no more of: its words are shown.
            yield say("Words"), own(" ".join(body.texts))


def _measurement_details(body: MeasurementTaken, say: Speak) -> Iterator[tuple[str, str]]:
    yield say("Test"), own(body.test)
    if body.address:
        yield say("Address"), own(body.address)
    told = verdict_words(body.verdict, say)
    yield say("Result"), own(say("{words} ({code})").format(words=told, code=body.verdict.value))
    if body.state:
        yield say("State"), own(state_words(body.state, say))


def _clock_words(body: ClockChanged, say: Speak) -> str:
    exactly = say("{seconds} s").format(seconds=f"{abs(body.amount_ms) / 1000:.3f}")
    return clock_words(body.change, body.amount_ms, exactly, say)


def _testimony_details(body: WitnessHeard, say: Speak) -> Iterator[tuple[str, str]]:
    if body.pseudonym:
        yield say("Told by"), own(body.pseudonym)
    granted = "; ".join(consent_words(one, say) for one in body.consent)
    yield say("The witness agreed to"), own(granted or say("not stated"))
    if body.consent_text:
        yield say("The witness's terms"), own(body.consent_text)
    for impact in body.impacts:
        yield impact_words(impact.area, say), own(impact.text or say("affected"))


def _page_details(body: PageCaptured, say: Speak) -> Iterator[tuple[str, str]]:
    yield say("Address asked for"), own(body.address_asked)
    if body.address_final != body.address_asked:
        yield say("Address reached"), own(body.address_final)
    if body.title:
        yield say("Title"), own(body.title)
    yield say("Shown"), own(page_state_words(body.page_state, say))
    if body.net_error:
        yield say("Error"), own(f"{body.net_error} ({body.net_error_code})")
    if body.http_status is not None:
        yield say("HTTP status"), own(str(body.http_status))
    yield say("Certificate"), own(certificate_words(body.certificate, say))
    if body.cut_at is not None:
        yield say("Cut"), own(say("the picture ends {pixels} points down an endless page").format(pixels=body.cut_at))


def _disruption_details(
    body: DisruptionOpened | DisruptionChanged | DisruptionClosed, offset_s: int, say: Speak
) -> Iterator[tuple[str, str]]:
    if isinstance(body, DisruptionClosed):
        interval = body.ended
    else:
        interval = body.started if isinstance(body, DisruptionOpened) else body.changed
        yield say("State"), own(f"{spell_words(body.state, say)} ({grade_words(body.grade, say)})")
        if body.methods:
            yield say("Methods"), own(", ".join(body.methods))
    yield say("When"), between_markup(interval, offset_s, say)
    if body.reasons:
        yield say("Reasons"), own(", ".join(body.reasons))
