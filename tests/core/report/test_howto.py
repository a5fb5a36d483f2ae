"""HOW-TO-CHECK.txt is run as it stands: its commands accept the report and refuse a changed one."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_kit.files import private_folder
from evidence_kit.report import howto
from evidence_kit.report.contents import document_of
from tests.fakes.report import FakeJournal, contents_of, lived_through
from tests.fakes.sealed_report import lived, packed, people, sealed_bytes


def blocks(text: str) -> list[str]:
    """The indented commands, step by step."""
    found: list[str] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("    "):
            found = [*found[:-1], f"{found[-1]}{line[4:]}\n"] if inside else [*found, f"{line[4:]}\n"]
        inside = line.startswith("    ")
    return found


def run(script: str, folder: Path, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"} | ({"GNUPGHOME": str(home)} if home else {})
    return subprocess.run(
        ["sh", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    (tmp_path / "report.zip").write_bytes(packed())
    subprocess.run(["unzip", "-q", "report.zip"], cwd=tmp_path, check=True)
    return tmp_path / "evidence-report-c0ffee01"


def steps(bag: Path) -> list[str]:
    return blocks((bag / "data/HOW-TO-CHECK.txt").read_text())


def test_every_step_gives_what_it_says_on_a_sound_report(bag: Path) -> None:
    _open, files, bagit, seal, tree, exhibits, _sender = steps(bag)
    done = run(files, bag)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    path = Path(".venv/bin").absolute()
    assert run(f'PATH="{path}:$PATH"; {bagit}', bag).returncode == 0
    sealed = run(seal, bag)
    assert "Good signature" in sealed.stderr
    fingerprint = people().vault.fingerprint
    assert fingerprint in sealed.stderr.replace(" ", "")
    root, counted = run(tree, bag).stdout.splitlines()
    assert counted.split() == [str(len(lived()[1].entries)), root]
    assert run(exhibits, bag).stdout == ""


def test_the_message_is_opened_and_its_signer_checked_with_gpg_alone(tmp_path: Path) -> None:
    (tmp_path / "REPORT.pgp").write_bytes(sealed_bytes())
    secret = f"--batch --pinentry-mode loopback --passphrase={people().recipient.passphrase}"
    script = blocks(packed_howto())
    with private_folder() as home:
        (tmp_path / "secret.asc").write_bytes(people().recipient.armored_secret)
        run(f"gpg {secret} --import secret.asc", tmp_path, home)
        opened = run(script[0].replace("gpg ", f"gpg {secret} "), tmp_path, home)
        assert (tmp_path / "evidence-report-c0ffee01").is_dir(), opened.stderr
        checked = run(script[-1].replace("gpg --decrypt", f"gpg {secret} --decrypt"), tmp_path, home)
        assert checked.returncode == 0
        assert "Good signature" in checked.stderr
        run("gpgconf --kill all", tmp_path, home)


def packed_howto() -> str:
    start = packed().index(b"How to check this report")
    return packed()[start : packed().index(b"PK", start)].decode()


def test_it_speaks_the_reports_language() -> None:
    journal = FakeJournal()
    document = document_of(replace(contents_of(journal, lived_through(journal)), language="fr"))
    assert howto.text(document).startswith("Comment vérifier ce rapport sans le logiciel qui l’a fait\n")


def test_a_line_breaks_at_spaces_alone_so_that_french_marks_and_compounds_hold_together() -> None:
    for width in range(1, 30):
        lines = howto._paragraph(f"{'l' * width} ci-dessous\u202f; la clé\u00a0: " * 20)
        assert [line for line in lines if line and (line[0] in ";:" or line[-1] == "-")] == []


@pytest.mark.parametrize("file", ["data/report.json", "data/stop.csv", "data/proof/entries.jsonl", "padding.bin"])
def test_a_changed_file_is_named(bag: Path, file: str) -> None:
    path = bag / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert file in run(steps(bag)[1], bag).stdout


def test_an_added_and_a_lost_file_are_named(bag: Path) -> None:
    (bag / "data/exhibits/extra.txt").write_text("extra")
    (bag / "later.txt").write_text("extra")
    (bag / "data/stop.csv").unlink()
    said = run(steps(bag)[1], bag).stdout
    assert {"data/exhibits/extra.txt", "later.txt"} <= set(said.splitlines())
    assert "data/stop.csv" in said


def test_a_changed_entry_leads_to_another_root(bag: Path) -> None:
    path = bag / "data/proof/entries.jsonl"
    path.write_bytes(path.read_bytes().replace(b"No network since noon", b"No network since nine"))
    assert len(run(steps(bag)[4], bag).stdout.splitlines()) == 3


def test_a_changed_checkpoint_has_a_bad_signature(bag: Path) -> None:
    path = bag / "data/proof/checkpoint"
    path.write_bytes(path.read_bytes().replace(b"\n9\n", b"\n8\n"))
    assert "BAD signature" in run(steps(bag)[3], bag).stderr
