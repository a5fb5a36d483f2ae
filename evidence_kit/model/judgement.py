"""What a round or a target was judged to mean, and how long a watch waits before it believes it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from evidence_kit.model.disruption import DisruptionGrade, NetworkState


class Method(StrEnum):
    """How a connection is cut, or what is amiss beside it."""

    ROUND_DISCARDED = "round-discarded"
    NO_LINK = "local-fault.no-link"
    NO_ADDRESS = "local-fault.no-address"
    NO_ROUTE = "local-fault.no-route"
    PROXY_FAULT = "local-fault.proxy"
    CLOCK_FAULT = "local-fault.clock"
    GATEWAY_FAULT = "local-fault.gateway"
    UDP_BLOCKED = "protocol-block.udp"
    TLS_BLOCKED = "protocol-block.tls"
    LOCAL_RESOLVER = "dns-fault.local-resolver"
    ALL_RESOLVERS = "dns-fault.all-resolvers"
    DNS_WILDCARD = "dns-wildcard"
    DNS_INJECTED = "dns.injected"
    HTTP_INTERFERENCE = "http-interference"
    CAPTIVE_PORTAL = "captive-portal"
    BILLING_PORTAL = "captive-portal.billing"
    TLS_INTERCEPTION = "tls-interception"
    BLACKOUT_INTERNATIONAL = "blackout.international"
    BLACKOUT_TOTAL = "blackout.total"
    BLACKOUT_BEYOND_PROVIDER = "blackout.beyond-provider"
    BLACKOUT_THROUGH_PROXY = "blackout.seen-through-proxy"
    ANCHORS_FILTERED = "anchors-filtered"
    CUT_TIMEOUT = "cut.timeout"
    CUT_RESET = "cut.reset"
    CUT_REFUSED = "cut.refused"
    CUT_UNREACHABLE = "cut.unreachable"

    @property
    def is_way_of_dying(self) -> bool:
        """Whether it tells how single packets die, which varies from round to round."""
        return self.value.startswith("cut.")


class Reason(StrEnum):
    """What a judgement rests on. In a record it stands with its number, as `of` writes it."""

    ANCHORS_AUTHENTICATED = "anchors.authenticated"
    ANCHORS_OPERATORS = "anchors.operators"
    ANCHORS_BAD_CERTIFICATE = "anchors.bad-certificate"
    DOMESTIC_AUTHENTICATED = "domestic.authenticated"
    CHECKS_EXPECTED = "http-checks.expected"
    CHECKS_PORTAL = "http-checks.portal"
    CHECKS_STATUS = "http-checks.status"
    SYSTEM_DNS_ANSWERED = "system-dns.answered"
    SYSTEM_DNS_BOGONS = "system-dns.bogons"
    INDEPENDENT_DNS_ANSWERED = "independent-dns.answered"
    INDEPENDENT_DNS_AGREEING = "independent-dns.agreeing"
    ADDRESSES_CONNECTED = "addresses.connected"
    ADDRESSES_TLS_VALID = "addresses.tls-valid"
    INTERFACES = "interfaces"
    LINKS = "links"
    ROUTE_V4 = "route-v4"
    ROUTE_V6 = "route-v6"
    PROXY_FAILURE = "proxy.failure"
    PROXY_ONLY_PATH = "proxy.only-path"
    WRONG_TIME = "certificates.wrong-time"
    GATEWAY_UNKNOWN = "gateway.unknown"
    GATEWAY_BY_TCP = "gateway.tcp"
    GATEWAY_BY_NEIGHBOUR = "gateway.neighbour"
    DISTURBED_SUSPENDED = "disturbed.suspended"
    DISTURBED_WALL_STEP = "disturbed.wall-step"
    DISTURBED_ZONE = "disturbed.zone"
    DISTURBED_REBOOTED = "disturbed.rebooted"
    DISTURBED_NETWORK_CHANGED = "disturbed.network-changed"
    ROUNDS_FAILED = "rounds.failed"
    SECOND_NETWORK_AGREES = "second-network.agrees"
    FLAPPING = "flapping"

    def of(self, value: object, whole: int | None = None) -> str:
        """The reason with its number: "rounds.failed=3", "anchors.authenticated=0/6"."""
        return f"{self.value}={value}" if whole is None else f"{self.value}={value}/{whole}"


class Layer(StrEnum):
    """A layer of the connection, from the cable outwards; the link's own names tell what kind it is."""

    LINK = "link"
    WIFI = "link.wifi"
    ETHERNET = "link.ethernet"
    MOBILE = "link.mobile"
    GATEWAY = "gateway"
    NAMES = "names"
    ABROAD = "abroad"
    HOME = "home"


class LayerState(StrEnum):
    """How a layer does. What was not tried, or tried while disturbed, is unknown and never failed."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Phase(StrEnum):
    """Where the watch stands in one network."""

    UNKNOWN = "unknown"
    OK = "ok"
    SUSPECT = "suspect"
    DOWN = "down"
    RECOVERING = "recovering"


class TargetOutcome(StrEnum):
    """What became of one target: our codes, which keep "the name was cut" apart from "the site may be down"."""

    ACCESSIBLE = "accessible"
    NO_CONTROL = "unknown.no-control"
    DNS_INJECTED = "dns.injected"
    DNS_SPOOFED = "dns.spoofed"
    DNS_NXDOMAIN = "dns.nxdomain"
    DNS_SERVFAIL = "dns.servfail"
    DNS_REFUSED = "dns.refused"
    DNS_NO_ANSWER = "dns.no-answer"
    DNS_TIMEOUT = "dns.timeout"
    DNS_FAILURE = "dns.failure"
    HTTP_FAILURE = "http.failure"
    HTTP_LEGAL = "http.legal"
    HTTP_UNPROVEN = "http.unproven"
    TLS_SNI = "tls.sni"
    TLS_INJECTED_HTTP = "tls.injected-http"
    TLS_MITM = "tls.mitm"
    TLS_INVALID_CERTIFICATE = "tls.invalid-certificate"
    UNREACHABLE_TCP = "unreachable.tcp"
    UNREACHABLE = "unreachable.unknown"


class Blocking(StrEnum):
    """OONI's key `blocking` (ts-017), where it is neither false nor null."""

    DNS = "dns"
    HTTP_DIFF = "http-diff"
    HTTP_FAILURE = "http-failure"


class Consistency(StrEnum):
    """OONI's key `dns_consistency` (ts-017)."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one round means; `reasons` are as `Reason.of` writes them. Never who or why."""

    state: NetworkState
    grade: DisruptionGrade
    methods: tuple[Method, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetVerdict:
    """What one target measurement means: `code` is ours, `blocking`, `accessible` and `dns_consistency` OONI's keys.

    `grade` is None where nothing is claimed.
    """

    code: TargetOutcome
    grade: DisruptionGrade | None
    blocking: Blocking | Literal[False] | None
    accessible: bool | None
    dns_consistency: Consistency | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchPolicy:
    """How often to look and how long to wait before believing; seconds unless said otherwise.

    A disruption opens after `confirm_rounds` failed rounds over at least `confirm_span_s`, asked for after `retry_s`,
    and closes at the second success, `recover_gap_s` after the first. `jitter` is a fraction of each pause.
    """

    interval_s: float = 300.0
    retry_s: tuple[float, ...] = (20.0, 30.0)
    confirm_rounds: int = 3
    confirm_span_s: float = 60.0
    recover_gap_s: float = 30.0
    backoff_first_s: float = 30.0
    backoff_cap_s: float = 600.0
    jitter: float = 0.25
    flap_transitions: int = 4
    flap_window_s: float = 1800.0
