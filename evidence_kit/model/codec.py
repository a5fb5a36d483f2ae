"""Bytes that must be the same in ten years: nouns to canonical JSON (RFC 8785) and strictly back.

The rules are in docs/format.md, changed together with this file. Knows dataclasses, not their meaning.
"""

import base64
import json
import re
import types
import typing
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Final, TypeVar, cast

import rfc8785

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.model.bodies.body import BODIES, Body
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.entry import Entry, IntakeMark

LINE_CAP: Final = 64 * 1024
DEPTH_CAP: Final = 32
VERSION: Final = 1

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
Noun = TypeVar("Noun")

# Beyond 2^53 a JSON number loses digits in other languages; these travel as decimal strings below 2^63.
_AS_TEXT: Final = frozenset({"boottime_ns"})
_COUNTER: Final = re.compile("0|[1-9][0-9]{0,18}")
# Fields that have one form wherever they stand.
_FORMS: Final = {"wall_utc": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")}
_ID: Final = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_HASH: Final = re.compile("[0-9a-f]{64}")
_SALT_SIZE: Final = 16
_PLAIN: Final = frozenset({str, int, bool})
_NAMES: Final = frozenset({"v", "id", "kind", "clock", "after", "salt", "body", "intake"})

_TO_BRACKETS: Final = bytes.maketrans(b"{}", b"[]")
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))


def canonical(value: Json) -> bytes:
    """RFC 8785 bytes. Raises `ValueError` on floats, NaN, lone surrogates or integers beyond 2^53."""
    _refuse_floats(value)
    return rfc8785.dumps(cast(Any, value))


def _refuse_floats(value: Json) -> None:
    if isinstance(value, float):
        raise ValueError("floats have no place in a canonical line")
    if isinstance(value, dict):
        for inner in value.values():
            _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner)


def parse(untrusted_line: bytes, cap: int = LINE_CAP) -> Json:
    """JSON from outside: refuses duplicate keys, floats, NaN, lone surrogates, depth over 32 and over `cap` bytes.

    Raises `Broken` with "json-too-long", "json-too-deep", "json-duplicate-key", "json-number" or "json-malformed".
    """
    if len(untrusted_line) > cap:
        raise Broken(Code.JSON_TOO_LONG, size=len(untrusted_line), cap=cap)
    _refuse_depth(untrusted_line)
    try:
        parsed = json.loads(
            untrusted_line.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_float=_no_number,
            parse_constant=_no_number,
            parse_int=_small_integer,
        )
        if b"\\u" in untrusted_line:
            json.dumps(parsed, ensure_ascii=False).encode("utf-8")
    except (UnicodeError, json.JSONDecodeError):
        raise Broken(Code.JSON_MALFORMED) from None
    return cast(Json, parsed)


def _refuse_depth(line: bytes) -> None:
    """Before the parser recurses. Brackets in strings do not count; what is no JSON at all is left to the parser."""
    if line.count(b"[") + line.count(b"{") <= DEPTH_CAP:
        return
    unescaped = line.replace(rb"\\", b"").replace(rb"\"", b"")
    outside = b"".join(unescaped.split(b'"')[::2]).translate(_TO_BRACKETS, _NOT_BRACKETS)
    depth = 0
    for bracket in outside:
        depth += 1 if bracket == 0x5B else -1
        if depth > DEPTH_CAP:
            raise Broken(Code.JSON_TOO_DEEP, cap=DEPTH_CAP)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise Broken(Code.JSON_DUPLICATE_KEY)
    return named


def _no_number(_text: str) -> typing.NoReturn:
    raise Broken(Code.JSON_NUMBER)


def _small_integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > 2**53 - 1:
        raise Broken(Code.JSON_NUMBER)
    return int(text)


