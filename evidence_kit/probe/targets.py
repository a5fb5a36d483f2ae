"""What to probe and how patiently: targets read strictly from TOML; sends nothing."""

import ipaddress
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.files import open_original
from evidence_kit.model.judgement import WatchPolicy
from evidence_kit.model.measurement import Expected

VERSION: Final = 1
_CAP: Final = 256 * 1024
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An IP address and a port."""

    address: str
    port: int

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A server that proves by its certificate for `server_name` that the world (or the country) is reachable."""

    operator: str
    endpoint: Endpoint
    server_name: str
    domestic: bool


@dataclass(frozen=True, slots=True)
class HttpCheck:
    """A plain-HTTP check as operating systems make it."""

    operator: str
    url: str
    expected: Expected
    user_agent: str


@dataclass(frozen=True, slots=True)
class Resolver:
    """A resolver asked beside the system's own."""

    operator: str
    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Deadlines in seconds: of a whole round, of a whole target, and of each step; `duplicates_s` is how long a DNS
    socket stays open for a second answer."""

    round_s: float = 30.0
    target_s: float = 60.0
    dns_s: float = 4.0
    duplicates_s: float = 0.5
    tcp_s: float = 6.0
    tls_s: float = 6.0
    http_s: float = 8.0
    gateway_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Targets:
    """Everything a round asks.

    `gateway` is "auto", "none" or an address; `system_resolver` None means the operating system's (getaddrinfo);
    `ca_file` None means certifi's bundle; `link_check` False takes link, address and route as given.
    """

    policy: WatchPolicy
    timeouts: Timeouts
    anchors: tuple[Anchor, ...]
    http_checks: tuple[HttpCheck, ...]
    independent_resolvers: tuple[Resolver, ...]
    system_resolver: Endpoint | None = None
    wildcard_suffix: str = "com"
    neutral_name: str = "example.com"
    ca_file: Path | None = None
    link_check: bool = True
    gateway: str = "auto"
    gateway_ports: tuple[int, ...] = (53, 80, 443)


def load_targets(path: Path | None = None) -> Targets:
    """The targets in `path`, or the set inside the package.

    Raises `Refused` with "targets-not-toml" (line of the fault), "targets-key" (key, problem), "targets-newer", and as
    `files.open_original` does.
    """
    if path is None:
        text = resources.files(__package__).joinpath("targets.toml").read_bytes()
        return read_targets(text, folder=Path())
    with open_original(path) as source:
        untrusted_text = source.read(_CAP + 1)
    if len(untrusted_text) > _CAP:
        raise Refused(Code.TARGETS_KEY, key=path.name, problem="too-large")
    return read_targets(untrusted_text, folder=path.parent)


def read_targets(untrusted_text: bytes, *, folder: Path) -> Targets:
    """As `load_targets`; `ca_file` is relative to `folder`."""
    try:
        untrusted = tomllib.loads(untrusted_text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise Refused(Code.TARGETS_NOT_TOML, problem=str(error)[:200]) from None
    top = _Table(untrusted, "")
    version = top.take("version", _whole)
    if version != VERSION:
        raise Refused(Code.TARGETS_NEWER, found=version, known=VERSION)
    link, dns, tls = top.table("link"), top.table("dns"), top.table("tls")
    defaults = Targets(WatchPolicy(), Timeouts(), (), (), ())
    system = dns.take("system", _text, "os")
    ca_file = tls.take("ca_file", _text, "")
    targets = Targets(
        policy=_figures(WatchPolicy, top.table("policy")),
        timeouts=_figures(Timeouts, top.table("timeouts")),
        anchors=tuple(map(_anchor, top.tables("anchor"))),
        http_checks=tuple(map(_http_check, top.tables("http_check"))),
        independent_resolvers=tuple(map(_resolver, dns.tables("independent"))),
        system_resolver=None if system == "os" else dns.check("system", _endpoint, system),
        wildcard_suffix=dns.take("wildcard_suffix", _text, defaults.wildcard_suffix),
        neutral_name=tls.take("neutral_name", _text, defaults.neutral_name),
        ca_file=folder / ca_file if ca_file else None,
        link_check=link.take("check", _flag, True),
        gateway=link.take("gateway", _gateway, defaults.gateway),
        gateway_ports=link.take("gateway_ports", _ports, defaults.gateway_ports),
    )
    for table in (top, link, dns, tls):
        table.refuse_rest()
    _refuse_weak(targets)
    return targets


def _refuse_weak(targets: Targets) -> None:
    international = {anchor.operator for anchor in targets.anchors if not anchor.domestic}
    if len(international) < 2:
        raise Refused(Code.TARGETS_KEY, key="anchor", problem="two-operators-needed")
    if targets.ca_file is not None and not targets.ca_file.is_file():
        raise Refused(Code.TARGETS_KEY, key="tls.ca_file", problem="no-such-file")


class _Table:
    """One TOML table, emptied key by key so that a misspelt key is noticed."""

    def __init__(self, untrusted: dict[str, Any], where: str) -> None:
        self._rest = dict(untrusted)
        self._where = where

    def _name(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key

    def take(self, key: str, read: Callable[[Any], _Read], default: _Read | None = None) -> _Read:
        if key not in self._rest:
            if default is None:
                raise Refused(Code.TARGETS_KEY, key=self._name(key), problem="missing")
            return default
        return self.check(key, read, self._rest.pop(key))

    def check(self, key: str, read: Callable[[Any], _Read], untrusted: object) -> _Read:
        try:
            return read(untrusted)
        except ValueError as error:
            raise Refused(Code.TARGETS_KEY, key=self._name(key), problem=str(error)) from None

    def has(self, key: str) -> bool:
        return key in self._rest

    def table(self, key: str) -> "_Table":
        untrusted = self._rest.pop(key, {})
        if not isinstance(untrusted, dict):
            raise Refused(Code.TARGETS_KEY, key=self._name(key), problem="not-a-table")
        return _Table(untrusted, self._name(key))

    def tables(self, key: str) -> Iterable["_Table"]:
        untrusted = self._rest.pop(key, [])
        if not isinstance(untrusted, list) or not all(isinstance(item, dict) for item in untrusted):
            raise Refused(Code.TARGETS_KEY, key=self._name(key), problem="not-a-list-of-tables")
        return [_Table(item, f"{self._name(key)}[{index}]") for index, item in enumerate(untrusted)]

    def refuse_rest(self) -> None:
        for key in self._rest:
            raise Refused(Code.TARGETS_KEY, key=self._name(key), problem="unknown-key")


_Figures = TypeVar("_Figures", WatchPolicy, Timeouts)


def _figures(noun: type[_Figures], table: _Table) -> _Figures:
    values: dict[str, Any] = {}
    defaults = noun()
    for field in fields(noun):
        default = getattr(defaults, field.name)
        if not table.has(field.name):
            continue
        if isinstance(default, tuple):
            values[field.name] = table.take(field.name, _pauses)
        elif isinstance(default, int):
            values[field.name] = table.take(field.name, _count)
        elif field.name == "jitter":
            values[field.name] = table.take(field.name, _fraction)
        else:
            values[field.name] = table.take(field.name, _seconds)
    table.refuse_rest()
    return noun(**values)


def _anchor(table: _Table) -> Anchor:
    anchor = Anchor(
        operator=table.take("operator", _text),
        endpoint=Endpoint(table.take("address", _address), table.take("port", _port, 443)),
        server_name=table.take("server_name", _text),
        domestic=table.take("region", _region, "international") == "domestic",
    )
    table.refuse_rest()
    return anchor


def _http_check(table: _Table) -> HttpCheck:
    check = HttpCheck(
        operator=table.take("operator", _text),
        url=table.take("url", _plain_url),
        expected=Expected(
            statuses=table.take("status", _statuses, (200,)),
            body=table.take("body", _text, "") or None,
            header=table.take("header", _header) if table.has("header") else None,
        ),
        user_agent=table.take("user_agent", _text, "Mozilla/5.0"),
    )
    table.refuse_rest()
    return check


def _resolver(table: _Table) -> Resolver:
    resolver = Resolver(operator=table.take("operator", _text), endpoint=table.take("address", _endpoint))
    table.refuse_rest()
    return resolver


def _text(untrusted: object) -> str:
    if not isinstance(untrusted, str) or len(untrusted) > 2000 or any(ord(character) < 32 for character in untrusted):
        raise ValueError("not-a-line-of-text")
    return untrusted


def _flag(untrusted: object) -> bool:
    if not isinstance(untrusted, bool):
        raise ValueError("not-true-or-false")
    return untrusted


def _whole(untrusted: object) -> int:
    if not isinstance(untrusted, int) or isinstance(untrusted, bool):
        raise ValueError("not-a-whole-number")
    return untrusted


def _count(untrusted: object) -> int:
    if not 1 <= (count := _whole(untrusted)) <= 1000:
        raise ValueError("out-of-range")
    return count


def _seconds(untrusted: object) -> float:
    if isinstance(untrusted, bool) or not isinstance(untrusted, int | float):
        raise ValueError("not-a-number")
    if not 0 <= untrusted <= 86_400:
        raise ValueError("out-of-range")
    return float(untrusted)


def _fraction(untrusted: object) -> float:
    if (fraction := _seconds(untrusted)) > 0.9:
        raise ValueError("out-of-range")
    return fraction


def _list(untrusted: object) -> list[Any]:
    if not isinstance(untrusted, list) or not 1 <= len(untrusted) <= 50:
        raise ValueError("not-a-list")
    return untrusted


def _pauses(untrusted: object) -> tuple[float, ...]:
    return tuple(_seconds(item) for item in _list(untrusted))


def _statuses(untrusted: object) -> tuple[int, ...]:
    statuses = tuple(_whole(item) for item in _list(untrusted))
    if not all(100 <= status <= 599 for status in statuses):
        raise ValueError("out-of-range")
    return statuses


def _port(untrusted: object) -> int:
    if not 1 <= (port := _whole(untrusted)) <= 65_535:
        raise ValueError("out-of-range")
    return port


def _ports(untrusted: object) -> tuple[int, ...]:
    return tuple(_port(item) for item in _list(untrusted))


def _address(untrusted: object) -> str:
    try:
        return str(ipaddress.ip_address(_text(untrusted)))
    except ValueError:
        raise ValueError("not-an-address") from None


def _endpoint(untrusted: object) -> Endpoint:
    host, colon, port = _text(untrusted).rpartition(":")
    if not colon or not port.isdecimal():
        raise ValueError("not-an-address-and-port")
    return Endpoint(_address(host.removeprefix("[").removesuffix("]")), _port(int(port)))


def _gateway(untrusted: object) -> str:
    text = _text(untrusted)
    return text if text in {"auto", "none"} else _address(text)


def _region(untrusted: object) -> str:
    if (region := _text(untrusted)) not in {"international", "domestic"}:
        raise ValueError("not-international-or-domestic")
    return region


def _plain_url(untrusted: object) -> str:
    text = _text(untrusted)
    parts = urlsplit(text)
    if parts.scheme != "http" or not parts.hostname or parts.username is not None:
        raise ValueError("not-a-plain-http-address")
    _ = parts.port  # raises ValueError where the port is no number
    return text


def _header(untrusted: object) -> tuple[str, str]:
    name, colon, value = _text(untrusted).partition(":")
    if not colon or not name.strip():
        raise ValueError("not-a-header")
    return name.strip(), value.strip()
