"""The recovery code: 160 random bits as 36 signs that survive paper, handwriting and the telephone.

Crockford's base32 (no I, L, O, U; https://www.crockford.com/base32.html), 32 signs and 4 more of checksum, in nine
groups of four. A typing mistake is told at once, without the key derivation.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Refused

SECRET_SIZE: Final = 20
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RFC4648: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_PAPER: Final = str.maketrans(_RFC4648, _ALPHABET)
_FROM_PAPER: Final = str.maketrans(_ALPHABET, _RFC4648)
_HEARD: Final = str.maketrans("OIL", "011")
_BLANK: Final = re.compile(r"[\s‐-―-]")
_SIGNS: Final = 36
_DIGITS_AT_LEAST: Final = 5


def new_secret() -> bytes:
    """160 random bits whose code holds enough digits never to be taken for words."""
    while True:
        secret = secrets.token_bytes(SECRET_SIZE)
        if sum(sign.isdigit() for sign in code_of(secret)) >= _DIGITS_AT_LEAST:
            return secret


def code_of(secret: bytes) -> str:
    """`secret` (20 bytes) for the printed sheet: "XXXX-XXXX-…", nine groups."""
    signs = _encode(secret) + _checksum(secret)
    return "-".join(signs[i : i + 4] for i in range(0, _SIGNS, 4))


def is_shaped_like_code(typed: Iterable[str]) -> bool:
    """Whether what was typed can only be meant as a recovery code, right or with a mistake; no passphrase may look so.

    Sign by sign: of a passphrase no copy is made.
    """
    signs = digits = 0
    for sign in typed:
        if _BLANK.fullmatch(sign):
            continue
        if not (sign.isascii() and sign.isalnum()):
            return False
        signs += 1
        digits += sign.isdigit()
    return _SIGNS - 2 <= signs <= _SIGNS + 2 and digits >= _DIGITS_AT_LEAST - 2


def secret_of(typed: str) -> bytes:
    """The 20 bytes of a typed code; case, spaces and hyphens do not matter, O is 0, I and L are 1.

    Raises `Refused(Code.RECOVERY_CODE_TYPO)` unless every sign is right.
    """
    signs = heard(typed)
    if len(signs) != _SIGNS or not set(signs) <= set(_ALPHABET):
        raise Refused(Code.RECOVERY_CODE_TYPO)
    secret = base64.b32decode(signs[:32].translate(_FROM_PAPER))
    if signs[32:] != _checksum(secret):
        raise Refused(Code.RECOVERY_CODE_TYPO)
    return secret


def heard(typed: str) -> str:
    """Typed signs as they stand on the sheet: capitals, without blanks and hyphens, O as 0, I and L as 1."""
    return _bare(typed).upper().translate(_HEARD)


def _bare(typed: str) -> str:
    return _BLANK.sub("", typed)


def _encode(content: bytes) -> str:
    return base64.b32encode(content).decode("ascii").translate(_TO_PAPER)


def _checksum(secret: bytes) -> str:
    return _encode(hashlib.sha256(b"evidence-kit recovery code" + secret).digest()[:5])[:4]
