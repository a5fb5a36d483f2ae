"""Names from outside: paths that may be trusted to stay in a folder, and text that may be shown."""

import re
from collections.abc import Iterable
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken

PATH_CAP: Final = 240
_PATH: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*){0,5}")
_DEVICE: Final = re.compile(r"(CON|PRN|AUX|NUL|(COM|LPT)[0-9])(\..*)?", re.IGNORECASE)
_SHOWN: Final = 120


def is_safe(untrusted_path: str) -> bool:
    """Whether a path is relative, ASCII, without dots that climb, and means one thing on every system."""
    return (
        len(untrusted_path) <= PATH_CAP
        and _PATH.fullmatch(untrusted_path) is not None
        and not any(_DEVICE.fullmatch(part) or part.endswith(".") for part in untrusted_path.split("/"))
    )


def flaw_in_names(untrusted_paths: Iterable[str]) -> None:
    """Raise `Broken` with "container-unsafe-name", "container-duplicate-name" or "container-case-clash".

    A path that is also the folder of another one is a clash as well.
    """
    seen: dict[str, str] = {}
    folders: set[str] = set()
    for path in untrusted_paths:
        if not is_safe(path):
            raise Broken(Code.CONTAINER_UNSAFE_NAME, name=printable(path))
        folded = path.lower()
        if folded in seen:
            same = seen[folded] == path
            raise Broken(Code.CONTAINER_DUPLICATE_NAME if same else Code.CONTAINER_CASE_CLASH, name=path)
        seen[folded] = path
        parts = folded.split("/")
        folders.update("/".join(parts[:depth]) for depth in range(1, len(parts)))
    for folded, path in seen.items():
        if folded in folders:
            raise Broken(Code.CONTAINER_CASE_CLASH, name=path)


def printable(untrusted: str, cap: int = _SHOWN) -> str:
    """`untrusted` as one short line that can neither move a cursor nor turn direction; oddities become "?"."""
    shown = "".join(character if character.isprintable() else "?" for character in untrusted[: cap + 1])
    return shown if len(shown) <= cap else shown[: cap - 1] + "…"
