"""A little internet on one machine, for drills and tests: anchors, checks, resolvers, a site; each of them can fail.

It speaks real TCP, TLS, HTTP and DNS on loopback (or on the addresses it is given) under a throw-away authority, and
writes the targets file that points the watch at itself. Nothing in it is secret and nothing outlives it.
"""

from dataclasses import fields
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from evidence_kit.clock import Clock, SystemClock
from evidence_kit.drill.certificate_authority import Authority, around
from evidence_kit.drill.resolver import LOOPBACK, FakeResolver, Names
from evidence_kit.drill.servers import (
    Behaviour,
    Contexts,
    Server,
    ServerLoop,
    ServerPool,
    TlsServer,
    WebAnswer,
    WebServer,
)
from evidence_kit.files import write_whole
from evidence_kit.model.judgement import WatchPolicy

SITE: Final = "site.test"
NEUTRAL: Final = "neutral.test"
PACE: Final = WatchPolicy(
    interval_s=2.0,
    retry_s=(0.2,),
    confirm_rounds=3,
    confirm_span_s=0.3,
    recover_gap_s=0.2,
    backoff_first_s=0.4,
    backoff_cap_s=2.0,
)

_OPERATORS: Final = ("North", "East", "South")
_DOMESTIC: Final = "Home"


class FakeInternet:
    """The whole little internet; a context manager.

    `abroad` are three anchors of different operators, `home` is a domestic one, `checks` two connectivity checks,
    `system` and `independent` resolvers, `site` a web site over TLS, `plain_site` the same without, `gateway` the next
    hop. `address` and `home_address` are where to listen.
    """

    def __init__(self, *, address: str = LOOPBACK, home_address: str = LOOPBACK, clock: Clock | None = None) -> None:
        now = datetime.fromisoformat((clock or SystemClock()).read().wall_utc)
        begins, ends = around(now, before_days=900, days=1800)
        authority = Authority("Evidence Kit rehearsal authority", begins, ends)
        certified = [SITE, NEUTRAL, *(_anchor_name(operator) for operator in (*_OPERATORS, _DOMESTIC))]
        fresh = around(now, before_days=2, days=30)
        stale = around(now, before_days=800, days=30)
        contexts = Contexts(
            up=authority.context(certified, begins=fresh[0], ends=fresh[1]),
            stranger=Authority("Somebody else", begins, ends).context(certified, begins=fresh[0], ends=fresh[1]),
            expired=authority.context(certified, begins=stale[0], ends=stale[1]),
        )
        self._ca_pem = authority.pem
        self._loop = ServerLoop()
        self._pool = ServerPool()
        names = dict.fromkeys(("check-one.test", "check-two.test", SITE, NEUTRAL), address)
        loop, pool = self._loop, self._pool
        self.abroad = tuple(TlsServer(loop, pool, address, contexts) for _ in _OPERATORS)
        self.home = TlsServer(loop, pool, home_address, contexts)
        self.site = TlsServer(loop, pool, address, contexts)
        self.plain_site = WebServer(loop, pool, address, 200, b"<html><title>Rehearsal site</title>Here.</html>")
        self.checks = (WebServer(loop, pool, address, 204, b""), WebServer(loop, pool, address, 200, b"Rehearsal OK\n"))
        self.gateway = Server(loop, pool, address)
        self.system = FakeResolver(loop, home_address, names)
        self.independent = (FakeResolver(loop, address, names), FakeResolver(loop, address, names))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for server in (*self._servers, self.home, self.gateway):
            server.close()
        for resolver in (self.system, *self.independent):
            resolver.close()
        self._pool.shutdown()
        self._loop.close()

    @property
    def _servers(self) -> tuple[Server, ...]:
        return (*self.abroad, self.site, self.plain_site, *self.checks)

    def restore(self) -> None:
        """Everything works."""
        self.cut_abroad(Behaviour.UP, Names.TRUE)
        for web in (*self.checks, self.plain_site, self.site):
            web.page = WebAnswer.OWN
        for resolver in (self.system, *self.independent):
            resolver.answering = Names.TRUE
        for server in (self.home, self.gateway):
            server.behave(Behaviour.UP)

    def cut_abroad(self, how: Behaviour = Behaviour.UNANSWERED, names: Names = Names.NOTHING) -> None:
        """The domestic anchor and the system's resolver go on; nothing else answers."""
        for server in self._servers:
            server.behave(how)
        for resolver in self.independent:
            resolver.answering = names

    def black_out(self, how: Behaviour = Behaviour.UNANSWERED) -> None:
        """The gateway is there, and nothing beyond it."""
        self.cut_abroad(how)
        self.home.behave(how)
        self.system.answering = Names.NOTHING

    def put_portal(self, page: WebAnswer = WebAnswer.REDIRECT) -> None:
        """A login page answers every plain web request; nothing else gets through."""
        for server in (*self.abroad, self.home, self.site):
            server.behave(Behaviour.UNANSWERED)
        for check in self.checks:
            check.page = page

    def write_targets(self, folder: Path, policy: WatchPolicy = PACE) -> Path:
        """Write `targets.toml` and the authority's certificate into `folder`; the path of the first."""
        write_whole(folder / "rehearsal-ca.pem", self._ca_pem)
        path = folder / "targets.toml"
        write_whole(path, self._targets(policy).encode())
        return path

    def _targets(self, policy: WatchPolicy) -> str:
        figures = "\n".join(f"{f.name} = {_toml(getattr(policy, f.name))}" for f in fields(policy))
        independent = "\n".join(
            f'[[dns.independent]]\noperator = "Independent {n}"\naddress = "{r.address}:{r.port}"\n'
            for n, r in enumerate(self.independent, 1)
        )
        anchors = "\n".join(
            f'[[anchor]]\noperator = "{operator}"\naddress = "{server.address}"\nport = {server.port}\n'
            f'server_name = "{_anchor_name(operator)}"\nregion = "{region}"\n'
            for operator, server, region in (
                *(
                    (operator, server, "international")
                    for operator, server in zip(_OPERATORS, self.abroad, strict=True)
                ),
                (_DOMESTIC, self.home, "domestic"),
            )
        )
        one, two = self.checks
        return (
            f"version = 1\n\n[policy]\n{figures}\n\n"
            "[timeouts]\nround_s = 10\ntarget_s = 10\ndns_s = 0.4\nduplicates_s = 0.05\ntcp_s = 0.5\ntls_s = 0.5\n"
            "http_s = 0.5\ngateway_s = 0.3\n\n"
            f'[link]\ncheck = false\ngateway = "{self.gateway.address}"\ngateway_ports = [{self.gateway.port}]\n\n'
            f'[dns]\nsystem = "{self.system.address}:{self.system.port}"\nwildcard_suffix = "test"\n\n{independent}\n'
            f'[tls]\nca_file = "rehearsal-ca.pem"\nneutral_name = "{NEUTRAL}"\n\n{anchors}\n'
            f'[[http_check]]\noperator = "One"\nurl = "http://check-one.test:{one.port}/generate_204"\n'
            "status = [204]\n\n"
            f'[[http_check]]\noperator = "Two"\nurl = "http://check-two.test:{two.port}/connect"\nstatus = [200]\n'
            'body = "Rehearsal OK"\n'
        )


def _anchor_name(operator: str) -> str:
    return f"{operator.lower()}.anchor.test"


def _toml(value: object) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, tuple) else str(value)
