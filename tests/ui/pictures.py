"""`python -m tests.ui.pictures FOLDER`: a picture of every place, in light, dark, mirrored and with long words.

Drawn off the screen from a vault that the real core has filled; FOLDER gets one folder per manner.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QElapsedTimer, QEventLoop, QSize, QTimer
from PySide6.QtWidgets import QApplication

from evidence_kit.app.desktop import Desktop
from evidence_kit.app.kit import Kit
from evidence_kit.app.preferences import Preferences, write_preferences
from evidence_kit.clock import SystemClock
from evidence_kit.model.entry import VaultCreated
from evidence_kit.seal.pgp import Keyring
from evidence_kit.vault import Kdf, Vault
from tests.ui import populated
from ui import theme, words
from ui.bridge import Bridge
from ui.window import Window

SIZE = QSize(1366, 768)
PATIENCE_MS = 20_000


@dataclass(frozen=True, slots=True)
class Manner:
    """How the window is looked at."""

    name: str
    language: str
    appearance: str


MANNERS = (
    Manner("light", "en", "light"),
    Manner("dark", "en", "dark"),
    Manner("french", "fr", "light"),
    Manner("mirrored", "ar_XB", "light"),
    Manner("long", "en_XA", "dark"),
)


def main(out: Path) -> None:
    application = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory(prefix="ek-pictures-") as place, _vault(Path(place)) as bridge:
        for manner in MANNERS:
            words.speak(manner.language)
            application.setLayoutDirection(words.direction())
            theme.apply(application, manner.appearance)
            (out / manner.name).mkdir(parents=True, exist_ok=True)
            _photograph(bridge, out / manner.name)
    print(out)


def _photograph(bridge: Bridge, out: Path) -> None:
    window = Window(bridge)
    window.resize(SIZE)
    window.show()
    for number, name in enumerate(window.names()):
        window.go(name)
        settle(lambda: not bridge.waiting())
        window.grab().save(str(out / f"{number:02d}-{name}.png"))
    window.close()
    window.deleteLater()


@contextmanager
def _vault(place: Path) -> Iterator[Bridge]:
    folder, secret = place / "vault", b"harbour lantern seven quiet orchard"
    clock = SystemClock()
    with Keyring() as keyring:
        key, certificate = keyring.generate(), keyring.generate("News desk").certificate
    with Vault.create(folder, bytearray(secret), clock, kdf=Kdf(1024, 1, 1)).vault as vault:
        vault.put_secret_key(key)
        vault.append(VaultCreated(key.fingerprint, vault.intake_key, "pictures"))
    with Kit(folder, lambda: Vault.open(folder, bytearray(secret), clock), clock) as kit:
        populated.fill(kit, place, certificate)
    write_preferences(place / "settings", Preferences(network="quiet"))
    bridge = Bridge(Desktop(folder, place / "settings"))
    bridge.unlock(bytearray(secret), lambda _: None)
    settle(lambda: bridge.desktop.unlocked)
    try:
        yield bridge
    finally:
        bridge.close()


def settle(so: Callable[[], bool]) -> None:
    """Let the events run until something is so, and a moment longer for what is painted late."""
    clock = QElapsedTimer()
    clock.start()
    rest = 10
    while rest:
        loop = QEventLoop()
        QTimer.singleShot(20, loop.quit)
        loop.exec()
        rest = rest - 1 if so() else 10
        if clock.elapsed() > PATIENCE_MS:
            raise TimeoutError


if __name__ == "__main__":
    main(Path(sys.argv[1]))
