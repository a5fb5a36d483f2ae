"""Messages and signatures: what goes out, and what of what comes in can be relied on."""

import errno
import hashlib
import io
import random
import re
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, KitError, Refused, Unavailable
from evidence_kit.seal.pgp import Keyring, SecretKey, Signing
from tests.core.seal.person import Person
from tests.core.seal.test_pgp_keys import FORGERY, expired, script
from tests.fakes.clock import FakeClock
from tests.fakes.message import outcome_of_message

pytestmark = pytest.mark.slow

BIG = random.Random(7).randbytes(3_000_000)


@pytest.fixture(scope="module")
def recipient() -> Iterator[Keyring]:
    with Keyring() as keyring:
        keyring.generate("Recipient")
        yield keyring


def own_key(ring: Keyring) -> str:
    return next(iter(ring._passphrases))


@pytest.fixture
def sender(ring: Keyring, recipient: Keyring, key: SecretKey) -> Keyring:
    ring.load_secret(key)
    ring.load_certificate(recipient.certificate(own_key(recipient)))
    recipient.load_certificate(key.certificate)
    return ring


@pytest.fixture
def sealed(sender: Keyring, recipient: Keyring, key: SecretKey, tmp_path: Path) -> bytes:
    """A small signed and encrypted message."""
    sender.encrypt(BytesIO(b"what was seen"), tmp_path / "sealed", [own_key(recipient)], key.fingerprint)
    return (tmp_path / "sealed").read_bytes()


@pytest.mark.parametrize("content", [b"", b"x", BIG])
def test_a_signed_message_comes_back_whole_with_its_signer(
    sender: Keyring, recipient: Keyring, key: SecretKey, tmp_path: Path, content: bytes
) -> None:
    out = tmp_path / "out"
    written = sender.encrypt(BytesIO(content), out, [own_key(recipient)], key.fingerprint)
    ciphertext = out.read_bytes()
    assert (written.sha256, written.size) == (hashlib.sha256(ciphertext).hexdigest(), len(ciphertext))
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [out]
    with out.open("rb") as source, recipient.open_message(source, max_output=len(content)) as message:
        assert message.read() == content
        outcome = message.outcome
    assert (outcome.encrypted, outcome.size, outcome.signing) == (True, len(content), Signing.GOOD)
    assert outcome.signature
    assert outcome.signature.fingerprint == key.fingerprint
    assert not outcome.signature.in_future


def test_the_outside_tells_neither_signer_nor_recipient(
    sealed: bytes, recipient: Keyring, key: SecretKey, desk: Person
) -> None:
    for fingerprint in (own_key(recipient), key.fingerprint):
        assert bytes.fromhex(fingerprint)[-8:] not in sealed
    packets = desk.gpg("--list-packets", data=sealed, check=False)
    assert b"keyid 0000000000000000" in packets


def test_every_recipient_can_open_it_and_the_sender_cannot(
    sender: Keyring, recipient: Keyring, desk: Person, key: SecretKey, tmp_path: Path
) -> None:
    theirs = desk.key()
    sender.load_certificate(desk.certificate(theirs))
    sender.encrypt(BytesIO(b"both"), tmp_path / "out", [theirs, own_key(recipient), theirs], key.fingerprint)
    assert desk.gpg("--decrypt", str(tmp_path / "out"), check=False) == b"both"
    with (tmp_path / "out").open("rb") as source:
        assert outcome_of_message(recipient, source, max_output=10).signing is Signing.GOOD
        source.seek(0)
        with pytest.raises(Refused, match="not-for-this-key"):
            outcome_of_message(sender, source, max_output=10)


def test_an_unsigned_message_is_named_so(sender: Keyring, recipient: Keyring, tmp_path: Path) -> None:
    sender.encrypt(BytesIO(b"anybody"), tmp_path / "out", [own_key(recipient)])
    with (tmp_path / "out").open("rb") as source:
        outcome = outcome_of_message(recipient, source, max_output=10)
    assert (outcome.signing, outcome.signature, outcome.claimed_signer) == (Signing.UNSIGNED, None, None)


def test_a_signer_without_certificate_here_is_told_and_not_believed(
    recipient: Keyring, sender: Keyring, desk: Person, tmp_path: Path
) -> None:
    theirs = desk.key("Stranger")
    desk.gpg("--import", data=recipient.certificate(own_key(recipient)))
    message = desk.gpg("--encrypt", "--sign", "--recipient", own_key(recipient), data=b"trust me")
    outcome = outcome_of_message(recipient, BytesIO(message), max_output=10)
    assert (outcome.signing, outcome.signature, outcome.claimed_signer) == (Signing.UNKNOWN, None, theirs)


