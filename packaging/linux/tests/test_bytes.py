"""The packages as files: what their hashes say, how large they are, and the same bytes each time."""

import hashlib
import os
import platform
import subprocess
from pathlib import Path

import pytest
from rooms import ROOT

MOST = 150_000_000


def test_the_hashes_beside_them_are_theirs(packages: Path, deb: Path, archive: Path) -> None:
    sums = dict(reversed(line.split("  ")) for line in (packages / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == {deb.name, archive.name}
    for name, told in sums.items():
        with (packages / name).open("rb") as content:
            assert hashlib.file_digest(content, "sha256").hexdigest() == told


def test_the_readme_names_them_as_they_are_called(deb: Path, archive: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert deb.name in readme
    assert f"{archive.name.removesuffix('.xz')}.xz" in readme
    assert f"cd {archive.name.partition('-linux')[0]}\n" in readme


@pytest.mark.slow
def test_each_is_at_most_150_megabytes(deb: Path, archive: Path) -> None:
    assert archive.suffix == ".xz"
    assert deb.stat().st_size <= MOST
    assert archive.stat().st_size <= MOST


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_another_folder_and_another_time_give_the_same_bytes(packages: Path, tmp_path: Path) -> None:
    """From a clone of what is committed, with another environment, language, user folder, umask and year."""
    assert platform.machine() == "x86_64"
    elsewhere = tmp_path / "quite" / "another place"
    subprocess.run(["git", "clone", "--quiet", ROOT, elsewhere], check=True)
    # Time is another one by itself; its zone and what the person's surroundings say are made so.
    surroundings = {**os.environ, "TZ": "Asia/Kathmandu", "LC_ALL": "C", "LANGUAGE": "fr", "PYTHONHASHSEED": "7"}
    subprocess.run(
        ["sh", "-c", "umask 077; exec make package"],
        cwd=elsewhere,
        env=surroundings,
        check=True,
        stdout=subprocess.PIPE,
    )
    assert (elsewhere / "dist" / "SHA256SUMS").read_text() == (packages / "SHA256SUMS").read_text()
