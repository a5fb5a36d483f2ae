"""Put an error into words: its sentence in a language, with the facts that came along."""

from collections.abc import Mapping
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.words.languages import Say
from evidence_kit.words.sentences import CAMERA, DRILL, SENTENCES, UNWRITTEN

_NO_SENTENCES: Final[Mapping[Code, str]] = {}
_NO_REASONS: Final[Mapping[str, str]] = {}


class Facts(dict[str, object]):
    """Facts for a sentence; one that is not there reads as "?"."""

    def __missing__(self, name: str) -> str:
        return "?"


def error_words(
    say: Say,
    code: Code,
    facts: Mapping[str, object],
    instead: Mapping[Code, str] = _NO_SENTENCES,
    camera: Mapping[str, str] = _NO_REASONS,
) -> str:
    """What happened and what to do; `instead` and `camera` have the wordings of a face that differ."""
    known = Facts(facts)
    template = instead.get(code) or SENTENCES[code]
    why = known.get("why")
    if code is Code.PAGE_CAMERA:
        reason = str(known["reason"])
        template = camera.get(reason) or CAMERA.get(reason, template)
    elif code is Code.NOT_WRITTEN_DOWN and isinstance(why, Code):
        template = UNWRITTEN.get(why, template)
    elif isinstance(why, Code):
        behind = {name: fact for name, fact in facts.items() if name != "why"}
        known["why"] = error_words(say, why, behind, instead, camera)
    return say(template).format_map(known)


def drill_words(say: Say, name: str, facts: Mapping[str, object]) -> str:
    """What a step of the drill did."""
    return say(DRILL.get(name, name)).format_map(Facts(facts))
