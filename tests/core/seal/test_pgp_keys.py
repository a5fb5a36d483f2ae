"""Homes, agents, and which keys are good for what."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from evidence_kit import files
from evidence_kit.clock import SystemClock
from evidence_kit.errors import Broken, KitError, Refused, Unavailable
from evidence_kit.seal import homes, pgp
from evidence_kit.seal.pgp import Keyring, SecretKey
from tests.core.seal.person import Person, agents
from tests.fakes.message import outcome_of_message

pytestmark = pytest.mark.slow


def folder_of(ring: Keyring) -> Path:
    return ring._folder


def test_a_keyring_leaves_no_folder_and_no_agent() -> None:
    with Keyring() as ring:
        home = folder_of(ring)
        ring.generate()
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert agents(home)
    assert not home.exists()
    assert not agents(home)


def test_a_keyring_leaves_no_folder_and_no_agent_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), Keyring() as ring:
        home = folder_of(ring)
        ring.generate()
        raise ZeroDivisionError
    assert not home.exists()
    assert not agents(home)


ABANDON = """
import sys
from evidence_kit.seal.pgp import Keyring
with Keyring() as ring:
    ring.generate()
    print(ring._folder, flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_process_left_is_swept_and_what_is_in_use_is_not() -> None:
    with files.private_folder() as runtime:
        child = subprocess.Popen(
            [sys.executable, "-c", ABANDON],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "XDG_RUNTIME_DIR": str(runtime)},
        )
        with child:
            assert child.stdout
            home = Path(child.stdout.readline().decode().strip())
            assert home.parent == runtime
            assert homes.sweep_abandoned(runtime) == 0
            assert home.exists()
            assert agents(home)
            child.send_signal(signal.SIGKILL)
        assert home.exists()
        assert homes.sweep_abandoned(runtime) == 1
        assert not home.exists()
        assert not agents(home)


def test_a_key_is_made_however_the_seconds_fall_and_its_passphrase_is_remembered_nowhere(ring: Keyring) -> None:
    clock = SystemClock()
    end_ns = clock.awake_ns() + 5_000_000_000
    # The agent once forgot, at the end of a second, what it needed for the second half of a key.
    while clock.awake_ns() < end_ns:
        made = ring.generate()
    ring._passphrases[made.fingerprint] = "wrong"
    with pytest.raises(Refused, match="signing-failed"):
        ring.sign_detached(b"wrong", made.fingerprint)


def test_a_generated_key_is_pseudonymous_and_small(ring: Keyring) -> None:
    made = ring.generate()
    seen = pgp.inspect_certificate(made.certificate)
    assert seen.fingerprint == made.fingerprint
    assert seen.user_ids == ("Evidence Kit journal",)
    assert (seen.can_encrypt, seen.revoked, seen.expires_utc) == (True, False, None)
    assert len(made.certificate) < 600
    assert made.passphrase not in repr(made)
    assert b"PRIVATE KEY" not in repr(made).encode()


def test_a_key_can_carry_the_name_a_person_chose(ring: Keyring) -> None:
    assert pgp.inspect_certificate(ring.generate("Zoë Å: \\x41").certificate).user_ids == ("Zoë Å: \\x41",)


@pytest.mark.parametrize("name", ["", "  ", "a\nPassphrase: x", "a\x00b", "a\u202eb", "x" * 101])
def test_a_name_that_could_hide_something_is_refused(ring: Keyring, name: str) -> None:
    with pytest.raises(Refused, match="key-name"):
        ring.generate(name)


def test_a_secret_key_signs_again_after_it_was_stored_and_loaded(key: SecretKey) -> None:
    with Keyring() as ring:
        ring.load_secret(key)
        signature = ring.sign_detached(b"checkpoint", key.fingerprint)
    with Keyring() as other:
        assert other.load_certificate(key.certificate) == key.fingerprint
        assert other.verify_detached(b"checkpoint", signature).fingerprint == key.fingerprint


def test_the_agent_remembers_no_passphrase(key: SecretKey) -> None:
    with Keyring() as ring:
        ring.load_secret(key)
        ring.sign_detached(b"right", key.fingerprint)
        ring._passphrases[key.fingerprint] = "wrong"
        with pytest.raises(Refused, match="signing-failed"):
            ring.sign_detached(b"wrong", key.fingerprint)


