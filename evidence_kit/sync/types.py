"""Every type of destination, and what an address is by them. A new type is its package and one line here."""

from collections.abc import Mapping
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.sync import folder, smtp
from evidence_kit.sync.destination_type import DestinationType, Faults, Route

# In the order in which people are offered them.
TYPES: Final[tuple[DestinationType, ...]] = (smtp.TYPE, folder.TYPE)

_URL_CAP: Final = 4096


def type_of(untrusted_url: str) -> DestinationType:
    """Whose address it is. Raises `Refused` with "destination-format" or "destination-scheme"."""
    if len(untrusted_url) > _URL_CAP or any(ord(sign) < 32 or ord(sign) == 127 for sign in untrusted_url):
        raise Refused(Code.DESTINATION_FORMAT)
    scheme, colon, _ = untrusted_url.partition(":")
    if not colon:
        raise Refused(Code.DESTINATION_FORMAT)
    for one in TYPES:
        if scheme.lower() in one.schemes:
            return one
    raise Refused(Code.DESTINATION_SCHEME, known=", ".join(f"{known}:" for one in TYPES for known in one.schemes))


def read_route(untrusted_url: str) -> Route:
    """An address, read and checked; nothing is opened. Raises as `type_of`, and what its type finds wrong with it."""
    return type_of(untrusted_url).read(untrusted_url)


def route_from(type_name: str, untrusted_values: Mapping[str, str]) -> Route:
    """The route that a filled-in form means. Raises what is wrong with it."""
    return _named(type_name).from_values(untrusted_values)


def faults_of(url: str) -> Faults:
    """What errors of this destination mean; nothing special where no type knows the address."""
    try:
        return type_of(url).faults
    except Refused:
        return Faults()


def _named(type_name: str) -> DestinationType:
    return next(one for one in TYPES if one.name == type_name)
