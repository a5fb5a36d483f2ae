"""The check in a child: the same findings, under limits, and nothing that the child says is believed blindly."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.files import private_folder
from evidence_kit.seal.pgp import Keyring
from evidence_kit.verify import child
from evidence_kit.verify.check import check
from tests.fakes.sealed_report import packed, people


def test_the_child_finds_what_the_check_finds(tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    path.write_bytes(packed())
    expected = people().vault.fingerprint
    assert child.check_in_child(path, expected=expected) == check(path, expected=expected)


def test_the_child_opens_messages_with_the_recipients_own_home_and_leaves_it_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "report.pgp"
    with private_folder() as home:
        gpg = ["gpg", "--homedir", str(home), "--quiet", "--batch", "--no-tty"]
        made = [*gpg, "--pinentry-mode=loopback", "--passphrase=", "--quick-generate-key", "desk", "future-default"]
        subprocess.run(made, capture_output=True, check=True)
        certificate = subprocess.run([*gpg, "--export", "desk"], capture_output=True, check=True).stdout
        before = contents_of(home)
        with Keyring() as keyring:
            keyring.load_secret(people().vault)
            desk = keyring.load_certificate(certificate)
            keyring.encrypt(io.BytesIO(packed()), path, [desk], people().vault.fingerprint)
        findings = child.check_in_child(path, home=home, expected=people().vault.fingerprint)
        after = contents_of(home)
        subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=True)
    assert before == after
    assert {"message-signed", "sender-confirmed"} <= {finding.code for finding in findings}


def contents_of(home: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_errors_come_back_as_errors(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        child.check_in_child(tmp_path / "nothing")
    assert (caught.value.code.value, caught.value.facts) == ("no-such-file", {"name": "nothing"})


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    path.write_bytes(packed())
    with pytest.raises(Refused) as caught:
        child.check_in_child(path, patience_s=0.001)
    assert caught.value.code is Code.CHECK_TOOK_TOO_LONG


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"not json\n",
        b'{"code":"form","verdict":"note","subject":"x","facts":[]}\n',
        b'{"code":"form","verdict":"fine","subject":"x","facts":[]}\n{"done":true}\n',
        b'{"code":"form","verdict":"note","subject":"x","facts":[["a"]]}\n{"done":true}\n',
        b'{"branch":"Refused","what":1,"facts":{}}\n',
        b"[" * 100 + b"\n",
    ],
)
def test_a_reply_that_is_not_whole_and_sound_counts_as_none(tmp_path: Path, reply: bytes) -> None:
    with pytest.raises(Refused) as caught:
        child.findings_of(reply, tmp_path)
    assert caught.value.code is Code.CHECK_GAVE_UP


def test_control_characters_from_the_child_do_not_reach_the_screen(tmp_path: Path) -> None:
    reply = b'{"code":"form","verdict":"note","subject":"a\\u001b[2J","facts":[["n","\\u202e"]]}\n{"done":true}\n'
    (finding,) = child.findings_of(reply, tmp_path)
    assert (finding.subject, finding.facts) == ("a\ufffd[2J", (("n", "\ufffd"),))


def test_the_child_cannot_take_all_memory_or_write_large_files(tmp_path: Path) -> None:
    script = (
        "import resource; from evidence_kit.verify.__main__ import limit; limit();"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_FSIZE)[0])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert [int(value) for value in done.stdout.split()] == [2 << 30, 16 << 20]
