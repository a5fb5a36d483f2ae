"""What this product is made of: versions and licences, read from what is installed. Asks nobody."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from evidence_kit import VERSION
from evidence_kit.errors import KitError
from evidence_kit.seal.pgp import Keyring
from evidence_kit.vault.database import cipher_version

_PRODUCT: Final = "evidence-kit"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_TEXT: Final = re.compile(r"(LICEN[CS]E|COPYING|NOTICE)", re.IGNORECASE)
_CLASSIFIER: Final = "License :: OSI Approved :: "
_SHORT: Final = 80


@dataclass(frozen=True, slots=True)
class Versions:
    """`gpg` is "" where there is none that can be used."""

    product: str
    python: str
    sqlcipher: str
    gpg: str


@dataclass(frozen=True, slots=True)
class Component:
    """A part that others made: its licence as they name it ("" where they do not), and where the text lies."""

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...]


def versions() -> Versions:
    """Takes a moment: gpg is started once."""
    try:
        with Keyring() as keyring:
            gpg = keyring.version
    except KitError:
        gpg = ""
    return Versions(VERSION, sys.version.split()[0], cipher_version(), gpg)


def own_licence() -> Path | None:
    """Where the text of this product's own licence lies, as far as it was put beside the program."""
    beside = Path(__file__).resolve().parents[2] / "LICENSE"
    if beside.is_file():
        return beside
    texts = _texts(metadata.distribution(_PRODUCT))
    return texts[0] if texts else None


def parts() -> tuple[Component, ...]:
    """Every installed Python part that the product needs, directly or through another, by name."""
    found: dict[str, Component] = {}
    waiting = list(_needs(_PRODUCT))
    while waiting:
        name = waiting.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in found:
            continue
        try:
            one = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # for another system, or another Python
        found[key] = Component(one.metadata["Name"], one.version, _licence(one), _texts(one))
        waiting.extend(_needs(name))
    return tuple(found[key] for key in sorted(found))


def _needs(name: str) -> Iterator[str]:
    for wanted in metadata.requires(name) or ():
        match = _NAME.match(wanted)
        if match and "extra ==" not in wanted:
            yield match[0]


def _licence(one: metadata.Distribution) -> str:
    facts = one.metadata.json
    told = str(facts.get("license_expression") or facts.get("license") or "")
    if told and "\n" not in told and len(told) <= _SHORT:
        return told
    named = [line for line in one.metadata.get_all("Classifier") or () if line.startswith(_CLASSIFIER)]
    return ", ".join(line.removeprefix(_CLASSIFIER) for line in named)


def _texts(one: metadata.Distribution) -> tuple[Path, ...]:
    named = (file for file in one.files or () if _TEXT.match(file.name) and ".dist-info" in str(file))
    return tuple(sorted(Path(str(one.locate_file(file))) for file in named))
