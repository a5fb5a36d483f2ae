"""How the person wants the window; lies in clear outside the vault, because it is needed before any vault is open.

Nothing of it tells what was seen or who is told.
"""

import contextlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from evidence_kit.errors import Broken, Refused
from evidence_kit.files import disk_errors, read_capped, write_whole
from evidence_kit.model.codec import Json, canonical, from_json, parse, to_json

_NAME: Final = "window.json"
_CAP: Final = 64 * 1024


class Appearance(StrEnum):
    """The window's colours; `SYSTEM` follows the desktop."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class NetworkUse(StrEnum):
    """What the window does on the network. `NOT_CHOSEN` until the first-run pages are done: nothing is sent before.

    `QUIET`: nothing by itself. `NORMAL`: it watches and sends by itself.
    """

    NOT_CHOSEN = ""
    QUIET = "quiet"
    NORMAL = "normal"


@dataclass(frozen=True, slots=True)
class Preferences:
    """`language` is a BCP 47 tag or "" for the system's.

    `idle_lock_s` 0 never locks by itself. `vault` is the vault's folder, "" for the usual one,
    and from the settings' own folder where it does not begin at the root: a stick is elsewhere on every computer.
    `global_key` is whether the desktop is asked for a key that captures from any program. `desktop_was` is what the
    desktop said last, "light", "dark" or "": a window that follows it begins in those colours.
    """

    language: str = ""
    appearance: Appearance = Appearance.SYSTEM
    desktop_was: str = ""
    network: NetworkUse = NetworkUse.NOT_CHOSEN
    idle_lock_s: int = 600
    vault: str = ""
    to_tray: bool = True
    global_key: bool = False
    hints_seen: tuple[str, ...] = ()
    v: int = 1


def read_preferences(settings: Path) -> Preferences:
    """What was chosen; the defaults where nothing was, or where it cannot be read: it is only comfort."""
    try:
        kept = parse(read_capped(settings / _NAME, _CAP), cap=_CAP)
    except (FileNotFoundError, Broken, Refused):
        return Preferences()
    return _understood(kept) if isinstance(kept, dict) else Preferences()


def _understood(kept: dict[str, Json]) -> Preferences:
    """A choice that only an older or a newer version knows does not cost the others."""
    found = Preferences()
    for name, value in kept.items():
        with contextlib.suppress(Broken):
            # A name that is not known changes nothing.
            found = from_json(Preferences, {**_fields(found), **({name: value} if hasattr(found, name) else {})})
    return found


def _fields(preferences: Preferences) -> dict[str, Json]:
    fields = to_json(preferences)
    return fields if isinstance(fields, dict) else {}


def write_preferences(settings: Path, preferences: Preferences) -> None:
    """Keep a choice, whole or not at all."""
    with disk_errors():
        settings.mkdir(parents=True, mode=0o700, exist_ok=True)
        write_whole(settings / _NAME, canonical(to_json(preferences)))


def knows_choices(settings: Path) -> bool:
    """Whether anything was ever chosen there."""
    return (settings / _NAME).exists()


def forget_preferences(settings: Path) -> None:
    """Remove the choices, and the folders that were for them alone; what cannot be removed stays."""
    with contextlib.suppress(OSError):
        (settings / _NAME).unlink()
        settings.rmdir()
        settings.parent.rmdir()
