"""What one run of the probes saw: a round of the watch, or one target; never what it means.

`runtime_s` is float seconds: these nouns become exhibits in OONI's format (`model.ooni`), not canonical entries.
"""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from evidence_kit.model.disruption import Moment
from evidence_kit.model.exchange import DnsQuery, HttpTransaction, NetworkEvent, TcpConnect, TlsHandshake
from evidence_kit.model.failure import AnyFailure


class SkipReason(StrEnum):
    """Why a step was not made."""

    PROXY = "proxy"
    NO_LINK = "no-link"
    NO_ADDRESS = "no-address"
    NO_ROUTE = "no-route"
    DEADLINE = "deadline"
    NOT_NEEDED = "not-needed"


class InterfaceKind(StrEnum):
    """What a network interface is."""

    ETHERNET = "ethernet"
    WIFI = "wifi"
    MOBILE = "mobile"
    TUNNEL = "tunnel"
    LOOPBACK = "loopback"
    VIRTUAL = "virtual"
    OTHER = "other"


class GatewaySign(StrEnum):
    """What told whether the next hop is alive; NONE: there is none, as on a point-to-point link."""

    TCP = "tcp"
    NEIGHBOUR = "neighbour"
    NONE = "none"
    NOT_ASKED = "not-asked"


class Disturbance(StrEnum):
    """What happened to this machine during a round, so that the round says nothing."""

    SUSPENDED = "suspended"
    WALL_STEP = "wall-step"
    ZONE = "zone"
    REBOOTED = "rebooted"
    NETWORK_CHANGED = "network-changed"


class NamedBy(StrEnum):
    """Who named an address of a target: LITERAL is the URL itself, PROXY the proxy that resolves it."""

    SYSTEM = "system"
    INDEPENDENT = "independent"
    LITERAL = "literal"
    PROXY = "proxy"


_INNER: Final = {InterfaceKind.LOOPBACK, InterfaceKind.TUNNEL, InterfaceKind.VIRTUAL}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A step not made; `step` is the name of a probe or of a part of it."""

    step: str
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface; `carrier` is None where the system does not tell."""

    name: str
    kind: InterfaceKind
    up: bool
    carrier: bool | None
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkSeen:
    """The link layer, read without sending anything. `checked` is False where the targets say to take it as given.

    `route_v4` and `route_v6` are failures of looking up a route to a public address; `hardware` are MAC addresses,
    kept only so that the export can scrub them.
    """

    checked: bool
    interfaces: tuple[Interface, ...] = ()
    route_v4: AnyFailure | None = None
    route_v6: AnyFailure | None = None
    hardware: tuple[str, ...] = ()

    @property
    def linked(self) -> tuple[Interface, ...]:
        """The interfaces that lead out of this machine and have a carrier (or do not tell)."""
        return tuple(i for i in self.interfaces if i.up and i.carrier is not False and i.kind not in _INNER)

    @property
    def addressed(self) -> bool:
        """Whether a linked interface has an address that is more than self-assigned."""
        own = (ipaddress.ip_address(address) for interface in self.linked for address in interface.addresses)
        return any(not (address.is_link_local or address.is_loopback) for address in own)

    @property
    def routed(self) -> bool:
        return self.route_v4 is None or self.route_v6 is None

    @property
    def own(self) -> tuple[str, ...]:
        """What would name this machine in an export: its addresses (loopback aside) and hardware addresses."""
        addresses = (address for interface in self.interfaces for address in interface.addresses)
        return (*(address for address in addresses if leads_elsewhere(address)), *self.hardware)


@dataclass(frozen=True, slots=True)
class GatewaySeen:
    """The next hop; `alive` None where it cannot be told."""

    address: str | None
    alive: bool | None
    how: GatewaySign
    connects: tuple[TcpConnect, ...] = ()


