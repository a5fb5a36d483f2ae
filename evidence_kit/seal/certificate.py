"""What a certificate is before anybody trusts it: look at untrusted bytes in a child process with limits."""

import base64
import binascii
import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from evidence_kit import files, programs
from evidence_kit.codes import Code
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.plain_text import plain_line
from evidence_kit.system import kill_family

if TYPE_CHECKING:
    from evidence_kit.seal.engine import Gpg, ListedKey

CERTIFICATE_CAP: Final = 256 * 1024
REPLY_CAP: Final = 1024 * 1024
DEADLINE_S: Final = 15.0
IMPORT_OPTIONS: Final = ("--import-options", "self-sigs-only,import-clean")
_USER_ID_CAP: Final = 200
_USER_IDS_CAP: Final = 20
_REFUSALS: Final[Mapping[str, Code]] = {
    one.value: one
    for one in (
        Code.CERTIFICATE_UNREADABLE,
        Code.CERTIFICATE_SECRET,
        Code.CERTIFICATE_SEVERAL,
        Code.CERTIFICATE_TOO_LARGE,
        Code.OPENPGP_FLOOD,
    )
}
_WITHOUT_GPG: Final[Mapping[str, Code]] = {one.value: one for one in (Code.GPG_MISSING, Code.GPG_FAILED)}


@dataclass(frozen=True, slots=True)
class Certificate:
    """One public key. `fingerprint` is the primary key's, upper-case hex; `user_ids` its owner's words, made printable.

    `can_encrypt`: it has an encryption key that is neither revoked nor older than its own date of expiry. `expires_utc`
    (epoch seconds, None = never) is when the last such key stops. `minimal` is what to keep and to import: binary,
    without signatures of other people and without pictures.
    """

    fingerprint: str
    user_ids: tuple[str, ...]
    created_utc: int
    expires_utc: int | None
    can_encrypt: bool
    revoked: bool
    minimal: bytes


def check_fingerprint(untrusted: str) -> str:
    """A full fingerprint as 40 or 64 upper-case hex digits; blanks, colons and a leading 0x are forgiven.

    Raises `Refused` with "short-key-id" (another key with the same ID can be made) or "fingerprint-format".
    """
    found = re.sub(r"[\s:]", "", untrusted[:200]).upper().removeprefix("0X")
    if not re.fullmatch(r"[0-9A-F]+", found, re.ASCII):
        raise Refused(Code.FINGERPRINT_FORMAT)
    if len(found) in {8, 16, 24, 32}:
        raise Refused(Code.SHORT_KEY_ID, given=found)
    if len(found) not in {40, 64}:
        raise Refused(Code.FINGERPRINT_FORMAT)
    return found


def encryption_ends(key: "ListedKey") -> tuple[bool, int | None]:
    """Whether the key could ever encrypt, and the epoch second at which that stops (None = never)."""
    candidates = [
        part
        for part in (key, *key.subkeys)
        if "e" in part.capabilities
        and part.validity not in set("rid")
        # gpg marks every part of an expired key as expired; the part's own date decides.
        and (part.validity != "e" or key.validity == "e")
    ]
    ends = [part.expires_utc for part in candidates]
    last = None if None in ends else max((end for end in ends if end is not None), default=None)
    return bool(candidates), min((end for end in (last, key.expires_utc) if end is not None), default=None)


def examine(untrusted: bytes, home: Path, *, program: str = "gpg") -> Certificate:
    """What `inspect_certificate` does, in this process and with user IDs as they are.

    `home` is an empty folder of mode 0700, the caller's.
    """
    from evidence_kit.seal.engine import Gpg  # for the child; who asks it runs no gpg

    gpg = Gpg(home, program=program, options=("--no-autostart",))  # an agent would outlive this process
    fingerprint = import_one(gpg, untrusted)
    (key,) = gpg.once().listing(fingerprint)
    can_encrypt, ends = encryption_ends(key)
    return Certificate(
        fingerprint=key.fingerprint,
        user_ids=key.user_ids[:_USER_IDS_CAP],
        created_utc=key.created_utc,
        expires_utc=ends if can_encrypt else key.expires_utc,
        can_encrypt=can_encrypt,
        revoked=key.validity == "r",
        minimal=gpg.once().export_keys(fingerprint, armor=False, minimal=True),
    )


