"""Whatever is in a file: findings or foreseen errors, in bounded time and memory, never an escape."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence_kit.errors import Broken, KitError, Refused
from evidence_kit.model import report as layout
from evidence_kit.plain_text import plain_line
from evidence_kit.verify import mail
from evidence_kit.verify.archive import Member, read_directory, walk
from evidence_kit.verify.bag import Reading, bag_findings, read_document
from evidence_kit.verify.check import check, read_bag
from evidence_kit.verify.names import NAME_SHOWN, is_safe
from evidence_kit.verify.proof import agreement_findings, exhibit_findings, read_entries, tile_seed_findings
from tests.fakes.sealed_report import armored, mailed
from tests.format.report_tools import FIXTURE, document, files

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WHOLE = FIXTURE.read_bytes()


def walked(content: bytes) -> int:
    """How many bytes of members come out of a zip."""
    directory = read_directory(content, len(content))
    return sum(len(chunk) for member in walk(io.BytesIO(content), directory) for chunk in member.chunks)


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, len(WHOLE) - 1), st.binary(max_size=40))
@QUICK
def test_a_zip_with_any_piece_replaced_is_broken_or_the_same(start: int, end: int, piece: bytes) -> None:
    changed = WHOLE[:start] + piece + WHOLE[max(start, end) :]
    try:
        walked(changed)
    except Broken:
        return
    assert changed == WHOLE


@given(st.binary(max_size=300))
@QUICK
def test_random_bytes_behind_a_zip_signature_are_broken(tail: bytes) -> None:
    with pytest.raises(Broken):
        walked(b"PK\x05\x06" + tail)


@given(st.binary(max_size=400), st.sampled_from(["plain", "mail", "armor", "zip"]))
@QUICK
def test_any_file_gives_findings_or_a_foreseen_error(tmp_path: Path, content: bytes, shape: str) -> None:
    start = {"plain": b"", "mail": b"A: b\n", "armor": b"-----BEGIN PGP MESSAGE-----\n\n", "zip": b"PK\x03\x04"}[shape]
    path = tmp_path / "file"
    path.write_bytes(start + content)
    try:
        findings = check(path)
    except KitError:
        return
    assert any(finding.verdict.value == "broken" for finding in findings)


@given(st.binary(min_size=1, max_size=5000), st.sampled_from(["7bit", "base64"]), st.sampled_from([b"\n", b"\r\n"]))
@QUICK
def test_mail_and_armour_give_back_every_ciphertext(ciphertext: bytes, encoding: str, line_end: bytes) -> None:
    # No OpenPGP message begins like armour.
    ciphertext = b"\x84" + ciphertext
    mailed_bytes = mailed(ciphertext, encoding=encoding, line_end=line_end)
    chunks = mail.message_in_mail(io.BytesIO(mailed_bytes))
    assert b"".join(mail.binary_message(chunks)) == ciphertext
    with_checksum = armored(ciphertext).replace(b"\n-----END", b"\n=AbC1\n-----END").replace(b"\n", line_end)
    pieces = [with_checksum[start : start + 97] for start in range(0, len(with_checksum), 97)]
    assert b"".join(mail.binary_message(pieces)) == ciphertext


def test_quoted_printable_armour_is_read_too() -> None:
    quoted = mailed(b"\x84abc" * 30, line_end=b"\n").replace(b"Encoding: 7bit", b"Encoding: quoted-printable")
    head, armour = quoted.split(b"-----BEGIN", 1)
    armour, end = armour.split(b"\n--=_b1--", 1)
    quoted = head + b"-----BEGIN" + armour.replace(b"=", b"=3D") + b"\n--=_b1--" + end
    assert b"".join(mail.binary_message(mail.message_in_mail(io.BytesIO(quoted)))) == b"\x84abc" * 30


@given(st.binary(max_size=300), st.integers(0, 600))
@QUICK
def test_a_mail_cut_or_changed_anywhere_never_escapes(piece: bytes, place: int) -> None:
    whole = mailed(b"\x84" * 300)
    for changed in (whole[:place] + piece + whole[place:], whole[:place] + piece, piece + whole[place:]):
        try:
            size = sum(map(len, mail.binary_message(mail.message_in_mail(io.BytesIO(changed)))))
        except (Broken, Refused):
            continue
        assert size <= len(changed)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
@QUICK
def test_a_report_with_anything_in_any_place_is_judged_not_stumbled_over(data: st.DataObject) -> None:
    changed = files()
    parsed = document(changed)
    inside: Any = parsed
    while True:
        step = data.draw(st.sampled_from(sorted(inside) if isinstance(inside, dict) else range(len(inside))))
        if not isinstance(inside[step], dict | list) or not inside[step] or data.draw(st.booleans()):
            break
        inside = inside[step]
    before = json.dumps(parsed)
    inside[step] = data.draw(JSON)
    text = json.dumps(parsed)
    reading = Reading(
        {path: ("0" * 64, len(content)) for path, content in changed.items()},
        {path: content for path, content in changed.items() if path.startswith("data/proof")},
    )
    try:
        found = read_document(text.encode())
    except Broken:
        return
    entries, _ = read_entries(reading)
    findings = [
        *agreement_findings(found, entries, reading),
        *exhibit_findings(found, reading),
        *tile_seed_findings(found, entries, reading),
    ]
    assert findings or text == before
    assert all(finding.subject.isprintable() for finding in findings)


@given(st.binary(max_size=200))
@QUICK
def test_proofs_and_manifests_of_any_bytes_are_flaws(content: bytes) -> None:
    changed = {**files(), layout.ENTRIES: content, layout.INCLUSION: content, layout.MANIFEST: content + b"x"}
    reading = Reading(dict.fromkeys(changed, ("0" * 64, 1)), changed)
    assert list(bag_findings(reading))
    entries, flaws = read_entries(reading)
    assert not entries
    assert flaws or not content


def test_a_member_read_in_an_endless_folder_stops_at_its_cap(tmp_path: Path) -> None:
    """A large file in the place of a small one is hashed, not kept."""

    def zeros() -> Iterator[bytes]:
        for _ in range(64):
            yield bytes(1 << 20)

    tracemalloc.start()
    reading, findings = read_bag([Member(layout.DOCUMENT, 64 << 20, zeros())])
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()
    assert layout.DOCUMENT not in reading.contents
    assert "file-too-large" in {finding.code for finding in bag_findings(reading)}
    assert findings[0].code == "container-safe"


@given(st.text(max_size=40))
@QUICK
def test_a_safe_name_stays_in_its_folder_and_a_shown_one_on_its_line(name: str) -> None:
    if is_safe(name):
        assert not Path(name).is_absolute()
        assert ".." not in Path(name).parts
        assert name.isascii()
    shown = plain_line(name * 20, NAME_SHOWN)
    assert set(shown) <= {"\u200c", "\u200d"} or shown.replace("\u200c", "").replace("\u200d", "").isprintable()
    assert len(shown.encode()) <= NAME_SHOWN