@dataclass(frozen=True, slots=True)
class AnchorSeen:
    """One try at an anchor. `tls` is None where TCP failed; `leaf` is a second handshake to record the certificate."""

    operator: str
    domestic: bool
    tcp: TcpConnect
    tls: TlsHandshake | None = None
    leaf: TlsHandshake | None = None

    @property
    def authenticated(self) -> bool:
        return self.tls is not None and self.tls.failure is None and not self.tls.unverified

    @property
    def failure(self) -> AnyFailure | None:
        return self.tls.failure if self.tls is not None else self.tcp.failure


@dataclass(frozen=True, slots=True)
class Expected:
    """What an operating system's own connectivity check answers: any of `statuses`, and body and header where not None.

    `body` must be at the start of the answer's; `header` is a (name, value) pair.
    """

    statuses: tuple[int, ...]
    body: str | None = None
    header: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class HttpCheckSeen:
    """One plain-HTTP connectivity check and what was expected of it."""

    operator: str
    expected: Expected
    tcp: TcpConnect | None
    transaction: HttpTransaction


@dataclass(frozen=True, slots=True)
class Observation:
    """What one probe saw of one place, in the parts that it is made of; `facts` are what no part has a field for.

    `probe` is the probe's name, `what` whom it asked; `failure` is None where it got what it asked for.
    """

    probe: str
    what: str
    failure: AnyFailure | None
    queries: tuple[DnsQuery, ...] = ()
    connects: tuple[TcpConnect, ...] = ()
    handshakes: tuple[TlsHandshake, ...] = ()
    requests: tuple[HttpTransaction, ...] = ()
    facts: tuple[tuple[str, str | int | bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """Everything one round of the watch saw. `network` is the network's salted hash, None where it cannot be told.

    A round that was `disturbed` says nothing. `proxy` is the try at the person's proxy. `ca_bundle` is the hex SHA-256
    of the trusted authorities. Bytes are payload of TCP and UDP, without what the system's own resolver sends.
    """

    started: Moment
    ended: Moment
    runtime_s: float
    network: str | None
    link: LinkSeen
    gateway: GatewaySeen
    anchors: tuple[AnchorSeen, ...] = ()
    http_checks: tuple[HttpCheckSeen, ...] = ()
    system_dns: tuple[DnsQuery, ...] = ()
    independent_dns: tuple[DnsQuery, ...] = ()
    wildcard_dns: tuple[DnsQuery, ...] = ()
    duplicate_dns: tuple[DnsQuery, ...] = ()
    observations: tuple[Observation, ...] = ()
    proxied: bool = False
    proxy: TcpConnect | None = None
    skipped: tuple[Skipped, ...] = ()
    disturbed: tuple[Disturbance, ...] = ()
    ca_bundle: str = ""
    bytes_sent: int = 0
    bytes_received: int = 0


@dataclass(frozen=True, slots=True)
class AddressSeen:
    """One address of a target: who named it, and how far one came.

    `neutral` is the handshake at the same address with a harmless name, made only after `tls` was cut.
    """

    ip: str
    named_by: tuple[NamedBy, ...]
    tcp: TcpConnect
    tls: TlsHandshake | None = None
    leaf: TlsHandshake | None = None
    neutral: TlsHandshake | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """One target, measured from DNS to HTTP; `anchors` are the control: was the rest of the world there just then?"""

    url: str
    started: Moment
    ended: Moment
    runtime_s: float
    anchors: tuple[AnchorSeen, ...]
    system_dns: tuple[DnsQuery, ...]
    independent_dns: tuple[DnsQuery, ...]
    duplicate_dns: tuple[DnsQuery, ...]
    addresses: tuple[AddressSeen, ...]
    requests: tuple[HttpTransaction, ...]
    observations: tuple[Observation, ...] = ()
    events: tuple[NetworkEvent, ...] = ()
    own: tuple[str, ...] = ()
    proxied: bool = False
    skipped: tuple[Skipped, ...] = ()
    ca_bundle: str = ""
    bytes_sent: int = 0
    bytes_received: int = 0


def leads_elsewhere(address: str | None) -> bool:
    """Whether there is an address, and it is not this machine's own loopback."""
    return address is not None and not ipaddress.ip_address(address).is_loopback