def to_json(value: Any) -> Json:
    """A noun as JSON: dataclasses by field name, bytes as base64, enums by value, tuples as lists.

    Lone surrogates, which no UTF-8 can hold, become U+FFFD (as in WHATWG's scalar value strings): a hostile title must
    not keep a page's picture out of the journal. Raises `TypeError` for what has no canonical form.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {
            name: str(inner) if name in _AS_TEXT else to_json(inner)
            for name in _members(type(value))
            for inner in (getattr(value, name),)
        }
    if isinstance(value, Enum):
        return cast(Json, value.value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, tuple | list):
        return [to_json(inner) for inner in value]
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if value is None or isinstance(value, bool | int):
        return value
    raise TypeError(f"no canonical form for {type(value).__name__}")


def from_json(noun: type[Noun], untrusted: Json) -> Noun:
    """The noun back from JSON: exact fields, exact types. Raises `Broken(Code.FORMAT, field=…)` otherwise."""
    return cast(Noun, _build(noun, untrusted, noun.__name__))


@cache
def _members(noun: type) -> dict[str, Any]:
    """The fields of a noun in order, by name, with their types."""
    hints = typing.get_type_hints(noun)
    return {field.name: hints[field.name] for field in fields(noun)}


@cache
def _parts(wanted: Any) -> tuple[Any, tuple[Any, ...]]:
    return typing.get_origin(wanted), typing.get_args(wanted)


def _build(wanted: Any, untrusted: Json, where: str) -> Any:
    if wanted in _PLAIN and type(untrusted) is wanted:
        return untrusted
    origin, items = _parts(wanted)
    if origin in (types.UnionType, typing.Union):
        if untrusted is None and type(None) in items:
            return None
        return _build_one_of([choice for choice in items if choice is not type(None)], untrusted, where)
    if origin is tuple:
        if not isinstance(untrusted, list):
            raise Broken(Code.FORMAT, field=where)
        if items[-1] is Ellipsis:
            return tuple(_build(items[0], item, where) for item in untrusted)
        if len(items) != len(untrusted):
            raise Broken(Code.FORMAT, field=where)
        return tuple(_build(inner, item, where) for inner, item in zip(items, untrusted, strict=True))
    if is_dataclass(wanted):
        return _build_dataclass(cast(type, wanted), untrusted, where)
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        try:
            return wanted(untrusted)
        except ValueError:
            raise Broken(Code.FORMAT, field=where) from None
    if wanted is bytes and isinstance(untrusted, str):
        return _bytes_of(untrusted, where)
    raise Broken(Code.FORMAT, field=where)


def _build_one_of(choices: list[Any], untrusted: Json, where: str) -> Any:
    """The only choice, or of several enums, which share no value, the one that has this value."""
    for choice in choices[:-1]:
        if any(member.value == untrusted for member in choice):
            return choice(untrusted)
    return _build(choices[-1], untrusted, where)


def _bytes_of(untrusted: str, where: str) -> bytes:
    """Base64 in its one form (RFC 4648 §3.5): padded, no stray bits after the last byte."""
    try:
        content = base64.b64decode(untrusted, validate=True)
    except ValueError:
        raise Broken(Code.FORMAT, field=where) from None
    if base64.b64encode(content).decode("ascii") != untrusted:
        raise Broken(Code.FORMAT, field=where)
    return content


def _build_dataclass(noun: type, untrusted: Json, where: str) -> Any:
    if not isinstance(untrusted, dict):
        raise Broken(Code.FORMAT, field=where)
    members = _members(noun)
    if untrusted.keys() != members.keys():
        raise Broken(Code.FORMAT, field=where)
    values: dict[str, Any] = {}
    for name, wanted in members.items():
        value = untrusted[name]
        if name in _AS_TEXT:
            if not isinstance(value, str) or not _COUNTER.fullmatch(value) or int(value) >= 2**63:
                raise Broken(Code.FORMAT, field=name)
            values[name] = int(value)
        else:
            values[name] = _build(wanted, value, name)
            if name in _FORMS and not _FORMS[name].fullmatch(values[name]):
                raise Broken(Code.FORMAT, field=name)
    try:
        return noun(**values)
    except ValueError:  # fields that do not go together
        raise Broken(Code.FORMAT, field=where) from None


def entry_line(
    *, id: str, clock: ClockReading, after: str | None, salt: bytes, body: Body, intake: IntakeMark | None = None
) -> bytes:
    """The canonical line of an entry, without newline: what is stored, hashed and disclosed.

    Raises `Refused(Code.ENTRY_TOO_LONG)` where a body is over the line's 64 KiB, `ValueError` for what could not be
    read back: nothing is sealed that is lost afterwards.
    """
    members: dict[str, Json] = {
        "v": VERSION,
        "id": id,
        "kind": body.KIND,
        "clock": to_json(clock),
        "after": after,
        "salt": to_json(salt),
        "body": to_json(body),
        "intake": to_json(intake),
    }
    line = canonical(members)
    if len(line) > LINE_CAP:
        raise Refused(Code.ENTRY_TOO_LONG, size=len(line), cap=LINE_CAP)
    try:
        _entry_of(members, 0, line)
    except Broken as error:
        raise ValueError(f"an entry that could not be read back: {error.facts['field']}") from error
    return line


def read_entry(untrusted_line: bytes, sequence: int) -> Entry:
    """An entry from its stored line.

    Raises `Broken` as `parse` and `from_json` do, and `Broken(Code.NEWER_VERSION)` for a `v` above `VERSION`.
    """
    untrusted = parse(untrusted_line)
    if not isinstance(untrusted, dict):
        raise Broken(Code.FORMAT, field="entry")
    version = untrusted.get("v")
    # `True == 1` in Python, not in JSON.
    if type(version) is not int or version < 1:
        raise Broken(Code.FORMAT, field="v")
    if version > VERSION:
        raise Broken(Code.NEWER_VERSION, found=version, known=VERSION)
    # A line break between two members would be lawful JSON, and two lines in a file of entries.
    if untrusted.keys() != _NAMES or b"\n" in untrusted_line or b"\r" in untrusted_line:
        raise Broken(Code.FORMAT, field="entry")
    return _entry_of(untrusted, sequence, untrusted_line)


def _entry_of(untrusted: dict[str, Json], sequence: int, untrusted_line: bytes) -> Entry:
    kind, entry_id, after = untrusted["kind"], untrusted["id"], untrusted["after"]
    if not isinstance(kind, str) or kind not in BODIES:
        raise Broken(Code.FORMAT, field="kind")
    if not isinstance(entry_id, str) or not _ID.fullmatch(entry_id):
        raise Broken(Code.FORMAT, field="id")
    if after is not None and not (isinstance(after, str) and _HASH.fullmatch(after)):
        raise Broken(Code.FORMAT, field="after")
    salt = _build(bytes, untrusted["salt"], "salt")
    if len(salt) != _SALT_SIZE:
        raise Broken(Code.FORMAT, field="salt")
    return Entry(
        sequence=sequence,
        id=entry_id,
        clock=from_json(ClockReading, untrusted["clock"]),
        after=after,
        salt=salt,
        body=from_json(BODIES[kind], untrusted["body"]),
        intake=_build(IntakeMark | None, untrusted["intake"], "intake"),
        line=untrusted_line,
    )