def test_signing_without_the_secret_key_is_refused(ring: Keyring, key: SecretKey) -> None:
    ring.load_certificate(key.certificate)
    with pytest.raises(Refused, match="signing-failed"):
        ring.sign_detached(b"data", key.fingerprint)


def test_a_secret_key_that_is_not_what_it_says_is_refused(ring: Keyring, key: SecretKey) -> None:
    for wrong in (
        SecretKey("A" * 40, key.armored_secret, key.certificate, key.passphrase),
        SecretKey(key.fingerprint, key.certificate, key.certificate, key.passphrase),
    ):
        with pytest.raises(Broken, match="secret-key"):
            ring.load_secret(wrong)


@pytest.mark.parametrize("program", ["/nowhere/gpg", "/dev/null", "/etc/passwd/gpg"])
def test_a_missing_gpg_is_said_to_be_missing(program: str) -> None:
    with pytest.raises(Unavailable, match="gpg-missing"), Keyring(program=program):
        pass
    with pytest.raises(Unavailable, match="gpg-missing"):
        pgp.inspect_certificate(b"x", program=program)


def script(folder: Path, text: str) -> str:
    program = folder / "gpg-stand-in"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o700)
    return str(program)


def test_a_gpg_from_another_age_is_refused(tmp_path: Path) -> None:
    program = script(tmp_path, "echo cfg:version:1.4.23")
    with pytest.raises(Unavailable, match="gpg-too-old") as caught, Keyring(program=program):
        pass
    assert caught.value.facts["version"] == "1.4.23"
    with pytest.raises(Unavailable, match="gpg-too-old") as caught:
        pgp.inspect_certificate(b"x", program=program)
    assert caught.value.facts["version"] == "1.4.23"


def test_a_gpg_that_cannot_start_is_said_to_fail(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="gpg-failed"), Keyring(program=script(tmp_path, "exit 2")):
        pass


def test_no_secret_reaches_a_command_line_or_a_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    program = script(tmp_path, f'echo "$@" >> {tmp_path}/arguments\nexec gpg "$@"')
    with Keyring(program=program) as ring:
        made = ring.generate()
        signature = ring.sign_detached(b"very private words", made.fingerprint)
        ring.verify_detached(b"very private words", signature)
        out = tmp_path / "out"
        ring.encrypt(BytesIO(b"very private words"), out, [made.fingerprint], made.fingerprint)
        with out.open("rb") as source:
            outcome_of_message(ring, source, max_output=100)
    told = (tmp_path / "arguments").read_text() + caplog.text
    assert made.passphrase not in told
    assert "private" not in told.replace("private-keys", "")
    commands = (tmp_path / "arguments").read_text().splitlines()
    assert len(commands) > 5
    for option in ("--no-options", "--disable-dirmngr", "--no-auto-key-locate", "--trust-model=always", "-z0"):
        assert all(option in command.split() for command in commands)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("0123 4567 89ab cdef 0123  4567 89AB CDEF 0123 4567", "0123456789ABCDEF0123456789ABCDEF01234567"),
        ("0x0123456789abcdef0123456789abcdef01234567\n", "0123456789ABCDEF0123456789ABCDEF01234567"),
        ("01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67", "0123456789ABCDEF0123456789ABCDEF01234567"),
        ("AB" * 32, "AB" * 32),
        ("AB\u00a0" * 20, "AB" * 20),
    ],
)
def test_full_fingerprints_are_read_as_people_write_them(given: str, found: str) -> None:
    assert pgp.check_fingerprint(given) == found


@pytest.mark.parametrize("given", ["DEADBEEF", "0xDEADBEEF", "0123 4567 89AB CDEF", "AB" * 16])
def test_short_key_ids_are_refused_by_that_name(given: str) -> None:
    with pytest.raises(Refused, match="short-key-id"):
        pgp.check_fingerprint(given)


@pytest.mark.parametrize("given", ["", "desk@example.org", "AB" * 19, "AB" * 33, "٠" * 40, "AB" * 100_000, "-" * 40])
def test_what_is_no_fingerprint_is_refused(given: str) -> None:
    with pytest.raises(Refused, match="fingerprint-format"):
        pgp.check_fingerprint(given)


def expired(desk: Person) -> str:
    return desk.key(when="20200101T000000", expire="1y")


def revoked(desk: Person) -> str:
    fingerprint = desk.key()
    desk.revoke(fingerprint)
    return fingerprint


def signs_only(desk: Person) -> str:
    return desk.key(encrypts=False)


