"""Where the vault is and how its passphrase comes in: a file or the terminal, never an argument."""

import contextlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from evidence_kit.codes import Code
from evidence_kit.errors import Refused

# Every command has a session, but few unlock: what opens a vault is loaded by who opens one.
if TYPE_CHECKING:
    from evidence_kit.jobs.keeper import IntakeKeeper, JournalKeeper
    from evidence_kit.jobs.kit import Kit
    from evidence_kit.model.finding import Finding

_PASSPHRASE_CAP = 4096


@dataclass(frozen=True, slots=True)
class Session:
    """The global options of one command line."""

    given_vault: Path | None
    passphrase_file: Path | None
    json: bool

    @property
    def vault(self) -> Path:
        """The vault's folder: as it was given, or the usual place."""
        if self.given_vault is not None:
            return self.given_vault
        from evidence_kit.machine.places import default_vault

        return default_vault()

    def passphrase(self, question: str = "") -> bytearray:
        """The passphrase as bytes to be wiped. Raises `Refused(Code.NO_PASSPHRASE)` where nobody can be asked."""
        if self.passphrase_file is not None:
            return read_passphrase(self.passphrase_file)
        if not sys.stdin.isatty():
            raise Refused(Code.NO_PASSPHRASE)
        import getpass

        from evidence_kit.cli.language import say

        return bytearray(getpass.getpass(question or say("Passphrase or recovery code: ")), "utf-8")

    @property
    def can_unlock(self) -> bool:
        """Whether a passphrase can be had at all."""
        return self.passphrase_file is not None or sys.stdin.isatty()

    @contextlib.contextmanager
    def keeper(self, *, sealed: bool) -> "Iterator[JournalKeeper | IntakeKeeper]":
        """Where captures go: the unlocked journal or, without the passphrase, the intake."""
        from evidence_kit.clock import SystemClock
        from evidence_kit.jobs.keeper import IntakeKeeper, JournalKeeper

        if sealed:
            with IntakeKeeper(self.vault, SystemClock()) as locked:
                yield locked
        else:
            with self.unlock() as kit:
                yield JournalKeeper(kit)

    def unlock(self, *, accept_loss: bool = False) -> "Kit":
        """The kit over the unlocked vault, to be used in a `with`; what was amiss is said on standard error."""
        from evidence_kit.app.vaults import open_kit
        from evidence_kit.jobs.care import AskFindings

        secret = self.passphrase()
        try:
            kit = open_kit(self.vault, secret, accept_loss=accept_loss)
        finally:
            secret[:] = bytes(len(secret))
        if findings := kit.run(AskFindings()):
            _warn(findings)
        return kit


def _warn(findings: "Iterable[Finding]") -> None:
    from evidence_kit.cli.output import warn
    from evidence_kit.cli.words import finding_sentence, verdict_words

    for finding in findings:
        warn(" ".join([verdict_words(finding.verdict), finding_sentence(finding)]))


def read_given(path: Path, cap: int) -> bytes:
    """The whole of a small file that a person named. Raises `Refused` as `read_capped`, and with "no-such-file"."""
    from evidence_kit.files import read_capped

    try:
        return read_capped(path, cap)
    except FileNotFoundError:
        raise Refused(Code.NO_SUCH_FILE, name=path.name) from None


def check_words(untrusted: str) -> str:
    """Words from the command line. Raises `Refused(Code.TEXT_NOT_UTF8)`: what cannot be read must not be kept."""
    if any("\ud800" <= character <= "\udfff" for character in untrusted):
        raise Refused(Code.TEXT_NOT_UTF8)
    return untrusted


def read_words(path: Path, cap: int) -> str:
    """Words from a file, or from standard input for `-`; `cap` in bytes.

    Raises as `read_given`, and `Refused` with "note-too-long" or "text-not-utf8".
    """
    content = sys.stdin.buffer.read(cap + 1) if str(path) == "-" else read_given(path, cap)
    if len(content) > cap:
        raise Refused(Code.NOTE_TOO_LONG, cap=cap)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(Code.TEXT_NOT_UTF8) from None


def read_passphrase(path: Path) -> bytearray:
    """The first line of a file, without its end of line. Raises `Refused` with "no-such-file" or "passphrase-empty"."""
    content = bytearray(read_given(path, _PASSPHRASE_CAP))
    first = content.split(b"\n", 1)[0].rstrip(b"\r")
    if not first:
        raise Refused(Code.PASSPHRASE_EMPTY)
    return first


def session_of(context: typer.Context) -> Session:
    """The session that the callback made."""
    session = context.find_object(Session)
    if session is None:
        raise RuntimeError("the global options were not read")
    return session
