"""Sign the journal as it is now: a checkpoint of its size and root, kept with its signature."""

from dataclasses import dataclass

from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.seal import checkpoint
from evidence_kit.seal.checkpoint import Checkpoint
from evidence_kit.vault.kept import SignedCheckpoint


@dataclass(frozen=True, slots=True)
class SignCheckpoint(Job[SignedCheckpoint]):
    """Sign the journal's size and root as they are now, and keep both; an unchanged journal keeps its checkpoint."""

    def run(self, context: JobContext) -> SignedCheckpoint:
        for kept in context.vault.register.checkpoints():
            if kept.size == context.vault.size:
                return kept
        fingerprint = context.vault.register.secret_key().fingerprint
        pinned = Checkpoint(origin=origin_of(fingerprint), size=context.vault.size, root=context.vault.root)
        text = checkpoint.text(pinned)
        signature = context.keyring.sign_detached(text, fingerprint)
        context.vault.register.add_checkpoint(text, signature)
        return SignedCheckpoint(pinned.size, text, signature)


def origin_of(fingerprint: str) -> str:
    """The origin line of this vault's checkpoints."""
    return f"evidence-kit/vault/{fingerprint.lower()}"
