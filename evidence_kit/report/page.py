"""The report as a page for people: one self-contained HTML file, no script, no request, everything escaped.

Pictures small enough are embedded as they are, never redrawn; large ones are named beside the page.
"""

import base64
from collections.abc import Iterable, Iterator
from typing import Final

from evidence_kit.clock.reading import moment_of
from evidence_kit.model import report as layout
from evidence_kit.model.bodies.statements import CorrectionWritten, NoteWritten, WitnessHeard
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.disruption import Disruption
from evidence_kit.model.entry import Entry
from evidence_kit.model.report import ReportDocument, ReportedExhibit
from evidence_kit.report import words
from evidence_kit.report.contents import ReportContents, Source
from evidence_kit.report.details import details
from evidence_kit.report.howto import spaced
from evidence_kit.report.markup import between_markup, description_list, escaped, own, points, said, time_markup
from evidence_kit.report.words import Speak
from evidence_kit.words.captures import exhibit_role_words
from evidence_kit.words.kinds import kind_name
from evidence_kit.words.sealing import sealing_words
from evidence_kit.words.states import grade_words, spell_words

EMBED_EACH: Final = 2 << 20
EMBED_ALL: Final = 16 << 20
_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})

_POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_STYLE: Final = """
:root{color-scheme:light dark;--paper:#fff;--ink:#1b2430;--soft:#566170;--line:#d9dfe7;--wash:#f5f7fa;--accent:#0b6e66;
  --warn:#8a4b00;--warnwash:#fff6e6;--warnline:#f0d9ae}
@media screen and (prefers-color-scheme:dark){:root{--paper:#12161c;--ink:#e7ebf0;--soft:#a6b0bd;--line:#38424f;
  --wash:#1b2129;--accent:#57c7ba;--warn:#ffcf8a;--warnwash:#2e2414;--warnline:#6b5124}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
  font:16px/1.55 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:56rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}
header{border-block-end:3px solid var(--accent);padding-block-end:1.25rem;margin-block-end:1.5rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .35rem}
h2{font-size:1.25rem;margin:2.5rem 0 .75rem}
h3{font-size:1.05rem;margin:0}
p{margin:.5rem 0}
.soft{color:var(--soft)}
.words{white-space:pre-wrap;overflow-wrap:anywhere;border-inline-start:4px solid var(--accent);
  padding:.25rem 0;padding-inline-start:1rem;margin:1rem 0}
.box{background:var(--wash);border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.25rem;margin:1rem 0}
.limits{background:var(--warnwash);border-color:var(--warnline)}
.box h2{margin-block-start:.25rem}
.limits h2{color:var(--warn)}
dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.3rem 1.25rem;margin:.75rem 0}
dt{color:var(--soft);min-inline-size:9rem;max-inline-size:14rem;overflow-wrap:anywhere}
dd{margin:0;overflow-wrap:anywhere}
code{font:.85em/1.5 ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
code,time,a{direction:ltr;unicode-bidi:isolate}
time{white-space:nowrap}
ol.line{list-style:none;margin:1rem 0;margin-inline-start:.5rem;padding:0;border-inline-start:3px solid var(--line)}
ol.line>li{position:relative;padding:0 0 1rem;padding-inline-start:1.25rem}
ol.line>li::before{content:"";position:absolute;inset-inline-start:-.55rem;inset-block-start:.45rem;width:.85rem;
  height:.85rem;border-radius:50%;background:var(--accent);border:2px solid var(--paper)}
article{border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.25rem;margin:1rem 0}
article>header{display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:baseline;border:0;padding:0;margin:0 0 .25rem}
.tag{font-size:.8rem;background:var(--warnwash);color:var(--warn);border:1px solid var(--warnline);border-radius:1rem;
  padding:0 .6rem}
figure{margin:1rem 0 0}
figure img{display:block;max-width:100%;height:auto;background:#fff;color:#1b2430;border:1px solid var(--line)}
a{color:var(--accent);overflow-wrap:anywhere}
li{margin:.25rem 0}
@media (max-width:36rem){main{padding:1.25rem 1rem 2rem}dl{grid-template-columns:minmax(0,1fr);gap:0}
  dt{max-inline-size:none}dd{margin-block-end:.5rem}}
@media print{@page{margin:16mm}:root{color-scheme:light;font-size:75%}body{font-size:9.5pt}
  main{max-width:none;padding:0}article,.box,figure,ol.line>li{break-inside:avoid}h2,h2+p{break-after:avoid}
  *{print-color-adjust:exact}}
"""


