"""Forgeries by somebody who may rewrite everything but has no key: each is found, and named."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence_kit.model.finding import Verdict
from evidence_kit.report.archive import Archive
from evidence_kit.seal.pgp import Keyring, SecretKey
from evidence_kit.verify.archive import MEMBER_CAP
from evidence_kit.verify.check import check
from tests.format.report_tools import (
    TOP,
    Change,
    Files,
    broken,
    document,
    files,
    put_document,
    rebagged,
    unpack,
    zipped,
)

pytestmark = pytest.mark.slow

ENTRIES = "data/proof/entries.jsonl"
INCLUSION = "data/proof/inclusion.txt"
CHECKPOINT = "data/proof/checkpoint"
SIGNATURE = "data/proof/checkpoint.asc"
CERTIFICATE = "data/proof/vault-certificate.pgp"
SEEDS = "data/proof/tile-seeds.txt"
SHOT = "data/exhibits/0003-screen/screenshot.png"
NOTE = "data/exhibits/0005-file"


def lines(changed: Files, path: str) -> list[bytes]:
    return changed[path].splitlines(keepends=True)


def swap_lines(path: str) -> Change:
    def change(changed: Files) -> None:
        first, second, *rest = lines(changed, path)
        changed[path] = b"".join([second, first, *rest])

    return change


def drop_line(path: str) -> Change:
    def change(changed: Files) -> None:
        changed[path] = b"".join(lines(changed, path)[1:])

    return change


def replace_text(path: str, old: bytes, new: bytes) -> Change:
    def change(changed: Files) -> None:
        assert old in changed[path]
        changed[path] = changed[path].replace(old, new)

    return change


def drop(path: str) -> Change:
    def change(changed: Files) -> None:
        del changed[path]

    return change


def put(path: str, content: bytes) -> Change:
    def change(changed: Files) -> None:
        changed[path] = content

    return change


def drop_entry_everywhere(changed: Files) -> None:
    """An entry nobody misses, its exhibit and every word of it gone; the rest stays true, so this alone is allowed."""
    parsed = document(changed)
    gone = parsed["entries"].pop(5)
    for path in (ENTRIES, INCLUSION):
        kept = lines(changed, path)
        changed[path] = b"".join(kept[:5] + kept[6:])
    assert gone["kind"] == "note"
    for disruption in parsed["disruptions"]:
        disruption["entries"].remove(gone["id"])
    put_document(changed, parsed)


def duplicate_entry(changed: Files) -> None:
    parsed = document(changed)
    parsed["entries"].append(parsed["entries"][0])
    for path in (ENTRIES, INCLUSION):
        changed[path] += lines(changed, path)[0]
    put_document(changed, parsed)


def swap_exhibits(changed: Files) -> None:
    first, second = "data/exhibits/0003-screen/screenshot.png", "data/exhibits/0004-page/page-picture.png"
    changed[first], changed[second] = changed[second], changed[first]


def say_otherwise(*path: str | int, value: object) -> Change:
    """Change one word of report.json."""

    def change(changed: Files) -> None:
        parsed = document(changed)
        inside = parsed
        for step in path[:-1]:
            inside = inside[step]  # type: ignore[index]  # a path into JSON
        assert inside[path[-1]] != value  # type: ignore[index]
        inside[path[-1]] = value  # type: ignore[index]
        put_document(changed, parsed)

    return change


def point_to(path: str) -> Change:
    return say_otherwise("entries", 2, "exhibits", 0, "path", value=path)


def duplicate_key(changed: Files) -> None:
    changed["data/report.json"] = changed["data/report.json"].replace(b'{"answers"', b'{"v":1,"answers"', 1)


def deepen(changed: Files) -> None:
    changed["data/report.json"] = b"[" * 100_000 + b"]" * 100_000


def other_seed(changed: Files) -> None:
    first, *rest = lines(changed, SEEDS)
    changed[SEEDS] = b"".join([first[:65] + hashlib.sha256(b"x").hexdigest().encode() + b"\n", *rest])


MUTATIONS: dict[str, tuple[Change, str, str]] = {
    "a dropped exhibit": (drop(SHOT), "exhibit-missing", SHOT),
    "swapped exhibits": (swap_exhibits, "exhibit-differs", "data/exhibits/"),
    "a changed exhibit": (put(SHOT, b"other"), "exhibit-differs", SHOT),
    "an added exhibit": (put("data/exhibits/0009-file/new.txt", b"x"), "exhibit-unclaimed", "0009-file/new.txt"),
    "a dropped entry": (drop_line(ENTRIES), "entries-malformed", ENTRIES),
    "swapped entries": (swap_lines(ENTRIES), "entry-not-in-journal", ENTRIES),
    "swapped proofs": (swap_lines(INCLUSION), "entry-not-in-journal", ENTRIES),
    "a duplicated entry": (duplicate_entry, "entry-twice", ENTRIES),
    "a changed entry": (replace_text(ENTRIES, b"since noon", b"since nine"), "entry-not-in-journal", f"{ENTRIES}:6"),
    "an entry of a future version": (replace_text(ENTRIES, b'"v":1}', b'"v":2}'), "entry-malformed", ENTRIES),
    "another journal size": (replace_text(CHECKPOINT, b"\n9\n", b"\n8\n"), "checkpoint-signature", SIGNATURE),
    "another origin": (replace_text(CHECKPOINT, b"evidence-kit", b"evidence-kid"), "checkpoint-signature", SIGNATURE),
    "a checkpoint that is none": (put(CHECKPOINT, b"nothing\n"), "checkpoint-format", CHECKPOINT),
    "an empty signature": (put(SIGNATURE, b""), "checkpoint-signature", SIGNATURE),
    "a removed signature": (drop(SIGNATURE), "bag-missing-file", SIGNATURE),
    "a removed certificate": (drop(CERTIFICATE), "bag-missing-file", CERTIFICATE),
    "a certificate that is none": (put(CERTIFICATE, b"nothing"), "vault-certificate", CERTIFICATE),
    "another seed": (other_seed, "tiles-differ", "data/exhibits/"),
    "seeds that are none": (put(SEEDS, b"nothing\n"), "tile-seeds-malformed", SEEDS),
    "a report of a future version": (say_otherwise("v", value=2), "report-newer-version", "data/report.json"),
    "a duplicated key": (duplicate_key, "report-json-duplicate-key", "data/report.json"),
    "a deep report": (deepen, "report-json-too-deep", "data/report.json"),
    "a report that is none": (put("data/report.json", b"{}"), "report-format", "data/report.json"),
    "another root in the report": (say_otherwise("root", value="0" * 64), "report-disagrees", "data/report.json"),
    "another time in the report": (
        say_otherwise("entries", 0, "seen", "wall_utc", value="2026-11-17T00:00:00.000Z"),
        "report-disagrees",
        "data/report.json",
    ),
    "a longer disruption": (
        say_otherwise("disruptions", 0, "ended", "after", "wall_utc", value="2026-11-19T00:00:00.000Z"),
        "report-disagrees",
        "data/report.json",
    ),
    "a graver disruption": (
        say_otherwise("disruptions", 0, "segments", 0, "grade", value="confirmed"),
        "report-disagrees",
        "data/report.json",
    ),
    "a path out of the bag": (point_to("../../etc/passwd"), "exhibit-missing", "../../etc/passwd"),
    "a path to a proof": (point_to(CHECKPOINT), "exhibit-missing", CHECKPOINT),
    "other measurements": (put("data/measurements.jsonl", b"{}\n"), "measurements-differ", "measurements.jsonl"),
    "another declaration": (put("bagit.txt", b"BagIt-Version: 0.97\n"), "bag-declaration", "bagit.txt"),
    "no page": (drop("data/report.html"), "bag-missing-file", "data/report.html"),
}


QUICK = ("a changed exhibit", "a changed entry", "a duplicated entry", "an empty signature", "a longer disruption")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in MUTATIONS]
)
def test_a_rebagged_forgery_is_found_and_named(tmp_path: Path, name: str) -> None:
    change, code, subject = MUTATIONS[name]
    changed = files()
    change(changed)
    path = tmp_path / "report.zip"
    path.write_bytes(zipped(rebagged(changed)))
    found = broken(check(path))
    assert code in found, found
    assert subject in found[code]


def test_a_report_rebagged_without_a_change_still_holds(tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    path.write_bytes(zipped(rebagged(files())))
    assert broken(check(path)) == {}


def test_leaving_out_a_whole_entry_holds_and_the_check_says_that_reports_are_chosen(tmp_path: Path) -> None:
    changed = files()
    drop_entry_everywhere(changed)
    path = tmp_path / "report.zip"
    path.write_bytes(zipped(rebagged(changed)))
    findings = check(path)
    assert broken(findings) == {}
    assert {"limit-selection", "message-absent"} <= {finding.code for finding in findings}


def test_words_that_only_the_message_signs_are_unproven_without_it(tmp_path: Path) -> None:
    changed = files()
    say_otherwise("text", value="I saw who did it.")(changed)
    path = tmp_path / "report.zip"
    path.write_bytes(zipped(rebagged(changed)))
    findings = check(path)
    assert broken(findings) == {}
    assert "message-absent" in {finding.code for finding in findings if finding.verdict is Verdict.UNPROVEN}


def test_an_undisclosed_disruption_entry_leaves_the_disruption_unproven(tmp_path: Path) -> None:
    changed = files()
    parsed = document(changed)
    parsed["entries"] = parsed["entries"][1:]
    for name in (ENTRIES, INCLUSION):
        drop_line(name)(changed)
    put_document(changed, parsed)
    path = tmp_path / "report.zip"
    path.write_bytes(zipped(rebagged(changed)))
    findings = check(path)
    assert broken(findings) == {}
    assert "disruption-not-backed" in {finding.code for finding in findings}


@pytest.fixture
def forger() -> Iterator[tuple[Keyring, SecretKey]]:
    with Keyring() as keyring:
        yield keyring, keyring.generate()


def test_a_checkpoint_signed_again_by_another_key_is_found(tmp_path: Path, forger: tuple[Keyring, SecretKey]) -> None:
    keyring, key = forger
    changed = files()
    changed[SIGNATURE] = keyring.sign_detached(changed[CHECKPOINT], key.fingerprint)
    path = tmp_path / "report.zip"
    path.write_bytes(zipped(rebagged(changed)))
    assert broken(check(path)) == {"checkpoint-signature": SIGNATURE}
    changed[CERTIFICATE] = key.certificate
    path.write_bytes(zipped(rebagged(changed)))
    assert broken(check(path)) == {"vault-certificate-other": CERTIFICATE}


def test_a_whole_forged_report_under_another_key_is_found_by_the_expected_fingerprint(
    tmp_path: Path, forger: tuple[Keyring, SecretKey]
) -> None:
    keyring, key = forger
    changed = files()
    right = document(changed)["fingerprint"]
    changed[SIGNATURE] = keyring.sign_detached(changed[CHECKPOINT], key.fingerprint)
    changed[CERTIFICATE] = key.certificate
    say_otherwise("fingerprint", value=key.fingerprint)(changed)
    path = tmp_path / "report.zip"
    path.write_bytes(zipped(rebagged(changed)))
    assert broken(check(path)) == {}
    assert list(broken(check(path, expected=right))) == ["sender-other"]


def test_two_certificates_in_one_file_are_refused(tmp_path: Path, forger: tuple[Keyring, SecretKey]) -> None:
    _, key = forger
    changed = files()
    changed[CERTIFICATE] += key.certificate
    path = tmp_path / "report.zip"
    path.write_bytes(zipped(rebagged(changed)))
    assert "vault-certificate" in broken(check(path))


def test_files_beside_the_bag_are_named_in_a_folder(tmp_path: Path) -> None:
    bag = unpack(files(), tmp_path / "bag")
    (bag / "Thumbs.db").write_bytes(b"x")
    (bag / "data/extra.txt").write_bytes(b"x")
    named = [finding.subject for finding in check(bag) if finding.code == "bag-extra-file"]
    assert named == ["data/extra.txt", "Thumbs.db"]


def test_links_in_a_folder_are_never_followed(tmp_path: Path) -> None:
    bag = unpack(files(), tmp_path / "bag")
    (bag / "data/stop.csv").unlink()
    (bag / "data/stop.csv").symlink_to("/etc/hostname")
    assert broken(check(bag))["container-link"] == "data/stop.csv"


NAMES = {
    "climbing": "../outside",
    "climbing inside": f"{TOP}/data/../../outside",
    "absolute": "/etc/passwd",
    "drive": "C:/x",
    "backslash": f"{TOP}/data\\..\\x",
    "hidden": f"{TOP}/.bashrc",
    "device": f"{TOP}/data/con.txt",
    "trailing dot": f"{TOP}/data/x.",
    "double slash": f"{TOP}//x",
    "space": f"{TOP}/data/a b",
    "control": f"{TOP}/data/a\x1b[2Jb",
    "nul": f"{TOP}/data/a\0b",
    "option": f"{TOP}/-rf",
    "too long": f"{TOP}/" + "a" * 300,
    "too deep": f"{TOP}/" + "a/" * 9 + "b",
}


@pytest.mark.parametrize("trick", list(NAMES))
def test_path_tricks_are_found_before_anything_is_read(tmp_path: Path, trick: str) -> None:
    path = tmp_path / "report.zip"
    path.write_bytes(zipped({NAMES[trick]: b"x"}, top=""))
    found = broken(check(path))
    assert "container-unsafe-name" in found
    assert found["container-unsafe-name"].isprintable()


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ((f"{TOP}/a", f"{TOP}/a"), "container-duplicate-name"),
        ((f"{TOP}/a", f"{TOP}/A"), "container-case-clash"),
        ((f"{TOP}/a", f"{TOP}/a/b"), "container-case-clash"),
        ((f"{TOP}/a", "other/a"), "container-top-folder"),
        (("alone",), "container-top-folder"),
    ],
)
def test_names_that_clash_are_found(tmp_path: Path, names: tuple[str, ...], code: str) -> None:
    path = tmp_path / "report.zip"
    with path.open("wb") as out:
        archive = Archive(out)
        for name in names:
            archive.add(name, b"x")
        archive.finish()
    assert code in broken(check(path))


def test_a_compressed_zip_is_refused_however_large_it_would_be(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{TOP}/data/bomb", bytes(50_000_000))
    assert "container-compressed" in broken(check(path))


def test_a_zip_packed_by_another_program_is_told_as_altered(tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files().items():
            archive.writestr(f"{TOP}/{name}", content)
    assert "container-altered" in broken(check(path))


def test_folders_and_links_in_a_zip_are_told(tmp_path: Path) -> None:
    for mode in (0o120777, 0o040755, 0o020666):
        path = tmp_path / "report.zip"
        with zipfile.ZipFile(path, "w") as archive:
            info = zipfile.ZipInfo(f"{TOP}/link")
            info.external_attr = mode << 16
            archive.writestr(info, "/etc/passwd")
        assert "container-link" in broken(check(path))


def test_a_declared_size_that_is_not_the_real_one_is_found(tmp_path: Path) -> None:
    whole = bytearray(zipped({"data/a": b"x" * 100}))
    directory = whole.rindex(b"PK\x01\x02")
    path = tmp_path / "report.zip"
    whole[directory + 24] = 200
    path.write_bytes(whole)
    assert "container-size-lie" in broken(check(path))
    whole[directory + 20] = 200
    path.write_bytes(whole)
    assert "container-damaged" in broken(check(path))


def test_members_that_share_their_bytes_are_found(tmp_path: Path) -> None:
    """The overlapping kind of zip bomb: many directory lines point to one member."""
    whole = zipped({"data/a": b"x" * 100, "data/b": b"y" * 100})
    second = whole.rindex(b"PK\x01\x02")
    changed = bytearray(whole)
    changed[second + 42 : second + 46] = bytes(4)
    path = tmp_path / "report.zip"
    path.write_bytes(changed)
    assert "container-damaged" in broken(check(path))


def test_too_many_members_are_refused_by_their_number(tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    path.write_bytes(zipped({f"data/{number}": b"" for number in range(MEMBER_CAP + 1)}))
    assert "container-too-many" in broken(check(path))


def test_an_oversized_proof_is_named_and_never_parsed(tmp_path: Path) -> None:
    changed = files()
    changed["data/report.json"] = b'"' + b"a" * (9 << 20) + b'"'
    path = tmp_path / "report.zip"
    path.write_bytes(zipped(rebagged(changed)))
    assert broken(check(path))["file-too-large"] == "data/report.json"


def test_a_picture_bomb_is_told_without_being_decoded(tmp_path: Path) -> None:
    changed = files()
    parsed = json.loads(changed["data/report.json"])
    path = next(one["path"] for entry in parsed["entries"] for one in entry["exhibits"] if one["role"] == "screenshot")
    png = bytearray(changed[path])
    png[16:24] = (60_000).to_bytes(4, "big") * 2
    changed[path] = bytes(png)
    target = tmp_path / "report.zip"
    target.write_bytes(zipped(rebagged(changed)))
    found = broken(check(target))
    assert found.keys() & {"tiles-differ", "tiles-unreadable"}
