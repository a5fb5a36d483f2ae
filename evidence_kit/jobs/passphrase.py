"""Passphrases before they reach a vault: one that is offered, and how hard a chosen one is to guess."""

import math
import re
import secrets
import unicodedata
from enum import IntEnum
from typing import Final

from evidence_kit.vault import recovery
from evidence_kit.vault.key_derivation import SHORTEST_PASSPHRASE

_OFFERED: Final = 6
_LETTER_BITS: Final = math.log2(26)
_SIGN_BITS: Final = 5.0
_DIGIT_BITS: Final = math.log2(10)
# A word that somebody thought of comes from some thousand that people think of first.
_WORD_BITS: Final = 11.0
_WORD_LETTERS: Final = 8
# Scripts that write no spaces: a sign there is about half a word.
_UNSPACED_BITS: Final = 6.0
_RUNS: Final = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop")
_RUN_BITS: Final = 4.0
# Shorter pieces than that, on average, are not words.
_MIXED_PIECE: Final = 2.0
_MIXED_BITS: Final = 5.0
_WEAK_UNDER: Final = 40.0
_STRONG_FROM: Final = 60.0
_PIECE: Final = re.compile(r"[^\W\d_]+|\d+|[\W_]")


class Strength(IntEnum):
    """What can be said of a passphrase; the order is from worse to better."""

    TOO_SHORT = 0
    WEAK = 1
    FAIR = 2
    STRONG = 3


def offer_passphrase() -> str:
    """Six words chosen by the system's random numbers, with spaces between: over 64 bits."""
    from evidence_kit.jobs.passphrase_words import WORDS  # read at the first need: most starts have none

    return " ".join(secrets.choice(WORDS) for _ in range(_OFFERED))


def guessing_bits(passphrase: str) -> float:
    """How many yes-or-no questions a guesser needs at most, seen only from length and variety.

    An upper bound that is on the low side: words are counted as words, runs of keys and repeats as hardly anything.
    Nothing here can see that a sentence is from a song.
    """
    pieces = _PIECE.findall(unicodedata.normalize("NFC", passphrase))
    if len(passphrase) < _MIXED_PIECE * len(pieces):
        # Letters, digits and signs in turns: nobody thinks of such, a program made it.
        return len(set(passphrase)) * _MIXED_BITS
    return sum(_piece_bits(piece) for piece in {piece.casefold() for piece in pieces} if not piece.isspace())


def _piece_bits(piece: str) -> float:
    if len(set(piece)) <= 2 or (len(piece) > 2 and any(piece in run or piece[::-1] in run for run in _RUNS)):
        return min(_RUN_BITS, len(piece) * _DIGIT_BITS)
    if piece.isdecimal():
        return len(piece) * _DIGIT_BITS
    if not piece.isalpha():
        return _SIGN_BITS
    if any(sign >= "\u0e00" and unicodedata.category(sign) == "Lo" for sign in piece):
        return len(piece) * _UNSPACED_BITS
    letters = len(piece) * _LETTER_BITS
    return min(letters, _WORD_BITS + max(0, len(piece) - _WORD_LETTERS))


def strength(passphrase: str) -> Strength:
    """How a passphrase stands up to somebody who copied the disk and has time."""
    if len(passphrase.encode("utf-8", "surrogatepass")) < SHORTEST_PASSPHRASE:
        return Strength.TOO_SHORT
    bits = guessing_bits(passphrase)
    if bits < _WEAK_UNDER:
        return Strength.WEAK
    return Strength.STRONG if bits >= _STRONG_FROM else Strength.FAIR


def offer_recovery_code() -> str:
    """A new recovery code; it opens nothing before `SetRecoveryCode` was carried out with it."""
    return recovery.code_of(recovery.new_secret())


def is_recovery_code(typed: str) -> bool:
    """Whether what was typed can only be meant as a recovery code."""
    return recovery.is_shaped_like_code(typed)


def code_groups(code: str) -> tuple[str, ...]:
    """The groups of a recovery code, as they stand on the sheet."""
    return tuple(code.split("-"))


def same_group(typed: str, group: str) -> bool:
    """Whether a typed group is the one on the sheet; case does not matter, O is 0, I and L are 1."""
    return recovery.heard(typed) == group
