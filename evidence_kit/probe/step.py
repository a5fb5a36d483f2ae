"""Steps that a round and a target have in common: a question to the system's resolver, and TLS up to an open wire."""

import contextlib
import secrets
import ssl
from dataclasses import dataclass
from typing import Final

from evidence_kit.model.exchange import DnsQuery, RecordType, TcpConnect, TlsHandshake
from evidence_kit.model.measurement import AnchorSeen
from evidence_kit.probe.dns import ask_resolver, ask_system
from evidence_kit.probe.targets import Anchor, Targets
from evidence_kit.probe.tcp import Proxy, connect
from evidence_kit.probe.tls import TlsWire, ca_bundle_sha256, handshake, recording_context, verifying_context
from evidence_kit.probe.trace import Trace

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
# Order and pauses are drawn from here: a fixed order would be a fingerprint.
rng: Final = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Run:
    """What every step of one run is given."""

    trace: Trace
    targets: Targets
    proxy: Proxy | None
    verifying: ssl.SSLContext
    recording: ssl.SSLContext
    ca_bundle: str


def start_run(trace: Trace, targets: Targets, proxy: Proxy | None) -> Run:
    authorities = ca_bundle_sha256(targets.ca_file)
    return Run(trace, targets, proxy, verifying_context(targets.ca_file), recording_context(), authorities)


def look_up(run: Run, hostname: str, query_type: RecordType = RecordType.A) -> tuple[DnsQuery, tuple[DnsQuery, ...]]:
    """Ask the system's resolver, or the one the targets put in its place: its answer and any later ones."""
    timeouts = run.targets.timeouts
    if run.targets.system_resolver is None:
        return ask_system(run.trace, hostname, timeout_s=timeouts.dns_s), ()
    return ask_resolver(
        run.trace,
        run.targets.system_resolver,
        hostname,
        query_type,
        timeout_s=timeouts.dns_s,
        duplicates_s=timeouts.duplicates_s,
        tags=("system",),
    )


def random_name(suffix: str) -> str:
    """A name that does not exist, absolute so that no search domain is tried."""
    return f"{''.join(rng.choice(_LETTERS) for _ in range(14))}.{suffix}."


@dataclass(frozen=True, slots=True)
class Secured:
    """TCP and TLS to one endpoint; `wire` is open only where both succeeded, and then the caller's to close."""

    tcp: TcpConnect
    tls: TlsHandshake | None
    leaf: TlsHandshake | None
    wire: TlsWire | None


def secure(run: Run, host: str, port: int, server_name: str) -> Secured:
    """Connect and shake hands; where the certificate is refused, once more only to record it."""
    timeouts = run.targets.timeouts
    tcp, below = connect(run.trace, host, port, timeout_s=timeouts.tcp_s, proxy=run.proxy)
    if below is None:
        return Secured(tcp, None, None, None)
    with contextlib.ExitStack() as stack:
        stack.callback(below.close)
        tls, wire = handshake(run.trace, below, server_name, run.verifying, timeout_s=timeouts.tls_s)
        if wire is not None:
            stack.pop_all()
            return Secured(tcp, tls, None, wire)
    leaf = _record_leaf(run, host, port, server_name) if tls.verify_code is not None else None
    return Secured(tcp, tls, leaf, None)


def _record_leaf(run: Run, host: str, port: int, server_name: str) -> TlsHandshake | None:
    _, below = connect(run.trace, host, port, timeout_s=run.targets.timeouts.tcp_s, proxy=run.proxy)
    if below is None:
        return None
    with contextlib.closing(below):
        return handshake(run.trace, below, server_name, run.recording, timeout_s=run.targets.timeouts.tls_s)[0]


def shake_neutrally(run: Run, host: str, port: int) -> TlsHandshake | None:
    """The same address asked for a harmless name: any ServerHello at all shows that the name made the difference."""
    _, below = connect(run.trace, host, port, timeout_s=run.targets.timeouts.tcp_s, proxy=run.proxy)
    if below is None:
        return None
    name = run.targets.neutral_name
    with contextlib.closing(below):
        return handshake(run.trace, below, name, run.recording, timeout_s=run.targets.timeouts.tls_s)[0]


def try_anchor(run: Run, anchor: Anchor) -> AnchorSeen:
    """One anchor by its address, also behind a proxy: its whole worth is that nobody had to be asked for it."""
    secured = secure(run, anchor.endpoint.address, anchor.endpoint.port, anchor.server_name)
    if secured.wire is not None:
        secured.wire.close()
    return AnchorSeen(anchor.operator, anchor.domestic, secured.tcp, secured.tls, secured.leaf)
