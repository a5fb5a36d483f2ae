"""OpenPGP as the kit needs it: keys that come and go, messages signed and hidden, opened and checked as streams.

Decisions rest on gpg's status lines and on full fingerprints alone; whatever is not plainly right is refused.
"""

import contextlib
import io
import secrets
import unicodedata
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Final, Self

from evidence_kit import files
from evidence_kit.clock.reading import Clock, SystemClock, wall_ns_of
from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.seal.certificate import (
    Certificate,
    check_fingerprint,
    encryption_ends,
    import_one,
    inspect_certificate,
)
from evidence_kit.seal.engine import Gpg, ListedKey
from evidence_kit.seal.homes import agent_runs, end_agent, owned
from evidence_kit.seal.message import Message, Plaintext
from evidence_kit.seal.outcome import (
    Opened,
    Signature,
    Signing,
    check_encrypted,
    check_signed,
    failed,
    judge,
    outcome_of,
    signed_by,
)

if TYPE_CHECKING:
    pass

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
# The passphrase is 256 random bits, so stretching it would only cost half a second per signature. Nothing is cached,
# because while the agent remembers a passphrase gpg also signs with a wrong one. Only a new key's own passphrase is
# remembered, under a name that nobody else knows, until its subkey is signed: with `max-cache-ttl 0` it would be gone
# as soon as the clock's second ends between the two, which happened to one key in twenty-five (gpg-agent's cache.c).
# And nothing here may ever ask the person: a hostile message could make it.
_AGENT_CONF: Final = (
    b"default-cache-ttl 0\nmax-cache-ttl 60\nno-allow-external-cache\ndisable-scdaemon\ns2k-count 65536\n"
    b"pinentry-program /dev/null\n"
)


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
            raise failed(run)
        fingerprint = check_fingerprint(made[0].value(1))
        secret = self._gpg.once().export_keys(fingerprint, secret=True, passphrase=passphrase).encode("ascii")
        if not secret:
            raise failed(run)
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
            raise failed(run)
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
            extra_args=signed_by(fingerprint),
        )
        check_signed(run, fingerprint)
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
        found, claimed = judge(run.heard, self._now_s())
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
                extra_args=signed_by(signer) if signer else (),
            )

        def sealed() -> Generator[bytes]:
            for chunk in run.chunks(work):
                digest.update(chunk)
                yield chunk
            check_encrypted(run, signer)

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
            plain = Plaintext(chunks, max_output, lambda size: outcome_of(run, size, self._now_s()))
            with Message(plain) as message:
                yield message

    # Inside

    def _now_s(self) -> int:
        return wall_ns_of(self._clock.read()) // 1_000_000_000

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
