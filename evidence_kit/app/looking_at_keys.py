"""What a key says about itself before anybody trusts it; looked at in a child process with limits."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence_kit.clock.reading import wall_text
from evidence_kit.errors import Refused
from evidence_kit.files import read_capped
from evidence_kit.seal.certificate import CERTIFICATE_CAP, inspect_certificate

_SECOND_NS: Final = 1_000_000_000


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
        raise Refused(what="no-such-file", name=path.name) from None