def html(
    contents: ReportContents, document: ReportDocument, source: Source, *, brief: int | None = None
) -> Iterator[bytes]:
    """The page in UTF-8, piece by piece; for a look beforehand without pictures and with `brief` entries at most."""
    say = words.speaker(document.language)
    yield from _encoded(_head(document, say))
    yield from _encoded(_summary(contents, document, say))
    yield from _encoded(_timeline(contents, say))
    yield f"<h2>{escaped(say('What was recorded'))}</h2>\n".encode()
    order = say("In the order in which the entries were sealed into the journal.")
    yield f'<p class="soft">{escaped(order)}</p>\n'.encode()
    room = EMBED_ALL
    shown: set[str] = set()
    links = _corrections(contents, say)
    for number, (disclosed, reported) in enumerate(zip(contents.entries, document.entries, strict=True), start=1):
        if brief is not None and number > brief:
            more = say("{number} more entries follow in the same form.").format(number=len(contents.entries) - brief)
            yield f'<p class="soft">{escaped(more)}</p>\n'.encode()
            break
        yield from _encoded(_entry_head(number, disclosed.entry, links.get(number, []), say))
        for exhibit in reported.exhibits:
            fits = brief is None and exhibit.media_type in _PICTURES and exhibit.size <= min(EMBED_EACH, room)
            if exhibit.path is not None and fits and exhibit.sha256 not in shown:
                shown.add(exhibit.sha256)
                room -= exhibit.size
                yield from _picture(exhibit, source.read_exhibit(exhibit.sha256), say)
            yield from _encoded(_caption(exhibit, say))
        yield b"</article>\n"
    yield from _encoded(_limits(document, say))
    yield b"</main>\n</body>\n</html>\n"


def _encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    for piece in pieces:
        yield piece.encode()


def _head(document: ReportDocument, say: Speak) -> Iterator[str]:
    language, direction = words.language_of(document.language), words.direction(document.language)
    yield f'<!doctype html>\n<html lang="{escaped(language)}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escaped(_POLICY)}">\n'
    yield '<meta name="referrer" content="no-referrer">\n<meta name="viewport" content="width=device-width">\n'
    title = escaped(say("Evidence report"))
    yield f"<title>{title} {escaped(document.id[-8:])}</title>\n<style>{_STYLE}</style>\n</head>\n"
    yield f"<body>\n<main>\n<header>\n<h1>{title}</h1>\n"
    made = said(
        say("Made {time} by the device's clock, with {software}."),
        time=time_markup(document.created.wall_utc, document.created.utc_offset_s),
        software=own(document.software),
    )
    yield f'<p class="soft">{made}</p>\n</header>\n'


def _summary(contents: ReportContents, document: ReportDocument, say: Speak) -> Iterator[str]:
    files = sum(exhibit.path is not None for entry in document.entries for exhibit in entry.exhibits)
    rows = [
        (say("Where"), own(document.place) if document.place else escaped(say("not stated"))),
        (say("Reported by"), own(document.pseudonym) if document.pseudonym else escaped(say("not stated"))),
        (say("Consent"), own(document.consent) if document.consent else escaped(say("not stated"))),
        (
            say("Contains"),
            escaped(say("{entries} entries, {files} files").format(entries=len(document.entries), files=files)),
        ),
        (say("Sealed by key"), f"<code>{escaped(spaced(document.fingerprint))}</code>"),
        (say("Journal"), f"<code>{escaped(document.origin)}</code>"),
        (say("Journal's root"), f"<code>{escaped(document.root)}</code>"),
        (say("Journal's size"), escaped(say("{entries} entries").format(entries=document.size))),
        (say("Report"), f"<code>{escaped(document.id)}</code>"),
    ]
    yield f'<section class="box">\n{description_list(rows)}</section>\n'
    if contents.text:
        yield f"<h2>{escaped(say('In the words of the person who reports'))}</h2>\n"
        yield f'<div class="words" dir="auto">{escaped(contents.text)}</div>\n'
    if contents.answers:
        yield f"<h2>{escaped(say('What the person added'))}</h2>\n"
        yield description_list([(answer.column, own(answer.value)) for answer in contents.answers])


