"""`python -m tests.ui.pictures FOLDER`: a picture of every screen, in light, dark, mirrored and with long words.

Drawn off the screen from a vault that the real core has filled: every place of the rail, the pages of the report
assistant, the guide, the lock, and the first-run pages over a vault of their own. FOLDER gets one folder per manner.
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
from PySide6.QtWidgets import QApplication, QWidget

from evidence_kit.app.desktop import Desktop
from evidence_kit.clock import SystemClock
from evidence_kit.drill.fake_internet import FakeInternet
from evidence_kit.jobs.destination_types import destination_forms
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.passphrase import code_groups
from evidence_kit.machine.places import Place, Places
from evidence_kit.machine.preferences import Appearance, NetworkUse, Preferences, write_preferences
from evidence_kit.model.bodies.vault_events import VaultCreated
from evidence_kit.seal.pgp import Keyring
from evidence_kit.vault.key_derivation import Kdf
from evidence_kit.vault.vault import Vault
from tests.ui import populated
from ui import theme, words
from ui.bridge import Bridge
from ui.panels.recipient import RecipientPage
from ui.panels.recovery_page import SheetPage
from ui.screens.first_run.passphrase import PassphrasePage
from ui.screens.first_run.view import FirstRunScreen
from ui.screens.guide.view import GuideScreen
from ui.screens.people.dialogs import DestinationDialog
from ui.screens.people.view import PeopleScreen
from ui.screens.reports.exhibits_page import ExhibitsPage
from ui.screens.reports.recipients_page import RecipientsPage
from ui.screens.reports.steps import AssistantStep
from ui.screens.reports.view import ReportsScreen
from ui.screens.settings.view import SettingsScreen
from ui.window import Window

SIZE = QSize(1366, 768)
PATIENCE_MS = 20_000
KEY = "desk.pgp"
SECRET = b"harbour lantern seven quiet orchard"


@dataclass(frozen=True, slots=True)
class Manner:
    """How the window is looked at."""

    name: str
    language: str
    appearance: Appearance


MANNERS = (
    Manner("light", "en", Appearance.LIGHT),
    Manner("dark", "en", Appearance.DARK),
    Manner("french", "fr", Appearance.LIGHT),
    Manner("mirrored", "ar_XB", Appearance.LIGHT),
    Manner("long", "en_XA", Appearance.DARK),
)


def main(out: Path) -> None:
    application = QApplication(sys.argv[:1])
    with (
        tempfile.TemporaryDirectory(prefix="ek-pictures-") as name,
        FakeInternet() as internet,
        _vault(Path(name), internet) as bridge,
    ):
        for manner in MANNERS:
            words.speak(manner.language)
            application.setLayoutDirection(words.direction())
            theme.apply(application, manner.appearance)
            (out / manner.name).mkdir(parents=True, exist_ok=True)
            camera = Camera(out / manner.name)
            _unlock(bridge)
            with _shown(bridge) as window:
                camera.places(window)
                camera.assistant(window)
                camera.guide(window)
                camera.settings(window)
                camera.destinations(window)
                camera.blackout(window, internet)
                bridge.lock()
                camera.take(window, "locked")
            with _shown(_portable(Path(name) / manner.name)) as window:
                camera.first_run(window, Path(name) / KEY)
                (Path(name) / manner.name / "data").rename(Path(name) / manner.name / "out")
                window.bridge.lock()
                camera.take(window, "missing")
                window.bridge.close()
    print(out)


class Camera:
    """Takes numbered pictures of a window into one folder, each once everything that was asked for is there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken = 0

    def take(self, window: Window, name: str) -> None:
        settle(lambda: not window.bridge.waiting())
        self._keep(window, name)

    def _keep(self, shown: QWidget, name: str) -> None:
        shown.grab().save(str(self._folder / f"{self._taken:02d}-{name}.png"))
        self._taken += 1

    def places(self, window: Window) -> None:
        for name in window.names():
            window.go(name)
            self.take(window, name)

    def assistant(self, window: Window) -> None:
        """The five pages of a new report, everything chosen."""
        window.go("reports")
        screen = window.screen_of("reports")
        assert isinstance(screen, ReportsScreen)
        screen.new.click()
        for step in AssistantStep:
            settle(lambda: not window.bridge.waiting())
            page = screen.assistant.page
            if isinstance(page, ExhibitsPage):
                page.all.click()
            elif isinstance(page, RecipientsPage):
                for tick in page.ticks.values():
                    tick.setChecked(True)
            self.take(window, f"report-{step.name.lower()}")
            if step is not AssistantStep.LEAVING:
                screen.assistant.next.click()

    def guide(self, window: Window) -> None:
        """A search, and the page for cards with a disruption chosen."""
        window.bridge.help_wanted.emit("tell")
        screen = window.screen_of("guide")
        assert isinstance(screen, GuideScreen)
        assert screen.tell is not None
        settle(lambda: not window.bridge.waiting())
        screen.tell.choice.setCurrentIndex(1)
        screen.tell.choice.activated.emit(1)
        self.take(window, "guide-tell")
        screen.reader.search.setText("GPS")
        self.take(window, "guide-search")

    def settings(self, window: Window) -> None:
        """Every section but the first, which is on show among the places."""
        window.go("settings")
        screen = window.screen_of("settings")
        assert isinstance(screen, SettingsScreen)
        for name in screen.names()[1:]:
            screen.go(name)
            self.take(window, f"settings-{name}")

    def destinations(self, window: Window) -> None:
        """The dialog for each type of destination, and for another address of one that is there."""
        window.go("people")
        settle(lambda: not window.bridge.waiting())
        screen = window.screen_of("people")
        assert isinstance(screen, PeopleScreen)
        for form in destination_forms():
            dialog = DestinationDialog(window.bridge, screen._recipients, screen)
            dialog.destination.choose(form.type)
            self._dialog(dialog, f"destination-{form.type}")
        (known, *_) = screen._destinations.values()
        self._dialog(DestinationDialog(window.bridge, screen._recipients, screen, known), "destination-change")

    def _dialog(self, dialog: DestinationDialog, name: str) -> None:
        dialog.open()
        settle(dialog.isVisible)
        self._keep(dialog, name)
        dialog.reject()
        dialog.deleteLater()

    def blackout(self, window: Window, internet: FakeInternet) -> None:
        """What is going on now, while nothing beyond the provider answers."""
        desktop = window.bridge.desktop
        internet.black_out()
        window.go("now")
        window.bridge.aside(desktop.watch.start, lambda _: None)
        settle(lambda: desktop.watch.last_round is not None and desktop.watch.last_round.disruption is not None)
        self.take(window, "now-blackout")
        window.bridge.aside(desktop.watch.stop, lambda _: None)
        settle(lambda: not desktop.watch.running)
        internet.restore()

    def first_run(self, window: Window, key: Path) -> None:
        """From the first page to the last; the page on the recipient before and after `key` was compared."""
        (screen,) = window.findChildren(FirstRunScreen)
        with Keyring() as keyring:
            fingerprint = keyring.load_certificate(key.read_bytes())
        before = None
        while screen.step is not before:
            before, page = screen.step, screen.page
            self.take(window, f"first-{before.name.lower()}")
            if isinstance(page, PassphrasePage):
                page.passphrase.first.line.setText(page.passphrase.offered.text())
                made = page
            elif isinstance(page, SheetPage):
                groups = code_groups(made.created.recovery_code)
                for field, at in zip(page.fields, page._asked, strict=True):
                    field.setText(groups[at])
            elif isinstance(page, RecipientPage):
                page.look(key)
                settle(page.has_key)
                page.typed.setText(words.grouped(fingerprint))
                self.take(window, f"first-{before.name.lower()}-compared")
            screen.next.click()
            settle(lambda: not window.bridge.waiting())


