"""The layers nearest to the machine: interfaces, addresses, routes, the gateway; and being woken when they change."""

import contextlib
import errno
import hashlib
import hmac
import ipaddress
import selectors
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import psutil

from evidence_kit.clock import Clock
from evidence_kit.model.exchange import TcpConnect
from evidence_kit.model.failure import AnyFailure, Failure
from evidence_kit.model.measurement import GatewaySeen, GatewaySign, Interface, InterfaceKind, LinkSeen
from evidence_kit.probe.concurrency import side_by_side
from evidence_kit.probe.failure import failure_of
from evidence_kit.probe.targets import Targets
from evidence_kit.probe.tcp import connect
from evidence_kit.probe.trace import Trace

# Any public address does: only the route to it is looked up, nothing is sent.
_PUBLIC_V4: Final = "1.1.1.1"
_PUBLIC_V6: Final = "2606:4700:4700::1111"
_SYS_NET: Final = Path("/sys/class/net")
_ROUTES: Final = Path("/proc/net/route")
_KINDS: Final = (
    (InterfaceKind.VIRTUAL, ("docker", "br-", "veth", "virbr", "vnet", "ifb", "dummy", "vmnet", "bridge", "vethernet")),
    (
        InterfaceKind.TUNNEL,
        ("tun", "tap", "wg", "utun", "ipsec", "gre", "sit", "ip6tnl", "tailscale", "proton", "nordlynx"),
    ),
    (InterfaceKind.MOBILE, ("ww", "ppp", "rmnet", "usb", "pdp_ip", "cellular")),
    (InterfaceKind.WIFI, ("wl", "wi-fi", "wifi", "wireless", "ath", "ra")),
    (InterfaceKind.ETHERNET, ("en", "eth", "local area connection")),
    (InterfaceKind.LOOPBACK, ("lo",)),
)

# rtnetlink(7): message types and neighbour states.
_RTM_NEWNEIGH: Final = 28
_RTM_GETNEIGH: Final = 30
_NLMSG_ERROR: Final = 2
_NLMSG_DONE: Final = 3
_NDA_DST: Final = 1
_NDA_LLADDR: Final = 2
_ALIVE_STATES: Final = 0x02 | 0x80  # REACHABLE, PERMANENT
_DEAD_STATES: Final = 0x01 | 0x20  # INCOMPLETE, FAILED
_WATCHED_GROUPS: Final = 0x1 | 0x10 | 0x40 | 0x100 | 0x400  # links; IPv4 and IPv6 addresses and routes


def interface_kind(name: str) -> InterfaceKind:
    """What an interface is, from the kernel where it tells and else from the usual names."""
    if (_SYS_NET / name / "wireless").exists():
        return InterfaceKind.WIFI
    lowered = name.lower()
    return next((kind for kind, prefixes in _KINDS if lowered.startswith(prefixes)), InterfaceKind.OTHER)


def read_link(targets: Targets) -> LinkSeen:
    """Interfaces, carrier, addresses and whether there is a route out. Sends nothing."""
    interfaces: list[Interface] = []
    hardware: list[str] = []
    addresses = psutil.net_if_addrs()
    for name, stats in sorted(psutil.net_if_stats().items()):
        own = addresses.get(name, ())
        hardware += [a.address for a in own if a.family == psutil.AF_LINK and a.address.strip("0:-")]
        found = tuple(a.address.partition("%")[0] for a in own if a.family in {socket.AF_INET, socket.AF_INET6})
        interfaces.append(Interface(name, interface_kind(name), stats.isup, _carrier(name, stats.isup), found))
    return LinkSeen(
        checked=targets.link_check,
        interfaces=tuple(interfaces),
        route_v4=_route_failure(socket.AF_INET, _PUBLIC_V4),
        route_v6=_route_failure(socket.AF_INET6, _PUBLIC_V6),
        hardware=tuple(hardware),
    )


def _carrier(name: str, up: bool) -> bool | None:
    if not up:
        return False
    try:
        return (_SYS_NET / name / "carrier").read_text(encoding="ascii").strip() == "1"
    except OSError:
        return None


def _route_failure(family: socket.AddressFamily, public: str) -> AnyFailure | None:
    try:
        source = _source_address(family, public)
    except OSError as error:
        return failure_of(error)
    # Without a global address the kernel may still answer with ::1 or a self-assigned one.
    return Failure.ADDRESS_NOT_AVAILABLE if ipaddress.ip_address(source).is_loopback else None


