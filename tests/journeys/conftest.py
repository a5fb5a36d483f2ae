"""One vault is made per run with cheap key derivation, and copied: every command then takes half a second, not one."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidence_kit.clock import SystemClock
from evidence_kit.model.bodies.vault_events import VaultCreated
from evidence_kit.seal.pgp import Keyring
from evidence_kit.vault.key_derivation import Kdf
from evidence_kit.vault.vault import Vault
from tests.fakes.correspondent import Correspondent
from tests.fakes.product import PASSPHRASE, Product, Surroundings, surroundings


@dataclass(frozen=True, slots=True)
class Template:
    """A closed vault that knows one recipient, and its recovery code."""

    folder: Path
    code: str


@pytest.fixture(scope="session")
def desk() -> Iterator[Correspondent]:
    with Correspondent() as correspondent:
        yield correspondent


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, desk: Correspondent) -> Template:
    place = tmp_path_factory.mktemp("template")
    with Keyring() as keyring:
        key = keyring.generate()
    made = Vault.create(place / "vault", bytearray(PASSPHRASE), SystemClock(), kdf=Kdf(1024, 1, 1))
    with made.vault as vault:
        vault.register.put_secret_key(key)
        vault.append(VaultCreated(key.fingerprint, vault.intake_key, "a test"))
    with surroundings(place / "around") as around:
        product = over(place / "vault", around, place)
        product.run("recipient", "add", str(desk.certificate), "--fingerprint", desk.fingerprint)
    return Template(place / "vault", made.recovery_code)


def over(vault: Path, around: Surroundings, place: Path) -> Product:
    """The command line over `vault`, with its passphrase in a file in `place`."""
    passphrase = place / "passphrase"
    passphrase.write_bytes(PASSPHRASE + b"\n")
    return Product(vault, passphrase, around)


@pytest.fixture
def around(tmp_path: Path) -> Iterator[Surroundings]:
    with surroundings(tmp_path / "around") as made:
        yield made


@pytest.fixture
def product(template: Template, around: Surroundings, tmp_path: Path) -> Product:
    """The command line over a fresh copy of the template."""
    shutil.copytree(template.folder, tmp_path / "vault")
    return over(tmp_path / "vault", around, tmp_path)