def _timeline(contents: ReportContents, say: Speak) -> Iterator[str]:
    offset = contents.created.utc_offset_s
    for disruption in contents.disruptions:
        yield f"<h2>{escaped(say('What happened to the connection'))}</h2>\n"
        yield '<ol class="line">\n'
        for number, segment in enumerate(disruption.segments):
            lead = say("Began {interval}.") if number == 0 else say("Changed {interval}.")
            yield f"<li><h3>{escaped(spell_words(segment.state, say))}</h3>"
            yield f"<p>{said(lead, interval=between_markup(segment.started, offset, say))} "
            yield f'<span class="soft">{escaped(grade_words(segment.grade, say))}</span></p>'
            if segment.methods:
                yield f'<p class="soft"><code>{escaped(", ".join(segment.methods))}</code></p>'
            yield "</li>\n"
        if disruption.ended is None:
            yield f"<li><h3>{escaped(say('Not over when this report was made'))}</h3></li>\n"
        else:
            over = said(say("Ended {interval}."), interval=between_markup(disruption.ended, offset, say))
            yield f"<li><h3>{escaped(say('The connection came back'))}</h3><p>{over}</p></li>\n"
        yield "</ol>\n"
        lasted = _lasted(contents, disruption, say)
        if lasted:
            yield f'<p class="soft">{escaped(lasted)}</p>\n'


def _lasted(contents: ReportContents, disruption: Disruption, say: Speak) -> str | None:
    """The shortest time it can have lasted, by the steady clock."""
    first = disruption.started.before
    last = disruption.ended.after if disruption.ended else moment_of(contents.created)
    lasted = words.steady_span(first, last, say) if last else None
    if lasted is None:
        return None
    return say("By the device's steady clock, which nobody can set, it lasted at least {span}.").format(span=lasted)


def _corrections(contents: ReportContents, say: Speak) -> dict[int, list[tuple[str, str]]]:
    """For the entries that are corrected here or correct others, by number: rows that say so, labels and text."""
    numbers = {one.entry.id: number for number, one in enumerate(contents.entries, start=1)}
    links: dict[int, list[tuple[str, str]]] = {}
    for number, one in enumerate(contents.entries, start=1):
        body = one.entry.body
        if not isinstance(body, CorrectionWritten):
            continue
        corrected = numbers.get(body.corrects)
        if corrected is None:
            told = say("an entry that is not in this report, {id}").format(id=body.corrects)
        else:
            told = say("entry {number} of this report").format(number=corrected)
            later = say("corrected later: see entry {number} of this report").format(number=number)
            links.setdefault(corrected, []).append((say("Corrected"), later))
        links.setdefault(number, []).append((say("Corrects"), told))
    return links


