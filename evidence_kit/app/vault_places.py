"""Where the vault and the person's choices are now, and where another vault may be found or made."""

import contextlib
import os
from dataclasses import replace
from pathlib import Path

from evidence_kit.app.vaults import restore_vault
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.files import disk_errors
from evidence_kit.machine.autostart import Autostart, autostart
from evidence_kit.machine.places import (
    Place,
    Places,
    default_settings,
    has_vault,
    room_for_vault,
    try_writing,
    vault_in,
)
from evidence_kit.machine.preferences import (
    NetworkUse,
    Preferences,
    forget_preferences,
    knows_choices,
    read_preferences,
    write_preferences,
)


class VaultPlaces:
    """The vault in `folder`, how the window is wanted in `settings`; `known` are the usual places, to go to."""

    def __init__(self, folder: Path, settings: Path, known: Places) -> None:
        self.folder = folder
        self.settings = settings
        self.known = known
        self.preferences = read_preferences(settings)

    def has_vault(self) -> bool:
        return has_vault(self.folder)

    @property
    def is_set_up(self) -> bool:
        """Whether there is a vault and the person has said how the network may be used."""
        return self.preferences.network is not NetworkUse.NOT_CHOSEN and self.has_vault()

    @property
    def is_missing(self) -> bool:
        """Whether the vault was set up and is not where it was: a stick that is not in, or a folder that is gone."""
        return self.preferences.network is not NetworkUse.NOT_CHOSEN and not self.has_vault()

    def prefer(self, preferences: Preferences) -> None:
        """Keep the person's choices."""
        write_preferences(self.settings, preferences)
        self.preferences = preferences

    def size_on_disk(self) -> int:
        """Bytes of all files in the vault's folder; reads the whole folder's list."""
        size = 0
        for path in self.folder.rglob("*"):
            with contextlib.suppress(FileNotFoundError):  # sent, absorbed or let go meanwhile
                size += path.stat().st_size if path.is_file() else 0
        return size

    def make_way(self) -> None:
        """Make the folder around a new vault. Raises `Refused(Code.FOLDER_MISSING)` where a medium is not in."""
        with disk_errors():
            if self.preferences.vault and not self.folder.parent.is_dir():
                # It was there when it was chosen. Made anew it would lie on the disk that the stick was taken from.
                raise Refused(Code.FOLDER_MISSING)
            self.folder.parent.mkdir(parents=True, mode=0o700, exist_ok=True)

    def restore(self, file: Path) -> None:
        """Make the vault from a backup and leave it locked; takes long. Raises as `restore_vault`."""
        self.make_way()
        restore_vault(file, self.folder)

    def seek_vault(self, folder: Path) -> Path:
        """The vault that a person means by `folder`. Raises as `vault_in`, and "same-vault" for the one in use."""
        found = vault_in(folder)
        if found == self.folder:
            raise Refused(Code.SAME_VAULT)
        return found

    @staticmethod
    def seek_room(folder: Path) -> Path:
        """Where a new vault goes if a person names `folder`. Raises as `room_for_vault`."""
        return room_for_vault(folder)

    def seek_room_beside(self) -> Path:
        """The place beside the portable program. Raises as `try_writing`, "folder-missing" where it is another one."""
        place = self.known.beside
        if place is None:
            raise Refused(Code.FOLDER_MISSING)
        try_writing(place.vault.parent.parent)
        return place.vault

    def seek_beginning(self) -> Path:
        """Where the first-run pages may come again: here, or at the usual place where this one's medium is gone."""
        return self.folder if self._has_room() else self.known.usual().vault

    def may_keep_beside(self) -> bool:
        """Whether this is the portable program, in a folder whose neighbours can be written."""
        place = self.known.beside
        return place is not None and os.access(place.vault.parent.parent, os.W_OK | os.X_OK)

    def may_begin_anew(self) -> bool:
        """Whether there is no vault yet at `seek_beginning`."""
        return not has_vault(self.seek_beginning())

    def _has_room(self) -> bool:
        try:
            return self.folder.parent.is_dir()
        except OSError:
            return False

    def vaults_elsewhere(self) -> tuple[Place, ...]:
        """The usual places with a vault that is not this one."""
        usual = (self.known.computer, self.known.beside)
        return tuple(place for place in usual if place and place.vault != self.folder and has_vault(place.vault))

    def move(self, vault: Path) -> None:
        """Name another vault, there yet or not; this one stays. Raises as `write_preferences`, and then nothing moved.

        Nothing may be at work for this vault meanwhile.
        """
        left = self.settings
        settings = self.known.settings_for(vault, left)
        # The choices that lie on a stick already are of whoever set that up.
        chosen = read_preferences(settings) if settings != left and knows_choices(settings) else self.preferences
        chosen = replace(
            chosen,
            vault=chosen.vault if vault == self.folder else self.known.to_remember(vault, settings),
            network=chosen.network if has_vault(vault) else NetworkUse.NOT_CHOSEN,
        )
        write_preferences(settings, chosen)
        if not self.preferences.network and not self.has_vault():
            # Left before a vault was made: what is passed by keeps no trace of it.
            with contextlib.suppress(OSError):
                self.folder.rmdir()
            if settings != left:
                forget_preferences(left)
        self.folder, self.settings, self.preferences = vault, settings, chosen

    def autostart(self) -> Autostart:
        """What has this program started at login, over this vault and these choices: named only where they must be."""
        usual = self.known.usual()
        named: list[str] = []
        if self.settings != default_settings():
            named += ["--settings", str(self.settings.absolute())]
        if self.folder != Place(usual.vault, self.settings).remembered():
            named += ["--vault", str(self.folder.absolute())]
        return autostart(named)
