"""OpenPGP as the kit needs it: keys that come and go, messages signed and hidden, opened and checked as streams.

Decisions rest on gpg's status lines and on full fingerprints alone; whatever is not plainly right is refused.
"""

import contextlib
import io
import secrets
import unicodedata
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Final, Self

from evidence_kit import files
from evidence_kit.clock.reading import Clock, SystemClock, wall_ns_of
from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused, Unavailable
from evidence_kit.seal.certificate import (
    Certificate,
    check_fingerprint,
    encryption_ends,
    import_one,
    inspect_certificate,
)
from evidence_kit.seal.engine import Gpg, ListedKey, Status
from evidence_kit.seal.homes import agent_runs, end_agent, owned

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = [
    "Certificate",
    "Ciphertext",
    "Keyring",
    "Message",
    "Opened",
    "SecretKey",
    "Signature",
    "Signing",
    "check_fingerprint",
    "inspect_certificate",
]

PSEUDONYM: Final = "Evidence Kit journal"
SIGNATURE_CAP: Final = 64 * 1024
DAY_S: Final = 86_400
# The passphrase is 256 random bits, so stretching it would only cost half a second per signature. Nothing is cached,
# because while the agent remembers a passphrase gpg also signs with a wrong one. Only a new key's own passphrase is
# remembered, under a name that nobody else knows, until its subkey is signed: with `max-cache-ttl 0` it would be gone
# as soon as the clock's second ends between the two, which happened to one key in twenty-five (gpg-agent's cache.c).
# And nothing here may ever ask the person: a hostile message could make it.
_AGENT_CONF: Final = (
    b"default-cache-ttl 0\nmax-cache-ttl 60\nno-allow-external-cache\ndisable-scdaemon\ns2k-count 65536\n"
    b"pinentry-program /dev/null\n"
)
_WEAK_HASHES: Final = frozenset({"1", "2", "3"})  # MD5, SHA-1, RIPEMD-160 (RFC 4880 §9.4)
_MISSING_KEY: Final = "9"  # ERRSIG's reason
_UNSOUND: Final = frozenset({"ERROR", "FAILURE", "NODATA", "UNEXPECTED", "BADARMOR", "BADMDC", "TRUNCATED"})


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A key pair as the vault stores it: `certificate` binary, the secret half armoured and locked by `passphrase`."""

    fingerprint: str
    armored_secret: bytes = field(repr=False)
    certificate: bytes = field(repr=False)
    passphrase: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """A file that was written and synced: SHA-256 (64 hex) and size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that holds. `fingerprint` is the primary key's, `made_utc` the signer's clock (epoch seconds).

    `in_future`: made more than a day after now, so one of the two clocks is wrong. `key_expired`: the key has expired
    since or before.
    """

    fingerprint: str
    made_utc: int
    in_future: bool = False
    key_expired: bool = False


class Signing(StrEnum):
    """GOOD: `Opened.signature` holds. UNSIGNED: anybody can have written it. UNKNOWN: no certificate to check with."""

    GOOD = "good"
    UNSIGNED = "unsigned"
    UNKNOWN = "unknown-signer"


@dataclass(frozen=True, slots=True)
class Opened:
    """A message read to its end and found whole; `encrypted` False means that it was signed only.

    `claimed_signer` (fingerprint or key ID) is set with UNKNOWN and proves nothing.
    """

    encrypted: bool
    size: int
    signing: Signing
    signature: Signature | None = None
    claimed_signer: str | None = None


class Keyring:
    """Keys at work; a context manager. Without `home` all lives in memory-backed files and is gone on leaving.

    With the `home` of an existing gpg user nothing there is changed: certificates loaded here lie beside it for the
    time being, its secret keys are unlocked by its own agent, which is left running unless it came up here.
    Entering raises `Unavailable` with "gpg-missing", "gpg-too-old" or "gpg-failed", `Refused(Code.GPG_HOME_MISSING)`.
    """

    def __init__(self, home: Path | None = None, *, program: str = "gpg", clock: Clock | None = None) -> None:
        self._home = home
        self._program = program
        self._clock = clock or SystemClock()
        self._passphrases: dict[str, str] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        if self._home and not self._home.is_dir():
            raise Refused(Code.GPG_HOME_MISSING, folder=str(self._home))
        with ExitStack() as stack:
            folder = self._folder = stack.enter_context(files.private_folder())
            if self._home is None:
                stack.enter_context(owned(folder))
                files.write_whole(folder / "gpg-agent.conf", _AGENT_CONF)
                stack.callback(end_agent, folder)
                # SHA-256 for speed (SHA-NI); only our own keys sign here and they can.
                self._gpg = Gpg(folder, program=self._program, options=("--digest-algo=SHA256",))
            else:
                beside = folder / "beside.kbx"
                beside.touch(0o600)
                if not agent_runs(self._home):
                    stack.callback(end_agent, self._home)
                options = ("--lock-never", f"--keyring={beside}", f"--primary-keyring={beside}")
                self._gpg = Gpg(self._home, program=self._program, options=options)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._passphrases.clear()
        self._stack.close()

    @property
    def version(self) -> str:
        """gpg's version, for diagnostics."""
        return self._gpg.version_text

    # Keys

    def generate(self, name: str | None = None) -> SecretKey:
        """A new pseudonymous Ed25519 key with a Curve25519 encryption subkey, loaded; about 50 ms.

        `name` becomes its user ID. Raises `Refused(Code.KEY_NAME)` for control characters or over 100 characters.
        """
        self._own_home()
        name = PSEUDONYM if name is None else name.strip()
        if not name or len(name) > 100 or any(unicodedata.category(c)[0] in "CZ" and c != " " for c in name):
            raise Refused(Code.KEY_NAME)
        passphrase = secrets.token_urlsafe(32)
        run = self._gpg.once()
        run.gen_key(
            "Key-Type: EDDSA\nKey-Curve: ed25519\nKey-Usage: sign\n"
            "Subkey-Type: ECDH\nSubkey-Curve: cv25519\nSubkey-Usage: encrypt\n"
            f"Name-Real: {name}\nExpire-Date: 0\nPassphrase: {passphrase}\n%commit\n"
        )
        made = run.said("KEY_CREATED")
        if len(made) != 1:
            raise _failed(run)
        fingerprint = check_fingerprint(made[0].value(1))
        secret = self._gpg.once().export_keys(fingerprint, secret=True, passphrase=passphrase).encode("ascii")
        if not secret:
            raise _failed(run)
        self._passphrases[fingerprint] = passphrase
        return SecretKey(fingerprint, secret, self.certificate(fingerprint), passphrase)

    def load_secret(self, key: SecretKey) -> None:
        """Make a key of `generate` usable here. Raises `Broken(Code.SECRET_KEY)` if it is not what it says."""
        self._own_home()
        run = self._gpg.once()
        run.import_keys(key.armored_secret, passphrase=key.passphrase)
        counts = [status for status in run.said("IMPORT_RES") if not run.said("NODATA")]
        if counts and counts[0].value(9) != "0" and counts[0].value(10) == "0":
            # Read, and then not kept (a full disk, say): that tells nothing about the key.
            raise _failed(run)
        # The 16 of IMPORT_OK says that the secret half came along.
        taken = {status.value(1) for status in run.said("IMPORT_OK") if int(status.value(0)) & 16}
        if taken != {key.fingerprint}:
            raise Broken(Code.SECRET_KEY)
        self._passphrases[key.fingerprint] = key.passphrase

    def load_certificate(self, certificate: bytes) -> str:
        """Make a certificate usable here; its fingerprint, which the caller compares with the confirmed one.

        Raises what `certificate.import_one` raises.
        """
        return import_one(self._gpg, certificate)

    def certificate(self, fingerprint: str) -> bytes:
        """The binary certificate, without what others signed on it. Raises `Refused(Code.CERTIFICATE_MISSING)`."""
        self._listed(fingerprint)
        return bytes(self._gpg.once().export_keys(fingerprint, armor=False, minimal=True))

    def secret_fingerprints(self) -> list[str]:
        """The primary keys that can sign here."""
        return [key.fingerprint for key in self._gpg.once().secret_listing()]

    # Signing

    def sign_detached(self, data: bytes, fingerprint: str) -> bytes:
        """An armoured detached signature. Raises `Refused(Code.SIGNING_FAILED)` without the secret key."""
        return self._sign(data, fingerprint, detach=True)

    def sign_message(self, data: bytes, fingerprint: str) -> bytes:
        """`data` inside an armoured, signed, unencrypted OpenPGP message. Raises as `sign_detached`."""
        return self._sign(data, fingerprint, detach=False)

    def _sign(self, data: bytes, fingerprint: str, *, detach: bool) -> bytes:
        fingerprint = check_fingerprint(fingerprint)
        run = self._gpg.once()
        signed = run.sign_file(
            io.BytesIO(data),
            passphrase=self._passphrase(fingerprint),
            clearsign=False,
            detach=detach,
            extra_args=_signed_by(fingerprint),
        )
        _check_signed(run, fingerprint)
        return bytes(signed.data)

    def verify_detached(self, data: bytes, signature: bytes) -> Signature:
        """The one signature over `data`, by a loaded certificate; whose it should be is for the caller to compare.

        Raises `Broken` with "signature-bad", "signature-unknown-signer", "signature-missing", "signature-several",
        "signature-expired", "signature-revoked-key", "signature-weak" or "signature-kind" (not over plain bytes).
        """
        if len(signature) > SIGNATURE_CAP:
            raise Broken(Code.SIGNATURE_MISSING)
        path = self._folder / f"{secrets.token_hex(4)}.sig"
        path.write_bytes(signature)
        run = self._gpg.once()
        try:
            run.verify_data(str(path), data)
        finally:
            path.unlink()
        found, claimed = self._judge(run.heard)
        if found is None:
            raise Broken(Code.SIGNATURE_UNKNOWN_SIGNER if claimed else Code.SIGNATURE_MISSING, signer=claimed)
        if run.exit_code:
            raise Broken(Code.SIGNATURE_BAD)
        return found

    # Hiding

    def encrypt(
        self,
        source: BinaryIO,
        out: Path,
        recipients: Sequence[str],
        signer: str | None = None,
        *,
        known_utc: int = 0,
    ) -> Ciphertext:
        """Sign and encrypt `source` to hidden recipients into `out`, binary, uncompressed, synced; whole or not at all.

        `recipients` and `signer` are full fingerprints. `known_utc` is the latest moment (epoch seconds) known to have
        passed: a clock put back does not revive an expired certificate. Raises `Refused` with "no-recipient",
        "short-key-id", "fingerprint-format", "certificate-missing", "certificate-expired", "certificate-revoked",
        "certificate-cannot-encrypt", "certificate-unfit", "signing-failed", "disk-full" and the other refusals of a
        disk, `Unavailable(Code.GPG_FAILED)`, and whatever reading `source` raises.
        """
        fingerprints = list(dict.fromkeys(check_fingerprint(recipient) for recipient in recipients))
        if not fingerprints:
            raise Refused(Code.NO_RECIPIENT)
        signer = signer and check_fingerprint(signer)
        for fingerprint in fingerprints:
            self._check_fit(fingerprint, known_utc)
        passphrase = self._passphrase(signer) if signer else None
        run = self._gpg.once()
        digest = sha256()

        def work() -> object:
            return run.encrypt_file(
                source,
                None,
                hidden_recipients=fingerprints,
                sign=bool(signer),
                passphrase=passphrase,
                armor=False,
                extra_args=_signed_by(signer) if signer else (),
            )

        def sealed() -> Generator[bytes]:
            for chunk in run.chunks(work):
                digest.update(chunk)
                yield chunk
            _check_encrypted(run, signer)

        with contextlib.closing(sealed()) as chunks:
            size = files.write_stream(out, chunks)
        return Ciphertext(digest.hexdigest(), size)

    def _check_fit(self, fingerprint: str, known_utc: int) -> None:
        key = self._listed(fingerprint)
        can_encrypt, ends = encryption_ends(key)
        match key.validity:
            case "r":
                raise Refused(Code.CERTIFICATE_REVOKED, fingerprint=fingerprint)
            case "e":
                raise Refused(Code.CERTIFICATE_EXPIRED, fingerprint=fingerprint, expired_utc=key.expires_utc)
            case "i" | "d":
                raise Refused(Code.CERTIFICATE_UNFIT, fingerprint=fingerprint)
        if not can_encrypt:
            for part in key.subkeys:
                if part.validity == "e" and "e" in part.capabilities:
                    raise Refused(Code.CERTIFICATE_EXPIRED, fingerprint=fingerprint, expired_utc=part.expires_utc)
            raise Refused(Code.CERTIFICATE_CANNOT_ENCRYPT, fingerprint=fingerprint)
        if ends is not None and ends <= known_utc:
            raise Refused(Code.CERTIFICATE_EXPIRED, fingerprint=fingerprint, expired_utc=ends)

    # Opening

    @contextlib.contextmanager
    def open_message(self, source: BinaryIO, *, max_output: int) -> Iterator["Message"]:
        """The plaintext of a message as a stream that is never on disk; **nothing in it counts before `.outcome`**.

        At most `max_output` bytes come out. Reading to the end, or asking for the outcome, raises `Broken` with
        "message-damaged", "message-unprotected" (neither encrypted nor signed) or the signature's faults as in
        `verify_detached`, `Refused` with "not-openpgp", "not-for-this-key" or "message-too-large". Nothing may stand
        before or after an encrypted message; what follows a message that is signed only is not given out.
        """
        run = self._gpg.once()
        passphrase = next(reversed(self._passphrases.values()), None)
        with contextlib.closing(run.chunks(lambda: run.decrypt_file(source, passphrase=passphrase))) as chunks:
            plain = _Plaintext(chunks, max_output, lambda size: self._outcome(run, size))
            with Message(plain) as message:
                yield message

    def check_message(self, source: BinaryIO, *, max_output: int) -> Opened:
        """The outcome alone, the plaintext dropped as it comes. Raises as `open_message`."""
        with self.open_message(source, max_output=max_output) as message:
            return message.outcome

    def _outcome(self, run: Gpg, size: int) -> Opened:
        encrypted = bool(run.said("ENC_TO") or run.said("BEGIN_DECRYPTION"))
        if not encrypted and not run.said("PLAINTEXT"):
            raise Refused(Code.NOT_OPENPGP)
        # A passphrase alone (symmetric encryption) does not count either.
        if encrypted and not run.said("DECRYPTION_KEY"):
            # gpg 2.4 fills a buffer of 64 KiB before it tries a key; of a message cut short within it no key is tried.
            if not run.said("BEGIN_DECRYPTION"):
                raise Broken(Code.MESSAGE_DAMAGED)
            # Recipients are hidden: a damaged session key looks like one for somebody else.
            raise Refused(Code.NOT_FOR_THIS_KEY)
        if encrypted and not _is_whole(run):
            raise Broken(Code.MESSAGE_DAMAGED)
        signature, claimed = self._judge(run.heard)
        unknown = signature is None and claimed is not None
        sound = not any(_tells_fault(status) for status in run.heard) and len(run.said("PLAINTEXT")) == 1
        # An unknown signer makes gpg end with 2, and so does every other hidden recipient.
        excused = run.exit_code == 2 and (unknown or bool(run.said("NO_SECKEY")))
        if not sound or (run.exit_code and not excused):
            raise Broken(Code.MESSAGE_DAMAGED)
        if signature:
            return Opened(encrypted, size, Signing.GOOD, signature)
        if unknown:
            return Opened(encrypted, size, Signing.UNKNOWN, claimed_signer=claimed)
        if not encrypted:
            raise Broken(Code.MESSAGE_UNPROTECTED)
        return Opened(encrypted, size, Signing.UNSIGNED)

    def _judge(self, heard: Sequence[Status]) -> tuple[Signature | None, str | None]:
        """The signature that holds; or, if its key is not here, whose it claims to be; or neither if there is none."""
        by_keyword = {status.keyword: status for status in heard}
        if "BADSIG" in by_keyword:
            raise Broken(Code.SIGNATURE_BAD)
        if sum(status.keyword == "NEWSIG" for status in heard) > 1:
            raise Broken(Code.SIGNATURE_SEVERAL)
        if "EXPSIG" in by_keyword:
            raise Broken(Code.SIGNATURE_EXPIRED)
        if "REVKEYSIG" in by_keyword:
            raise Broken(Code.SIGNATURE_REVOKED_KEY, signer=by_keyword["REVKEYSIG"].value(0))
        if error := by_keyword.get("ERRSIG"):
            # <keyid> <pubkey algorithm> <hash algorithm> <class> <time> <reason> <fingerprint>
            if error.value(5) != _MISSING_KEY:
                raise Broken(Code.SIGNATURE_BAD)
            named = error.value(6)
            return None, named if named not in {"", "-"} else error.value(0)
        valid = by_keyword.get("VALIDSIG")
        if not valid or not {"GOODSIG", "EXPKEYSIG"} & by_keyword.keys():
            if "NEWSIG" in by_keyword:
                raise Broken(Code.SIGNATURE_BAD)
            return None, None
        # <fingerprint> <date> <time> <expires> <version> <reserved> <pubkey> <hash> <class> <primary fingerprint>
        if valid.value(8) != "00":
            raise Broken(Code.SIGNATURE_KIND)
        if valid.value(7) in _WEAK_HASHES:
            raise Broken(Code.SIGNATURE_WEAK)
        made_utc = int(valid.value(2))
        now = wall_ns_of(self._clock.read()) // 1_000_000_000
        return (
            Signature(valid.value(9), made_utc, made_utc > now + DAY_S, "EXPKEYSIG" in by_keyword),
            None,
        )

    # Inside

    def _passphrase(self, fingerprint: str) -> str | None:
        """None leaves it to the agent of an existing home. Raises `Refused(Code.SIGNING_FAILED)`."""
        if self._home is None and fingerprint not in self._passphrases:
            raise Refused(Code.SIGNING_FAILED, fingerprint=fingerprint)
        return self._passphrases.get(fingerprint)

    def _own_home(self) -> None:
        if self._home is not None:
            raise ValueError("an existing gpg home is never changed")

    def _listed(self, fingerprint: str) -> ListedKey:
        keys = self._gpg.once().listing(check_fingerprint(fingerprint))
        # A subkey's fingerprint finds its primary key, which is not what was confirmed.
        if not keys or any(key.fingerprint != fingerprint for key in keys):
            raise Refused(Code.CERTIFICATE_MISSING, fingerprint=fingerprint)
        return keys[0]


