"""The types of destination as people meet them: their forms, addresses out of filled-in forms, and addresses shown."""

from collections.abc import Mapping
from typing import Final

from evidence_kit.errors import Refused
from evidence_kit.model.destination_form import Form, ShownAddress
from evidence_kit.sync.types import TYPES, read_route, route_from, type_of
from evidence_kit.words.marked import marked

_SCHEME_CAP: Final = 40


def destination_forms() -> tuple[Form, ...]:
    """One form for each type, in the order in which people are offered them."""
    return tuple(one.form for one in TYPES)


def usages() -> tuple[str, ...]:
    """An address of each type as it is given on the command line."""
    return tuple(one.usage for one in TYPES)


def address_from(type_name: str, untrusted_values: Mapping[str, str]) -> str:
    """The address that the filled-in form of a type means, secrets included. Raises what is wrong with it."""
    return route_from(type_name, untrusted_values).url()


def form_of(url: str) -> tuple[Form, Mapping[str, str]]:
    """The form of a destination's address, and what its fields hold, secrets included. Raises as `read_route`."""
    return type_of(url).form, read_route(url).values()


def shown(url: str) -> ShownAddress:
    """A destination's address for people. A vault that a later version filled may hold a type not known here."""
    try:
        return read_route(url).shown()
    except Refused:
        return ShownAddress(marked("An address that this version cannot read"))


def without_secrets(url: str) -> str:
    """A destination's address as it may be shown in one line; of one that cannot be read, its beginning alone."""
    try:
        return read_route(url).url_shown()
    except Refused:
        return url.partition(":")[0][:_SCHEME_CAP] + ":…"