def test_reading_in_pieces_gives_the_same_bytes(sender: Keyring, recipient: Keyring, tmp_path: Path) -> None:
    sender.encrypt(BytesIO(BIG), tmp_path / "out", [own_key(recipient)])
    with (tmp_path / "out").open("rb") as source, recipient.open_message(source, max_output=len(BIG)) as message:
        pieces = [message.read(1), message.read(99_999), message.read(700_000)]
        assert b"".join(pieces) == BIG[:800_000]
        assert message.outcome.size == len(BIG)


def test_no_flipped_byte_is_overlooked(sealed: bytes, recipient: Keyring) -> None:
    positions = [*range(16), *range(100, len(sealed), 17), *range(len(sealed) - 30, len(sealed))]
    for position in positions:
        damaged = bytearray(sealed)
        damaged[position] ^= 0x55
        with pytest.raises((Broken, Refused)) as caught:
            outcome_of_message(recipient, BytesIO(bytes(damaged)), max_output=1000)
        assert caught.value.code in {Code.MESSAGE_DAMAGED, Code.NOT_FOR_THIS_KEY, Code.NOT_OPENPGP, Code.SIGNATURE_BAD}


def test_no_cut_is_overlooked(sealed: bytes, recipient: Keyring) -> None:
    for length in [0, 1, 2, 50, 100, 150, *range(len(sealed) - 25, len(sealed), 3), len(sealed) - 1]:
        with pytest.raises((Broken, Refused)) as caught:
            outcome_of_message(recipient, BytesIO(sealed[:length]), max_output=1000)
        assert caught.value.code in {Code.MESSAGE_DAMAGED, Code.NOT_FOR_THIS_KEY, Code.NOT_OPENPGP}


def test_damage_is_told_by_reading_to_the_end_too(sealed: bytes, recipient: Keyring) -> None:
    damaged = BytesIO(sealed[:-5])
    with recipient.open_message(damaged, max_output=1000) as message, pytest.raises(Broken, match="message-damaged"):
        message.read()
    with recipient.open_message(BytesIO(sealed[:-5]), max_output=1000) as message:
        assert message.read(5) in {b"what ", b""}
        with pytest.raises(Broken, match="message-damaged"):
            _ = message.outcome


def test_something_added_around_a_message_breaks_it(
    sealed: bytes, sender: Keyring, recipient: Keyring, desk: Person, key: SecretKey, tmp_path: Path
) -> None:
    theirs = sender.load_certificate(desk.certificate(desk.key()))
    both = []
    for order in ([theirs, own_key(recipient)], [own_key(recipient), theirs]):
        sender.encrypt(BytesIO(b"to two"), tmp_path / "two", order, key.fingerprint)
        both.append((tmp_path / "two").read_bytes())
        assert outcome_of_message(recipient, BytesIO(both[-1]), max_output=1000).signing is Signing.GOOD
    literal = desk.gpg("--store", data=b"added")
    signed = desk.gpg("--sign", data=b"added")
    symmetric = desk.gpg("--symmetric", "--passphrase", "x", data=b"x")
    for whole in (sealed, *both):
        for rest in (literal, signed, whole, b"\x00junk", b"\xffjunk", symmetric, sealed, desk.certificate(theirs)):
            for message in (whole + rest, rest + whole, whole[:-1] + rest):
                try:
                    outcome = outcome_of_message(recipient, BytesIO(message), max_output=1000)
                except (Broken, Refused):
                    continue
                # gpg reads one signed message and stops: it is the stranger's alone, and said to be.
                assert (outcome.encrypted, outcome.signing, outcome.claimed_signer) == (False, Signing.UNKNOWN, theirs)
                assert message.startswith(signed)


def test_what_is_no_protected_message_is_refused(recipient: Keyring, desk: Person) -> None:
    theirs = desk.key()
    for content, what in [
        (b"", "not-openpgp"),
        (b"hello, this is text", "not-openpgp"),
        (b"PK\x03\x04" + bytes(200), "not-openpgp"),
        (b"junk." * 40_000, "not-openpgp"),
        (desk.certificate(theirs), "not-openpgp"),
        (desk.gpg("--store", data=b"open"), "message-unprotected"),
        (desk.gpg("--armor", "--store", data=b"open"), "message-unprotected"),
        (desk.gpg("--symmetric", "--passphrase", "x", data=b"x"), "not-for-this-key"),
    ]:
        with pytest.raises(KitError) as caught:
            outcome_of_message(recipient, BytesIO(content), max_output=1000)
        assert caught.value.code.value == what, content[:20]