class Message(io.BufferedReader):
    """The plaintext of a message; see `Keyring.open_message`."""

    raw: "_Plaintext"

    def __init__(self, plain: "_Plaintext") -> None:
        super().__init__(plain, files.CHUNK)

    @property
    def outcome(self) -> Opened:
        """What the message is worth; reads what is left of it first."""
        while self.raw.outcome is None:
            self.raw.readinto(bytearray(files.CHUNK))
        return self.raw.outcome


class _Plaintext(io.RawIOBase):
    def __init__(self, chunks: Iterator[bytes], limit: int, judge: Callable[[int], Opened]) -> None:
        super().__init__()
        self.outcome: Opened | None = None
        self._chunks, self._limit, self._judge = chunks, limit, judge
        self._rest = memoryview(b"")
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                self.outcome = self._judge(self._size)
                return 0
            self._size += len(chunk)
            if self._size > self._limit:
                raise Refused(Code.MESSAGE_TOO_LARGE, cap=self._limit)
            self._rest = memoryview(chunk)
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _tells_fault(status: Status) -> bool:
    """Newer gpg says in words, too, that it ends with an exit code, which is judged as such."""
    return status.keyword in _UNSOUND and (status.keyword, status.value(0)) != ("FAILURE", "gpg-exit")


def _is_whole(run: Gpg) -> bool:
    """Decryption went through an integrity check (MDC or AEAD), and everything told lies inside the encryption."""
    info = run.said("DECRYPTION_INFO")
    if len(info) != 1 or not run.said("DECRYPTION_OKAY") or run.said("DECRYPTION_FAILED"):
        return False
    with_aead = info[0].value(2) not in {"", "0"}
    if not with_aead and (info[0].value(0) == "0" or not run.said("GOODMDC")):
        return False
    keywords = [status.keyword for status in run.heard]
    begin, end = keywords.index("DECRYPTION_INFO"), keywords.index("DECRYPTION_OKAY")
    return not {"PLAINTEXT", "NEWSIG"} & {*keywords[:begin], *keywords[end:]}