def _entry_head(number: int, entry: Entry, links: list[tuple[str, str]], say: Speak) -> Iterator[str]:
    seen = entry.seen
    yield f'<article id="entry-{number}">\n<header><h3>{number}. {escaped(kind_name(entry.kind, say))}</h3>'
    yield time_markup(seen.wall_utc, seen.utc_offset_s)
    yield f'<span class="tag">{escaped(say("not yet stamped"))}</span></header>\n'
    rows = list(details(entry.body, seen.utc_offset_s, say))
    rows += [(label, own(told)) for label, told in links]
    rows.append((say("Clock"), _clock_facts(seen, say)))
    rows.append((say("Sealed"), escaped(sealing_words(entry.origin, entry.locked, say))))
    if entry.intake:
        rows.append((say("Entered the journal"), time_markup(entry.clock.wall_utc, entry.clock.utc_offset_s)))
    place = say("number {index} (counted from 0)").format(index=entry.sequence)
    rows.append((say("In the journal"), f"{escaped(place)}, <code>{escaped(entry.id)}</code>"))
    if isinstance(entry.body, NoteWritten | WitnessHeard | CorrectionWritten):
        yield f'<div class="words" dir="auto">{escaped(entry.body.text)}</div>\n'
    yield description_list(rows)


def _picture(exhibit: ReportedExhibit, chunks: Iterable[bytes], say: Speak) -> Iterator[bytes]:
    alt = escaped(say("The picture {sha256}").format(sha256=exhibit.sha256[:16]))
    yield f'<figure><img alt="{alt}" src="data:{exhibit.media_type};base64,'.encode()
    kept = b""
    for chunk in chunks:
        whole = kept + chunk
        cut = len(whole) - len(whole) % 3
        kept = whole[cut:]
        yield base64.b64encode(whole[:cut])
    yield base64.b64encode(kept) + b'"></figure>\n'


def _caption(exhibit: ReportedExhibit, say: Speak) -> Iterator[str]:
    facts = said(
        say("{role}, {size} bytes, {media_type}"),
        role=own(exhibit_role_words(exhibit.role, say)),
        size=own(f"{exhibit.size:,}"),
        media_type=own(exhibit.media_type),
    )
    yield f'<p class="soft">{facts}<br><code>sha256 {escaped(exhibit.sha256)}</code><br>'
    if exhibit.path is None:
        yield f"{escaped(say('Kept back by the person who reports; only its hash is here.'))}</p>\n"
    else:
        beside = exhibit.path.removeprefix("data/")
        yield f'{escaped(say("The original, byte for byte:"))} <a href="{escaped(beside)}">{escaped(beside)}</a></p>\n'


def _limits(document: ReportDocument, say: Speak) -> Iterator[str]:
    proven = [
        say("Every entry here lay in the journal whose root the key above signed; none was changed since."),
        say("Every file here is, byte for byte, the one that its entry named when it was recorded."),
        say("The order of the entries, and the spans between them within one run of the device."),
    ]
    unproven = [
        say("When: no outside authority has stamped these entries yet. Every time is what the device's clock said."),
        say("Who: the key is a pseudonym. Ask the sender for its fingerprint over another way."),
        say("That a picture shows what any other visitor would have seen."),
        say("Who ordered a disruption, and why: this tool says what was observed on one device."),
        say("That nothing else was recorded: the person chose what to disclose."),
    ]
    yield f'<section class="box">\n<h2>{escaped(say("What this report proves once it is checked"))}</h2>\n'
    yield points(proven)
    how = say("How to check it without this software: see {name}.").format(
        name=layout.HOW_TO_CHECK.removeprefix("data/")
    )
    yield f"<p>{escaped(how)}</p></section>\n"
    yield f'<section class="box limits">\n<h2>{escaped(say("What it does not prove"))}</h2>\n'
    yield f"{points(unproven)}</section>\n"
    yield f'<p class="soft">{escaped(say("Report"))} <code>{escaped(document.id)}</code></p>\n'


def _clock_facts(reading: ClockReading, say: Speak) -> str:
    span = words.span(reading.boottime_ns // 1_000_000_000, say)
    if reading.bound is None:
        return said(
            say("{span} after the device was started; no outside clock was there to compare with"), span=own(span)
        )
    return said(
        say(
            "{span} after the device was started; by {source}, {age} s before, "
            "the device's clock was between {low} s and {high} s ahead of true time"
        ),
        span=own(span),
        source=own(reading.bound.source),
        age=own(str(reading.bound.age_s)),
        low=own(str(reading.bound.lo_s)),
        high=own(str(reading.bound.hi_s)),
    )
