"""The vault: the only SQL, the only keys. `Vault` is for the unlocked; `Intake` and `Outbox` need no key."""

from evidence_kit.vault.backup import restore
from evidence_kit.vault.header import Kdf
from evidence_kit.vault.header import destroy as destroy_keys
from evidence_kit.vault.intake import Intake
from evidence_kit.vault.kept import SignedCheckpoint
from evidence_kit.vault.outbox import News, Outbox
from evidence_kit.vault.vault import Created, Vault, wipe

__all__ = [
    "Created",
    "Intake",
    "Kdf",
    "News",
    "Outbox",
    "SignedCheckpoint",
    "Vault",
    "destroy_keys",
    "restore",
    "wipe",
]