def _check_encrypted(run: Gpg, signer: str | None) -> None:
    begun = run.said("BEGIN_ENCRYPTION")
    # <mdc method> <cipher> [<aead>]: never without a seal on the ciphertext.
    guarded = len(begun) == 1 and (begun[0].value(0) != "0" or begun[0].value(2) not in {"", "0"})
    if run.said("END_ENCRYPTION") and guarded and not run.exit_code and not run.said("INV_RECP"):
        if signer:
            _check_signed(run, signer)
        return
    for status in run.said("INV_RECP"):
        raise Refused(Code.CERTIFICATE_UNFIT, fingerprint=status.value(1))
    if signer and not run.said("SIG_CREATED"):
        _check_signed(run, signer)
    raise _failed(run)


def _signed_by(fingerprint: str) -> tuple[str, ...]:
    """python-gnupg's own `--default-key` would quietly sign with another key if this one is not there."""
    return ("--local-user", fingerprint)


def _check_signed(run: Gpg, fingerprint: str) -> None:
    if run.exit_code or len(run.said("SIG_CREATED")) != 1:
        if run.exit_code is not None and run.exit_code < 0:
            raise _failed(run)
        raise Refused(Code.SIGNING_FAILED, fingerprint=fingerprint)


def _failed(run: Gpg) -> Unavailable:
    failures = run.said("FAILURE")
    return Unavailable(Code.GPG_FAILED, failure=failures[0].value(0) if failures else None, exit=run.exit_code)
