"""The notice: what, where and when in at most 2 KB, sent before everything else; for people and for programs."""

import base64
from dataclasses import dataclass
from typing import Final

from evidence_kit.model.report import NOTICE_TITLE
from evidence_kit.plain_text import plain_line
from evidence_kit.report import words
from evidence_kit.report.contents import ReportContents
from evidence_kit.report.words import Speak
from evidence_kit.seal import checkpoint
from evidence_kit.words.states import grade_words, spell_words

CAP: Final = 2048
_LINE_CAP: Final = 240


@dataclass(frozen=True, slots=True)
class Sealed:
    """The report's ciphertext, where it is made already."""

    sha256: str
    size: int


def notice(contents: ReportContents, report: Sealed | None = None) -> bytes:
    """The notice in UTF-8, at most 2,048 bytes: a title, sentences in the report's language, then `Key: value` lines.

    Keys and their order are stable and English (docs/format.md); the sentences may change. The person's words stand
    behind "> ", cut to what room is left.
    """
    say = words.speaker(contents.language)
    signed = checkpoint.parse(contents.checkpoint)
    pairs = [
        ("Report", contents.id),
        ("Created", contents.created.wall_utc),
        ("Where", contents.place or ""),
        *_disruption_pairs(contents),
        ("Vault-Fingerprint", contents.fingerprint),
        ("Journal-Origin", signed.origin),
        ("Journal-Size", str(signed.size)),
        ("Journal-Root", base64.b64encode(signed.root).decode()),
        ("Entries", str(len(contents.entries))),
    ]
    if report:
        pairs += [("Report-Size", str(report.size)), ("Report-SHA256", report.sha256)]
    lines = "".join(f"{key}: {plain_line(value, _LINE_CAP)}\n" for key, value in pairs)
    opening = "".join(f"{sentence}\n" for sentence in _sentences(contents, say))
    head = f"{NOTICE_TITLE}\n\n{opening}"
    room = CAP - len(head.encode()) - len(lines.encode()) - 4
    if room < 0:
        # Some scripts take three bytes a letter; the stable lines say the same.
        head, room = f"{NOTICE_TITLE}\n", 0
    told = plain_line(contents.text, max(0, room)) if contents.text and room > 40 else ""
    # Quoted, or their words could look like one of the stable lines.
    return f"{head}> {told}\n\n{lines}".encode() if told else f"{head}\n{lines}".encode()


def _sentences(contents: ReportContents, say: Speak) -> list[str]:
    offset = contents.created.utc_offset_s
    said = []
    for one in contents.disruptions[-1:]:
        said.append(f"{spell_words(one.state, say)} ({grade_words(one.grade, say)}).")
        said.append(say("Began {interval}.").format(interval=words.between(one.started, offset, say)))
        if one.ended:
            said.append(say("Ended {interval}.").format(interval=words.between(one.ended, offset, say)))
        else:
            said.append(say("Not over when this was written."))
    said.append(say("Times are what the device's clock said. The full report follows."))
    return said


def _disruption_pairs(contents: ReportContents) -> list[tuple[str, str]]:
    """The newest disruption; the others are in the report."""
    pairs: list[tuple[str, str]] = []
    for one in contents.disruptions[-1:]:
        started, ended = one.started, one.ended
        pairs += [
            ("Disruption", one.id),
            ("State", one.state.value),
            ("Grade", one.grade.value),
            ("Started-After", started.after.wall_utc if started.after else ""),
            ("Started-Before", started.before.wall_utc),
            ("Ended-After", ended.after.wall_utc if ended and ended.after else ""),
            ("Ended-Before", ended.before.wall_utc if ended else ""),
        ]
    return pairs
