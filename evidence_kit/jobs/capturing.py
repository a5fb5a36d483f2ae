"""Capture and keep: the work outside the vault first, then one small step that syncs and commits.

Success is said only after that; the clock is read at the moment of capture. Where it goes is the keeper's: an unlocked
vault's journal, or the intake beside it.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Self, TypeVar

from evidence_kit.capture.address import normal_address
from evidence_kit.capture.handed_over import handed_over
from evidence_kit.capture.importer import open_file
from evidence_kit.capture.page import PageShot
from evidence_kit.capture.picture import Picture
from evidence_kit.capture.png import encode
from evidence_kit.capture.screen import Region, capture, display_server, monitors
from evidence_kit.clock import Clock
from evidence_kit.clock.reading import wall_ns_of
from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused, Unavailable
from evidence_kit.jobs.cameras import Cameras
from evidence_kit.jobs.keep import Bytes
from evidence_kit.jobs.keeper import Describe, Keeper
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import DisplayServer
from evidence_kit.model.bodies.statements import Consent, Impact, WitnessHeard
from evidence_kit.model.exhibit import Exhibit, ExhibitRole
from evidence_kit.portal import screenshot
from evidence_kit.system import is_administrator
from evidence_kit.watch.network import read_choice

Kept = TypeVar("Kept")
# How many bytes of how many are done; what it raises ends the work, and nothing is kept.
Told = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Screens:
    """What can be captured: left, top, width and height of each monitor in physical pixels, the first being number 1.

    `partial` says that the desktop shows programs only some of its windows (Wayland, through XWayland). `portal` is the
    version of the Screenshot interface of a desktop that takes the picture itself: then there are no areas, and a
    part can only be chosen in the desktop's own dialog. 0 where the screen can be read.
    """

    areas: tuple[Region, ...]
    partial: bool
    portal: int = 0


def screens() -> Screens:
    """The monitors as they are now. Raises `Unavailable` as `Capturing.screen`."""
    version = _portal_version()
    if version:
        return Screens((), partial=False, portal=version)
    areas = tuple((one.left, one.top, one.width, one.height) for one in monitors())
    return Screens(areas, partial=display_server(os.environ) is DisplayServer.XWAYLAND)


def opens_pages_without_sandbox() -> bool:
    """Whether pages are opened without Chromium's sandbox: root cannot have one, and only root goes without."""
    return is_administrator()


def _portal_version() -> int:
    """The desktop's portal comes first under Wayland: XWayland shows only some windows. 0 where the screen is read."""
    if not screenshot.is_wayland(os.environ):
        return 0
    try:
        return screenshot.screenshot_version(os.environ)
    except Unavailable as error:
        if not _leaves_xwayland(error):
            raise
        return 0


def _leaves_xwayland(error: Unavailable) -> bool:
    """Whether this desktop takes no pictures for anybody, and has a screen for X programs that can be read."""
    return error.code in screenshot.NOT_OFFERED and bool(os.environ.get("DISPLAY"))


def ask_permission(clock: Clock, keep_on: screenshot.KeepOn) -> str | None:
    """Have a desktop that takes the pictures itself ask the person whether it may.

    Some ask that only for a program whose window is in use, and not while it hides for the picture. The picture that
    comes of it is removed unread; the answer is its path where that could not be done. Raises as `Capturing.screen`.
    """
    asked = clock.read()
    handed = screenshot.take_screenshot(os.environ, keep_on=keep_on)
    with handed_over(handed.untrusted_address, wall_ns_of(asked)) as file:
        return None if file.remove() else str(file.path)


def page_address(untrusted_address: str) -> str:
    """What a person typed as the address that `Capturing.page` visits. Raises `Refused` as that does."""
    return normal_address(untrusted_address)


