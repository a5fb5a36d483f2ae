"""The window over a real vault in a process of its own; the vault is made once and copied."""

import gc
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_kit.app.desktop import Desktop
from evidence_kit.clock import SystemClock
from evidence_kit.jobs.kit import Kit
from evidence_kit.machine.preferences import Appearance, NetworkUse, Preferences, write_preferences
from evidence_kit.model.bodies.vault_events import VaultCreated
from evidence_kit.seal.pgp import Keyring
from evidence_kit.vault.key_derivation import Kdf
from evidence_kit.vault.vault import Vault
from tests.ui import populated
from ui import theme, words
from ui.bridge import Bridge
from ui.gui_thread_gc import GuiThreadGc
from ui.window import Window

PASSPHRASE = b"harbour lantern seven quiet orchard"


@pytest.fixture(scope="package")
def gui_gc(qapp: QApplication) -> Iterator[GuiThreadGc]:
    """As in the program: no widget is collected on another thread."""
    made = GuiThreadGc(qapp)
    yield made
    made.deleteLater()
    gc.unfreeze()
    gc.enable()


@pytest.fixture(autouse=True)
def collected(gui_gc: GuiThreadGc) -> Iterator[None]:
    """A test begins in English, and what it leaves is collected before it weighs on the next ones."""
    words.speak("en")
    yield
    gui_gc.look()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "vault"
    with Keyring() as keyring:
        key = keyring.generate()
    with Vault.create(folder, bytearray(PASSPHRASE), SystemClock(), kdf=Kdf(1024, 1, 1)).vault as vault:
        vault.register.put_secret_key(key)
        vault.append(VaultCreated(key.fingerprint, vault.intake_key, "a test"))
    (folder / "ballast").write_bytes(b"")  # four megabytes less to copy
    return folder


@pytest.fixture(scope="session")
def recipient_key() -> bytes:
    """The certificate of somebody whom reports can go to."""
    with Keyring() as keyring:
        return keyring.generate("News desk").certificate


@pytest.fixture(scope="session")
def used(template: Path, recipient_key: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault as it is after a first blackout, with a report on its way to a stick."""
    place = tmp_path_factory.mktemp("used")
    shutil.copytree(template, place / "vault")
    clock = SystemClock()
    with Kit(place / "vault", lambda: Vault.open(place / "vault", bytearray(PASSPHRASE), clock), clock) as kit:
        populated.fill(kit, place, recipient_key)
    return place / "vault"


@pytest.fixture
def dressed(qapp: QApplication) -> None:
    """The application in English and in light colours."""
    words.speak("en")
    qapp.setLayoutDirection(words.direction())
    theme.apply(qapp, Appearance.LIGHT)


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path / "vault")
    return tmp_path / "vault"


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """Choices of a person who is past the first-run pages."""
    write_preferences(tmp_path / "settings", Preferences(network=NetworkUse.QUIET, language="en"))
    return tmp_path / "settings"


@pytest.fixture
def bridge(folder: Path, settings: Path, dressed: None) -> Iterator[Bridge]:
    """Over a locked vault."""
    made = Bridge(Desktop(folder, settings))
    yield made
    made.close()


@pytest.fixture
def unlocked(bridge: Bridge, qtbot: QtBot) -> Bridge:
    """Over an unlocked vault."""
    with qtbot.waitSignal(bridge.unlocked, timeout=20_000):
        bridge.unlock(bytearray(PASSPHRASE), lambda _: None)
    return bridge


@pytest.fixture
def window(unlocked: Bridge, qtbot: QtBot) -> Window:
    """The whole window over the unlocked vault, on show."""
    made = Window(unlocked)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow, timeout=20_000)
    return made


@pytest.fixture
def until(qtbot: QtBot) -> Callable[[Callable[[], bool]], None]:
    """Wait until something is so; every answer comes through the event loop."""

    def wait(so: Callable[[], bool]) -> None:
        qtbot.waitUntil(so, timeout=20_000)

    return wait
