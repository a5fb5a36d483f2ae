"""A kit over a real vault with a real key, made once and copied, because keys are slow on purpose."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence_kit.clock import SystemClock
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.people import AddDestination, AddRecipient
from evidence_kit.model.entry import VaultCreated
from evidence_kit.seal.pgp import Keyring
from evidence_kit.sync import folder_url
from evidence_kit.vault import Kdf, Vault
from tests.fakes.frozen import frozen_in

PASSPHRASE = b"harbour lantern seven quiet orchard"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "vault"
    with Keyring() as keyring:
        key = keyring.generate()
    with Vault.create(folder, bytearray(PASSPHRASE), SystemClock(), kdf=Kdf(1024, 1, 1)).vault as vault:
        vault.put_secret_key(key)
        vault.append(VaultCreated(key.fingerprint, vault.intake_key, "a test"))
    return folder


@pytest.fixture(scope="session")
def recipient_key() -> bytes:
    with Keyring() as keyring:
        return keyring.generate("Recipient").certificate


def open_kit(folder: Path) -> Kit:
    clock = SystemClock()
    return Kit(folder, lambda: Vault.open(folder, bytearray(PASSPHRASE), clock), clock)


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path / "vault")
    return tmp_path / "vault"


@pytest.fixture
def frozen(tmp_path: Path) -> Iterator[Path]:
    """The folder of a frozen program's executables."""
    with frozen_in(tmp_path / "program") as folder:
        yield folder


@pytest.fixture
def portable(tmp_path: Path) -> Iterator[Path]:
    """The portable program's folder, on a stick."""
    with frozen_in(tmp_path / "stick" / "evidence-kit-0.1.0", portable=True) as folder:
        yield folder


@pytest.fixture
def kit(folder: Path) -> Iterator[Kit]:
    with open_kit(folder) as kit:
        yield kit


@pytest.fixture
def desk(kit: Kit, recipient_key: bytes, tmp_path: Path) -> str:
    """The name of a folder destination whose recipient is confirmed."""
    with Keyring() as keyring:
        fingerprint = keyring.load_certificate(recipient_key)
    kit.run(AddRecipient(recipient_key, fingerprint))
    (tmp_path / "stick").mkdir()
    kit.run(AddDestination("desk", folder_url(tmp_path / "stick"), (fingerprint,)))
    return "desk"
