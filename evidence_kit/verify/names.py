"""Names from outside: paths that may be trusted to stay in a folder."""

import re
from collections.abc import Iterable
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken
from evidence_kit.plain_text import plain_line

PATH_CAP: Final = 240
_PATH: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*){0,5}")
_DEVICE: Final = re.compile(r"(CON|PRN|AUX|NUL|(COM|LPT)[0-9])(\..*)?", re.IGNORECASE)
# Bytes of a name that are shown.
NAME_SHOWN: Final = 120


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
            raise Broken(Code.CONTAINER_UNSAFE_NAME, name=plain_line(path, NAME_SHOWN))
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
