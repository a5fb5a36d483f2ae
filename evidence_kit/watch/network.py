"""The person's network choices that must hold even while the vault is locked.

They lie in clear in the vault's folder: a station that starts locked must
know that it may speak through the proxy alone.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.files import disk_errors, read_capped, write_whole
from evidence_kit.model.codec import canonical, from_json, parse, to_json
from evidence_kit.probe.proxy import greet
from evidence_kit.probe.tcp import read_proxy

_NAME: Final = "network.json"
_CAP: Final = 4096
# Room for a day on which the connection comes and goes; an undisturbed one takes a fraction.
USUAL_CHECKS_CAP: Final = 20_000_000


@dataclass(frozen=True, slots=True)
class NetworkChoice:
    """`proxy` is `socks5h://host:port` or null for the direct way. `v` is the file's version.

    `checks` and `sending` say whether a watch may look and send by itself. The caps are bytes on one day, both ways
    together, or null for none.
    """

    proxy: str | None = None
    checks: bool = True
    sending: bool = True
    checks_cap: int | None = USUAL_CHECKS_CAP
    sending_cap: int | None = None
    v: int = 1


def read_choice(folder: Path) -> NetworkChoice:
    """The choice kept in a vault's folder; the direct way where none was made.

    Raises `Broken(Code.NETWORK_CHOICE)` where the file is there but unreadable: guessing could leak.
    """
    try:
        untrusted = read_capped(folder / _NAME, _CAP)
    except FileNotFoundError:
        return NetworkChoice()
    try:
        members = parse(untrusted)
        version = members.get("v") if isinstance(members, dict) else None
        if isinstance(version, int) and version > 1:
            raise Refused(Code.NEWER_VERSION, found=version, known=1)
        choice = from_json(NetworkChoice, members)
        if choice.proxy is not None:
            check_proxy(choice.proxy)
    except Broken as error:
        raise Broken(Code.NETWORK_CHOICE) from error
    if choice.v != 1 or any(cap is not None and cap < 0 for cap in (choice.checks_cap, choice.sending_cap)):
        raise Broken(Code.NETWORK_CHOICE)
    return choice


def choice_of_vault(folder: Path) -> NetworkChoice:
    """As `read_choice`, for whoever goes on for long: a vault that was wiped meanwhile took its proxy with it.

    Raises as `read_choice`, and `Refused(Code.NO_VAULT)`.
    """
    if not (folder / "vault.header").exists():
        raise Refused(Code.NO_VAULT, folder=str(folder))
    return read_choice(folder)


def write_choice(folder: Path, choice: NetworkChoice) -> None:
    """Keep a choice, whole or not at all. Raises as `check_proxy` and `disk_errors`, and `Refused(Code.NO_VAULT)`."""
    if choice.proxy is not None:
        check_proxy(choice.proxy)
    if not folder.is_dir():
        raise Refused(Code.NO_VAULT)
    with disk_errors():
        write_whole(folder / _NAME, canonical(to_json(choice)))


def check_proxy(untrusted_proxy: str) -> None:
    """Only SOCKS 5 with names resolved by the proxy, which itself is given as numbers: anything else could ask DNS.

    Raises as `read_proxy`, and `Refused(Code.PROXY_PASSWORD)`: a password here would lie in clear.
    """
    proxy = read_proxy(untrusted_proxy)
    if proxy.username is not None or proxy.password is not None:
        raise Refused(Code.PROXY_PASSWORD)


def try_proxy(untrusted_proxy: str) -> None:
    """Whether a proxy answers there; nothing is asked of it. Takes at most some seconds.

    Raises as `check_proxy` and `probe.proxy.greet`.
    """
    check_proxy(untrusted_proxy)
    greet(read_proxy(untrusted_proxy))
