"""A whole entry in sections, the most telling first."""

from collections.abc import Iterator

from evidence_kit.jobs.browse import EntryShown
from evidence_kit.model.exhibit import Exhibit
from evidence_kit.words.sealing import sealing_words
from ui import words
from ui.parts.observed import state_words
from ui.parts.tone import Tone
from ui.screens.journal.entry_facts import own_words, said
from ui.screens.journal.facts import Fact, Section, wall
from ui.screens.journal.words import (
    kind_words,
    title_of,
)
from ui.words import say


def sections(shown: EntryShown) -> list[Section]:
    """The whole entry, the most telling first."""
    entry = shown.entry
    found = [Section("", tuple(said(entry.body)), text=own_words(entry.body))]
    if shown.corrects is not None:
        corrected = shown.corrects
        told = Fact(kind_words(corrected.kind), words.when(corrected.seen_utc))
        found.append(Section(say("Corrects"), (told,), title_of(corrected), corrected.sequence))
    for one in shown.corrections:
        title = say("Corrected on {when}").format(when=words.when(one.seen.wall_utc))
        found.append(Section(title, text=own_words(one.body), leads_to=one.sequence))
    belongs = tuple(_belongs(shown))
    if belongs:
        found.append(Section(say("Belongs to"), belongs))
    found.append(Section(say("When"), tuple(_clock(shown))))
    found.append(Section(say("Proof"), tuple(_proof(shown)), topic="proof"))
    files = tuple(fact for exhibit in entry.body.exhibits for fact in _exhibit(exhibit))
    if files:
        found.append(Section(say("Original"), files))
    return found


def _belongs(shown: EntryShown) -> Iterator[Fact]:
    if shown.disruption is not None:
        told = say("{state}, since {when}").format(
            state=state_words(shown.disruption.state), when=words.when(shown.disruption.started_utc)
        )
        yield Fact(say("Disruption"), told)
    for _report, sealed_utc in shown.reports:
        yield Fact(say("Report"), say("sealed on {when}").format(when=words.when(sealed_utc)))


def _clock(shown: EntryShown) -> Iterator[Fact]:
    seen = shown.entry.seen
    yield Fact(say("This computer's clock"), wall(seen))
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
        yield Fact(say("Entered the journal"), wall(shown.entry.clock))


def _proof(shown: EntryShown) -> Iterator[Fact]:
    if shown.checkpoint is None or shown.root is None:
        yield Fact(say("Signed"), say("Not yet. The next report signs the whole journal up to then."))
    else:
        signed = say("Yes: the vault's key signed the journal when it had {number} entries.")
        yield Fact(say("Signed"), signed.format(number=words.number(shown.checkpoint)))
        yield Fact(say("Root that was signed"), words.grouped(shown.root), Tone.MONO)
    yield Fact(say("Stamped"), say("Not yet stamped by an outside authority."))
    place = say("number {number} (counted from 0)").format(number=words.number(shown.entry.sequence))
    yield Fact(say("Place in the journal"), place)
    yield Fact(say("Id"), shown.entry.id, Tone.MONO)


def _exhibit(exhibit: Exhibit) -> Iterator[Fact]:
    roles = {
        "screenshot": say("Picture of the screen"),
        "page-picture": say("Picture of the page"),
        "page-mhtml": say("The page as saved"),
        "page-text": say("The page's words"),
        "photo": say("Photo"),
        "file": say("File"),
        "measurement": say("Record of the look"),
        "receipt": say("Receipt"),
    }
    told = say("{size}, {media_type}").format(size=words.size(exhibit.size), media_type=exhibit.media_type)
    yield Fact(roles.get(exhibit.role, exhibit.role), told)
    yield Fact(say("Its SHA-256"), words.grouped(exhibit.sha256), Tone.MONO)
    if exhibit.tiles is not None:
        yield Fact(say("Root of its tiles"), words.grouped(exhibit.tiles.root), Tone.MONO)
