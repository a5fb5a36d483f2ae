"""The four ways to capture over a real vault, with a window of ours on show."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from evidence_kit.errors import KitError
from evidence_kit.jobs.look import ListEntries
from evidence_kit.model.bodies.body import Body
from ui.bridge import Bridge
from ui.capture.actions import CaptureActions
from ui.panels.sheet import Sheet

Until = Callable[[Callable[[], bool]], None]


@dataclass
class Told:
    """What the actions said."""

    kept: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    failed: list[KitError] = field(default_factory=list)


@dataclass
class Ways:
    """The actions, the window that they belong to, and what they said."""

    actions: CaptureActions
    window: QWidget
    told: Told
    bridge: Bridge
    until: Until

    def sheet(self, kind: type[Sheet]) -> Sheet:
        """The sheet of a kind that is on show."""
        (found,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and not one.leaving]
        return found

    def bodies(self) -> list[Body]:
        """What the unlocked journal holds, oldest first."""
        found: list[list[Body]] = []
        self.bridge.submit(ListEntries(), lambda entries: found.append([entry.body for entry in entries]))
        self.until(lambda: bool(found))
        return found[0]


def ways_over(bridge: Bridge, qtbot: QtBot, until: Until) -> Iterator[Ways]:
    window = QWidget()
    window.resize(400, 300)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    actions, told = CaptureActions(bridge, window), Told()
    actions.kept.connect(told.kept.append)
    actions.warned.connect(told.warned.append)
    actions.failed.connect(told.failed.append)
    yield Ways(actions, window, told, bridge, until)
    for one in QApplication.topLevelWidgets():
        if isinstance(one, Sheet):
            one.go()


@pytest.fixture
def ways(unlocked: Bridge, qtbot: QtBot, until: Until) -> Iterator[Ways]:
    """With the vault open."""
    yield from ways_over(unlocked, qtbot, until)


@pytest.fixture
def sealed(bridge: Bridge, qtbot: QtBot, until: Until) -> Iterator[Ways]:
    """With the vault locked."""
    yield from ways_over(bridge, qtbot, until)
