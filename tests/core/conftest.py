"""A kit over a real vault with a real key, made once and copied, because keys are slow on purpose.

And a session under Wayland, as far as a program without a window of its own notices it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence_kit.clock import SystemClock
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.people import AddDestination, AddRecipient
from evidence_kit.model.bodies.vault_events import VaultCreated
from evidence_kit.seal.pgp import Keyring
from evidence_kit.sync.folder.route import FolderRoute
from evidence_kit.vault.key_derivation import Kdf
from evidence_kit.vault.vault import Vault
from tests.core.kits import PASSPHRASE, open_kit
from tests.fakes.frozen import frozen_in
from tests.fakes.portal import session_bus
from tests.fakes.screenshot_portal import ScreenshotPortal, hands_over, screenshot_portal


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the desktop puts its pictures."""
    (tmp_path / "Pictures").mkdir()
    return tmp_path / "Pictures" / "Screenshot 1.png"


@pytest.fixture
def display() -> str:
    """The X server of the tests, as it was before the session came."""
    return os.environ["DISPLAY"]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch, display: str) -> Iterator[str]:
    """A session under Wayland without anything for X programs, and nothing on its bus."""
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("no dbus-daemon here")
    with session_bus(program) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
        monkeypatch.delenv("DISPLAY", raising=bool(display))
        yield address


@pytest.fixture
def portal(bus: str, place: Path) -> Iterator[ScreenshotPortal]:
    with screenshot_portal(bus, hands_over(place)) as made:
        yield made


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "vault"
    with Keyring() as keyring:
        key = keyring.generate()
    with Vault.create(folder, bytearray(PASSPHRASE), SystemClock(), kdf=Kdf(1024, 1, 1)).vault as vault:
        vault.register.put_secret_key(key)
        vault.append(VaultCreated(key.fingerprint, vault.intake_key, "a test"))
    return folder


@pytest.fixture(scope="session")
def recipient_key() -> bytes:
    with Keyring() as keyring:
        return keyring.generate("Recipient").certificate


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
    kit.run(AddDestination("desk", FolderRoute(tmp_path / "stick").url(), (fingerprint,)))
    return "desk"