def subkey_revoked(desk: Person) -> str:
    fingerprint = desk.key()
    desk.gpg("--command-fd", "0", "--edit-key", fingerprint, "key 1", "revkey", "save", data=b"y\n0\n\ny\n")
    return fingerprint


def subkey_expired(desk: Person) -> str:
    fingerprint = desk.key(when="20200101T000000", encrypts=False)
    desk.gpg("--quick-add-key", fingerprint, "cv25519", "encr", "1y", when="20200101T000000")
    return fingerprint


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (expired, "certificate-expired"),
        (revoked, "certificate-revoked"),
        (signs_only, "certificate-cannot-encrypt"),
        (subkey_expired, "certificate-expired"),
        (subkey_revoked, "certificate-cannot-encrypt"),
    ],
)
def test_an_unfit_certificate_stops_the_encryption_by_its_name(
    ring: Keyring, desk: Person, tmp_path: Path, make: Callable[[Person], str], what: str
) -> None:
    good = ring.generate().fingerprint
    bad = ring.load_certificate(desk.certificate(make(desk)))
    with pytest.raises(Refused, match=what) as caught:
        ring.encrypt(BytesIO(b"x"), tmp_path / "out", [good, bad])
    assert caught.value.facts["fingerprint"] == bad
    assert not list(tmp_path.iterdir())


def test_a_certificate_that_is_not_here_stops_the_encryption(ring: Keyring, tmp_path: Path) -> None:
    good = ring.generate().fingerprint
    for recipients, what in [
        ([good, "A" * 40], "certificate-missing"),
        ([good, good[-16:]], "short-key-id"),
        ([good, "desk@example.org"], "fingerprint-format"),
        ([], "no-recipient"),
    ]:
        with pytest.raises(Refused, match=what):
            ring.encrypt(BytesIO(b"x"), tmp_path / "out", recipients)
    assert not list(tmp_path.iterdir())


def test_the_fingerprint_of_a_subkey_is_not_the_one_that_was_confirmed(
    ring: Keyring, desk: Person, tmp_path: Path
) -> None:
    certificate = desk.certificate(desk.key())
    ring.load_certificate(certificate)
    listed = desk.gpg("--list-keys", "--with-colons", "--fingerprint", "--fingerprint").decode().splitlines()
    subkey = [line.split(":")[9] for line in listed if line.startswith("fpr:")][1]
    with pytest.raises(Refused, match="certificate-missing"):
        ring.encrypt(BytesIO(b"x"), tmp_path / "out", [subkey])


def test_a_clock_that_was_put_back_does_not_revive_an_expired_certificate(
    ring: Keyring, desk: Person, tmp_path: Path
) -> None:
    fingerprint = ring.load_certificate(desk.certificate(desk.key(expire="2090-01-01")))
    ring.encrypt(BytesIO(b"x"), tmp_path / "out", [fingerprint], known_utc=3_700_000_000)
    with pytest.raises(Refused, match="certificate-expired"):
        ring.encrypt(BytesIO(b"x"), tmp_path / "out", [fingerprint], known_utc=3_800_000_000)


def test_a_certificate_from_the_future_of_a_wrong_clock_still_encrypts(
    ring: Keyring, desk: Person, tmp_path: Path
) -> None:
    theirs = desk.key(when="20800101T000000")
    ring.load_certificate(desk.certificate(theirs))
    ring.encrypt(BytesIO(b"late"), tmp_path / "out", [theirs])
    assert desk.gpg("--decrypt", str(tmp_path / "out"), when="20800102T000000") == b"late"


def test_a_home_that_exists_is_used_and_not_changed(desk: Person, key: SecretKey, tmp_path: Path) -> None:
    theirs = desk.key()
    with Keyring() as sender:
        sender.load_secret(key)
        sender.load_certificate(desk.certificate(theirs))
        sender.encrypt(BytesIO(b"a report"), tmp_path / "out", [theirs], key.fingerprint)
    subprocess.run(["gpgconf", "--homedir", desk.home, "--kill", "gpg-agent"], check=True)
    subprocess.run(["gpg-connect-agent", "--homedir", desk.home, "/bye"], check=True, capture_output=True)

    def picture() -> dict[str, tuple[int, bytes]]:
        return {
            str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in desk.home.rglob("*") if path.is_file()
        }

    before = picture()
    with Keyring(desk.home) as ring, (tmp_path / "out").open("rb") as report:
        assert outcome_of_message(ring, report, max_output=100).signing is pgp.Signing.UNKNOWN
        assert ring.load_certificate(key.certificate) == key.fingerprint
        report.seek(0)
        outcome = outcome_of_message(ring, report, max_output=100)
        assert outcome.signature
        assert outcome.signature.fingerprint == key.fingerprint
        receipt = ring.sign_message(b"received", theirs)
        assert outcome_of_message(ring, BytesIO(receipt), max_output=100).signing is pgp.Signing.GOOD
        with pytest.raises(ValueError, match="never changed"):
            ring.generate()
        with pytest.raises(ValueError, match="never changed"):
            ring.load_secret(key)
    assert picture() == before
    assert key.fingerprint.encode() not in desk.gpg("--list-keys", "--with-colons")
    assert agents(desk.home)


