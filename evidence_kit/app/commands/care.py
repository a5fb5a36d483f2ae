"""Commands that look after the vault itself."""

from dataclasses import dataclass
from pathlib import Path

from evidence_kit.app.kit import Desk
from evidence_kit.events import WorkProgressed
from evidence_kit.model.finding import Finding


@dataclass(frozen=True, slots=True)
class AskFindings:
    """What was amiss at the unlock and did not stop it."""

    def carry_out(self, desk: Desk) -> tuple[Finding, ...]:
        return desk.vault.findings


@dataclass(frozen=True, slots=True)
class ChangePassphrase:
    """Rewrite the passphrase's slot; the database and the recovery code stay as they are."""

    new: bytes

    def carry_out(self, desk: Desk) -> None:
        desk.vault.change_passphrase(bytearray(self.new))


@dataclass(frozen=True, slots=True)
class BackUp:
    """Copy the vault into one file that does not exist yet."""

    file: Path

    def carry_out(self, desk: Desk) -> None:
        desk.vault.backup(self.file)


@dataclass(frozen=True, slots=True)
class CheckVault:
    """Read and check everything: pages, tree, exhibits."""

    def carry_out(self, desk: Desk) -> tuple[Finding, ...]:
        def progress(done: int, total: int) -> None:
            desk.tell(WorkProgressed(work="check", done=done, total=total))

        return tuple(desk.vault.check(progress))
