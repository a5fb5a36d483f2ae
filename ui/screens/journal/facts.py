"""Everything that an entry says, as labels and values for people; decides nothing about how it looks."""

from collections.abc import Iterator
from dataclasses import dataclass

from evidence_kit.jobs.browse import Asked, EntryShown, MeasurementTold
from evidence_kit.model.disruption import Interval
from evidence_kit.model.entry import (
    Body,
    CertificateSeen,
    ClockChanged,
    ClockReading,
    CorrectionWritten,
    DeliveryNoted,
    DestinationChanged,
    DisruptionChanged,
    DisruptionClosed,
    DisruptionOpened,
    FileAdded,
    MeasurementTaken,
    NoteWritten,
    PageCaptured,
    ReceiptBrought,
    RecipientAdded,
    ReportSealed,
    ScreenCaptured,
    VaultCreated,
    WitnessHeard,
)
from evidence_kit.model.exhibit import Exhibit
from evidence_kit.model.report import exhibits_of
from evidence_kit.words.confirming import confirmed_words
from evidence_kit.words.sealing import sealing_words
from ui import words
from ui.parts.net_error import net_error_words
from ui.parts.observed import grade_words, method_words, reason_words, state_words
from ui.parts.testimony import consent_words, impact_words
from ui.screens.journal.words import (
    clock_words,
    delivery_words,
    destination_words,
    kind_words,
    title_of,
    verdict_words,
)
from ui.words import say, say_many


