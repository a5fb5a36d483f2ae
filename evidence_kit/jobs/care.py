"""Jobs that look after the vault's secrets, and what was amiss at the unlock."""

from dataclasses import dataclass

from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.model.finding import Finding
from evidence_kit.vault.vault import prove


@dataclass(frozen=True, slots=True)
class AskFindings(Job[tuple[Finding, ...]]):
    """What was amiss at the unlock and did not stop it."""

    def run(self, context: JobContext) -> tuple[Finding, ...]:
        return context.vault.findings


@dataclass(frozen=True, slots=True)
class ChangePassphrase(Job[None]):
    """Rewrite the passphrase's slot; the database and the recovery code stay as they are."""

    new: bytearray

    def run(self, context: JobContext) -> None:
        context.vault.change_passphrase(self.new)


@dataclass(frozen=True, slots=True)
class ProveSecret(Job[None]):
    """Whether it is the owner who sits there: passphrase or recovery code once more. Raises as `prove`."""

    secret: bytearray

    def run(self, context: JobContext) -> None:
        prove(context.vault.folder, self.secret)


@dataclass(frozen=True, slots=True)
class SetRecoveryCode(Job[None]):
    """Let a code that `offer_recovery_code` made open the vault, in place of the old one."""

    code: str

    def run(self, context: JobContext) -> None:
        context.vault.replace_recovery_code(self.code)


@dataclass(frozen=True, slots=True)
class AskFingerprint(Job[str]):
    """The fingerprint of the vault's own key, by which recipients know its signatures."""

    def run(self, context: JobContext) -> str:
        return context.vault.register.secret_key().fingerprint