class Capturing(Generic[Kept]):
    """Captures for one keeper; use it in a `with`, which keeps the page camera warm from the first page to the last.

    With `cameras` that outlive it, those are used and left alone. `keep_on` is asked while a capture waits for
    somebody; what it raises ends the waiting.
    """

    def __init__(
        self, keeper: Keeper[Kept], cameras: Cameras | None = None, keep_on: screenshot.KeepOn = lambda: None
    ) -> None:
        self._keeper = keeper
        self._keep_on = keep_on
        self._cameras = cameras or Cameras()
        self._owns_cameras = cameras is None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End its own warm cameras; the next page starts one again."""
        if self._owns_cameras:
            self._cameras.close()

    def screen(
        self,
        *,
        monitor: int | None = None,
        region: Region | None = None,
        choose: bool = False,
        keep_on: screenshot.KeepOn = lambda: None,
        left_behind: Callable[[KitError], object] = lambda _: None,
    ) -> Kept:
        """The screen; all monitors together unless one or a region (left, top, width, height) is named.

        Where the desktop takes the picture itself (Wayland), it takes all there is, or with `choose` what the person
        picks in the desktop's own dialog. `keep_on` is asked while it has not answered; what it raises ends the
        waiting. The desktop's own copy of the picture is removed once the picture is kept; where that cannot be done,
        `left_behind` hears of it.

        Raises `Unavailable` where there is no screen to be had, `Refused` where the monitor or region does not exist,
        where the desktop or the person said no ("portal-declined", "portal-cancelled"), and with
        "portal-whole-screen" or "no-desktop-dialog" where this desktop has no such choice. What kept a picture of the
        desktop's from being kept is told as "desktop-copy-only" (`why`, and the `path` of that copy).
        """
        if screenshot.is_wayland(os.environ):
            try:
                if monitor is not None or region is not None:
                    screenshot.screenshot_version(os.environ)
                    raise Refused(Code.PORTAL_WHOLE_SCREEN)
                return self._screen_from_desktop(choose, keep_on, left_behind)
            except Unavailable as error:
                if not _leaves_xwayland(error):
                    raise
        if choose:
            raise Refused(Code.NO_DESKTOP_DIALOG)
        reading = self._keeper.clock.read()
        shot = capture(monitor=monitor, region=region)
        return self._keeper.keep(
            (_picture(shot.picture, ExhibitRole.SCREENSHOT),),
            lambda exhibits, disruption: shot.captured(exhibits[0], disruption),
            reading,
        )

    def _screen_from_desktop(
        self, choose: bool, keep_on: screenshot.KeepOn, left_behind: Callable[[KitError], object]
    ) -> Kept:
        def wanted() -> None:
            self._keep_on()
            keep_on()

        asked = self._keeper.clock.read()
        handed = screenshot.take_screenshot(os.environ, choose=choose, keep_on=wanted)
        # The answer comes with the picture; before it the person may have read a question for half a minute.
        reading = self._keeper.clock.read()
        with handed_over(handed.untrusted_address, wall_ns_of(asked)) as file:
            where = str(file.path)
            try:
                shot = file.shot()
                kept = self._keeper.keep(
                    (Bytes((shot.png,), "image/png", ExhibitRole.SCREENSHOT, shot.tiles, shot.tile_seed),),
                    lambda exhibits, disruption: shot.captured(
                        exhibits[0], chosen=choose, version=handed.version, disruption=disruption
                    ),
                    reading,
                )
            except KitError as error:
                # The only copy there is: it stays, and the person learns where.
                raise error.retold(Code.DESKTOP_COPY_ONLY, why=error.code, path=where) from error
            if not file.remove():
                left_behind(Refused(Code.DESKTOP_COPY_LEFT, path=where))
        return kept

    def page(self, address: str, *, deadline_s: float, script: bool = True) -> Kept:
        """A page, or the browser's own page that says why it does not load.

        Raises `Refused` for addresses that are none, `Unavailable` where the camera fails; nothing is kept then.
        """
        reading = self._keeper.clock.read()
        with self._cameras.lent(read_choice(self._keeper.folder).proxy, script=script) as camera:
            shot = camera.photograph(address, deadline_s)
        streams = [_picture(shot.picture, ExhibitRole.PAGE_PICTURE)]
        if shot.mhtml is not None:
            streams.append(Bytes((shot.mhtml,), "multipart/related", ExhibitRole.PAGE_MHTML))
        if shot.text:
            text = shot.text.encode("utf-8", "replace")
            streams.append(Bytes((text,), "text/plain", ExhibitRole.PAGE_TEXT))
        return self._keeper.keep(tuple(streams), _page_body(shot), reading)

    def file(self, path: Path, told: Told | None = None) -> Kept:
        """A photo or file, byte for byte; one that changes while it is read is refused and not kept.

        `told` hears how far it is after every piece.
        """
        reading = self._keeper.clock.read()
        with open_file(path) as imported:
            return self._keeper.keep(
                (Bytes(_counted(imported.chunks(), imported.size, told), imported.media_type, imported.role),),
                lambda exhibits, disruption: imported.added(exhibits[0], disruption),
                reading,
            )

    def note(self, text: str, pseudonym: str | None) -> Kept:
        """What the person wrote."""
        return self._keeper.note(text, pseudonym)

    def testimony(
        self,
        text: str,
        pseudonym: str | None,
        consent: tuple[Consent, ...],
        consent_text: str,
        impacts: tuple[Impact, ...],
    ) -> Kept:
        """What a witness told, as `WitnessHeard` has it."""
        return self._keeper.keep(
            (),
            lambda _, disruption: WitnessHeard(text, pseudonym, consent, consent_text, impacts, disruption),
            self._keeper.clock.read(),
        )


def _counted(chunks: Iterator[bytes], total: int, told: Told | None) -> Iterator[bytes]:
    done = 0
    for chunk in chunks:
        yield chunk
        done += len(chunk)
        if told is not None:
            told(done, total)


def _page_body(shot: PageShot) -> Describe:
    def describe(exhibits: tuple[Exhibit, ...], disruption: str | None) -> Body:
        by_role = {exhibit.role: exhibit for exhibit in exhibits}
        mhtml, text = by_role.get(ExhibitRole.PAGE_MHTML), by_role.get(ExhibitRole.PAGE_TEXT)
        return shot.captured(exhibits[0], mhtml, text, disruption)

    return describe


def _picture(picture: Picture, role: ExhibitRole) -> Bytes:
    encoded = encode(picture)
    return Bytes((encoded.png,), "image/png", role, encoded.tiles, encoded.tile_seed)
