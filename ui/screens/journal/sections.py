"""A whole entry in sections, the most telling first."""

from collections.abc import Iterator

from evidence_kit.jobs.browse import EntryShown
from evidence_kit.model.exhibit import Exhibit
from evidence_kit.words.captures import exhibit_role_words
from evidence_kit.words.sealing import sealing_words
from ui import words
from ui.parts.observed import state_words
from ui.parts.tone import Tone
from ui.screens.journal.entry_facts import own_words, said
from ui.screens.journal.facts import FactSection, LabelledFact, wall
from ui.screens.journal.words import (
    kind_words,
    title_of,
)
from ui.words import say


def sections(shown: EntryShown) -> list[FactSection]:
    """The whole entry, the most telling first."""
    entry = shown.entry
    found = [FactSection("", tuple(said(entry.body)), text=own_words(entry.body))]
    if shown.corrects is not None:
        corrected = shown.corrects
        told = LabelledFact(kind_words(corrected.kind), words.when(corrected.seen_utc))
        found.append(FactSection(say("Corrects"), (told,), title_of(corrected), corrected.sequence))
    for one in shown.corrections:
        title = say("Corrected on {when}").format(when=words.when(one.seen.wall_utc))
        found.append(FactSection(title, text=own_words(one.body), leads_to=one.sequence))
    belongs = tuple(_belongs(shown))
    if belongs:
        found.append(FactSection(say("Belongs to"), belongs))
    found.append(FactSection(say("When"), tuple(_clock(shown))))
    found.append(FactSection(say("Proof"), tuple(_proof(shown)), topic="proof"))
    files = tuple(fact for exhibit in entry.body.exhibits for fact in _exhibit(exhibit))
    if files:
        found.append(FactSection(say("Original"), files))
    return found


def _belongs(shown: EntryShown) -> Iterator[LabelledFact]:
    if shown.disruption is not None:
        told = say("{state}, since {when}").format(
            state=state_words(shown.disruption.state), when=words.when(shown.disruption.started_utc)
        )
        yield LabelledFact(say("Disruption"), told)
    for _report, sealed_utc in shown.reports:
        yield LabelledFact(say("Report"), say("sealed on {when}").format(when=words.when(sealed_utc)))


def _clock(shown: EntryShown) -> Iterator[LabelledFact]:
    seen = shown.entry.seen
    yield LabelledFact(say("This computer's clock"), wall(seen))
    running = words.span(seen.boottime_ns / 1_000_000_000)
    yield LabelledFact(say("Steady clock"), say("{span} after the computer was started").format(span=running))
    if seen.bound is None:
        yield LabelledFact(say("Compared"), say("No outside clock was there to compare with."))
    else:
        told = say(
            "By {source}, {age} earlier: this computer's clock was between {low} s and {high} s ahead of true time."
        )
        age = words.span(seen.bound.age_s)
        bound = seen.bound
        yield LabelledFact(say("Compared"), told.format(source=bound.source, age=age, low=bound.lo_s, high=bound.hi_s))
    yield LabelledFact(say("Sealed"), sealing_words(shown.entry.origin, shown.entry.locked, say))
    if shown.entry.intake is not None:
        yield LabelledFact(say("Entered the journal"), wall(shown.entry.clock))


def _proof(shown: EntryShown) -> Iterator[LabelledFact]:
    if shown.checkpoint is None or shown.root is None:
        yield LabelledFact(say("Signed"), say("Not yet. The next report signs the whole journal up to then."))
    else:
        signed = say("Yes: the vault's key signed the journal when it had {number} entries.")
        yield LabelledFact(say("Signed"), signed.format(number=words.number(shown.checkpoint)))
        yield LabelledFact(say("Root that was signed"), words.grouped(shown.root), Tone.MONO)
    yield LabelledFact(say("Stamped"), say("Not yet stamped by an outside authority."))
    place = say("number {number} (counted from 0)").format(number=words.number(shown.entry.sequence))
    yield LabelledFact(say("Place in the journal"), place)
    yield LabelledFact(say("Id"), shown.entry.id, Tone.MONO)


def _exhibit(exhibit: Exhibit) -> Iterator[LabelledFact]:
    told = say("{size}, {media_type}").format(size=words.size(exhibit.size), media_type=exhibit.media_type)
    yield LabelledFact(exhibit_role_words(exhibit.role, say), told)
    yield LabelledFact(say("Its SHA-256"), words.grouped(exhibit.sha256), Tone.MONO)
    if exhibit.tiles is not None:
        yield LabelledFact(say("Root of its tiles"), words.grouped(exhibit.tiles.root), Tone.MONO)
