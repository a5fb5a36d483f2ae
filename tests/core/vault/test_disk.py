"""Full and read-only disks, real ones: a small tmpfs in a mount namespace of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

UNSHARE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]


@pytest.fixture(scope="module", autouse=True)
def _namespaces() -> None:
    try:
        subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no mount namespaces for this user")


def run(what: str, folder: Path) -> dict[str, object]:
    command = [*UNSHARE, sys.executable, "-W", "error", "-m", "tests.core.vault.on_small_disk", what, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=Path(__file__).parents[3])
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert isinstance(told, dict)
    return told


def test_a_full_disk_loses_nothing_lets_one_note_in_and_is_usable_again(tmp_path: Path) -> None:
    assert run("full", tmp_path) == {
        "append": "disk-full",
        "stage": "disk-full",
        "left": [],
        "note": "",
        "intake": "disk-full",
        "backup": "disk-full",
        "reads": True,
        "kept": True,
        "findings": 0,
        "after": "",
        "ballast": 4 << 20,
        "check": ["holds"],
        "count": True,
        "lost": False,
    }


def test_a_read_only_disk_is_named_so(tmp_path: Path) -> None:
    assert run("readonly", tmp_path) == dict.fromkeys(("open", "create", "intake", "outbox"), "read-only")