@dataclass(frozen=True, slots=True)
class Fact:
    """A value under its label; `mono` for hashes and the like, `tone` as in `ui.parts.text.Text`."""

    label: str
    value: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Facts that belong together under a title; `text` are somebody's own words before them.

    `leads_to` is the sequence of another entry that they are about, `topic` one of the guide's that explains them.
    """

    title: str
    facts: tuple[Fact, ...] = ()
    text: str = ""
    leads_to: int | None = None
    topic: str = ""


def sections(shown: EntryShown) -> list[Section]:
    """The whole entry, the most telling first."""
    entry = shown.entry
    found = [Section("", tuple(_said(entry.body)), text=_own_words(entry.body))]
    if shown.corrects is not None:
        corrected = shown.corrects
        told = Fact(kind_words(corrected.kind), words.when(corrected.seen_utc))
        found.append(Section(say("Corrects"), (told,), title_of(corrected), corrected.sequence))
    for one in shown.corrections:
        title = say("Corrected on {when}").format(when=words.when(one.seen.wall_utc))
        found.append(Section(title, text=_own_words(one.body), leads_to=one.sequence))
    belongs = tuple(_belongs(shown))
    if belongs:
        found.append(Section(say("Belongs to"), belongs))
    found.append(Section(say("When"), tuple(_clock(shown))))
    found.append(Section(say("Proof"), tuple(_proof(shown)), topic="proof"))
    files = tuple(fact for exhibit in exhibits_of(entry.body) for fact in _exhibit(exhibit))
    if files:
        found.append(Section(say("Original"), files))
    return found


def _own_words(body: Body) -> str:
    match body:
        case NoteWritten() | WitnessHeard() | CorrectionWritten() | ReportSealed():
            return body.text
        case _:
            return ""


def _said(body: Body) -> Iterator[Fact]:
    match body:
        case NoteWritten():
            if body.pseudonym:
                yield Fact(say("Signed"), body.pseudonym)
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
            yield Fact(say("Ended"), interval_words(body.ended))
            yield from (Fact(say("Seen"), reason_words(reason)) for reason in body.reasons)
        case ClockChanged():
            yield Fact(say("What happened"), clock_words(body.change, body.amount_ms))
            yield Fact(say("The clock before"), _wall(body.before))
            yield Fact(say("The clock after"), _wall(body.now))
        case _:
            yield from _own_affairs(body)


def _own_affairs(body: Body) -> Iterator[Fact]:
    """What the kit writes about itself."""
    match body:
        case VaultCreated():
            yield Fact(say("The vault's key"), words.grouped(body.fingerprint), "mono")
            yield Fact(say("Made by"), body.software)
        case RecipientAdded():
            yield Fact(say("Key"), words.grouped(body.fingerprint), "mono")
            yield from (Fact(say("Name in the key"), name) for name in body.user_ids if name)
            yield Fact(say("Confirmed"), confirmed_words(body.confirmed_by, words.grouped, say))
        case DestinationChanged():
            yield Fact(say("What happened"), destination_words(body.change))
            yield Fact(say("Destination"), body.name)
        case ReportSealed():
            yield Fact(say("Holds"), say_many("{number} entry", "{number} entries", len(body.entries)))
            yield Fact(say("Report"), body.report, "mono")
        case DeliveryNoted():
            yield Fact(say("State"), delivery_words(body.state.value))
            yield Fact(say("Tries"), words.number(body.attempts))
            if body.error:
                yield Fact(say("Why"), words.reason(body.error))
            yield Fact(say("Report"), body.report, "mono")
        case ReceiptBrought():
            yield Fact(say("Signed by the key"), words.grouped(body.signer), "mono")
            yield Fact(say("Received on"), body.received_utc)
            yield Fact(say("Report"), body.report, "mono")
        case _:
            return


def _testimony(body: WitnessHeard) -> Iterator[Fact]:
    if body.pseudonym:
        yield Fact(say("Told by"), body.pseudonym)
    yield from (Fact(say("The witness agreed"), consent_words(one)) for one in body.consent)
    if not body.consent:
        yield Fact(say("The witness agreed"), say("to nothing: it stays in the vault."))
    if body.consent_text:
        yield Fact(say("The witness's own terms"), body.consent_text)
    for impact in body.impacts:
        yield Fact(impact_words(impact.area), impact.text or say("affected"))


def _screen(body: ScreenCaptured) -> Iterator[Fact]:
    known = {
        "all": say("all screens together"),
        "region": say("a part of the screen"),
        "chosen": say("what was chosen in the desktop's own dialog"),
    }
    which = known.get(body.monitor) or say("screen {number}").format(number=body.monitor)
    yield Fact(say("Shows"), which)
    yield Fact(say("Size"), say("{width} × {height} points").format(width=body.width, height=body.height))
    if body.blank:
        yield Fact(say("Look out"), say("The picture is one single colour. The screen may have been dark."), "warn")
    yield Fact(say("Taken through"), f"{body.display_server}, {body.backend}")


def _page(body: PageCaptured) -> Iterator[Fact]:
    yield Fact(say("Address"), body.address_asked)
    if body.address_final != body.address_asked:
        yield Fact(say("Led to"), body.address_final)
    if body.title:
        yield Fact(say("Title"), body.title)
    shown = {
        "live": say("The page itself was shown."),
        "error-page": say("The page did not load; the picture is of the browser's error page."),
        "no-answer": say("Nothing had come when the camera stopped waiting."),
    }
    yield Fact(say("What was seen"), shown.get(body.page_state, body.page_state))
    if body.net_error:
        told = say("{words} ({code})").format(words=net_error_words(body.net_error), code=body.net_error)
        yield Fact(say("Why"), told)
    if body.http_status is not None:
        yield Fact(say("The server's number"), str(body.http_status))
    yield Fact(say("Certificate"), _certificate(body.certificate))
    if body.cut_at is not None:
        yield Fact(say("Cut"), say("The page is longer than the picture."))
    if body.loads:
        last = body.loads[-1].after_ms / 1000
        yield Fact(say("Took"), say("{seconds} s").format(seconds=f"{last:.1f}"))
    yield Fact(say("Camera"), body.camera)


def _certificate(seen: CertificateSeen) -> str:
    if seen.state == "none":
        return say("none was shown")
    if seen.state == "accepted":
        return say("accepted")
    named = ", ".join(part for part in (seen.error, seen.subject, seen.issuer) if part)
    return say("rejected: {why}").format(why=named)


def _file(body: FileAdded) -> Iterator[Fact]:
    yield Fact(say("Name"), body.name)
    if body.modified_utc:
        yield Fact(say("Changed, the file says"), words.when(body.modified_utc))
    if body.metadata_state == "unreadable":
        yield Fact(say("About itself"), say("What the file says of itself could not be read."))
    named = {
        "GPSPosition": say("The file says: place"),
        "DateTimeOriginal": say("The file says: taken on"),
        "Make": say("The file says: maker"),
        "Model": say("The file says: device"),
    }
    for fact in body.metadata:
        label = named.get(fact.name) or say("The file says: {name}").format(name=fact.name)
        yield Fact(label, fact.value, "warn" if fact.name == "GPSPosition" else "")


def _measurement(body: MeasurementTaken) -> Iterator[Fact]:
    if body.address:
        yield Fact(say("Site tested"), body.address)
        yield Fact(say("Result"), verdict_words(body.verdict))
    elif body.state is not None:
        yield Fact(say("Result"), state_words(body.state.value))
    else:
        yield Fact(say("Result"), verdict_words(body.verdict))


def _disruption(body: DisruptionOpened | DisruptionChanged) -> Iterator[Fact]:
    yield Fact(say("State"), state_words(body.state.value))
    yield Fact(say("How sure"), grade_words(body.grade.value))
    if isinstance(body, DisruptionOpened):
        yield Fact(say("Began"), interval_words(body.started))
    else:
        yield Fact(say("Changed"), interval_words(body.changed))
    yield from (Fact(say("How"), method_words(method)) for method in body.methods)
    yield from (Fact(say("Seen"), reason_words(reason)) for reason in body.reasons)


def interval_words(interval: Interval) -> str:
    """When something happened that was noticed between two looks."""
    if interval.after is None:
        return say("at some time before {before}").format(before=words.when(interval.before.wall_utc))
    return say("between {after} and {before}").format(
        after=words.when(interval.after.wall_utc), before=words.when(interval.before.wall_utc)
    )


def _belongs(shown: EntryShown) -> Iterator[Fact]:
    if shown.disruption is not None:
        told = say("{state}, since {when}").format(
            state=state_words(shown.disruption.state), when=words.when(shown.disruption.started_utc)
        )
        yield Fact(say("Disruption"), told)
    for _report, sealed_utc in shown.reports:
        yield Fact(say("Report"), say("sealed on {when}").format(when=words.when(sealed_utc)))


# When


def _wall(reading: ClockReading) -> str:
    return f"{words.when(reading.wall_utc, reading.utc_offset_s)} {zone_words(reading.utc_offset_s)}"


def zone_words(offset_s: int) -> str:
    """A distance from UTC: "UTC+01:00"."""
    minutes = abs(offset_s) // 60
    return f"UTC{'-' if offset_s < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}" if offset_s else "UTC"


def _clock(shown: EntryShown) -> Iterator[Fact]:
    seen = shown.entry.seen
    yield Fact(say("This computer's clock"), _wall(seen))
    running = words.span(seen.boottime_ns / 1_000_000_000)
    yield Fact(say("Steady clock"), say("{span} after the computer was started").format(span=running))
    if seen.bound is None:
        yield Fact(say("Compared"), say("No outside clock was there to compare with."))
    else:
        told = say(
            "By {source}, {age} earlier: this computer's clock was between {low} s and {high} s ahead of true time."
        )
        age = words.span(seen.bound.age_s)
        bound = seen.bound
        yield Fact(say("Compared"), told.format(source=bound.source, age=age, low=bound.lo_s, high=bound.hi_s))
    yield Fact(say("Sealed"), sealing_words(shown.entry.origin, shown.entry.locked, say))
    if shown.entry.intake is not None:
        yield Fact(say("Entered the journal"), _wall(shown.entry.clock))


# Proof


def _proof(shown: EntryShown) -> Iterator[Fact]:
    if shown.checkpoint is None or shown.root is None:
        yield Fact(say("Signed"), say("Not yet. The next report signs the whole journal up to then."))
    else:
        signed = say("Yes: the vault's key signed the journal when it had {number} entries.")
        yield Fact(say("Signed"), signed.format(number=words.number(shown.checkpoint)))
        yield Fact(say("Root that was signed"), words.grouped(shown.root), "mono")
    yield Fact(say("Stamped"), say("Not yet stamped by an outside authority."))
    place = say("number {number} (counted from 0)").format(number=words.number(shown.entry.sequence))
    yield Fact(say("Place in the journal"), place)
    yield Fact(say("Id"), shown.entry.id, "mono")


def _exhibit(exhibit: Exhibit) -> Iterator[Fact]:
    roles = {
        "screenshot": say("Picture of the screen"),
        "page-picture": say("Picture of the page"),
        "page-mhtml": say("The page as saved"),
        "photo": say("Photo"),
        "file": say("File"),
        "measurement": say("Record of the look"),
        "receipt": say("Receipt"),
    }
    told = say("{size}, {media_type}").format(size=words.size(exhibit.size), media_type=exhibit.media_type)
    yield Fact(roles.get(exhibit.role, exhibit.role), told)
    yield Fact(say("Its SHA-256"), words.grouped(exhibit.sha256), "mono")
    if exhibit.tiles is not None:
        yield Fact(say("Root of its tiles"), words.grouped(exhibit.tiles.root), "mono")


# A measurement's record


def measurement_sections(told: MeasurementTold) -> list[Section]:
    """What the record of a look says: how sure, why, and everything that was asked."""
    facts = []
    if told.grade:
        facts.append(Fact(say("How sure"), grade_words(told.grade)))
    facts += [Fact(say("How"), method_words(method)) for method in told.methods]
    facts += [Fact(say("Seen"), reason_words(reason)) for reason in told.reasons]
    if told.proxied:
        facts.append(Fact(say("Way"), say("Everything went through your proxy.")))
    took = say("{seconds} s").format(seconds=f"{told.runtime_ms / 1000:.1f}")
    facts.append(Fact(say("Took"), took))
    sent = say("{sent} sent, {received} received").format(
        sent=words.size(told.sent), received=words.size(told.received)
    )
    facts.append(Fact(say("Data used"), sent))
    asked = tuple(Fact(_asked_label(one), _asked_words(one)) for one in told.asked)
    found = [Section(say("What the look found"), tuple(facts))]
    if asked:
        found.append(Section(say("What was asked"), asked))
    return found


def _asked_label(asked: Asked) -> str:
    return {
        "name": say("Name"),
        "connect": say("Connection"),
        "encrypt": say("Encryption"),
        "page": say("Web check"),
    }.get(asked.how, asked.how)


def _asked_words(asked: Asked) -> str:
    if asked.failure is None:
        return say("{whom}: answered").format(whom=asked.what)
    return say("{whom}: failed ({why})").format(whom=asked.what, why=failure_words(asked.failure))


def failure_words(failure: str) -> str:
    """OONI's word for a failure (df-007) in plain ones; a rare one stands for itself."""
    return {
        "generic_timeout_error": say("no answer in time"),
        "connection_refused": say("refused"),
        "connection_reset": say("broken off by force"),
        "connection_aborted": say("broken off"),
        "eof_error": say("ended without an answer"),
        "host_unreachable": say("no way there"),
        "network_unreachable": say("no way out of the network"),
        "dns_nxdomain_error": say("no such name"),
        "dns_no_answer": say("no address for the name"),
        "dns_server_failure": say("the name server failed"),
        "dns_refused_error": say("the name server refused"),
        "dns_temporary_failure": say("the name could not be looked up"),
        "ssl_invalid_hostname": say("the certificate of another site"),
        "ssl_invalid_certificate": say("a certificate that is not valid"),
        "ssl_unknown_authority": say("a certificate from nobody who is trusted"),
    }.get(failure, failure)


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
