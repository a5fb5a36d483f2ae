"""Where the vault and the window's choices are: on this computer, beside the portable program, or where a person said.

Only finds places; `Desktop.move` goes to one.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from evidence_kit import programs
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.files import disk_errors
from evidence_kit.machine.preferences import read_preferences
from evidence_kit.vault import header

BESIDE: Final = "evidence-kit-data"
_NEW: Final = "evidence-kit-vault"


@dataclass(frozen=True, slots=True)
class Place:
    """`vault` is the folder of a vault, there yet or not; `settings` the folder of the choices that go with it."""

    vault: Path
    settings: Path

    def remembered(self) -> Path:
        """The vault that the choices name, or the usual one of this place."""
        kept = read_preferences(self.settings).vault
        # Not resolved: what is told to the person is the way they know.
        return Path(os.path.normpath(self.settings.absolute() / kept)) if kept else self.vault


@dataclass(frozen=True, slots=True)
class Places:
    """The usual places. `beside` is the portable program's, on the stick that it is on; None for other programs."""

    computer: Place
    beside: Place | None = None

    def usual(self) -> Place:
        """Beside the program where its folder of data is there, so that a stick works on any computer; else here."""
        if self.beside is not None and self.beside.vault.parent.is_dir():
            return self.beside
        return self.computer

    def with_settings(self, settings: Path) -> "Places":
        """The same, with the choices always in one folder."""
        beside = None if self.beside is None else Place(self.beside.vault, settings)
        return Places(Place(self.computer.vault, settings), beside)

    def settings_for(self, vault: Path, now: Path) -> Path:
        """Where the choices belong once `vault` is used; `now` is where they are."""
        if self.beside is None:
            return now
        if vault != self.computer.vault and vault.is_relative_to(self.beside.vault.parent.parent):
            return self.beside.settings
        # A stick that was set up keeps its choices, whatever it is used for; one that was left before keeps nothing.
        left = now == self.beside.settings and not read_preferences(now).network
        return self.computer.settings if left else now

    def to_remember(self, vault: Path, settings: Path) -> str:
        """What the choices in `settings` say of `vault`; "" for the usual one.

        Raises `Refused(Code.FOLDER_NAME)` for a name that is not text.
        """
        of_stick = self.beside is not None and settings == self.beside.settings
        own = self.beside if self.beside is not None and of_stick else self.computer
        if vault == own.vault:
            return ""
        if any("\ud800" <= sign <= "\udfff" for sign in str(vault)):
            raise Refused(Code.FOLDER_NAME)
        if of_stick and vault.is_relative_to(settings.parent.parent):
            return os.path.relpath(vault, settings)
        return str(vault)


def usual_places() -> Places:
    """Those of this person, this computer and this program."""
    computer = Place(
        vault=Path(platformdirs.user_data_dir("evidence-kit", appauthor=False)) / "vault",
        settings=Path(platformdirs.user_config_dir("evidence-kit", appauthor=False)),
    )
    program = programs.portable_folder()
    if program is None:
        return Places(computer)
    # Not in the program's own folder: a newer version that is unpacked beside it must find the same.
    data = program.parent / BESIDE
    return Places(computer, Place(vault=data / "vault", settings=data / "settings"))


def default_settings() -> Path:
    """The folder of the choices where none is named."""
    return usual_places().usual().settings


def default_vault() -> Path:
    """The vault's folder where none is named: the one that the window was last told to use."""
    return usual_places().usual().remembered()


def command_line() -> str:
    """What a person types to start the command line: the portable one is on no PATH."""
    return "evidence-kit" if programs.portable_folder() is None else programs.program(programs.COMMAND_LINE)[0]


def has_vault(folder: Path) -> bool:
    """Whether there is a vault's header; not where the medium is gone or cannot be read."""
    try:
        return (folder / "vault.header").exists()
    except OSError:
        return False


def vault_in(folder: Path) -> Path:
    """The vault that is meant by `folder`: that folder, or the one in it under its usual name.

    Raises `Refused` with "not-a-vault", "read-only" or "no-permission" and as `disk_errors`, and as `header.intake_key`
    for a header that cannot be read.
    """
    folder = folder.absolute()
    with disk_errors():
        named = (folder, folder / "vault", folder / _NEW, folder / BESIDE / "vault")
        found = next((one for one in named if header.exists(one)), None)
        if found is None:
            raise Refused(Code.NOT_A_VAULT, folder=str(folder))
        header.intake_key(found / "vault.header")
    try_writing(found)
    return found


def room_for_vault(folder: Path) -> Path:
    """Where a vault goes if a person names `folder`: into a folder of its own in it, or there if that is such a one.

    A vault that is there already is the answer, too. The folder that the person names is the one that must be there
    when the vault is made: it may be a stick. Raises `Refused(Code.FOLDER_NOT_EMPTY)`, and as `try_writing`.
    """
    folder = folder.absolute()
    with disk_errors():
        if not folder.is_dir():
            raise Refused(Code.FOLDER_MISSING)
        room = folder if header.exists(folder) or folder.name == _NEW else folder / _NEW
        if room.exists() and not header.exists(room) and (not room.is_dir() or any(room.iterdir())):
            raise Refused(Code.FOLDER_NOT_EMPTY, folder=str(room))
    try_writing(room if room.is_dir() else folder)
    return room


def try_writing(folder: Path) -> None:
    """Whether something can be written in `folder`; nothing of it stays. Raises as `disk_errors`."""
    with disk_errors(), tempfile.TemporaryFile(dir=folder) as trial:
        trial.write(b"?")
        trial.flush()