@contextmanager
def _shown(bridge: Bridge) -> Iterator[Window]:
    window = Window(bridge)
    window.resize(SIZE)
    window.show()
    yield window
    window.close()
    window.deleteLater()


@contextmanager
def _vault(place: Path, internet: FakeInternet) -> Iterator[Bridge]:
    folder = place / "vault"
    clock = SystemClock()
    with Keyring() as keyring:
        key, certificate = keyring.generate(), keyring.generate("News desk").certificate
    with Vault.create(folder, bytearray(SECRET), clock, kdf=Kdf(1024, 1, 1)).vault as vault:
        vault.register.put_secret_key(key)
        vault.append(VaultCreated(key.fingerprint, vault.intake_key, "pictures"))
    with Kit(folder, lambda: Vault.open(folder, bytearray(SECRET), clock), clock) as kit:
        populated.fill(kit, place, certificate)
    (place / KEY).write_bytes(certificate)
    write_preferences(place / "settings", Preferences(network=NetworkUse.QUIET))
    bridge = Bridge(Desktop(folder, place / "settings", targets=internet.write_targets(place)))
    try:
        yield bridge
    finally:
        bridge.close()


def _portable(place: Path) -> Bridge:
    """As the portable program opens for the first time."""
    computer = Place(place / "data" / "vault", place / "settings")
    (place / "stick").mkdir(parents=True, exist_ok=True)
    beside = Place(place / "stick" / "evidence-kit-data" / "vault", place / "stick" / "evidence-kit-data" / "settings")
    return Bridge(Desktop(computer.vault, computer.settings, places=Places(computer, beside)))


def _unlock(bridge: Bridge) -> None:
    bridge.unlock(bytearray(SECRET), lambda _: None)
    settle(lambda: bridge.desktop.session.unlocked)


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
