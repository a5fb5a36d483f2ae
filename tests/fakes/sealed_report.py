"""Real reports for checks: a vault's key, a recipient's key, the bag, the message and the mail around it."""

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence_kit.report.compose import write_report
from evidence_kit.report.contents import ReportContents
from evidence_kit.report.notice import notice
from evidence_kit.seal.pgp import Keyring, SecretKey
from tests.fakes.report import FakeJournal, contents_of, lived_through


@dataclass(frozen=True)
class People:
    """Keys made once for all tests: the vault's, a recipient's, and somebody else's."""

    vault: SecretKey
    recipient: SecretKey
    stranger: SecretKey


@cache
def people() -> People:
    with Keyring() as keyring:
        return People(keyring.generate(), keyring.generate("Desk"), keyring.generate("Stranger"))


@contextmanager
def recipient_keyring() -> Iterator[Keyring]:
    """What a recipient has: a secret key, and nobody's certificate."""
    with Keyring() as keyring:
        keyring.load_secret(people().recipient)
        yield keyring


@cache
def lived() -> tuple[FakeJournal, ReportContents]:
    """A journal and signed contents."""
    journal = FakeJournal()
    disruption = lived_through(journal)
    vault = people().vault
    unsigned = contents_of(journal, disruption, fingerprint=vault.fingerprint, certificate=vault.certificate)
    return journal, signed(unsigned, vault)


def signed(contents: ReportContents, key: SecretKey) -> ReportContents:
    with Keyring() as keyring:
        keyring.load_secret(key)
        return replace(contents, signature=keyring.sign_detached(contents.checkpoint, key.fingerprint))


@cache
def packed() -> bytes:
    """The zip of the report."""
    journal, contents = lived()
    return pack(contents, journal)


def pack(contents: ReportContents, journal: FakeJournal) -> bytes:
    out = io.BytesIO()
    write_report(contents, journal, out)
    return out.getvalue()


def seal(plain: bytes, folder: Path, *, signer: SecretKey | None) -> Path:
    """`plain` as an encrypted message to the recipient, in a file."""
    with Keyring() as keyring:
        keyring.load_certificate(people().recipient.certificate)
        if signer:
            keyring.load_secret(signer)
        out = folder / "message.pgp"
        keyring.encrypt(
            io.BytesIO(plain), out, [people().recipient.fingerprint], signer.fingerprint if signer else None
        )
        return out


@cache
def sealed_bytes() -> bytes:
    """The whole report, signed by the vault and encrypted to the recipient."""
    with TemporaryDirectory() as folder:
        return seal(packed(), Path(folder), signer=people().vault).read_bytes()


def short_notice() -> bytes:
    return notice(lived()[1])


def armored(ciphertext: bytes) -> bytes:
    """ASCII armour without the optional checksum."""
    body = base64.encodebytes(ciphertext)
    return b"-----BEGIN PGP MESSAGE-----\n\n" + body + b"-----END PGP MESSAGE-----\n"


def mailed(ciphertext: bytes, *, encoding: str = "7bit", line_end: bytes = b"\r\n") -> bytes:
    """The ciphertext as PGP/MIME (RFC 3156)."""
    body = armored(ciphertext) if encoding == "7bit" else base64.encodebytes(ciphertext)
    mail = (
        b"From: a@example.org\nSubject: Encrypted message\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted";\n boundary="=_b1"\n\n'
        b"This is an OpenPGP/MIME encrypted message.\n"
        b"--=_b1\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n"
        b'--=_b1\nContent-Type: application/octet-stream; name="encrypted.asc"\n'
        b"Content-Transfer-Encoding: " + encoding.encode() + b"\n\n" + body + b"\n--=_b1--\n"
    )
    return mail.replace(b"\n", line_end)
