"""How the person wants the window; lies in clear outside the vault, because it is needed before any vault is open.

Nothing of it tells what was seen or who is told.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence_kit.errors import Broken, Refused
from evidence_kit.files import disk_errors, read_capped, write_whole
from evidence_kit.model.codec import canonical, from_json, parse, to_json

_NAME: Final = "window.json"
_CAP: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Preferences:
    """`language` is a BCP 47 tag or "" for the system's; `appearance` "system", "light" or "dark".

    `network` is "" until the person has finished the first-run pages (nothing is sent before), then "quiet" (nothing by
    itself), or "normal". `idle_lock_s` 0 never locks by itself. `vault` is the vault's folder, "" for the usual one,
    and from the settings' own folder where it does not begin at the root: a stick is elsewhere on every computer.
    `global_key` is whether the desktop is asked for a key that captures from any program. `desktop_was` is what the
    desktop said last, "light", "dark" or "": a window that follows it begins in those colours.
    """

    language: str = ""
    appearance: str = "system"
    desktop_was: str = ""
    network: str = ""
    idle_lock_s: int = 600
    vault: str = ""
    to_tray: bool = True
    global_key: bool = False
    hints_seen: tuple[str, ...] = ()
    v: int = 1


def read_preferences(settings: Path) -> Preferences:
    """What was chosen; the defaults where nothing was, or where it cannot be read: it is only comfort."""
    usual = to_json(Preferences())
    try:
        kept = parse(read_capped(settings / _NAME, _CAP), cap=_CAP)
        if not isinstance(kept, dict) or not isinstance(usual, dict):
            return Preferences()
        # A choice that only an older or a newer version knows must not cost the others.
        return from_json(Preferences, {name: kept.get(name, value) for name, value in usual.items()})
    except (FileNotFoundError, Broken, Refused):
        return Preferences()


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