def import_one(gpg: "Gpg", untrusted: bytes) -> str:
    """Import exactly one public key, without what strangers signed on it; its fingerprint.

    Raises `Refused` with "certificate-too-large", "certificate-unreadable", "certificate-several",
    "certificate-secret" or "openpgp-flood".
    """
    if len(untrusted) > CERTIFICATE_CAP:
        raise Refused(Code.CERTIFICATE_TOO_LARGE, cap=CERTIFICATE_CAP)
    rehearsal = gpg.once()
    rehearsal.import_keys(untrusted, extra_args=["--dry-run", *IMPORT_OPTIONS])
    counts = [status.values for status in rehearsal.said("IMPORT_RES")]
    # IMPORT_RES: 0 = keys read, 9 = secret keys read.
    if len(counts) != 1 or len(counts[0]) < 10 or counts[0][0] == "0":
        raise Refused(Code.CERTIFICATE_UNREADABLE)
    if counts[0][9] != "0":
        raise Refused(Code.CERTIFICATE_SECRET)
    if counts[0][0] != "1":
        raise Refused(Code.CERTIFICATE_SEVERAL)
    run = gpg.once()
    run.import_keys(untrusted, extra_args=IMPORT_OPTIONS)
    taken = {status.value(1) for status in run.said("IMPORT_OK")}
    if len(taken) != 1:
        raise Refused(Code.CERTIFICATE_UNREADABLE)
    return check_fingerprint(taken.pop())


def inspect_certificate(untrusted: bytes, *, program: str = "gpg", deadline_s: float = DEADLINE_S) -> Certificate:
    """Look at a certificate file (armoured or binary) in a child with limits on time, memory and what it may write.

    Raises `Refused` with "certificate-too-large" (over 256 KiB), "certificate-unreadable", "certificate-secret",
    "certificate-several" or "openpgp-flood", `Unavailable` with "gpg-missing", "gpg-too-old" or "gpg-failed".
    """
    if len(untrusted) > CERTIFICATE_CAP:
        raise Refused(Code.CERTIFICATE_TOO_LARGE, cap=CERTIFICATE_CAP)
    with files.private_folder() as home:
        child = subprocess.Popen(
            [*programs.program("evidence_kit.seal.inspection"), str(home), program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        with child:
            try:
                untrusted_reply, _ = child.communicate(untrusted, timeout=deadline_s)
            except subprocess.TimeoutExpired:
                raise Refused(Code.CERTIFICATE_UNREADABLE) from None
            finally:
                kill_family(child.pid)  # a gpg may outlive it
    return _certificate(untrusted_reply)


def reply_of(certificate: Certificate) -> bytes:
    """The line that the child writes."""
    return json.dumps(
        {
            "fingerprint": certificate.fingerprint,
            "user_ids": certificate.user_ids,
            "created_utc": certificate.created_utc,
            "expires_utc": certificate.expires_utc,
            "can_encrypt": certificate.can_encrypt,
            "revoked": certificate.revoked,
            "minimal": base64.b64encode(certificate.minimal).decode(),
        }
    ).encode()


def _certificate(untrusted_reply: bytes) -> Certificate:
    """The child read hostile bytes, so what it answers is looked at too."""
    try:
        match json.loads(untrusted_reply[:REPLY_CAP]):
            case {"refused": str(told)} if told in _REFUSALS:
                raise Refused(_REFUSALS[told], cap=CERTIFICATE_CAP)
            case {"unavailable": "gpg-too-old", "version": str(version)}:
                raise Unavailable(Code.GPG_TOO_OLD, version=plain_line(version, _USER_ID_CAP))
            case {"unavailable": str(told)} if told in _WITHOUT_GPG:
                raise Unavailable(_WITHOUT_GPG[told])
            case {
                "fingerprint": str(fingerprint),
                "user_ids": [*user_ids],
                "created_utc": int(created),
                "expires_utc": int() | None as expires,
                "can_encrypt": bool(can_encrypt),
                "revoked": bool(revoked),
                "minimal": str(minimal),
            }:
                names = tuple(plain_line(str(user_id), _USER_ID_CAP) for user_id in user_ids[:_USER_IDS_CAP])
                kept = base64.b64decode(minimal, validate=True)
                return Certificate(check_fingerprint(fingerprint), names, created, expires, can_encrypt, revoked, kept)
    except (ValueError, binascii.Error, RecursionError):
        pass
    # Nothing, or nothing sensible: the limits ended it.
    raise Refused(Code.CERTIFICATE_UNREADABLE)
