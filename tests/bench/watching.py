"""Watching: what a station costs while nothing happens, and how soon the first notice leaves when the network is back.

The station and the rehearsal's internet run in a network namespace where that can be had: there the loopback's
counters are theirs alone, and a new address on it is the operating system's own signal that something changed.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
from aiosmtpd.smtp import Envelope

from evidence_kit.drill.fake_internet import PACE, FakeInternet
from evidence_kit.drill.mail_server import Inbox, PostOffice
from evidence_kit.model.judgement import WatchPolicy
from tests.bench.row import CannotRun, Row, Times, sized, spoken, within
from tests.bench.stage import Group, Stage, new_vault, own, ran
from tests.fakes.correspondent import Correspondent
from tests.fakes.product import PASSPHRASE, Product, Watching, surroundings

_IN_NAMESPACE = ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
_FAST_S = 1.0
_MB = 1_000_000


def rows(stage: Stage) -> Group:
    yield "idle watching", lambda: _idle_rows(stage)
    yield "connection back", lambda: _back_rows(stage)


@dataclass(frozen=True, slots=True)
class Idle:
    """What one healthy round takes, and what the rest between rounds does: CPU seconds, bytes both ways, RSS."""

    rounds: int
    cpu_per_round_s: float
    bytes_per_round: float
    rest_share: float
    rss: int


def _idle_rows(stage: Stage) -> list[Row]:
    told, namespaced = _apart("idle", str(stage.watch_s))
    idle = Idle(**told)
    interval = WatchPolicy().interval_s
    share = idle.cpu_per_round_s / interval + idle.rest_share
    work = f"idle watching, a round every {interval:.0f} s"
    cpu = f"{share:.4%}: {spoken(idle.cpu_per_round_s)} a round (n={idle.rounds}), {idle.rest_share:.4%} at rest"
    where = "both ways, with headers" if namespaced else "whole machine's loopback, so at most"
    return [
        Row(f"{work}: CPU", cpu, target="< 1 % of a core", met=share < 0.01),
        Row(f"{work}: memory", f"{idle.rss / _MB:.0f} MB resident", target="< 200 MB", met=idle.rss < 200 * _MB),
        Row("one healthy round: data", f"{sized(idle.bytes_per_round)} ({where})"),
    ]


def _back_rows(stage: Stage) -> list[Row]:
    told, namespaced = _apart("back", str(stage.few))
    since = "the operating system's signal" if namespaced else f"restore(), probes ≤ {PACE.backoff_cap_s:.0f} s apart"
    return [
        within(f"connection back → first notice accepted, from {since}", Times(tuple(told["returned"])), 5),
        within("the same, from the round that saw it", Times(tuple(told["seen"])), 5),
    ]


def _apart(task: str, argument: str) -> tuple[dict[str, Any], bool]:
    """What a task tells, and whether it had a network of its own."""
    prefix = _namespace()
    return json.loads(ran(*prefix, *own("watching", task, argument, "own" if prefix else "shared"))), bool(prefix)


def _namespace() -> list[str]:
    for unshare in (["unshare", "-n"], ["unshare", "-rn"]):
        try:
            ran(*unshare, *_IN_NAMESPACE, "ip", "address", "show", "lo")
        except CannotRun:
            continue
        return [*unshare, *_IN_NAMESPACE]
    return []


# What runs apart


@contextmanager
def _product() -> Iterator[tuple[Product, Path, ExitStack]]:
    with tempfile.TemporaryDirectory(prefix="ek-watch-") as name, surroundings(Path(name) / "around") as around:
        folder = Path(name)
        (folder / "passphrase").write_bytes(PASSPHRASE + b"\n")
        with ExitStack() as stack:
            yield Product(new_vault(folder / "vault"), folder / "passphrase", around), folder, stack


def _idle(seconds: float) -> Idle:
    with _product() as (product, folder, stack):
        internet = stack.enter_context(FakeInternet())
        fast = internet.write_targets(folder, WatchPolicy(interval_s=_FAST_S, jitter=0.0))
        with Watching(product.start("watch", "--targets", str(fast))) as watch:
            watch.until_state("online")
            station = psutil.Process(watch.process.pid)
            pause(2 * _FAST_S)
            before = _cpu(station), _loopback(), internet.gateway.connections
            pause(seconds)
            after = _cpu(station), _loopback(), internet.gateway.connections
            rss = station.memory_info().rss
            watch.end()
        rounds = after[2] - before[2]
        usual = internet.write_targets(folder, WatchPolicy())
        with Watching(product.start("watch", "--targets", str(usual))) as watch:
            watch.until_state("online")
            station = psutil.Process(watch.process.pid)
            pause(1)
            resting = _cpu(station)
            pause(seconds / 2)
            rest = (_cpu(station) - resting) / (seconds / 2)
            rss = max(rss, station.memory_info().rss)
            watch.end()
    return Idle(rounds, (after[0] - before[0]) / rounds, (after[1] - before[1]) / rounds, rest, rss)


def pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _loopback() -> int:
    return int(psutil.net_io_counters(pernic=True)["lo"].bytes_sent)


class _Timed(Inbox):
    """Remembers when the first mail was accepted."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.accepted_at = 0.0
        self.accepted = threading.Event()

    def keep(self, envelope: Envelope) -> str:
        answer = super().keep(envelope)
        if not self.accepted.is_set():
            self.accepted_at = time.perf_counter()
            self.accepted.set()
        return answer


def _back(rounds: int, *, namespaced: bool) -> dict[str, list[float]]:
    """Seconds to the first accepted mail, from the connection's return and from the round that saw it."""
    told: dict[str, list[float]] = {"returned": [], "seen": []}
    with _product() as (product, folder, stack):
        recipient = stack.enter_context(Correspondent())
        internet = stack.enter_context(FakeInternet())
        (folder / "inbox").mkdir()
        targets = str(internet.write_targets(folder, WatchPolicy() if namespaced else PACE))
        product.run("recipient", "add", str(recipient.certificate), "--fingerprint", recipient.fingerprint)
        office = stack.enter_context(PostOffice(_Timed(folder / "inbox"), folder / "ca.pem"))
        product.run("destination", "add", "desk", "-", "--recipient", recipient.fingerprint, given=office.url())
        for number in range(1, rounds + 1):
            inbox = office.inbox = _Timed(folder / "inbox")
            product.run("note", "-", given="The network went at once, on every phone in the street.")
            product.run("report", "create", "--to", "desk", "--text", "-", given="A benchmark.")
            internet.black_out()
            with Watching(product.start("watch", "--targets", targets)) as watch:
                watch.until_state("no-connection-beyond-provider")
                internet.restore()
                returned = time.perf_counter()
                if namespaced:
                    subprocess.run(["ip", "address", "add", f"10.77.0.{number}/32", "dev", "lo"], check=True)
                watch.until_state("online")
                seen = time.perf_counter()
                if not inbox.accepted.wait(60):
                    raise TimeoutError("no notice came")
                watch.until_sent("report")
                watch.end()
            told["returned"].append(inbox.accepted_at - returned)
            told["seen"].append(max(inbox.accepted_at - seen, 0.0))
    return told


if __name__ == "__main__":
    task, argument, network = sys.argv[1:]
    found = asdict(_idle(float(argument))) if task == "idle" else _back(int(argument), namespaced=network == "own")
    print(json.dumps(found))