def _source_address(family: socket.AddressFamily, public: str) -> str:
    """The address this machine would send from. connect() of a datagram socket sends nothing."""
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        asking.connect((public, 53))
        return str(asking.getsockname()[0]).partition("%")[0]


def default_interface(link: LinkSeen) -> Interface | None:
    """The interface that a packet to the world would leave by."""
    for family, public in ((socket.AF_INET, _PUBLIC_V4), (socket.AF_INET6, _PUBLIC_V6)):
        with contextlib.suppress(OSError):
            source = _source_address(family, public)
            return next((i for i in link.interfaces if source in i.addresses), None)
    return None


def gateway_address(targets: Targets) -> str | None:
    """The next hop: as the targets say, or the default IPv4 route's (Linux)."""
    if targets.gateway == "none":
        return None
    if targets.gateway != "auto":
        return targets.gateway
    try:
        return default_gateway(_ROUTES.read_text(encoding="ascii", errors="replace"))
    except OSError:
        return None


def default_gateway(table: str) -> str | None:
    """The gateway of the default route with the lowest metric in the text of /proc/net/route."""
    best: tuple[int, str] | None = None
    for line in table.splitlines()[1:]:
        columns = line.split()
        if len(columns) < 8 or columns[1] != "00000000" or columns[7] != "00000000" or columns[2] == "00000000":
            continue
        # The kernel prints the address as one integer in the machine's own byte order.
        address = socket.inet_ntoa(struct.pack("=L", int(columns[2], 16)))
        if best is None or int(columns[6]) < best[0]:
            best = (int(columns[6]), address)
    return best[1] if best else None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A line of the kernel's neighbour table: `state` is the NUD_* bits, `hardware` a MAC address or None."""

    address: str
    state: int
    hardware: str | None


def neighbours() -> tuple[Neighbour, ...]:
    """The kernel's neighbour table; empty where it cannot be read (other systems, strict sandboxes)."""
    if not hasattr(socket, "AF_NETLINK"):
        return ()
    request = struct.pack("=LHHLL", 28, _RTM_GETNEIGH, 0x301, 1, 0) + struct.pack("=BxHiHBB", 0, 0, 0, 0, 0, 0)
    found: list[Neighbour] = []
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as asking:
            asking.settimeout(1.0)
            asking.bind((0, 0))
            asking.send(request)
            while True:
                answer = asking.recv(1 << 16)
                for kind, payload in _messages(answer):
                    if kind in {_NLMSG_DONE, _NLMSG_ERROR}:
                        return tuple(found)
                    if kind == _RTM_NEWNEIGH:
                        found.extend(_neighbour(payload))
    except OSError:
        return ()


def _messages(content: bytes) -> Iterator[tuple[int, bytes]]:
    while len(content) >= 16:
        length, kind = struct.unpack_from("=LH", content)
        if not 16 <= length <= len(content):
            return
        yield kind, content[16:length]
        content = content[(length + 3) & ~3 :]


def _neighbour(payload: bytes) -> Iterator[Neighbour]:
    (state,) = struct.unpack_from("=H", payload, 8)
    rest, attributes = payload[12:], dict[int, bytes]()
    while len(rest) >= 4:
        length, kind = struct.unpack_from("=HH", rest)
        if not 4 <= length <= len(rest):
            break
        attributes[kind] = rest[4:length]
        rest = rest[(length + 3) & ~3 :]
    address, hardware = attributes.get(_NDA_DST, b""), attributes.get(_NDA_LLADDR, b"")
    if len(address) in {4, 16}:
        mac = ":".join(f"{byte:02x}" for byte in hardware) if len(hardware) == 6 else None
        yield Neighbour(str(ipaddress.ip_address(address)), state, mac)


