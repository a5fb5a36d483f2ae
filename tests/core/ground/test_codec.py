"""Nouns to canonical bytes and strictly back."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.model.bodies.body import BODIES, Body
from evidence_kit.model.bodies.captures import CertificateSeen, FileAdded, PageCaptured
from evidence_kit.model.bodies.disruptions import MeasurementTaken
from evidence_kit.model.bodies.sharing import DeliveryNoted, DestinationChanged
from evidence_kit.model.bodies.statements import Impact, NoteWritten, WitnessHeard
from evidence_kit.model.bodies.vault_events import ClockChanged
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.codec import (
    DEPTH_CAP,
    LINE_CAP,
    canonical,
    entry_line,
    from_json,
    parse,
    read_entry,
    to_json,
)
from evidence_kit.model.delivery import ConfirmedBy
from evidence_kit.model.disruption import Disruption, NetworkState
from evidence_kit.model.entry import IntakeMark
from evidence_kit.model.exhibit import Exhibit
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.model.finding_code import FindingCode
from evidence_kit.model.judgement import TargetOutcome
from tests.core.ground.nouns import SAFE_INTEGER, ids, nouns, texts

CLOCK = ClockReading("2026-11-23T14:02:10.123Z", 12600, 9_007_199_254_740_993, "11111111-2222-3333-4444-555555555555")
ID = "019ab0c1-2d3e-7f45-8a6b-0c1d2e3f4a5b"
SALT = bytes(range(16))
HASH = "0f" * 32
LINES = Path(__file__).parents[2] / "format" / "entries"

settings.register_profile("ground", deadline=None)
quick = settings(settings.get_profile("ground"), max_examples=25)
thorough = settings(settings.get_profile("ground"), max_examples=300)

plain_json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE_INTEGER, SAFE_INTEGER) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)


NOTE = NoteWritten("They cut us off")


def line_of(body: Any = NOTE, **other: Any) -> bytes:
    return entry_line(**{"id": ID, "clock": CLOCK, "after": None, "salt": SALT, "body": body, **other})


def altered(**members: Any) -> bytes:
    """A good line with some members of it replaced; `...` takes one away."""
    good = json.loads(line_of()) | members
    return json.dumps({name: value for name, value in good.items() if value is not ...}).encode()


def refusal(attempt: Callable[[], object]) -> tuple[str, object]:
    with pytest.raises(Broken) as caught:
        attempt()
    return caught.value.code.value, caught.value.facts.get("field")


# There and back


@pytest.mark.parametrize("kind", sorted(BODIES))
@given(data=st.data())
@quick
def test_every_entry_reads_back_as_it_was_written(kind: str, data: st.DataObject) -> None:
    body = data.draw(nouns(BODIES[kind]))
    clock = data.draw(nouns(ClockReading))
    intake = data.draw(nouns(IntakeMark | None))
    sealing = {"id": data.draw(ids()), "after": data.draw(st.sampled_from([None, HASH]))}
    salt = data.draw(st.binary(min_size=16, max_size=16))
    line = entry_line(**sealing, clock=clock, salt=salt, body=body, intake=intake)
    entry = read_entry(line, 7)
    assert (entry.sequence, entry.salt, entry.line) == (7, salt, line)
    assert {"id": entry.id, "after": entry.after} == sealing
    assert (entry.clock, entry.body, entry.intake, entry.kind) == (clock, body, intake, kind)
    assert entry.seen == (intake.clock if intake else clock)


def test_every_kind_of_entry_has_a_name_of_its_own() -> None:
    with pytest.raises(TypeError, match="has the kind of NoteWritten"):

        class Another(Body):
            KIND = "note"
            SEARCHED = ()
            REPORTABLE = False

    assert BODIES["note"] is NoteWritten


@given(nouns(Disruption))
@quick
def test_nouns_that_are_no_entries_read_back_too(disruption: Disruption) -> None:
    assert from_json(Disruption, parse(canonical(to_json(disruption)), cap=1 << 20)) == disruption


def test_pairs_read_back_as_pairs() -> None:
    finding = Finding(FindingCode.MANIFEST_HASH, Verdict.BROKEN, "data/a", (("expected", "1"), ("found", "2")))
    shape = json.loads(json.dumps(to_json(finding)))
    assert from_json(Finding, shape) == finding
    shape["facts"][0].append("3")
    assert refusal(lambda: from_json(Finding, shape)) == ("format", "facts")


# The canonical form


@given(plain_json)
@thorough
def test_canonical_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value) == _by_the_standard_library(value)
    assert parse(canonical(value)) == value


def _by_the_standard_library(value: Any) -> bytes:
    """A second canonicaliser, good enough for JSON without floats."""

    def ordered(inner: Any) -> Any:
        if isinstance(inner, dict):
            return {name: ordered(inner[name]) for name in sorted(inner, key=lambda name: name.encode("utf-16-be"))}
        return [ordered(item) for item in inner] if isinstance(inner, list) else inner

    return json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":")).encode()


def test_names_are_sorted_by_utf_16_as_in_the_example_of_rfc_8785() -> None:
    names = ["€", "\r", "\ufb33", "1", "😀", "\x80", "ö"]
    assert list(json.loads(canonical(dict.fromkeys(names)))) == ["\r", "1", "\x80", "ö", "€", "😀", "\ufb33"]


@pytest.mark.parametrize(
    "value",
    [1.5, 1.0, float("nan"), float("inf"), [1.5], (1.5,), {"a": {"b": [0.0]}}, 2**53, -(2**53), [2**64]],
    ids=repr,
)
def test_numbers_that_other_languages_would_change_have_no_canonical_form(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical(value)


@pytest.mark.parametrize("value", ["\ud800", "a\udfff", {"\ud800": 1}, {"a": 1, "\udc00": 2}], ids=ascii)
def test_lone_surrogates_have_no_canonical_form(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical(value)


def test_the_largest_safe_integers_pass() -> None:
    assert canonical([SAFE_INTEGER, -SAFE_INTEGER]) == b"[9007199254740991,-9007199254740991]"


def test_lone_surrogates_from_outside_do_not_keep_an_entry_out() -> None:
    line = line_of(NoteWritten("a\ud800b\udfffc", pseudonym="\ud83d\ude00"))
    assert read_entry(line, 0).body == NoteWritten("a\ufffdb\ufffdc", pseudonym="😀")


@dataclass(frozen=True, slots=True)
class Weight:
    grams: float


def test_a_noun_with_a_float_has_no_canonical_form() -> None:
    with pytest.raises(TypeError):
        to_json(Weight(1.5))


# What comes from outside


@pytest.mark.parametrize(
    ("untrusted", "what"),
    [
        (b'{"a":1,"a":1}', "json-duplicate-key"),
        (b'{"a":{"b":1,"c":2,"b":3}}', "json-duplicate-key"),
        (b'{"a":1,"\\u0061":2}', "json-duplicate-key"),
        (b"NaN", "json-number"),
        (b'{"a":-Infinity}', "json-number"),
        (b"1.0", "json-number"),
        (b"1e3", "json-number"),
        (b"[9007199254740992]", "json-number"),
        (b"[-9007199254740992]", "json-number"),
        (b"9" * 5000, "json-number"),
        (b'"\\ud800"', "json-malformed"),
        (b'"\\UD800"', "json-malformed"),
        (b'{"\\uDfff":1}', "json-malformed"),
        (b'"\xed\xa0\x80"', "json-malformed"),
        (b'"\xff"', "json-malformed"),
        (b"\xef\xbb\xbf{}", "json-malformed"),
        (b'"a\nb"', "json-malformed"),
        (b'{"a":1}x', "json-malformed"),
        (b'{"a":1', "json-malformed"),
        (b"{'a':1}", "json-malformed"),
        (b"[1,]", "json-malformed"),
        (b"[01]", "json-malformed"),
        (b"\\[", "json-malformed"),
        (b"", "json-malformed"),
    ],
)
def test_json_that_two_readers_could_read_differently_is_refused(untrusted: bytes, what: str) -> None:
    assert refusal(lambda: parse(untrusted))[0] == what


@pytest.mark.parametrize("untrusted", [b'"\\ud83d\\ude00"', b'"\xf0\x9f\x98\x80"', b' "\\uD83D\\uDE00"\n'])
def test_a_pair_of_surrogates_is_one_character(untrusted: bytes) -> None:
    assert parse(untrusted) == "😀"


def test_the_length_is_capped_to_the_byte() -> None:
    assert parse(b'"' + b"x" * (LINE_CAP - 2) + b'"') == "x" * (LINE_CAP - 2)
    assert refusal(lambda: parse(b'"' + b"x" * (LINE_CAP - 1) + b'"'))[0] == "json-too-long"
    assert refusal(lambda: parse(b"[1,2]", cap=4))[0] == "json-too-long"


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_the_depth_is_capped_at_thirty_two(opening: bytes, closing: bytes) -> None:
    parse(opening * DEPTH_CAP + b"1" + closing * DEPTH_CAP)
    deep = opening * (DEPTH_CAP + 1) + b"1" + closing * (DEPTH_CAP + 1)
    assert refusal(lambda: parse(deep))[0] == "json-too-deep"
    assert refusal(lambda: parse(opening * 10_000))[0] == "json-too-deep"


@pytest.mark.parametrize(
    "text", [b"[" * 100, b'\\"' + b"[" * 100, b"\\\\\\" + b'"' + b"{" * 100, b"\\\\" * 9 + b"[" * 100]
)
def test_brackets_inside_of_a_text_have_no_depth(text: bytes) -> None:
    parse(b'{"a":"' + text + b'","b":[]}')


def test_a_text_cannot_hide_depth_behind_its_escapes() -> None:
    hidden = b"[" * 40 + b"]" * 40
    assert refusal(lambda: parse(b'["\\\\",' + hidden + b',"\\\\"]'))[0] == "json-too-deep"
    assert refusal(lambda: parse(b'["\\"\\\\",' + hidden + b',"\\\\\\""]'))[0] == "json-too-deep"


@given(st.text('[]{}":,\\a1', max_size=120).map(str.encode) | st.binary(max_size=200))
@thorough
def test_depth_is_seen_as_a_reader_byte_by_byte_would_see_it(untrusted: bytes) -> None:
    packed = b"[" * 30 + untrusted + b"]" * 30
    for line in (untrusted, packed):
        try:
            value = json.loads(line.decode("utf-8"))
        except ValueError:
            assert refusal(lambda line=line: parse(line))[0].startswith("json-")
        else:
            try:
                assert parse(line) == value
                assert _depth(value) <= DEPTH_CAP
            except Broken as error:
                if error.code is Code.JSON_TOO_DEEP:
                    assert _depth(value) > DEPTH_CAP


def _depth(value: Any) -> int:
    if isinstance(value, dict | list):
        return 1 + max(map(_depth, value.values() if isinstance(value, dict) else value), default=0)
    return 0


def test_a_full_line_costs_little_more_than_parsing_it_carelessly() -> None:
    line = b'{"a":["' + b"x" * 60_000 + b'"' + b",[],{}" * 40 + b"]}"

    def fastest(work: Callable[[bytes], object]) -> float:
        spans = []
        for _ in range(15):
            start = time.perf_counter()
            work(line)
            spans.append(time.perf_counter() - start)
        return min(spans)

    # A walk over the bytes in Python takes more than thirty times as long.
    assert fastest(parse) < 10 * fastest(json.loads)


# Entries from outside


@given(st.data())
@thorough
def test_a_damaged_line_is_an_entry_or_broken_and_never_a_bug(data: st.DataObject) -> None:
    record = Exhibit(HASH, 1, "application/json", "measurement")
    line = bytearray(line_of(MeasurementTaken(record, "t", None, TargetOutcome.ACCESSIBLE)))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(line) - 1))
        line[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b'"', b"{", b"1"])
        )
    try:
        assert read_entry(bytes(line), 0).line == bytes(line)
    except Broken as error:
        assert error.code is Code.FORMAT or error.code is Code.NEWER_VERSION or error.code.value.startswith("json-")


@pytest.mark.parametrize(
    ("members", "what", "field"),
    [
        ({"v": 2}, "newer-version", None),
        ({"v": 2, "sealed_by": "tomorrow"}, "newer-version", None),
        ({"v": 0}, "format", "v"),
        ({"v": -1}, "format", "v"),
        ({"v": True}, "format", "v"),
        ({"v": "1"}, "format", "v"),
        ({"v": None}, "format", "v"),
        ({"v": ...}, "format", "v"),
        ({"kind": "dream"}, "format", "kind"),
        ({"kind": "screen"}, "format", "ScreenCaptured"),
        ({"kind": 5}, "format", "kind"),
        ({"kind": ["note"]}, "format", "kind"),
        ({"extra": 1}, "format", "entry"),
        ({"intake": ...}, "format", "entry"),
        ({"id": "../../etc/passwd"}, "format", "id"),
        ({"id": ID.upper()}, "format", "id"),
        ({"id": ID + "\n"}, "format", "id"),
        ({"id": None}, "format", "id"),
        ({"after": HASH.upper()}, "format", "after"),
        ({"after": HASH[:-1]}, "format", "after"),
        ({"after": 5}, "format", "after"),
        ({"salt": "AAECAwQFBgcICQoLDA0O"}, "format", "salt"),
        ({"salt": "AAECAwQFBgcICQoLDA0ODx=="}, "format", "salt"),
        ({"salt": "AAECAwQFBgcICQoLDA0ODw"}, "format", "salt"),
        ({"salt": "AAECAwQFBgcICQoLDA0ODw==\n"}, "format", "salt"),
        ({"salt": "ÄAECAwQFBgcICQoLDA0ODw=="}, "format", "salt"),
        ({"salt": None}, "format", "salt"),
        ({"body": None}, "format", "NoteWritten"),
        ({"body": {"text": "x"}}, "format", "NoteWritten"),
        ({"body": {"text": 1, "pseudonym": None, "disruption": None}}, "format", "text"),
        ({"body": {"text": None, "pseudonym": None, "disruption": None}}, "format", "text"),
        ({"body": {"text": "", "pseudonym": None, "disruption": None, "more": 1}}, "format", "NoteWritten"),
        ({"clock": []}, "format", "ClockReading"),
    ],
)
def test_a_line_that_is_not_exactly_an_entry_is_refused(members: dict[str, Any], what: str, field: str | None) -> None:
    assert refusal(lambda: read_entry(altered(**members), 0)) == (what, field)


def test_a_newer_version_is_told_by_its_number() -> None:
    with pytest.raises(Broken) as caught:
        read_entry(altered(v=9), 0)
    assert caught.value.facts == {"found": 9, "known": 1}


@pytest.mark.parametrize("untrusted", [b"[]", b"null", b'"v"', b"1"])
def test_json_that_is_no_object_is_no_entry(untrusted: bytes) -> None:
    assert refusal(lambda: read_entry(untrusted, 0)) == ("format", "entry")


@pytest.mark.parametrize("break_", [b"\n", b"\r", b"\r\n"])
@pytest.mark.parametrize("place", [0, 1, -1])
def test_an_entry_is_one_line(break_: bytes, place: int) -> None:
    line = line_of()
    at = place % (len(line) + 1)
    assert refusal(lambda: read_entry(line[:at] + break_ + line[at:], 0)) == ("format", "entry")


@pytest.mark.parametrize("name", [field.name for field in fields(ClockReading)])
def test_every_field_of_a_clock_reading_is_checked(name: str) -> None:
    clock = json.loads(line_of())["clock"]
    without = {key: value for key, value in clock.items() if key != name}
    assert refusal(lambda: read_entry(altered(clock=without), 0)) == ("format", "ClockReading")
    found = refusal(lambda: read_entry(altered(clock=clock | {name: [1]}), 0))
    assert found == ("format", name)


# Boot time and wall time


def test_boot_time_travels_as_text_and_keeps_every_digit() -> None:
    line = line_of()
    assert json.loads(line)["clock"]["boottime_ns"] == "9007199254740993"
    assert read_entry(line, 0).clock.boottime_ns == 2**53 + 1


@pytest.mark.parametrize(
    "untrusted", [5, "", "-1", "+1", "007", "1.0", "1e3", " 1", "١٢٣", "²", "1_000", str(2**63), "9" * 30, None, True]
)
def test_boot_time_has_one_form(untrusted: object) -> None:
    clock = json.loads(line_of())["clock"] | {"boottime_ns": untrusted}
    assert refusal(lambda: read_entry(altered(clock=clock), 0)) == ("format", "boottime_ns")


@pytest.mark.parametrize(
    "untrusted",
    [
        "2026-11-23T14:02:10Z",
        "2026-11-23T14:02:10.123",
        "2026-11-23T14:02:10.123+03:30",
        "2026-11-23 14:02:10.123Z",
        "2026-11-23T14:02:10.123Z\n",
        "٢026-11-23T14:02:10.123Z",
    ],
)
def test_wall_time_has_one_form(untrusted: str) -> None:
    clock = json.loads(line_of())["clock"] | {"wall_utc": untrusted}
    assert refusal(lambda: read_entry(altered(clock=clock), 0)) == ("format", "wall_utc")


# Nothing is sealed that could not be read back


@pytest.mark.parametrize(
    "wrong",
    [
        {"salt": b"short"},
        {"id": "note-1"},
        {"after": "the token"},
        {"clock": ClockReading("yesterday", 0, 1, "x")},
        {"clock": ClockReading("2026-11-23T14:02:10.123Z", 0, -1, "x")},
        {"clock": ClockReading("2026-11-23T14:02:10.123Z", 0, 2**63, "x")},
        {"clock": ClockReading("2026-11-23T14:02:10.123Z", True, 1, "x")},
        {"body": NoteWritten(5)},  # type: ignore[arg-type]  # what an untyped library could hand over
        {"body": MeasurementTaken("record", "t", None, NetworkState.ONLINE)},  # type: ignore[arg-type]  # as above
    ],
    ids=repr,
)
def test_an_entry_that_could_not_be_read_back_is_not_written(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        line_of(**wrong)


def test_a_body_too_long_for_a_line_is_the_persons_to_shorten() -> None:
    room = LINE_CAP - len(line_of(NoteWritten("")))
    assert len(line_of(NoteWritten("x" * room))) == LINE_CAP
    with pytest.raises(Refused) as caught:
        line_of(NoteWritten("x" * (room + 1)))
    assert (caught.value.code.value, caught.value.facts) == ("entry-too-long", {"size": LINE_CAP + 1, "cap": LINE_CAP})


def test_a_state_unknown_here_is_refused() -> None:
    record = Exhibit(HASH, 1, "application/json", "measurement")
    body = MeasurementTaken(record, "t", None, TargetOutcome.ACCESSIBLE, NetworkState.ONLINE)
    line = line_of(body)
    assert read_entry(line, 0).body == body
    assert refusal(lambda: read_entry(line.replace(b'"online"', b'"offline"'), 0)) == ("format", "state")
    assert refusal(lambda: read_entry(line.replace(b'"online"', b"[]"), 0)) == ("format", "state")


@pytest.mark.parametrize(
    ("kind", "value", "field"),
    [
        ("screen", b'"display_server":"x11"', "display_server"),
        ("page", b'"name":"loaded"', "name"),
        ("page", b'"page_state":"error-page"', "page_state"),
        ("disruption-opened", b'"cut.reset"', "methods"),
        ("file", b'"metadata_state":"read"', "metadata_state"),
        ("delivery", b'"part":"notice"', "part"),
    ],
)
def test_what_is_no_value_of_a_closed_set_is_refused(kind: str, value: bytes, field: str) -> None:
    line = (LINES / f"{kind}.json").read_bytes()
    read_entry(line, 0)
    assert line.count(value) == 1
    unheard_of = value[: value.rindex(b'"', 0, -1)] + b'"unheard-of"'
    assert refusal(lambda: read_entry(line.replace(value, unheard_of), 0)) == ("format", field)


def test_a_verdict_is_what_became_of_a_target_or_a_state_of_the_network() -> None:
    record = Exhibit(HASH, 1, "application/json", "measurement")
    every = [*TargetOutcome, *NetworkState]
    assert len({verdict.value for verdict in every}) == len(every)
    for verdict in every:
        line = line_of(MeasurementTaken(record, "t", None, verdict))
        read = read_entry(line, 0).body
        assert isinstance(read, MeasurementTaken)
        assert read.verdict is verdict
        for other in (b'"maybe"', b"null", b"true", b"[]", b"1"):
            altered_line = line.replace(b'"verdict":"' + verdict.encode() + b'"', b'"verdict":' + other)
            assert refusal(lambda: read_entry(altered_line, 0)) == ("format", "verdict")  # noqa: B023  # called at once


@pytest.mark.parametrize(
    "untrusted",
    [
        {"how": "signed-list", "signer": None},
        {"how": "typed", "signer": "A" * 40},
        {"how": "guessed", "signer": None},
        {"how": "typed"},
    ],
)
def test_a_signer_belongs_to_a_signed_list_alone(untrusted: dict[str, Any]) -> None:
    with pytest.raises(Broken, match="format"):
        from_json(ConfirmedBy, untrusted)


@pytest.mark.parametrize(
    ("noun", "field"),
    [
        (WitnessHeard, "consent"),
        (Impact, "area"),
        (Exhibit, "role"),
        (PageCaptured, "page_state"),
        (CertificateSeen, "state"),
        (FileAdded, "metadata_state"),
        (ClockChanged, "change"),
        (DestinationChanged, "change"),
        (DeliveryNoted, "part"),
        (IntakeMark, "locked"),
    ],
)
@settings(quick, max_examples=5)
@given(st.data())
def test_a_word_that_is_in_no_closed_set_is_refused(noun: type, field: str, data: st.DataObject) -> None:
    plain = to_json(data.draw(nouns(noun)))
    assert isinstance(plain, dict)
    from_json(noun, plain)
    unknown = ["unheard-of"] if isinstance(plain[field], list) else "unheard-of"
    with pytest.raises(Broken, match="format"):
        from_json(noun, plain | {field: unknown})