def test_a_bomb_is_stopped_at_the_limit(recipient: Keyring, desk: Person) -> None:
    desk.gpg("--import", data=recipient.certificate(own_key(recipient)))
    bomb = desk.gpg("-z9", "--encrypt", "--recipient", own_key(recipient), data=bytes(50_000_000))
    assert len(bomb) < 100_000
    with pytest.raises(Refused, match="message-too-large") as caught:
        outcome_of_message(recipient, BytesIO(bomb), max_output=1_000_000)
    assert caught.value.facts["cap"] == 1_000_000


class Endless(io.RawIOBase):
    """A source that counts what was taken from it."""

    def __init__(self, *, stop_after: int | None = None, error: OSError | None = None) -> None:
        super().__init__()
        self.taken = 0
        self.stop_after, self.error = stop_after, error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # io hands over buffers
        if self.stop_after is not None and self.taken >= self.stop_after:
            if self.error:
                raise self.error
            return 0
        view[:] = bytes(len(view))
        self.taken += len(view)
        return len(view)


def test_a_reader_who_leaves_early_does_not_wait_for_the_rest(
    sender: Keyring, recipient: Keyring, tmp_path: Path
) -> None:
    source = Endless(stop_after=60_000_000)
    sender.encrypt(io.BufferedReader(source), tmp_path / "out", [own_key(recipient)])
    with (tmp_path / "out").open("rb") as message_file:
        with recipient.open_message(message_file, max_output=10**9) as message:
            assert message.read(10) == bytes(10)
        assert message_file.tell() < 30_000_000
    assert message.closed


@pytest.mark.parametrize(
    "error", [OSError(errno.EIO, "the card was pulled out"), BrokenPipeError(errno.EPIPE, "the writer died")]
)
def test_a_source_that_fails_leaves_no_file(
    sender: Keyring, recipient: Keyring, tmp_path: Path, error: OSError
) -> None:
    source = io.BufferedReader(Endless(stop_after=3_000_000, error=error))
    with pytest.raises((OSError, Unavailable)):
        sender.encrypt(source, tmp_path / "out", [own_key(recipient)])
    assert not list(tmp_path.iterdir())


def test_no_other_key_signs_in_the_place_of_the_one_asked_for(desk: Person, tmp_path: Path, key: SecretKey) -> None:
    theirs = desk.key()
    with Keyring(desk.home) as ring:
        ring.load_certificate(key.certificate)
        for act in (
            lambda: ring.sign_detached(b"x", key.fingerprint),
            lambda: ring.sign_message(b"x", key.fingerprint),
            lambda: ring.encrypt(BytesIO(b"x"), tmp_path / "out", [theirs], key.fingerprint),
        ):
            with pytest.raises(Refused, match="signing-failed"):
                act()
    assert not (tmp_path / "out").exists()


def test_a_failed_encryption_leaves_the_older_file_as_it_was(
    sender: Keyring, recipient: Keyring, tmp_path: Path
) -> None:
    (tmp_path / "out").write_bytes(b"older")
    with pytest.raises(Refused, match="signing-failed"):
        sender.encrypt(BytesIO(b"x"), tmp_path / "out", [own_key(recipient)], own_key(recipient))
    assert (tmp_path / "out").read_bytes() == b"older"
    assert len(list(tmp_path.iterdir())) == 1


FULL = """
import io, sys
from pathlib import Path
from evidence_kit.errors import Refused
from evidence_kit.seal.pgp import Keyring
with Keyring() as ring:
    fingerprint = ring.generate().fingerprint
    folder = Path(sys.argv[1])
    try:
        ring.encrypt(io.BytesIO(bytes(3_000_000)), folder / "out", [fingerprint])
    except Refused as error:
        print(error.code.value, len(list(folder.iterdir())))
"""


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    space = ["unshare", "--user", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*space, "true"], check=False, capture_output=True).returncode:
        pytest.skip("no user namespaces here")
    mounted = f'mount -t tmpfs -o size=1m none {tmp_path} && exec {sys.executable} -c "$0" {tmp_path}'
    done = subprocess.run([*space, "sh", "-c", mounted, FULL], check=False, capture_output=True)
    assert done.stdout == b"disk-full 0\n", done.stderr


