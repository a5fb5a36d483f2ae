"""The person's network choices that must hold even while the vault is locked.

They lie in clear in the vault's folder: a station that starts locked must
know that it may speak through the proxy alone.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence_kit.errors import Broken, Refused
from evidence_kit.files import read_capped, write_whole
from evidence_kit.model.codec import canonical, from_json, parse, to_json
from evidence_kit.probe.tcp import read_proxy

_NAME: Final = "network.json"
_CAP: Final = 4096


@dataclass(frozen=True, slots=True)
class NetworkChoice:
    """`proxy` is `socks5h://host:port` or null for the direct way. `v` is the file's version."""

    proxy: str | None = None
    v: int = 1


def read_choice(folder: Path) -> NetworkChoice:
    """The choice kept in a vault's folder; the direct way where none was made.

    Raises `Broken(what="network-choice")` where the file is there but unreadable: guessing could leak.
    """
    try:
        untrusted = read_capped(folder / _NAME, _CAP)
    except FileNotFoundError:
        return NetworkChoice()
    try:
        choice = from_json(NetworkChoice, parse(untrusted))
        if choice.v != 1:
            raise Refused(what="newer-version", found=choice.v, known=1)
        if choice.proxy is not None:
            check_proxy(choice.proxy)
    except Broken as error:
        raise Broken(what="network-choice") from error
    return choice


def write_choice(folder: Path, choice: NetworkChoice) -> None:
    """Keep a choice, whole or not at all. Raises as `check_proxy`, and `Refused(what="no-vault")`."""
    if choice.proxy is not None:
        check_proxy(choice.proxy)
    if not folder.is_dir():
        raise Refused(what="no-vault")
    write_whole(folder / _NAME, canonical(to_json(choice)))


def check_proxy(untrusted_proxy: str) -> None:
    """Only SOCKS 5 with names resolved by the proxy, which itself is given as numbers: anything else could ask DNS.

    Raises as `read_proxy`, and `Refused(what="proxy-password")`: a password here would lie in clear.
    """
    proxy = read_proxy(untrusted_proxy)
    if proxy.username is not None or proxy.password is not None:
        raise Refused(what="proxy-password")
