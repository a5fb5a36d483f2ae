"""The guide's topics: all that is asked for is there, and each says what does not hold."""

import ast
import re
from pathlib import Path

import pytest

import ui
from ui import words
from ui.places import TOPICS, places
from ui.screens.guide.topic import Kind, Topic
from ui.screens.guide.topics import topics
from ui.screens.guide.topics.tell import tell_topic

_ROOT = Path(ui.__file__).parent
_ASKED = re.compile(r"""help_wanted\.emit[(,]\s*"([^"]+)"|\btopic="([^"]+)"|"topic",\s*"([^"]+)\"""")
_NEEDED = {
    "shutdown",
    "document",
    "write-down",
    "whom-to-tell",
    "proof",
    "passphrase",
    "recipients",
    "network",
    "check",
    "seizure",
    "wipe",
}


@pytest.fixture
def guide(dressed: None) -> dict[str, Topic]:
    return {topic.name: topic for topic in (*topics(), tell_topic())}


def asked_for() -> set[str]:
    """The topics that the window's own code names, wherever it does."""
    found: set[str] = set(TOPICS.values())
    for path in _ROOT.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        found.update(name for names in _ASKED.findall(source) for name in names if name)
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and node.name == "topic":
                found.update(
                    one.value.value
                    for one in ast.walk(node)
                    if isinstance(one, ast.Return) and isinstance(one.value, ast.Constant) and one.value.value
                )
    return found


def test_every_topic_that_is_asked_for_anywhere_exists(guide: dict[str, Topic]) -> None:
    asked = asked_for()
    assert asked >= {"shutdown", "proof", "passphrase", "write-down", "recipients", "network", "seizure", "check"}
    assert asked - guide.keys() == set()


def test_the_topics_that_people_need_are_there(guide: dict[str, Topic]) -> None:
    assert guide.keys() >= _NEEDED
    assert len(guide) == len(topics()) + 1, "two topics have one name"


def test_every_place_of_the_rail_has_a_topic_for_f1(dressed: None) -> None:
    of_its_own = {"set-up", "guide", "settings"}
    assert {place.name for place in places()} - TOPICS.keys() - of_its_own == set()


def test_a_topic_leads_only_to_others_that_are_there(guide: dict[str, Topic]) -> None:
    lost = [(topic.name, name) for topic in guide.values() for name in topic.see if name not in guide]
    assert lost == []
    assert all(topic.name not in topic.see for topic in guide.values())


@pytest.mark.parametrize("name", sorted(_NEEDED))
def test_what_a_topic_does_not_prove_or_protect_is_said(guide: dict[str, Topic], name: str) -> None:
    assert any(part.kind is Kind.LIMIT for part in guide[name].parts)


def test_no_address_is_built_into_the_guide(guide: dict[str, Topic]) -> None:
    everything = "\n".join(part.words for topic in guide.values() for part in topic.parts)
    assert not re.search(r"https?:|www\.|\b[\w.]+@[\w.]+\b", everything)


def test_the_guide_speaks_the_persons_language(dressed: None) -> None:
    words.speak("en_XA")
    topic = topics()[0]
    assert topic.title.startswith("[")
    assert all(part.words.startswith("[") for part in topic.parts)
