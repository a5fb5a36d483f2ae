"""What the QR codes in an untrusted picture hold, looked at in a child process with limits; not what it means."""

import base64
import binascii
import json
import subprocess
from typing import Final

from evidence_kit import programs
from evidence_kit.codes import Code
from evidence_kit.errors import Refused

PICTURE_CAP: Final = 32 << 20
POINTS_CAP: Final = 50_000_000
# More codes than one card has; each holds 2953 bytes at most (ISO/IEC 18004).
CODES_CAP: Final = 16
_CODE_CAP: Final = 4096
_REPLY_CAP: Final = 1 << 20
_DEADLINE_S: Final = 20.0


def codes_in(untrusted_picture: bytes, *, deadline_s: float = _DEADLINE_S) -> tuple[bytes, ...]:
    """The bytes in each QR code of a PNG, JPEG, WebP, GIF or BMP, at most 16 of them; empty where there is none.

    Raises `Refused` with "code-picture-too-large" (over 32 MiB or 50 million points) or "code-picture-unreadable".
    """
    if len(untrusted_picture) > PICTURE_CAP:
        raise Refused(Code.CODE_PICTURE_TOO_LARGE)
    try:
        done = subprocess.run(
            programs.program("evidence_kit.seal.qr_reading"),
            input=untrusted_picture,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=deadline_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused(Code.CODE_PICTURE_UNREADABLE) from None
    return _codes(done.stdout)


def _codes(untrusted_reply: bytes) -> tuple[bytes, ...]:
    """The child read hostile bytes, so what it answers is looked at too."""
    try:
        match json.loads(untrusted_reply[:_REPLY_CAP]):
            case {"refused": "code-picture-too-large"}:
                raise Refused(Code.CODE_PICTURE_TOO_LARGE)
            case {"codes": [*found]}:
                return tuple(base64.b64decode(str(one), validate=True)[:_CODE_CAP] for one in found[:CODES_CAP])
    except (ValueError, binascii.Error, RecursionError):
        pass
    # Nothing, or nothing sensible: it is no picture, or the limits ended it.
    raise Refused(Code.CODE_PICTURE_UNREADABLE)
