"""The recipient's side: check, unpack and receipt what arrived; no vault."""

from collections.abc import Callable
from pathlib import Path

from evidence_kit.clock import Clock
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.files import disk_errors, write_whole
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.seal.pgp import Keyring, check_fingerprint
from evidence_kit.verify import receipt
from evidence_kit.verify.child import check_in_child
from evidence_kit.verify.extract import extract


def check_report(
    path: Path, home: Path | None, expected: str | None = None, keep_on: Callable[[], None] | None = None
) -> list[Finding]:
    """Check in a child process with limits on time and memory; raises as `verify.child.check_in_child`."""
    return check_in_child(path, home=home or own_home(), expected=expected, keep_on=keep_on)


def extract_report(path: Path, home: Path | None, folder: Path) -> None:
    """Unpack what was checked into a folder that is new or empty; raises as `verify.extract.extract`."""
    with Keyring(home or own_home()) as keyring:
        extract(path, folder, keyring=keyring)


def make_receipt(path: Path, home: Path, signer: str | None, reading: ClockReading) -> tuple[bytes, bool]:
    """Check a message and sign for it; the receipt, and whether what arrived holds.

    Raises `Refused(Code.SIGNER_UNCLEAR)` where the home holds several keys.
    """
    with Keyring(home) as keyring:
        if signer is None:
            owned = keyring.secret_fingerprints()
            if len(owned) != 1:
                raise Refused(Code.SIGNER_UNCLEAR, found=len(owned))
            signer = owned[0]
        made = receipt.make(path, keyring=keyring, signer=check_fingerprint(signer), reading=reading)
        return made, receipt.read(made, keyring).verdict is Verdict.HOLDS


def save_receipt(path: Path, home: Path | None, signer: str | None, out: Path, clock: Clock) -> bool:
    """Check a message, sign for it and write the receipt to `out`, which must not exist; whether what arrived holds.

    Raises as `make_receipt`, `Refused(Code.NO_GPG_HOME)`, and as `files.write_whole`.
    """
    used = home or own_home()
    if used is None:
        raise Refused(Code.NO_GPG_HOME)
    receipt_text, holds = make_receipt(path, used, signer, clock.read())
    with disk_errors():
        write_whole(out, receipt_text, replace=False)
    return holds


def own_home() -> Path | None:
    """The person's own gpg home, where there is one."""
    home = Path.home() / ".gnupg"
    return home if home.is_dir() else None
