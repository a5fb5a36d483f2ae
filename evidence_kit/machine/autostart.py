"""Starting at login: the file that the desktop reads for it, and whether that file starts this program.

Desktop Application Autostart Specification and Desktop Entry Specification (freedesktop.org). The file tells in clear
that the program is used, and where the vault is if that has to be named.
"""

import contextlib
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from evidence_kit import programs
from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused, Unavailable
from evidence_kit.files import disk_errors, read_capped, write_whole

HIDDEN: Final = "--hidden"
_NAME: Final = "evidence-kit.desktop"
_CAP: Final = 64 * 1024
# What a sandbox of the desktop's leaves behind: what is written there starts nothing.
_FLATPAK: Final = Path("/.flatpak-info")
_RESERVED: Final = re.compile(r"""[\s"'\\><~|&;$*?#()`]""")
_ESCAPED: Final = re.compile(r"""(["`$\\])""")


class AutostartState(StrEnum):
    """What happens at the next login. `OTHER`: another program or vault is started; `HELD`: the desktop was told no."""

    ON = "on"
    OFF = "off"
    OTHER = "other"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Autostart:
    """`folder` is where the desktop looks, `command` what it shall start."""

    folder: Path
    command: tuple[str, ...]

    def state(self) -> AutostartState:
        """What the file says now; reads one small file."""
        try:
            text = read_capped(self.folder / _NAME, _CAP).decode("utf-8")
        except FileNotFoundError:
            return AutostartState.OFF
        except (KitError, UnicodeDecodeError):
            return AutostartState.OTHER
        said = _entry(text)
        if said.get("Exec") != exec_line(self.command):
            return AutostartState.OTHER
        if said.get("Hidden") == "true" or said.get("X-GNOME-Autostart-enabled") == "false":
            return AutostartState.HELD
        return AutostartState.ON

    def switch_on(self) -> None:
        """Have this program started at every login.

        Raises `Refused` with "autostart-sandbox", "autostart-path", "autostart-not-written" or "disk-full".
        """
        if _FLATPAK.exists() or "SNAP" in os.environ:
            raise Refused(Code.AUTOSTART_SANDBOX)
        if any(not one.isprintable() for one in self.command):
            raise Refused(Code.AUTOSTART_PATH)
        lines = (
            "[Desktop Entry]",
            "Type=Application",
            "Version=1.0",
            "Name=Evidence Kit",
            f"Exec={exec_line(self.command)}",
            # Of a stick that is not in, or a program that is gone, nobody hears anything.
            f"TryExec={_as_string(self.command[0])}",
            "Icon=evidence-kit",
            "Terminal=false",
            "StartupNotify=false",
            "X-GNOME-Autostart-enabled=true",
        )
        with self._writing():
            self.folder.mkdir(parents=True, mode=0o700, exist_ok=True)
            write_whole(self.folder / _NAME, "".join(f"{line}\n" for line in lines).encode())

    def switch_off(self) -> None:
        """Have nothing started. Raises `Refused(Code.AUTOSTART_NOT_WRITTEN)`."""
        with self._writing(), contextlib.suppress(FileNotFoundError):
            (self.folder / _NAME).unlink()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with disk_errors():
                yield
        except (OSError, Refused, Unavailable) as fault:
            if isinstance(fault, Refused) and fault.code is Code.DISK_FULL:
                raise
            raise Refused(Code.AUTOSTART_NOT_WRITTEN, folder=str(self.folder)) from fault


def autostart(arguments: Sequence[str]) -> Autostart:
    """Of this person's desktop, for this program with `arguments` besides `--hidden`."""
    home = os.environ.get("XDG_CONFIG_HOME", "")
    # A relative path there is to be ignored (XDG Base Directory Specification).
    config = Path(home) if home and Path(home).is_absolute() else Path.home() / ".config"
    return Autostart(config / "autostart", (*window_program(), HIDDEN, *arguments))


def window_program() -> tuple[str, ...]:
    """What starts the window: by its name where it is installed, so that the file holds after an update."""
    program = programs.program(programs.WINDOW)
    found = shutil.which(Path(program[0]).name) if getattr(sys, "frozen", False) else None
    if found is not None and Path(found).resolve() == Path(program[0]).resolve():
        return (Path(program[0]).name,)
    return program


def exec_line(command: Sequence[str]) -> str:
    """The value of Exec: arguments quoted by its own rules, then backslashes doubled as in any string of the file."""
    if any(sign in command[0] for sign in "=%\\"):
        # The specification forbids the first in a program's name; GLib and systemd take the others as they are written.
        command = ("sh", "-c", 'exec "$0" "$@"', *command)
    return _as_string(" ".join(_argument(one) for one in command))


def _argument(words: str) -> str:
    words = words.replace("%", "%%")
    if words and not _RESERVED.search(words):
        return words
    return '"' + _ESCAPED.sub(r"\\\1", words) + '"'


def _as_string(words: str) -> str:
    return words.replace("\\", "\\\\")


def _entry(untrusted_text: str) -> dict[str, str]:
    """The keys of the first group, which is the entry's own."""
    said: dict[str, str] = {}
    for line in untrusted_text.splitlines():
        if line.startswith("[") and line.strip() != "[Desktop Entry]":
            break
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            said.setdefault(name.strip(), value.strip())
    return said
