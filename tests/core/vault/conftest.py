"""One vault is made per run and copied for each test, because deriving keys is slow on purpose."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from evidence_kit.model.bodies.statements import NoteWritten
from evidence_kit.vault.key_derivation import Kdf
from evidence_kit.vault.vault import Vault
from tests.fakes.clock import FakeClock

FAST = Kdf(1024, 1, 1)
PASSPHRASE = b"harbour lantern seven quiet orchard"


@dataclass
class Place:
    """A closed vault's folder, and how to open it."""

    folder: Path
    code: str
    clock: FakeClock = field(default_factory=FakeClock)

    def open(self, secret: bytes = PASSPHRASE, *, accept_loss: bool = False) -> Vault:
        return Vault.open(self.folder, bytearray(secret), self.clock, accept_loss=accept_loss)

    def copy(self, name: str) -> "Place":
        folder = self.folder.with_name(name)
        shutil.copytree(self.folder, folder)
        return Place(folder, self.code, self.clock)

    def take_from(self, other: "Place", *names: str) -> None:
        """Put files of another state of the vault over this one's; a file that is not there goes."""
        for name in names:
            (self.folder / name).unlink(missing_ok=True)
            if (other.folder / name).exists():
                shutil.copy(other.folder / name, self.folder / name)

    def flip(self, name: str, place: int, mask: int = 1) -> None:
        path = self.folder / name
        content = bytearray(path.read_bytes())
        content[place] ^= mask
        path.write_bytes(content)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("template") / "vault"
    made = Vault.create(folder, bytearray(PASSPHRASE), FakeClock(), kdf=FAST)
    made.vault.close()
    (folder / "ballast").write_bytes(b"")  # four megabytes less to copy
    return Place(folder, made.recovery_code)


@pytest.fixture
def place(template: Place, tmp_path: Path) -> Place:
    shutil.copytree(template.folder, tmp_path / "vault")
    return Place(tmp_path / "vault", template.code)


@pytest.fixture
def vault(place: Place) -> Iterator[Vault]:
    with place.open() as opened:
        yield opened


def note(text: str, disruption: str | None = None) -> NoteWritten:
    return NoteWritten(text=text, disruption=disruption)
