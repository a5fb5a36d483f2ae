"""What gpg's status lines say of a message, and of our own signing and encrypting: decided on them alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused, Unavailable
from evidence_kit.seal.engine import Gpg, Status

DAY_S: Final = 86_400
_WEAK_HASHES: Final = frozenset({"1", "2", "3"})  # MD5, SHA-1, RIPEMD-160 (RFC 4880 §9.4)
_MISSING_KEY: Final = "9"  # ERRSIG's reason
_UNSOUND: Final = frozenset({"ERROR", "FAILURE", "NODATA", "UNEXPECTED", "BADARMOR", "BADMDC", "TRUNCATED"})


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


def outcome_of(run: Gpg, size: int, now_s: int) -> Opened:
    """What a message is worth of which `size` bytes came out at `now_s`. Raises as `Keyring.open_message`."""
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
    signature, claimed = judge(run.heard, now_s)
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


def judge(heard: Sequence[Status], now_s: int) -> tuple[Signature | None, str | None]:
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
    return (
        Signature(valid.value(9), made_utc, made_utc > now_s + DAY_S, "EXPKEYSIG" in by_keyword),
        None,
    )


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


def check_encrypted(run: Gpg, signer: str | None) -> None:
    begun = run.said("BEGIN_ENCRYPTION")
    # <mdc method> <cipher> [<aead>]: never without a seal on the ciphertext.
    guarded = len(begun) == 1 and (begun[0].value(0) != "0" or begun[0].value(2) not in {"", "0"})
    if run.said("END_ENCRYPTION") and guarded and not run.exit_code and not run.said("INV_RECP"):
        if signer:
            check_signed(run, signer)
        return
    for status in run.said("INV_RECP"):
        raise Refused(Code.CERTIFICATE_UNFIT, fingerprint=status.value(1))
    if signer and not run.said("SIG_CREATED"):
        check_signed(run, signer)
    raise failed(run)


def signed_by(fingerprint: str) -> tuple[str, ...]:
    """python-gnupg's own `--default-key` would quietly sign with another key if this one is not there."""
    return ("--local-user", fingerprint)


def check_signed(run: Gpg, fingerprint: str) -> None:
    if run.exit_code or len(run.said("SIG_CREATED")) != 1:
        if run.exit_code is not None and run.exit_code < 0:
            raise failed(run)
        raise Refused(Code.SIGNING_FAILED, fingerprint=fingerprint)


def failed(run: Gpg) -> Unavailable:
    failures = run.said("FAILURE")
    return Unavailable(Code.GPG_FAILED, failure=failures[0].value(0) if failures else None, exit=run.exit_code)
