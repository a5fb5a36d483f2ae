"""Passphrases before they reach a vault."""

import math

import pytest

from evidence_kit.jobs.passphrase import (
    Strength,
    code_groups,
    guessing_bits,
    is_recovery_code,
    offer_passphrase,
    same_group,
    strength,
)
from evidence_kit.jobs.passphrase_words import WORDS
from evidence_kit.vault import recovery


def test_six_words_are_offered_and_count_as_strong() -> None:
    offered = offer_passphrase()
    assert len(offered.split(" ")) == 6
    assert set(offered.split(" ")) <= set(WORDS)
    assert strength(" ".join(WORDS[100:106])) is Strength.STRONG


def test_the_words_are_distinct_and_six_of_them_are_over_64_bits() -> None:
    assert len(set(WORDS)) == len(WORDS)
    assert all(word.isascii() and word.islower() and 4 <= len(word) <= 9 for word in WORDS)
    assert 6 * math.log2(len(WORDS)) > 64


@pytest.mark.parametrize(
    ("passphrase", "expected"),
    [
        ("abc", Strength.TOO_SHORT),
        ("password", Strength.WEAK),
        ("Summer2026!", Strength.WEAK),
        ("aaaaaaaaaaaaaaaa", Strength.WEAK),
        ("qwertyuiop123", Strength.WEAK),
        ("correct horse battery staple", Strength.FAIR),
        ("horse horse horse horse horse horse", Strength.WEAK),
        ("maple kettle orchard violin thunder pebble", Strength.STRONG),
        ("le chat dort sur la table rouge", Strength.STRONG),
        ("f8Kq!2zPw#x9", Strength.STRONG),
        ("我们今天去看电影吧好不好", Strength.STRONG),
    ],
)
def test_length_and_variety_make_the_strength(passphrase: str, expected: Strength) -> None:
    assert strength(passphrase) is expected


def test_a_repeated_word_adds_nothing() -> None:
    assert guessing_bits("orchard orchard") == guessing_bits("orchard")


def test_groups_of_a_code_are_the_same_however_they_are_typed() -> None:
    code = recovery.code_of(bytes(range(20)))
    assert is_recovery_code(code)
    assert not is_recovery_code("maple kettle orchard violin thunder pebble")
    groups = code_groups(code)
    assert len(groups) == 9
    assert all(same_group(f" {group.lower()} ", group) for group in groups)
    assert same_group("o1l0", "0110")
    assert not same_group("0111", "0110")
