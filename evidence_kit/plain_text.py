"""Text from outside as people may be shown it: nothing in it moves a cursor, hides, or turns what stands around it.

One policy for window, command line, report and checker. What scripts read never passes through here.
"""

import unicodedata
from typing import Final

# Persian, Hindi and others are misspelt without them: the zero-width non-joiner and joiner.
_JOINERS: Final = frozenset("\u200c\u200d")
# Seen nowhere and harmless: soft hyphen, word joiner, and the marks that lend one letter's place a direction.
_DROPPED: Final = frozenset("\u00ad\u2060\u061c\u200e\u200f")
# Controls, format characters, surrogates, private use, unassigned; separators of lines and of paragraphs.
_UNSHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LOST: Final = "\ufffd"


def plain_line(untrusted: str, cap: int) -> str:
    """`untrusted` on one line, at most `cap` bytes of UTF-8, an ellipsis where it was cut.

    Spaces, tabs and line ends become single spaces; whatever else cannot be seen becomes U+FFFD or goes.
    """
    # No character is shorter than a byte; so a flood costs no more than what can be shown of it.
    taken = untrusted[: 4 * cap + 4]
    line = " ".join(plain_text(taken).split())
    if len(line.encode()) <= cap and len(taken) == len(untrusted):
        return line
    room = max(0, cap - len("…".encode()))
    return line.encode()[:room].decode(errors="ignore").rstrip() + "…" if room else ""


def plain_text(untrusted: str) -> str:
    """The same on several lines and uncut: line ends and tabs stay."""
    return "".join(map(_shown, untrusted.replace("\r\n", "\n")))


def _shown(character: str) -> str:
    if character in "\n\t" or character in _JOINERS:
        return character
    if character in _DROPPED:
        return ""
    return _LOST if unicodedata.category(character) in _UNSHOWN else character
