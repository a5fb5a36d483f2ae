"""`python -m tests.journeys.window_on_wayland VAULT SETTINGS PICTURE`: the window captures the screen once.

For a desktop under Wayland: shows the window over a locked vault, has the desktop's own tool make PICTURE of that,
captures as the person does who presses the button, and prints what became of it as one line of JSON.
"""

import json
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from evidence_kit.app.desktop import Desktop
from evidence_kit.machine.preferences import Appearance
from ui import theme, tray, words
from ui.bridge import Bridge
from ui.capture.screen import ScreenSheet
from ui.window import Window

PATIENCE_MS = 30_000


def main(vault: Path, settings: Path, picture: Path) -> None:
    application = QApplication(sys.argv[:1])
    words.speak("en")
    theme.apply(application, Appearance.LIGHT)
    bridge = Bridge(Desktop(vault, settings))
    window = Window(bridge)
    window.show()
    loop = QEventLoop()
    QTimer.singleShot(PATIENCE_MS, loop, lambda: loop.exit(1))
    told: dict[str, object] = {"platform": application.platformName(), "tray": tray.available()}

    def shown() -> None:
        """Once the compositor has given it its place, and it is drawn there."""
        subprocess.run(["grim", str(picture)], check=True)
        window.captures.screen()
        (sheet,) = [one for one in application.topLevelWidgets() if isinstance(one, ScreenSheet)]
        QTimer.singleShot(0, sheet, lambda: ready(sheet))

    def ready(sheet: ScreenSheet) -> None:
        if not sheet.take_button.isEnabled():
            QTimer.singleShot(20, sheet, lambda: ready(sheet))
            return
        told["offered"] = [button.text() for button in sheet._radios.buttons()]
        sheet.take_button.click()

    def ended(what: str, words: object) -> None:
        told[what] = str(words)
        told["visible"] = window.isVisible()
        loop.exit(0)

    window.captures.kept.connect(lambda words: ended("kept", words))
    window.captures.failed.connect(lambda error: ended("failed", error))
    # Placed by the compositor and painted again: what is exposed at first is not yet what will be seen.
    QTimer.singleShot(500, window, shown)
    code = loop.exec()
    bridge.close()
    print(json.dumps(told))
    sys.exit(code)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