def test_gpg_killed_halfway_leaves_no_file(recipient: Keyring, tmp_path: Path) -> None:
    program = script(tmp_path, 'case "$*" in *--encrypt*) head -c 100000; kill -9 $$;; *) exec gpg "$@";; esac')
    folder = tmp_path / "outbox"
    folder.mkdir()
    with Keyring(program=program) as ring:
        fingerprint = ring.generate().fingerprint
        with pytest.raises(Unavailable, match="gpg-failed"):
            ring.encrypt(BytesIO(BIG), folder / "out", [fingerprint])
    assert not list(folder.iterdir())


def test_several_threads_can_use_one_keyring(
    sender: Keyring, recipient: Keyring, key: SecretKey, tmp_path: Path
) -> None:
    def work(number: int) -> None:
        out = tmp_path / str(number)
        sender.encrypt(BytesIO(BIG[number:]), out, [own_key(recipient)], key.fingerprint)
        with out.open("rb") as source, recipient.open_message(source, max_output=len(BIG)) as message:
            if message.read() == BIG[number:] and message.outcome.signing is Signing.GOOD:
                done.append(number)

    done: list[int] = []
    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 1, 2, 3]


MEMORY = """
import resource
import tempfile
from pathlib import Path
from evidence_kit.seal.pgp import Keyring

class Source:
    left = 256
    def read(self, size):
        if not self.left: return b""
        self.left -= 1
        return bytes(1 << 20)

with Keyring() as ring:
    fingerprint = ring.generate().fingerprint
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(ring.encrypt(Source(), out, [fingerprint], fingerprint).size)
        with out.open("rb") as source:
            with ring.open_message(source, max_output=1 << 30) as message:
                print(message.outcome.size)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_stays_flat_over_a_quarter_of_a_gibibyte() -> None:
    done = subprocess.run([sys.executable, "-c", MEMORY], check=True, capture_output=True)
    written, opened, grown_kib = (int(line) for line in done.stdout.split())
    assert written > opened == 256 << 20
    assert grown_kib < 24 * 1024


# Signatures


def test_a_receipt_is_an_inline_signed_message(sender: Keyring, recipient: Keyring, key: SecretKey) -> None:
    receipt = recipient.sign_message("reçu\r\n \n".encode(), own_key(recipient))
    assert receipt.startswith(b"-----BEGIN PGP MESSAGE-----")
    with sender.open_message(BytesIO(receipt), max_output=100) as message:
        assert message.read() == "reçu\r\n \n".encode()
        outcome = message.outcome
    assert not outcome.encrypted
    assert outcome.signature
    assert outcome.signature.fingerprint == own_key(recipient)


def test_no_changed_receipt_is_believed(sender: Keyring, recipient: Keyring) -> None:
    receipt = recipient.sign_message(b"sha256 abc", own_key(recipient))
    for position in range(40, len(receipt) - 30, 11):
        changed = bytearray(receipt)
        changed[position] = ord("A") if changed[position] != ord("A") else ord("B")
        with pytest.raises((Broken, Refused)):
            outcome_of_message(sender, BytesIO(bytes(changed)), max_output=100)


def test_a_signature_holds_for_its_bytes_alone(sender: Keyring, key: SecretKey) -> None:
    signature = sender.sign_detached(b"root 42\n", key.fingerprint)
    assert signature.startswith(b"-----BEGIN PGP SIGNATURE-----")
    found = sender.verify_detached(b"root 42\n", signature)
    assert found.fingerprint == key.fingerprint
    for other in (b"root 43\n", b"root 42", b"root 42\r\n", b"", b"x" * 2_000_000):
        with pytest.raises(Broken, match="signature-bad"):
            sender.verify_detached(other, signature)


def test_a_signature_by_a_stranger_is_told_with_its_claim(ring: Keyring, desk: Person) -> None:
    theirs = desk.key()
    with pytest.raises(Broken, match="signature-unknown-signer") as caught:
        ring.verify_detached(b"data", desk.gpg("--detach-sign", data=b"data"))
    assert caught.value.facts["signer"] == theirs


def nothing(_: Person) -> bytes:
    return b""


def garbage(_: Person) -> bytes:
    return b"-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n"


def huge(_: Person) -> bytes:
    return bytes(100_000)


def inline(desk: Person) -> bytes:
    return desk.gpg("--sign", data=b"data")


def clear(desk: Person) -> bytes:
    return desk.gpg("--clearsign", data=b"data")


def doubled(desk: Person) -> bytes:
    one = desk.gpg("--detach-sign", data=b"data")
    return one + one


def over_text(desk: Person) -> bytes:
    return desk.gpg("--textmode", "--detach-sign", data=b"data")


def sha1(desk: Person) -> bytes:
    return desk.gpg("--digest-algo", "SHA1", "--allow-weak-digest-algos", "--detach-sign", data=b"data")


def ended(desk: Person) -> bytes:
    return desk.gpg("--default-sig-expire", "1d", "--detach-sign", data=b"data", when="20260601T000000")


def certificate_instead(desk: Person) -> bytes:
    return desk.gpg("--export")


@pytest.mark.parametrize(
    ("make", "whats"),
    [
        (nothing, {"signature-missing"}),
        (garbage, {"signature-missing"}),
        (huge, {"signature-missing"}),
        (inline, {"signature-missing", "signature-bad"}),
        (clear, {"signature-missing", "signature-bad", "signature-kind"}),
        (doubled, {"signature-several"}),
        (over_text, {"signature-kind"}),
        (sha1, {"signature-weak", "signature-bad"}),
        (ended, {"signature-expired"}),
        (certificate_instead, {"signature-missing"}),
    ],
)
def test_whatever_is_not_one_plain_strong_signature_is_refused_by_name(
    ring: Keyring, desk: Person, make: Callable[[Person], bytes], whats: set[str]
) -> None:
    theirs = desk.key(when="20260101T000000")
    ring.load_certificate(desk.certificate(theirs))
    assert ring.verify_detached(b"data", desk.gpg("--detach-sign", data=b"data")).fingerprint == theirs
    with pytest.raises(Broken) as caught:
        ring.verify_detached(b"data", make(desk))
    assert caught.value.code.value in whats


def test_the_signature_of_a_revoked_key_is_refused(ring: Keyring, desk: Person) -> None:
    theirs = desk.key()
    signature = desk.gpg("--detach-sign", data=b"data")
    desk.revoke(theirs)
    ring.load_certificate(desk.certificate(theirs))
    with pytest.raises(Broken, match="signature-revoked-key"):
        ring.verify_detached(b"data", signature)


def test_the_signature_of_a_key_that_expired_since_says_so(ring: Keyring, desk: Person) -> None:
    theirs = expired(desk)
    signature = desk.gpg("--detach-sign", data=b"data", when="20200601T000000")
    ring.load_certificate(desk.certificate(theirs))
    found = ring.verify_detached(b"data", signature)
    assert (found.fingerprint, found.key_expired, found.in_future) == (theirs, True, False)


@pytest.mark.parametrize(("when", "in_future"), [("20261119T110640", False), ("20261119T110641", True)])
def test_a_signature_from_more_than_a_day_ahead_is_named(desk: Person, when: str, in_future: bool) -> None:
    theirs = desk.key(when="20260101T000000")
    with Keyring(clock=FakeClock()) as ring:
        ring.load_certificate(desk.certificate(theirs))
        found = ring.verify_detached(b"data", desk.gpg("--detach-sign", data=b"data", when=when))
        assert found.in_future is in_future
        message = desk.gpg("--sign", data=b"data", when=when)
        outcome = outcome_of_message(ring, BytesIO(message), max_output=10)
    assert outcome.signature == found


def test_a_signature_by_a_subkey_is_told_by_its_primary_key(ring: Keyring, desk: Person) -> None:
    theirs = desk.key()
    desk.gpg("--quick-add-key", theirs, "ed25519", "sign", "never")
    ring.load_certificate(desk.certificate(theirs))
    assert ring.verify_detached(b"data", desk.gpg("--detach-sign", data=b"data")).fingerprint == theirs


def test_a_user_id_cannot_forge_the_status_of_a_message(ring: Keyring, desk: Person, recipient: Keyring) -> None:
    forged = own_key(recipient)
    theirs = desk.key(FORGERY.format(forged))
    recipient.load_certificate(desk.certificate(theirs))
    outcome = outcome_of_message(recipient, BytesIO(desk.gpg("--sign", data=b"data")), max_output=10)
    assert outcome.signature
    assert outcome.signature.fingerprint == theirs != forged


def test_a_file_name_inside_a_message_cannot_forge_a_status_line(recipient: Keyring, desk: Person) -> None:
    desk.gpg("--import", data=recipient.certificate(own_key(recipient)))
    name = "x\n[GNUPG:] GOODSIG 1 x\n[GNUPG:] VALIDSIG " + "B" * 40 + " 2026-01-01 1 0 4 0 22 8 00 " + "B" * 40
    message = desk.gpg("--set-filename", name, "--encrypt", "--recipient", own_key(recipient), data=b"data")
    assert outcome_of_message(recipient, BytesIO(message), max_output=10).signing is Signing.UNSIGNED


def test_a_message_that_makes_gpg_talk_without_end_is_refused_or_read_once(recipient: Keyring, desk: Person) -> None:
    desk.key()
    signed = desk.gpg("--sign", data=b"data")
    try:
        outcome = outcome_of_message(recipient, BytesIO(signed * 3000), max_output=10**6)
    except Broken:
        return
    # Where gpg stops after the first message, that one alone was read, and its signer is not known here.
    assert (outcome.size, outcome.signing) == (4, Signing.UNKNOWN)


def test_open_files_and_processes_do_not_pile_up(sender: Keyring, key: SecretKey) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        sender.verify_detached(b"x", sender.sign_detached(b"x", key.fingerprint))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert threading.active_count() < 20


WHOLE = [
    "ENC_TO 0000000000000000 18 0",
    "DECRYPTION_KEY {0} {0} u",
    "BEGIN_DECRYPTION",
    "DECRYPTION_INFO 2 9 0",
    "PLAINTEXT 62 1795466312 ",
    "NEWSIG",
    "GOODSIG 0123456789ABCDEF Somebody",
    "VALIDSIG {0} 2026-11-18 1795000000 0 4 0 22 8 00 {0}",
    "DECRYPTION_OKAY",
    "GOODMDC",
    "END_DECRYPTION",
]
WHOLE_LINES = [line.format("A" * 40) for line in WHOLE]


def outcome_of(lines: list[str], folder: Path, *, code: int = 0) -> Signing:
    """What the kit makes of a gpg that says `lines`."""
    (folder / "status").write_text("".join(f"[GNUPG:] {line}\n" for line in lines))
    told = f"cat {folder}/status >&2; cat > /dev/null; exit {code}"
    program = script(folder, f'case "$*" in *--decrypt*) {told};; *) exec gpg "$@";; esac')
    with Keyring(program=program) as ring:
        return outcome_of_message(ring, BytesIO(b"x"), max_output=10).signing


def test_the_stand_in_is_believed_when_it_says_everything(tmp_path: Path) -> None:
    assert outcome_of(WHOLE_LINES, tmp_path) is Signing.GOOD
    assert outcome_of([*WHOLE_LINES, "NO_SECKEY 0000000000000000"], tmp_path, code=2) is Signing.GOOD
    with_aead = [line.replace("INFO 2 9 0", "INFO 0 9 2") for line in WHOLE_LINES if line != "GOODMDC"]
    assert outcome_of(with_aead, tmp_path) is Signing.GOOD


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("DECRYPTION_KEY.*\n", ""),
        ("DECRYPTION_OKAY\n", ""),
        ("DECRYPTION_OKAY\n", "DECRYPTION_FAILED\n"),
        ("DECRYPTION_OKAY\n", "DECRYPTION_OKAY\nDECRYPTION_FAILED\n"),
        ("GOODMDC\n", ""),
        ("INFO 2 9 0", "INFO 0 9 0"),
        ("(?=DECRYPTION_INFO)", "PLAINTEXT 62 0 \n"),
        ("(PLAINTEXT 62 1795466312 \n)", "\\1\\1"),
        ("(PLAINTEXT 62 1795466312 \n)((?:.*\n)*)(?=END_)", "\\2\\1"),
        ("NEWSIG\n((?:.*\n)*)(?=END_)", "\\1NEWSIG\n"),
        ("GOODSIG", "GOODSIGN"),
        ("VALIDSIG", "INVALIDSIG"),
        ("GOODSIG", "BADSIG"),
        ("(?=END_)", "FAILURE decrypt 1\n"),
        ("(?=END_)", "BADMDC\n"),
    ],
)
def test_a_gpg_that_does_not_say_everything_is_not_believed(tmp_path: Path, old: str, new: str) -> None:
    said, count = re.subn(old, new, "".join(f"{line}\n" for line in WHOLE_LINES))
    assert count == 1
    with pytest.raises((Broken, Refused)):
        outcome_of(said.splitlines(), tmp_path)


@pytest.mark.parametrize("code", [1, 2, 33])
def test_a_gpg_that_ends_badly_is_not_believed(tmp_path: Path, code: int) -> None:
    with pytest.raises(Broken, match="message-damaged"):
        outcome_of(WHOLE_LINES, tmp_path, code=code)
