"""Searching the guide: in all topics, without regard to case and accents."""

import pytest

from ui.screens.guide.search import find, folded
from ui.screens.guide.topic import Topic, plain, point
from ui.screens.guide.topics import topics

FEW = (
    Topic("one", "About routers", (plain("A box."), point("The Señal of a router can be weak in a café.")), "modem"),
    Topic("two", "About masts", (plain("A mast may lose its router and its power."),)),
    Topic("three", "東京", (plain("停電のときはルーターも止まる。それは遮断ではない。" * 12),)),
)


def test_nothing_searched_for_finds_every_topic_in_its_order() -> None:
    assert [found.topic.name for found in find(FEW, "  ")] == ["one", "two", "three"]


def test_all_words_must_stand_in_a_topic_and_the_part_with_most_of_them_is_shown() -> None:
    (found,) = find(FEW, "ROUTER cafe")
    assert (found.topic.name, found.part) == ("one", 1)
    assert "café" in found.snippet


def test_accents_and_case_make_no_difference() -> None:
    assert folded("SEÑAL Ἀθήνα كِتاب") == folded("señal αθηνα كتاب")
    assert [found.topic.name for found in find(FEW, "SENAL")] == ["one"]


def test_words_that_the_text_does_not_use_find_it_too() -> None:
    (found,) = find(FEW, "modem")
    assert (found.topic.name, found.part, found.snippet) == ("one", None, "")


def test_a_word_in_the_title_comes_first() -> None:
    assert [found.topic.name for found in find((FEW[1], FEW[0]), "router")] == ["one", "two"]


def test_a_piece_is_cut_short_where_nothing_parts_the_words() -> None:
    (found,) = find(FEW, "遮断")
    assert "遮断" in found.snippet
    assert len(found.snippet) < 160


def test_what_is_nowhere_finds_nothing() -> None:
    assert find(FEW, "router zebra") == []


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("blackout", "shutdown"),
        ("password forgot", "passphrase"),
        ("GPS", "reports"),
        ("police", "seizure"),
        ("fingerprint telephone", "recipients"),
        ("tor", "network"),
        ("hash", "proof"),
    ],
)
def test_people_find_what_they_look_for(dressed: None, words: str, name: str) -> None:
    assert name in [found.topic.name for found in find(topics(), words)]
