"""Open the vault that the tests of a kit share, by its passphrase."""

from pathlib import Path

from evidence_kit.clock import SystemClock
from evidence_kit.jobs.kit import Kit
from evidence_kit.vault.vault import Vault

PASSPHRASE = b"harbour lantern seven quiet orchard"


def open_kit(folder: Path) -> Kit:
    clock = SystemClock()
    return Kit(folder, lambda: Vault.open(folder, bytearray(PASSPHRASE), clock), clock)
