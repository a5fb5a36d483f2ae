"""The names probe: does the system's resolver answer, do others, and does it invent names?"""

import contextlib
import ipaddress
from collections.abc import Sequence
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from evidence_kit.probe.dns import ask_resolver
from evidence_kit.probe.probe import AskingOrder, Gathered, Probe, Question
from evidence_kit.probe.step import Run, look_up, random_name
from evidence_kit.probe.targets import Resolver


def _first(run: Run, order: AskingOrder) -> Sequence[Question]:
    name = name_in(order.http_checks[0].url) if order.http_checks else None
    targets = run.targets
    questions = [partial(_wildcard, run)]
    if name is None:
        # Else the first connectivity check looks its own name up.
        name = targets.neutral_name
        questions.append(partial(_system, run, name))
    return [*questions, *(partial(_independent, run, name, resolver) for resolver in targets.independent_resolvers)]


def _system(run: Run, name: str) -> Gathered:
    query, later = look_up(run, name)
    return Gathered(system_dns=(query,), duplicate_dns=later)


def _wildcard(run: Run) -> Gathered:
    query, later = look_up(run, random_name(run.targets.wildcard_suffix))
    return Gathered(wildcard_dns=(query,), duplicate_dns=later)


def _independent(run: Run, name: str, resolver: Resolver) -> Gathered:
    timeouts = run.targets.timeouts
    query, later = ask_resolver(
        run.trace,
        resolver.endpoint,
        name,
        timeout_s=timeouts.dns_s,
        duplicates_s=timeouts.duplicates_s,
        tags=("independent",),
    )
    return Gathered(independent_dns=(query,), duplicate_dns=later)


def name_in(url: str) -> str | None:
    """The host of `url` where it is a name and not an address."""
    host = urlsplit(url).hostname or ""
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(host)
        return None
    return host


PROBE: Final = Probe("dns", first=_first, steps=("system-dns", "independent-dns", "wildcard-dns"))
