"""Commands that look after the vault itself."""

from dataclasses import dataclass
from pathlib import Path

from evidence_kit.events import WorkProgressed
from evidence_kit.jobs.kit import JobContext
from evidence_kit.model.finding import Finding


@dataclass(frozen=True, slots=True)
class AskFindings:
    """What was amiss at the unlock and did not stop it."""

    def carry_out(self, context: JobContext) -> tuple[Finding, ...]:
        return context.vault.findings


@dataclass(frozen=True, slots=True)
class ChangePassphrase:
    """Rewrite the passphrase's slot; the database and the recovery code stay as they are."""

    new: bytes

    def carry_out(self, context: JobContext) -> None:
        context.vault.change_passphrase(bytearray(self.new))


@dataclass(frozen=True, slots=True)
class ProveSecret:
    """Whether it is the owner who sits there: passphrase or recovery code once more. Raises as `Vault.prove`."""

    secret: bytearray

    def carry_out(self, context: JobContext) -> None:
        try:
            context.vault.prove(self.secret)
        finally:
            self.secret[:] = bytes(len(self.secret))


@dataclass(frozen=True, slots=True)
class SetRecoveryCode:
    """Let a code that `offer_recovery_code` made open the vault, in place of the old one."""

    code: str

    def carry_out(self, context: JobContext) -> None:
        context.vault.replace_recovery_code(self.code)


@dataclass(frozen=True, slots=True)
class AskFingerprint:
    """The fingerprint of the vault's own key, by which recipients know its signatures."""

    def carry_out(self, context: JobContext) -> str:
        return context.vault.secret_key().fingerprint


@dataclass(frozen=True, slots=True)
class BackUp:
    """Copy the vault into one file that does not exist yet."""

    file: Path

    def carry_out(self, context: JobContext) -> None:
        context.vault.backup(self.file)


@dataclass(frozen=True, slots=True)
class CheckVault:
    """Read and check everything: pages, tree, exhibits."""

    def carry_out(self, context: JobContext) -> tuple[Finding, ...]:
        def progress(done: int, total: int) -> None:
            context.tell(WorkProgressed(work="check", done=done, total=total))

        return tuple(context.vault.check(progress))
