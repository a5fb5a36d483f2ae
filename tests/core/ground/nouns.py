"""Hypothesis strategies for nouns, read off their type hints, so that a new field or kind is tested unasked."""

import types
import typing
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from hypothesis import strategies as st

from evidence_kit.clock.reading import wall_text
from evidence_kit.model.delivery import Confirmation, ConfirmedBy

SAFE_INTEGER = 2**53 - 1
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
wall_times = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: wall_text(int(moment.timestamp()) * 1_000_000_000 + moment.microsecond * 1000)
)
_BY_NAME: dict[str, st.SearchStrategy[Any]] = {"boottime_ns": st.integers(0, 2**63 - 1), "wall_utc": wall_times}
_PLAIN: dict[type, st.SearchStrategy[Any]] = {
    str: texts,
    bytes: st.binary(max_size=30),
    bool: st.booleans(),
    int: st.integers(-SAFE_INTEGER, SAFE_INTEGER),
}


def nouns(wanted: Any) -> st.SearchStrategy[Any]:
    """Any value of a noun's type."""
    origin, inner = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in (types.UnionType, typing.Union):
        return st.one_of(*(st.none() if choice is type(None) else nouns(choice) for choice in inner))
    if origin is tuple and inner[-1] is Ellipsis:
        return st.lists(nouns(inner[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(nouns, inner))
    if wanted is ConfirmedBy:  # its fields do not all go together
        return st.one_of(
            st.sampled_from([Confirmation.TYPED, Confirmation.SCANNED]).map(ConfirmedBy),
            texts.map(lambda signer: ConfirmedBy(Confirmation.SIGNED_LIST, signer)),
        )
    if is_dataclass(wanted):
        hints = typing.get_type_hints(wanted)
        names = [field.name for field in fields(wanted)]
        return st.builds(
            typing.cast(type, wanted),
            **{name: _BY_NAME[name] if name in _BY_NAME else nouns(hints[name]) for name in names},
        )
    if issubclass(wanted, Enum):
        return st.sampled_from(wanted)
    return _PLAIN[wanted]


def ids() -> st.SearchStrategy[str]:
    """Any UUIDv7."""
    digits = st.integers(0, 2**128 - 1).map(lambda value: f"{value:032x}")
    return st.tuples(digits, st.sampled_from("89ab")).map(
        lambda drawn: f"{drawn[0][:8]}-{drawn[0][8:12]}-7{drawn[0][13:16]}-{drawn[1]}{drawn[0][17:20]}-{drawn[0][20:]}"
    )
