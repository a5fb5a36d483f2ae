"""Take the picture file that the desktop wrote: read it as a stranger's, keep its bytes as they are, remove it.

It is removed only when the caller says so, which is when the bytes lie in the vault. Removing takes the name away; what
lies on the disk is not overwritten.
"""

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

from evidence_kit import programs
from evidence_kit.capture.picture_reading import OUTPUT_CAP, PIXEL_CAP, SEED_SIZE
from evidence_kit.capture.reader import ask
from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused, Unavailable
from evidence_kit.model.bodies.captures import DisplayServer, ScreenCaptured
from evidence_kit.model.codec import Json, parse
from evidence_kit.model.exhibit import Exhibit, TileRoot
from evidence_kit.system import is_mine, open_folder, open_to_read

FILE_CAP: Final = 256 << 20
READING_COMMAND: Final = programs.program("evidence_kit.capture.picture_reading")
READING_DEADLINE_S: Final = 30.0
_ADDRESS_CAP: Final = 4096 * 3
_SCHEME: Final = "file://"
# File systems tell when a file was written to within two seconds (FAT), and the kernel's own clock ticks.
_COARSE_NS: Final = 2_000_000_000


@dataclass(frozen=True, slots=True)
class DesktopShot:
    """A picture as the desktop encoded it, and what a reading process found in it.

    `tiles` with its seed (32 random bytes) is there where the samples are 8 bits of red, green and blue.
    """

    png: bytes
    width: int
    height: int
    blank: bool
    tiles: TileRoot | None
    tile_seed: bytes | None

    def captured(self, picture: Exhibit, *, chosen: bool, version: int, disruption: str | None) -> ScreenCaptured:
        """The entry's body, once the picture is an exhibit. Where on the screen it was, the desktop does not tell."""
        return ScreenCaptured(
            picture=picture,
            monitor="chosen" if chosen else "all",
            left=0,
            top=0,
            width=self.width,
            height=self.height,
            blank=self.blank,
            display_server=DisplayServer.WAYLAND,
            backend=f"portal Screenshot {version}",
            disruption=disruption,
        )


@dataclass(slots=True)
class HandedOver:
    """The desktop's file, open: what was in it, and where it lies until it is removed."""

    path: Path
    content: bytes
    _folder: int
    _handle: int
    removed: bool = False

    def shot(self, *, command: Sequence[str] = READING_COMMAND, deadline_s: float = READING_DEADLINE_S) -> DesktopShot:
        """The picture in it. `command` reads it apart.

        Raises `Unavailable(Code.PORTAL_PICTURE_UNREADABLE)`, `Refused(Code.PICTURE_TOO_LARGE)` with its size.
        """
        seed = secrets.token_bytes(SEED_SIZE)
        with os.fdopen(os.memfd_create("picture", os.MFD_CLOEXEC), "w+b") as source:
            source.write(seed)
            source.write(self.content)
            source.seek(0)
            untrusted = ask(source, command, OUTPUT_CAP, deadline_s)
        width, height, blank, root = _found(untrusted)
        if width * height > PIXEL_CAP:
            raise Refused(Code.PICTURE_TOO_LARGE, width=width, height=height)
        tiles = None if root is None else TileRoot(root, width, height)
        return DesktopShot(self.content, width, height, blank, tiles, None if tiles is None else seed)

    def remove(self) -> bool:
        """Take the file's name away, as far as a file system lets us; whether it is gone."""
        try:
            found, mine = os.stat(self.path.name, dir_fd=self._folder, follow_symlinks=False), os.fstat(self._handle)
            if (found.st_dev, found.st_ino) == (mine.st_dev, mine.st_ino):
                os.unlink(self.path.name, dir_fd=self._folder)
                self.removed = True
        except OSError:
            pass
        # Somebody else may have been quicker: no name leads to it any more then.
        self.removed = self.removed or os.fstat(self._handle).st_nlink == 0
        with contextlib.suppress(OSError):
            os.fsync(self._folder)
        return self.removed


@contextlib.contextmanager
def handed_over(untrusted_address: str, since_ns: int) -> Iterator[HandedOver]:
    """The file at an address that the portal gave, written since (wall clock); open until the end of the `with`.

    Raises `Unavailable` with "portal-picture-strange" for what is not a new, plain file of this user, reached by its
    own name, `Refused` with "file-too-large" (`cap`).
    """
    path = _path(untrusted_address)
    with contextlib.ExitStack() as stack:
        try:
            # The folder stays open: what is removed is what was read, whatever its path leads to by then.
            folder = open_folder(path.parent)
            if folder is None:
                raise Unavailable(Code.PORTAL_PICTURE_STRANGE)
            stack.callback(os.close, folder)
            # Asked before it is opened: opening alone can move a device or wake a pipe's other end.
            _check(os.stat(path.name, dir_fd=folder, follow_symlinks=False), since_ns)
            handle = open_to_read(path.name, follow=False, folder=folder)
            stack.callback(os.close, handle)
            _check(found := os.fstat(handle), since_ns)
            with os.fdopen(os.dup(handle), "rb") as source:
                content = source.read(FILE_CAP + 1) if found.st_size <= FILE_CAP else None
        except OSError as error:
            raise Unavailable(Code.PORTAL_PICTURE_STRANGE) from error
        if content is None or len(content) > FILE_CAP:
            raise Refused(Code.FILE_TOO_LARGE, name=path.name, cap=FILE_CAP)
        yield HandedOver(path, content, folder, handle)


def _path(untrusted_address: str) -> Path:
    """The path of a file URI of this computer (RFC 8089)."""
    host, slash, rest = untrusted_address[len(_SCHEME) :].partition("/")
    plain = len(untrusted_address) <= _ADDRESS_CAP and not any(
        sign <= " " or sign in "?#\x7f" for sign in untrusted_address
    )
    path = os.fsdecode(b"/" + unquote_to_bytes(rest))
    if not (untrusted_address[: len(_SCHEME)].lower() == _SCHEME and plain and slash) or host not in {"", "localhost"}:
        raise Unavailable(Code.PORTAL_PICTURE_STRANGE)
    if "\0" in path or path.endswith("/") or ".." in path.split("/"):
        raise Unavailable(Code.PORTAL_PICTURE_STRANGE)
    return Path(path)


def _check(found: os.stat_result, since_ns: int) -> None:
    # Anything older is not what was just taken, and may be a file that the person wants to keep.
    new = found.st_ctime_ns >= since_ns - _COARSE_NS
    if not (stat.S_ISREG(found.st_mode) and is_mine(found) and new):
        raise Unavailable(Code.PORTAL_PICTURE_STRANGE)


def _found(untrusted: bytes | None) -> tuple[int, int, bool, str | None]:
    try:
        told = None if untrusted is None else parse(untrusted, OUTPUT_CAP)
    except Broken:
        told = None
    match told:
        case {"width": int() as width, "height": int() as height, "blank": blank, "root": root}:
            if 0 < width <= 1 << 31 and 0 < height <= 1 << 31:
                return width, height, blank is True, _root(root)
    raise Unavailable(Code.PORTAL_PICTURE_UNREADABLE)


def _root(untrusted: Json) -> str | None:
    match untrusted:
        case str() if len(untrusted) == 64 and set(untrusted) <= set("0123456789abcdef"):
            return untrusted
        case None:
            return None
    raise Unavailable(Code.PORTAL_PICTURE_UNREADABLE)