def test_an_agent_that_came_up_for_us_in_an_existing_home_ends_with_us(desk: Person) -> None:
    theirs = desk.key()
    with Keyring(desk.home):
        pass
    assert agents(desk.home)
    subprocess.run(["gpg-connect-agent", "--homedir", desk.home, "KILLAGENT", "/bye"], check=True, capture_output=True)
    with Keyring() as other:
        # Its end is awaited here, by the code under test.
        homes.end_agent(desk.home)
        assert other.version
    assert not agents(desk.home)
    with Keyring(desk.home) as ring:
        ring.sign_detached(b"x", theirs)
        assert agents(desk.home)
    assert not agents(desk.home)


def test_a_home_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="gpg-home-missing"), Keyring(tmp_path / "nothing"):
        pass


# Looking at certificates


def test_a_certificate_is_told_as_it_is(desk: Person) -> None:
    fingerprint = desk.key("Desk (line 1) <desk@example.org>", expire="2090-01-01")
    for form in (desk.certificate(fingerprint), desk.gpg("--armor", "--export", fingerprint)):
        seen = pgp.inspect_certificate(form)
        assert seen.fingerprint == fingerprint
        assert seen.user_ids == ("Desk (line 1) <desk@example.org>",)
        assert seen.can_encrypt
        assert not seen.revoked
        assert seen.expires_utc
        assert abs(seen.expires_utc - 3_786_955_200) < 2 * 86_400
        with Keyring() as ring:
            assert ring.load_certificate(seen.minimal) == fingerprint


@pytest.mark.parametrize(
    ("make", "can_encrypt", "is_revoked"),
    [
        (expired, True, False),
        (revoked, False, True),
        (signs_only, False, False),
        (subkey_expired, False, False),
        (subkey_revoked, False, False),
    ],
)
def test_an_unfit_certificate_is_told_as_it_is(
    desk: Person, make: Callable[[Person], str], can_encrypt: bool, is_revoked: bool
) -> None:
    seen = pgp.inspect_certificate(desk.certificate(make(desk)))
    assert seen.can_encrypt is can_encrypt
    assert seen.revoked is is_revoked
    if make is expired:
        assert seen.expires_utc
        assert seen.expires_utc < 1_650_000_000


def test_what_is_not_exactly_one_certificate_is_refused_by_name(desk: Person) -> None:
    first, second = desk.key("First"), desk.key("Second")
    secret = desk.gpg("--export-secret-keys", first)
    message = desk.gpg("--encrypt", "--recipient", first, data=b"hello")
    for untrusted, what in [
        (desk.certificate(first) + desk.certificate(second), "certificate-several"),
        (desk.gpg("--armor", "--export", first) + desk.gpg("--armor", "--export", second), "certificate-several"),
        (secret, "certificate-secret"),
        (desk.gpg("--armor", "--export-secret-keys", first), "certificate-secret"),
        (desk.certificate(second) + secret, "certificate-secret"),
        (b"", "certificate-unreadable"),
        (b"not a key at all\n", "certificate-unreadable"),
        (os.urandom(100_000), "certificate-unreadable"),
        (message, "certificate-unreadable"),
        (desk.certificate(first)[:40], "certificate-unreadable"),
        (desk.certificate(first) + bytes(256 * 1024), "certificate-too-large"),
    ]:
        with pytest.raises(Refused, match=what):
            pgp.inspect_certificate(untrusted)
        with Keyring() as ring, pytest.raises(Refused, match=what):
            ring.load_certificate(untrusted)


