"""What a person typed, as an address that the camera may visit."""

import re
from typing import Final
from urllib.parse import urlsplit

from evidence_kit.codes import Code
from evidence_kit.errors import Refused

_CAP: Final = 8_000
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\d+(?:[/?#]|$))")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\\]")


def normal_address(untrusted_address: str) -> str:
    """The address with a scheme: `https` where none was given, and no other than `http` and `https`.

    Raises `Refused` with "address-scheme" (`scheme`), "address-malformed", "address-too-long" or
    "address-has-password": the address is kept in the journal and shown in reports, where a password has no place.
    """
    address = untrusted_address.strip()
    if len(address) > _CAP:
        raise Refused(Code.ADDRESS_TOO_LONG, cap=_CAP)
    found = _SCHEME.match(address)
    if found is None:
        address = "https://" + address.removeprefix("//")
    elif found[1].lower() not in {"http", "https"}:
        raise Refused(Code.ADDRESS_SCHEME, scheme=found[1].lower())
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise Refused(Code.ADDRESS_MALFORMED) from None
    if not named or _UNPRINTABLE.search(address):
        raise Refused(Code.ADDRESS_MALFORMED)
    if "@" in parts.netloc:
        raise Refused(Code.ADDRESS_HAS_PASSWORD)
    return parts.scheme + address[len(parts.scheme) :]
