"""Capture the screen as it is: exact pixels, no cursor, no banner; say what was captured and with what.

The only user of mss. A desktop under Wayland shows its windows to nobody but its own portal (`portal.screenshot`):
what is taken here through XWayland has only the windows of X programs in it, which `display_server` then tells.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import mss

from evidence_kit.capture.picture import Picture, from_bgrx
from evidence_kit.codes import Code
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.model.bodies.captures import DisplayServer, ScreenCaptured
from evidence_kit.model.exhibit import Exhibit
from evidence_kit.portal.screenshot import is_wayland
from evidence_kit.system import PLATFORM, Platform

Region = tuple[int, int, int, int]
"""Left, top, width, height in physical pixels."""

_BACKEND: Final = "xshmgetimage" if PLATFORM is Platform.LINUX else "default"


@dataclass(frozen=True, slots=True)
class Monitor:
    """A monitor in the desktop's coordinates, physical pixels; `number` counts from 1."""

    number: int
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ScreenShot:
    """A picture of the screen; the fields are those of `ScreenCaptured`."""

    picture: Picture
    monitor: str
    left: int
    top: int
    blank: bool
    display_server: DisplayServer
    backend: str

    def captured(self, picture: Exhibit, disruption: str | None = None) -> ScreenCaptured:
        """The entry's body, once the picture is an exhibit."""
        return ScreenCaptured(
            picture=picture,
            monitor=self.monitor,
            left=self.left,
            top=self.top,
            width=self.picture.width,
            height=self.picture.height,
            blank=self.blank,
            display_server=self.display_server,
            backend=self.backend,
            disruption=disruption,
        )


def monitors() -> list[Monitor]:
    """The monitors of this desktop. Raises `Unavailable` as `capture` does."""
    server = display_server(os.environ)
    try:
        with mss.MSS(backend=_BACKEND) as desktop:
            return [Monitor(number, *_geometry(found)) for number, found in enumerate(desktop.monitors[1:], 1)]
    except mss.ScreenShotError as error:
        raise _unavailable(error, server) from error


def capture(*, monitor: int | None = None, region: Region | None = None) -> ScreenShot:
    """All monitors together, or one (counted from 1), or a region of the whole desktop.

    A blank picture is kept and called blank: a screen that shows nothing may be what there is to show.
    Raises `Unavailable` with "no-display" or "screen-capture"; `Refused` with "no-such-monitor"
    (`monitor`, `monitors`) or "region-outside-screen" (`width`, `height` of the desktop).
    """
    server = display_server(os.environ)
    try:
        desktop = mss.MSS(backend=_BACKEND)
    except mss.ScreenShotError as error:
        raise _unavailable(error, server) from error
    with desktop:
        name, (left, top, width, height) = _where(desktop, monitor, region)
        try:
            grabbed = desktop.grab({"left": left, "top": top, "width": width, "height": height})
        except mss.ScreenShotError as error:
            raise _unavailable(error, server) from error
    picture = from_bgrx(grabbed.raw, grabbed.width, grabbed.height)
    return ScreenShot(picture, name, left, top, picture.blank, server, f"mss {mss.__version__} {_BACKEND}")


def display_server(environment: Mapping[str, str], platform: Platform = PLATFORM) -> DisplayServer:
    """What mss reads from. Raises `Unavailable` with "no-display"."""
    if platform is Platform.WINDOWS:
        return DisplayServer.WINDOWS
    if platform is Platform.MACOS:
        return DisplayServer.MACOS
    if environment.get("DISPLAY"):
        return DisplayServer.XWAYLAND if is_wayland(environment, platform) else DisplayServer.X11
    raise Unavailable(Code.NO_DISPLAY)


def _unavailable(error: mss.ScreenShotError, server: DisplayServer) -> Unavailable:
    # mss has one class for a display that is not there and for one that it cannot read.
    if str(error).startswith("Cannot connect"):
        return Unavailable(Code.NO_DISPLAY)
    return Unavailable(Code.SCREEN_CAPTURE, display_server=server.value)


def _where(desktop: mss.MSS, monitor: int | None, region: Region | None) -> tuple[str, Region]:
    whole, *single = (_geometry(found) for found in desktop.monitors)
    if region is not None:
        left, top, width, height = region
        inside = whole[0] <= left and whole[1] <= top
        inside = inside and left + width <= whole[0] + whole[2] and top + height <= whole[1] + whole[3]
        if not inside or width < 1 or height < 1:
            raise Refused(Code.REGION_OUTSIDE_SCREEN, width=whole[2], height=whole[3])
        return "region", region
    if monitor is None:
        return "all", whole
    if not 1 <= monitor <= len(single):
        raise Refused(Code.NO_SUCH_MONITOR, monitor=monitor, monitors=len(single))
    return str(monitor), single[monitor - 1]


def _geometry(found: Mapping[str, object]) -> Region:
    left, top, width, height = (int(str(found[side])) for side in ("left", "top", "width", "height"))
    return left, top, width, height