def see_gateway(trace: Trace, targets: Targets, *, silent: bool = False) -> GatewaySeen:
    """Is the next hop alive? A refused connection counts as life; else the kernel's neighbour table tells.

    `silent` sends nothing and only looks at the table.
    """
    address = gateway_address(targets)
    if address is None:
        return GatewaySeen(None, None, GatewaySign.NONE)
    connects: tuple[TcpConnect, ...] = ()
    if not silent:
        with side_by_side(len(targets.gateway_ports)) as start:
            tries = [start(partial(_try_port, trace, targets, address, port)) for port in targets.gateway_ports]
            connects = tuple(one.result() for one in tries)
    if any(one.failure in {None, Failure.CONNECTION_REFUSED, Failure.CONNECTION_RESET} for one in connects):
        return GatewaySeen(address, True, GatewaySign.TCP, connects)
    states = [neighbour.state for neighbour in neighbours() if neighbour.address == address]
    if any(state & _ALIVE_STATES for state in states):
        return GatewaySeen(address, True, GatewaySign.NEIGHBOUR, connects)
    if states and all(state & _DEAD_STATES for state in states):
        return GatewaySeen(address, False, GatewaySign.NEIGHBOUR, connects)
    return GatewaySeen(address, None, GatewaySign.NOT_ASKED if silent else GatewaySign.TCP, connects)


def _try_port(trace: Trace, targets: Targets, address: str, port: int) -> TcpConnect:
    seen, wire = connect(trace, address, port, timeout_s=targets.timeouts.gateway_s)
    if wire is not None:
        wire.close()
    return seen


def network_id(link: LinkSeen, targets: Targets, salt: bytes) -> str | None:
    """A name for the network (16 hex digits) that means nothing without the salt: its gateway and kind of interface.

    None where the gateway's hardware address is not known (yet, or any more): then nothing is said about the network.
    """
    if not link.checked:
        return _salted(salt, f"given|{targets.gateway}")
    interface = default_interface(link)
    if interface is None:
        return None
    gateway = gateway_address(targets)
    if gateway is None or interface.kind in {InterfaceKind.TUNNEL, InterfaceKind.MOBILE}:
        return _salted(salt, f"{interface.kind}|{interface.name}")
    hardware = next((n.hardware for n in neighbours() if n.address == gateway and n.hardware), None)
    return None if hardware is None else _salted(salt, f"{interface.kind}|{hardware}")


def _salted(salt: bytes, text: str) -> str:
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest()[:16]


class LinkWatch:
    """Wakes its owner as soon as the operating system's links, addresses or routes are other than they were.

    Linux tells through rtnetlink; elsewhere, and where a sandbox forbids it, only timeouts and nudges wake.
    """

    def __init__(self, targets: Targets, clock: Clock) -> None:
        self._targets = targets
        self._clock = clock
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._far.setblocking(False)
        self._kernel = self._listen()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._near, selectors.EVENT_READ)
        if self._kernel is not None:
            self._selector.register(self._kernel, selectors.EVENT_READ)
        self._last = self._signature()

    @staticmethod
    def _listen() -> socket.socket | None:
        if not hasattr(socket, "AF_NETLINK"):
            return None
        listening = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
        try:
            listening.bind((0, _WATCHED_GROUPS))
        except OSError:
            listening.close()
            return None
        return listening

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._selector.close()
        for held in (self._near, self._far, self._kernel):
            if held is not None:
                held.close()

    def nudge(self) -> None:
        """Wake the waiter at once; from any thread, and also when the waiting has just ended for good."""
        with contextlib.suppress(OSError):  # nobody waits any more, or has been woken often enough
            self._far.send(b"!")

    def wait(self, timeout_s: float) -> bool:
        """Wait; True as soon as the link changed or somebody nudged, False when `timeout_s` passed without either."""
        end_ns = self._clock.awake_ns() + round(timeout_s * 1e9)
        while (left_ns := end_ns - self._clock.awake_ns()) > 0:
            woken = {key.fileobj for key, _ in self._selector.select(left_ns / 1e9)}
            if not woken:
                return False
            if self._near in woken:
                self._drain(self._near)
                return True
            if self._kernel is not None:
                self._drain(self._kernel)
            if self._changed():
                return True
        return False

    def _changed(self) -> bool:
        # The kernel also tells of renewals and scans, which change nothing that matters here.
        before, self._last = self._last, self._signature()
        return before != self._last

    def _signature(self) -> tuple[object, ...]:
        link = read_link(self._targets)
        return link.interfaces, link.route_v4, link.route_v6, gateway_address(self._targets)

    @staticmethod
    def _drain(source: socket.socket) -> None:
        while True:
            try:
                if not source.recv(1 << 16):
                    return
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno != errno.ENOBUFS:  # news were lost, which is news
                    raise
