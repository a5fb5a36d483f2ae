"""Make, unlock, restore and destroy vaults: where a folder becomes a kit."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence_kit import VERSION
from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.jobs.kit import Kit
from evidence_kit.model.bodies.vault_events import VaultCreated
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.seal.homes import sweep_abandoned
from evidence_kit.vault.header import destroy as destroy_keys
from evidence_kit.vault.outbox import Outbox
from evidence_kit.vault.vault import Vault, wipe

# Commands hold the vault for a moment each; whoever comes second waits this long before being refused.
_PATIENCE_S: Final = 10.0
_RETRY_S: Final = 0.1
_SETTLED: Final = frozenset({DeliveryState.CLAIMED, DeliveryState.READ_BACK, DeliveryState.RECEIPTED})


@dataclass(frozen=True, slots=True)
class CreatedVault:
    """What a new vault shows once."""

    fingerprint: str
    recovery_code: str


def create_vault(folder: Path, passphrase: bytearray) -> CreatedVault:
    """A new vault with its key and its first entry. Raises as `Vault.create` and `Keyring.generate`."""
    _refuse_taken(folder)
    sweep_abandoned()
    from evidence_kit.seal.pgp import Keyring  # a new vault alone needs gpg

    with Keyring() as keyring:
        key = keyring.generate()
    created = Vault.create(folder, passphrase, SystemClock())
    with created.vault as vault:
        vault.register.put_secret_key(key)
        vault.append(
            VaultCreated(fingerprint=key.fingerprint, intake_key=vault.intake_key, software=f"Evidence Kit {VERSION}")
        )
    return CreatedVault(key.fingerprint, created.recovery_code)


def _refuse_taken(folder: Path) -> None:
    if (folder / "vault.header").exists():
        raise Refused(Code.VAULT_EXISTS, folder=str(folder))


def open_kit(folder: Path, secret: bytearray, *, accept_loss: bool = False) -> Kit:
    """Unlock with passphrase or recovery code. Raises as `Vault.open`; a vault in use is waited for a little."""
    sweep_abandoned()
    clock = SystemClock()
    # Wiped by the caller; the writer thread gets its own copy and wipes that.
    mine = bytearray(secret)

    def open_vault() -> Vault:
        try:
            return _patiently(lambda: Vault.open(folder, mine, clock, accept_loss=accept_loss))
        finally:
            mine[:] = bytes(len(mine))

    return Kit(folder, open_vault, clock)


def _patiently(opening: Callable[[], Vault]) -> Vault:
    waiting = threading.Event()
    for _ in range(round(_PATIENCE_S / _RETRY_S)):
        try:
            return opening()
        except Refused as refusal:
            if refusal.code is not Code.VAULT_IN_USE:
                raise
        waiting.wait(_RETRY_S)
    return opening()


def restore_vault(file: Path, folder: Path) -> None:
    """A vault from a backup. What waited to be sent then is paused, as it may have been sent since.

    Raises as `vault.restore`, and `Refused(Code.VAULT_EXISTS)`.
    """
    from evidence_kit.vault.backup import restore

    _refuse_taken(folder)
    restore(file, folder)
    outbox = Outbox(folder)
    for delivery in outbox.deliveries():
        if not {part.state for part in delivery.parts} <= _SETTLED:
            outbox.pause(delivery.id)


def destroy_vault_keys(folder: Path) -> None:
    """Overwrite a vault's keys at once and leave its files to `wipe_vault`. Raises as `vault.header.destroy`."""
    destroy_keys(folder)


def wipe_vault(folder: Path) -> None:
    """Destroy a vault's keys, then its files. Raises as `vault.wipe`."""
    wipe(folder)