def test_a_certificate_flooded_with_signatures_of_strangers_loses_them(desk: Person) -> None:
    fingerprint = desk.key()
    clean = pgp.inspect_certificate(desk.certificate(fingerprint))
    for number in range(8):
        stranger = desk.key(f"Stranger {number}", encrypts=False)
        desk.gpg("--default-key", stranger, "--quick-sign-key", fingerprint)
    flooded = desk.certificate(fingerprint)
    assert len(flooded) > len(clean.minimal) + 800
    assert pgp.inspect_certificate(flooded) == clean
    sizes = []
    for form in (flooded, clean.minimal):
        with Keyring() as ring:
            ring.load_certificate(form)
            sizes.append((folder_of(ring) / "pubring.kbx").stat().st_size)
    assert sizes[0] == sizes[1]


FORGERY = (
    "Friend\u2028fpr:::::::::{0}:\u2028[GNUPG:] GOODSIG 1 x\u2028[GNUPG:] VALIDSIG {0} 2026-01-01 1 0 4 0 22 8 00 {0}"
)


def test_a_user_id_cannot_forge_the_fingerprint_that_a_person_compares(desk: Person) -> None:
    fingerprint = desk.key(FORGERY.format("B" * 40))
    seen = pgp.inspect_certificate(desk.certificate(fingerprint))
    assert seen.fingerprint == fingerprint
    assert seen.user_ids == (FORGERY.format("B" * 40).replace("\u2028", "\ufffd").encode()[:197].decode() + "…",)


def test_a_user_id_cannot_forge_a_status_line(desk: Person, ring: Keyring) -> None:
    fingerprint = desk.key(FORGERY.format("B" * 40))
    ring.load_certificate(desk.certificate(fingerprint))
    signature = desk.gpg("--detach-sign", data=b"data")
    assert ring.verify_detached(b"data", signature).fingerprint == fingerprint
    with pytest.raises(Broken, match="signature-bad"):
        ring.verify_detached(b"other data", signature)


def test_a_gpg_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    fifo = tmp_path / "alive"
    os.mkfifo(fifo)
    program = script(tmp_path, f"exec 3<>{fifo}\necho started >&3\nexec sleep 600")
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with pytest.raises(Refused, match="certificate-unreadable"):
            pgp.inspect_certificate(b"x", program=program, deadline_s=1.5)
        assert os.read(reader, 100) == b"started\n"
        # End of file: nobody holds the other end any more.
        os.set_blocking(reader, True)
        assert os.read(reader, 100) == b""
    finally:
        os.close(reader)


def test_the_child_and_its_gpg_are_limited(tmp_path: Path) -> None:
    program = script(tmp_path, f"(ulimit -v; ulimit -t; ulimit -c) > {tmp_path}/limits\nexit 2")
    with pytest.raises(Unavailable, match="gpg-failed"):
        pgp.inspect_certificate(b"x", program=program)
    memory, seconds, core = (int(line) for line in (tmp_path / "limits").read_text().split())
    assert memory <= 512 * 1024
    assert seconds <= 10
    assert core == 0


def test_a_child_that_writes_nonsense_is_not_believed(tmp_path: Path) -> None:
    from evidence_kit.seal import certificate

    good = {
        "fingerprint": "A" * 40,
        "user_ids": ["x\u202ey"],
        "created_utc": 1,
        "expires_utc": None,
        "can_encrypt": True,
        "revoked": False,
        "minimal": "AAAA",
    }
    assert certificate._certificate(json.dumps(good).encode()).user_ids == ("x\ufffdy",)
    for change in (
        {"fingerprint": "AAAA"},
        {"fingerprint": None},
        {"created_utc": "1"},
        {"minimal": "A A"},
        {"can_encrypt": 1},
        {"user_ids": "x"},
    ):
        with pytest.raises(KitError):
            certificate._certificate(json.dumps(good | change).encode())
    for reply in (b"", b"null", b"[" * 100_000, b'{"refused": "made-up"}', b"\xff"):
        with pytest.raises(Refused, match="certificate-unreadable"):
            certificate._certificate(reply)


def test_nothing_stays_of_a_certificate_that_was_looked_at(desk: Person, tmp_path: Path) -> None:
    program = script(tmp_path, f'echo "$@" >> {tmp_path}/arguments\nexec gpg "$@"')
    pgp.inspect_certificate(desk.certificate(desk.key()), program=program)
    told = (tmp_path / "arguments").read_text().split()
    home = Path(told[told.index("--homedir") + 1])
    assert home.is_absolute()
    assert not home.exists()
    assert not agents(home)
