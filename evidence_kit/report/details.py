"""What the page says of each kind of entry: labels as text, values as markup."""

from collections.abc import Iterator

from evidence_kit.model import entry as kinds
from evidence_kit.report import words
from evidence_kit.report.howto import spaced
from evidence_kit.report.markup import between_markup, escaped, own
from evidence_kit.report.words import Speak


def details(body: kinds.Body, offset_s: int, say: Speak) -> Iterator[tuple[str, str]]:
    """Labels as text, values as markup."""
    match body:
        case kinds.NoteWritten(pseudonym=str(pseudonym)):
            yield say("Signed"), own(pseudonym)
        case kinds.WitnessHeard():
            yield from _testimony_details(body, say)
        case kinds.ScreenCaptured():
            area = f"{body.width} × {body.height}"
            if body.display_server != "wayland":  # there the desktop does not say where it was
                area = f"{area}, +{body.left} +{body.top}"
            yield say("Screen"), own(f"{body.monitor}, {area}")
            yield say("Taken through"), own(f"{body.display_server}, {body.backend}")
            if body.blank:
                yield say("Note"), own(say("every sampled point had one colour; the screen may have been dark"))
        case kinds.PageCaptured():
            yield from _page_details(body, say)
        case kinds.FileAdded():
            yield say("Name"), own(body.name)
            if body.modified_utc:
                yield say("Changed, the file says"), own(body.modified_utc)
            for fact in body.metadata:
                yield say("The file says: {name}").format(name=fact.name), own(fact.value)
        case kinds.MeasurementTaken():
            yield say("Test"), own(body.test)
            if body.address:
                yield say("Address"), own(body.address)
            yield say("Result"), own(body.verdict)
            if body.state:
                yield say("State"), own(words.state(body.state, say))
        case kinds.DisruptionOpened() | kinds.DisruptionChanged() | kinds.DisruptionClosed():
            yield from _disruption_details(body, offset_s, say)
        case kinds.ClockChanged():
            yield say("What changed"), own(f"{body.change}, {body.amount_ms / 1000:+.3f} s")
        case kinds.VaultCreated():
            yield say("Key"), f"<code>{escaped(spaced(body.fingerprint))}</code>"
            yield say("Software"), own(body.software)
        case kinds.RecipientAdded():
            yield say("Key"), f"<code>{escaped(spaced(body.fingerprint))}</code>"
        case kinds.DestinationChanged():
            yield say("What changed"), own(f"{body.change}, {body.name}")
        case kinds.ReportSealed() | kinds.DeliveryNoted() | kinds.ReceiptBrought():
            yield say("Report"), own(body.report)
        case kinds.NoteWritten() | kinds.CorrectionWritten():
            return
        case _:
            # A kind that the page knows no more of: its words are shown.
            yield say("Words"), own(" ".join(body.texts))


def _testimony_details(body: kinds.WitnessHeard, say: Speak) -> Iterator[tuple[str, str]]:
    agreed = {
        "share": say("pass it on in a report"),
        "publish": say("publish it without a name"),
        "quote": say("quote it word for word"),
        "contact": say("ask the witness again"),
    }
    areas = {
        "work": say("Work"),
        "health": say("Health"),
        "safety": say("Safety"),
        "money": say("Money"),
        "news": say("News"),
        "schooling": say("Schooling"),
    }
    if body.pseudonym:
        yield say("Told by"), own(body.pseudonym)
    granted = "; ".join(agreed.get(one, one) for one in body.consent)
    yield say("The witness agreed to"), own(granted or say("not stated"))
    if body.consent_text:
        yield say("The witness's terms"), own(body.consent_text)
    for impact in body.impacts:
        yield areas.get(impact.area, impact.area), own(impact.text or say("affected"))


def _page_details(body: kinds.PageCaptured, say: Speak) -> Iterator[tuple[str, str]]:
    yield say("Address asked for"), own(body.address_asked)
    if body.address_final != body.address_asked:
        yield say("Address reached"), own(body.address_final)
    if body.title:
        yield say("Title"), own(body.title)
    shown = {
        "live": say("the page itself"),
        "no-answer": say("an empty view; no answer had come when the camera stopped waiting"),
    }.get(body.page_state, say("the browser's error page"))
    yield say("Shown"), own(shown)
    if body.net_error:
        yield say("Error"), own(f"{body.net_error} ({body.net_error_code})")
    if body.http_status is not None:
        yield say("HTTP status"), own(str(body.http_status))
    seen = body.certificate
    told = {"none": say("none"), "accepted": say("accepted"), "rejected": say("rejected")}.get(seen.state, seen.state)
    yield say("Certificate"), own(", ".join(part for part in (told, seen.error, seen.subject, seen.issuer) if part))
    if body.cut_at is not None:
        yield say("Cut"), own(say("the picture ends {pixels} points down an endless page").format(pixels=body.cut_at))


def _disruption_details(
    body: kinds.DisruptionOpened | kinds.DisruptionChanged | kinds.DisruptionClosed, offset_s: int, say: Speak
) -> Iterator[tuple[str, str]]:
    if isinstance(body, kinds.DisruptionClosed):
        interval = body.ended
    else:
        interval = body.started if isinstance(body, kinds.DisruptionOpened) else body.changed
        yield say("State"), own(f"{words.spell(body.state, say)} ({words.grade(body.grade, say)})")
        if body.methods:
            yield say("Methods"), own(", ".join(body.methods))
    yield say("When"), between_markup(interval, offset_s, say)
    if body.reasons:
        yield say("Reasons"), own(", ".join(body.reasons))
