"""A session under Wayland, as far as a program without a window of its own notices it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

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
