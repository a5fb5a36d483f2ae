"""A report of each released format version opens for ever, and every single byte of it counts."""

import subprocess
import sys
from pathlib import Path

import pytest

from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.verify.archive import read_directory
from evidence_kit.verify.bag import bag_findings, without_top
from evidence_kit.verify.check import check, read_bag
from evidence_kit.verify.container import folder_members, zip_members
from tests.format.report_tools import FINGERPRINT, FIXTURE, broken, files, flipped, unpack


def test_the_fixture_of_version_one_holds() -> None:
    findings = check(FIXTURE, expected=FINGERPRINT)
    assert broken(findings) == {}
    held = {finding.code for finding in findings if finding.verdict is Verdict.HOLDS}
    assert held == {
        *("container-safe", "bag-whole", "sender-confirmed", "checkpoint-signed", "entries-in-journal"),
        *("exhibits-match", "tiles-match"),
    }


def test_the_fixture_is_small_and_valid_for_the_common_tools(tmp_path: Path) -> None:
    assert FIXTURE.stat().st_size < 200_000
    bag = unpack(files(), tmp_path / "bag")
    tool = [sys.executable, "-m", "bagit", "--validate", str(bag)]
    assert subprocess.run(tool, capture_output=True, check=False).returncode == 0
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--strict", "--quiet", "-c", name], cwd=bag, check=True)


def bag_alone(path: Path) -> list[Finding]:
    """Container and manifests, without the proofs behind them."""
    members = folder_members(path) if path.is_dir() else without_top(zip_members(path))
    reading, findings = read_bag(members)
    return [*findings, *bag_findings(reading)]


@pytest.mark.parametrize("path", [path for path, content in files().items() if content])
def test_one_flipped_byte_in_any_file_is_found_and_the_file_named(tmp_path: Path, path: str) -> None:
    whole = files()
    bag = unpack(whole, tmp_path / "bag")
    for place in sorted({0, len(whole[path]) // 2, len(whole[path]) - 1}):
        (bag / path).write_bytes(flipped(whole[path], place))
        findings = bag_alone(bag)
        assert any(path in finding.subject for finding in findings if finding.verdict is Verdict.BROKEN), place


@pytest.mark.parametrize("path", list(files()))
def test_one_flipped_byte_in_any_member_of_the_zip_is_found_and_the_member_named(tmp_path: Path, path: str) -> None:
    whole = FIXTURE.read_bytes()
    directory = read_directory(whole, len(whole))
    member = next(member for member in directory.members if member.name.endswith(f"/{path}"))
    target = tmp_path / "report.zip"
    header = member.offset + 30 + len(member.name)
    places = {member.offset + 5, member.offset + 15, header - 1}
    if member.size:
        places |= {header, header + member.size - 1}
    for place in places:
        target.write_bytes(flipped(whole, place))
        assert any(subject.endswith(path) for subject in broken(bag_alone(target)).values()), place


def test_every_byte_between_and_behind_the_members_counts(tmp_path: Path) -> None:
    whole = FIXTURE.read_bytes()
    directory = read_directory(whole, len(whole))
    target = tmp_path / "report.zip"
    behind = [member.offset - 1 for member in directory.members[1:]]
    for place in [*behind, *range(directory.start, len(whole), 3), *range(len(whole) - 22, len(whole))]:
        target.write_bytes(flipped(whole, place))
        assert broken(bag_alone(target)), place


def test_a_zip_cut_anywhere_or_longer_than_it_should_be_is_broken(tmp_path: Path) -> None:
    whole = FIXTURE.read_bytes()
    target = tmp_path / "report.zip"
    for kept in [*range(100, len(whole), len(whole) // 30), len(whole) - 1]:
        target.write_bytes(whole[:kept])
        assert "container-damaged" in broken(bag_alone(target))
    for longer in (whole + b"x", whole + whole, b"PK" + whole):
        target.write_bytes(longer)
        assert "container-damaged" in broken(bag_alone(target))
