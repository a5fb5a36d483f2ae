"""A fingerprint as words, to be read out over a telephone: easier to hear than forty digits, and as strong."""

from typing import Final

from evidence_kit.jobs.passphrase_words import WORDS

_BITS: Final = 10
# docs/format.md fixes the list and its order: a later list must not give other words for the same key.
_SPOKEN: Final = WORDS[: 1 << _BITS]


def fingerprint_words(fingerprint: str) -> tuple[str, ...]:
    """One word for every ten bits from the left, the last filled up with zeros: 16 words for 40 hex, 26 for 64."""
    bits = f"{int(fingerprint, 16):0{4 * len(fingerprint)}b}"
    pieces = (bits[at : at + _BITS].ljust(_BITS, "0") for at in range(0, len(bits), _BITS))
    return tuple(_SPOKEN[int(piece, 2)] for piece in pieces)
