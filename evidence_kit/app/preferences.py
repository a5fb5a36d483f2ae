"""How the person wants the window; lies in clear outside the vault, because it is needed before any vault is open.

Nothing of it tells what was seen or who is told.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from evidence_kit.errors import Broken, Refused
from evidence_kit.files import disk_errors, read_capped, write_whole
from evidence_kit.model.codec import canonical, from_json, parse, to_json

_NAME: Final = "window.json"
_CAP: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Preferences:
    """`language` is a BCP 47 tag or "" for the system's; `appearance` "system", "light" or "dark".

    `network` is "" until the person has finished the first-run pages (nothing is sent before), then "quiet" (nothing by
    itself), or "normal". `idle_lock_s` 0 never locks by itself. `vault` is the vault's folder, "" for the usual one.
    `global_key` is whether the desktop is asked for a key that captures from any program.
    """

    language: str = ""
    appearance: str = "system"
    network: str = ""
    idle_lock_s: int = 600
    vault: str = ""
    to_tray: bool = True
    global_key: bool = False
    hints_seen: tuple[str, ...] = ()
    v: int = 1


def default_settings() -> Path:
    """The folder of the preferences where none is named."""
    return Path(platformdirs.user_config_dir("evidence-kit", appauthor=False))


def default_vault() -> Path:
    """The vault's folder where none is named."""
    return Path(platformdirs.user_data_dir("evidence-kit", appauthor=False)) / "vault"


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
