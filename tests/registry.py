"""What the registry of error codes and the words for them lack; asked when the tests are collected."""

import string
from collections.abc import Iterable, Iterator, Mapping

from evidence_kit.codes import Code
from evidence_kit.files import DISK_FAULTS
from evidence_kit.model.finding_code import FindingCode
from evidence_kit.words.findings import FINDINGS
from evidence_kit.words.sentences import CAMERA, KEEPING_HELD, SENDING_HELD, SENTENCES, UNWRITTEN
from ui.sentences import CAMERA_OF_THE_WINDOW, SENTENCES_OF_THE_WINDOW

# Errors whose sentence another table gives, by one of their facts: that fact has its place there.
CHOSEN_BY: Mapping[Code, tuple[str, Iterable[str]]] = {
    Code.NOT_WRITTEN_DOWN: ("why", UNWRITTEN.values()),
    Code.PAGE_CAMERA: ("reason", CAMERA.values()),
}


def fields_of(sentence: str) -> frozenset[str]:
    """The facts that a sentence asks for, as they stand in its braces. Raises `ValueError` for a stray brace."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def flaws(codes: Iterable[Code], sentences: Mapping[Code, str], others: Mapping[Code, str]) -> Iterator[str]:
    """Every code without branch or words, every fact without a place, every place without a fact.

    `others` stand in for some of the sentences, and may say less.
    """
    for code in codes:
        if not code.branches:
            yield f"{code.name} has no branch"
        if code.facts & code.details:
            yield f"{code.name} has facts that are details too"
        if not sentences.get(code):
            yield f"{code.name} has no sentence"
            continue
        chooses = {CHOSEN_BY[code][0]} if code in CHOSEN_BY else frozenset()
        if code.facts - chooses != fields_of(sentences[code]) - chooses:
            yield f"{code.name} has the facts {sorted(code.facts)} and says {sorted(fields_of(sentences[code]))}"
        for other in (others.get(code, ""), *(CHOSEN_BY[code][1] if code in CHOSEN_BY else ())):
            if not fields_of(other) <= code.facts:
                yield f"{code.name} has the facts {sorted(code.facts)} and says {sorted(fields_of(other))} elsewhere"


FLAWS = list(flaws(Code, SENTENCES, SENTENCES_OF_THE_WINDOW))
FLAWS += [
    f"{code.name} is no fault of a disk"
    for table in (KEEPING_HELD, SENDING_HELD)
    for code in table.keys() ^ DISK_FAULTS
]
FLAWS += [f"{reason} is no reason of the page camera" for reason in CAMERA_OF_THE_WINDOW.keys() - CAMERA.keys()]
FLAWS += [f"{code.name} is found and has no words" for code in FindingCode if not FINDINGS.get(code)]
if FLAWS:
    raise AssertionError("\n".join(FLAWS))
