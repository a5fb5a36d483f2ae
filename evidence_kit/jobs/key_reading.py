"""What a key, or a QR code with one or about one, says before anybody trusts it; looked at in children with limits."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence_kit.clock.reading import wall_text
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.files import read_capped
from evidence_kit.seal.certificate import CERTIFICATE_CAP, check_fingerprint, inspect_certificate
from evidence_kit.seal.qr_code import PICTURE_CAP, codes_in

_SECOND_NS: Final = 1_000_000_000
# What OpenKeychain and others write into a code; parameters of other programs may follow the fingerprint.
_FINGERPRINT: Final = re.compile(
    rb"(?:OPENPGP4FPR:)?((?:[0-9A-F][ :]?){39,79}[0-9A-F])(?:[#?&].*)?", re.IGNORECASE | re.DOTALL
)
_ARMOUR: Final = b"-----BEGIN PGP PUBLIC KEY BLOCK-----"
# The first byte of a binary public key packet (RFC 9580, section 4.2): tag 6 in either form.
_BINARY: Final = (b"\x98", b"\x99", b"\x9a", b"\xc6")


@dataclass(frozen=True, slots=True)
class SeenKey:
    """`untrusted_key` as it was given, and what it says: the names in it prove nothing."""

    untrusted_key: bytes
    fingerprint: str
    user_ids: tuple[str, ...]
    expires_utc: str | None


def look_at_key(untrusted_key: bytes) -> SeenKey:
    """Look at an armoured or binary key; takes a moment. Raises as `inspect_certificate`."""
    seen = inspect_certificate(untrusted_key)
    ends = None if seen.expires_utc is None else wall_text(seen.expires_utc * _SECOND_NS)
    return SeenKey(untrusted_key, seen.fingerprint, seen.user_ids, ends)


def look_at_key_file(path: Path) -> SeenKey:
    """As `look_at_key`. Raises `Refused` with "no-such-file" or "file-too-large" too."""
    try:
        return look_at_key(read_capped(path, CERTIFICATE_CAP))
    except FileNotFoundError:
        raise Refused(Code.NO_SUCH_FILE, name=path.name) from None


@dataclass(frozen=True, slots=True)
class SeenCode:
    """What the codes in a picture hold: a key, or the fingerprint of one, or both of the same."""

    key: SeenKey | None
    fingerprint: str


def look_at_code_file(path: Path) -> SeenCode:
    """Look for QR codes with a key or a fingerprint in a picture; takes a moment.

    Raises as `codes_in` and `look_at_key`, and `Refused` with "no-such-file", "no-code", "code-unknown" (a code about
    something else) or "codes-differ" (about more than one key).
    """
    try:
        found = codes_in(read_capped(path, PICTURE_CAP))
    except FileNotFoundError:
        raise Refused(Code.NO_SUCH_FILE, name=path.name) from None
    if not found:
        raise Refused(Code.NO_CODE)
    fingerprints = {
        check_fingerprint(match[1].decode()) for one in found if (match := _FINGERPRINT.fullmatch(one.strip()))
    }
    keys = {one for one in found if one.strip().startswith(_ARMOUR) or one.startswith(_BINARY)}
    if len(keys) > 1:
        raise Refused(Code.CODES_DIFFER)
    key = look_at_key(keys.pop()) if keys else None
    if key is not None:
        fingerprints.add(key.fingerprint)
    match sorted(fingerprints):
        case []:
            raise Refused(Code.CODE_UNKNOWN)
        case [fingerprint]:
            return SeenCode(key, fingerprint)
        case _:
            raise Refused(Code.CODES_DIFFER)
