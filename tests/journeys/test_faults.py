"""One system call after another fails: no command ends in a bug, nothing acknowledged is lost, nothing is broken.

A first run under strace counts the calls that touch the vault; then each of them is made to fail in a run of its own.
"""

import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.correspondent import Correspondent
from tests.fakes.product import Product, Told

# For each command so many faults, drawn anew each time; with the variable set all of them.
SAMPLE = None if "EVIDENCE_KIT_TORTURE" in os.environ else 6
CALLS = "write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,link,linkat,mkdir"
STRACE = ["strace", "-f", "-qq", "--seccomp-bpf"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.torture,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(sys.platform != "linux" or not shutil.which("strace"), reason="strace (apt) is not installed"),
]


@pytest.fixture(autouse=True)
def _may_trace() -> None:
    probe = [*STRACE, "-o", "/dev/null", "-e", "inject=fsync:error=EIO:when=1", "true"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """The `number`th `call` of every thread fails with `error`."""

    call: str
    number: int
    error: str


def faults_of(log: str, vault: Path) -> list[Fault]:
    """Every fault that hits a file of the vault, and in no thread a pipe, a terminal or gpg's own folder."""
    counted: Counter[tuple[str, str]] = Counter()
    inside: dict[tuple[str, int], set[bool]] = defaultdict(set)
    spoken = 0
    for line in log.splitlines():
        if called := re.match(r"(\d+) +(\w+)\((.*)", line):
            thread, call, what = called.groups()
            counted[thread, call] += 1
            inside[call, counted[thread, call]].add(str(vault) in what)
            if call == "write" and str(vault) not in what:
                # A command that fails says more than one that does not.
                spoken = max(spoken, counted[thread, call] + 4)
    return sorted(
        Fault(call, number, error)
        for (call, number), where in inside.items()
        if where == {True} and not (call == "write" and number <= spoken)
        for error in ("EIO", "ENOSPC")
    )


def with_fault(product: Product, fault: Fault, log: Path = Path("/dev/null")) -> Product:
    inject = f"inject={fault.call}:error={fault.error}:when={fault.number}"
    return replace(product, prefix=[*STRACE, "-o", str(log), "-s", "0", "-e", f"trace={fault.call}", "-e", inject])


def keep_note(product: Product, _place: Path) -> list[str]:
    return ["note", "one more"]


def keep_file(product: Product, place: Path) -> list[str]:
    (recording := place / "recording.bin").write_bytes(random.Random(1).randbytes(4_000_000))
    return ["capture", "file", str(recording)]


def make_report(product: Product, place: Path) -> list[str]:
    (file := place / "first.bin").write_bytes(random.Random(2).randbytes(300_000))
    (entry,) = product.prepare("capture", "file", str(file))
    return ["report", "create", "--to", "stick", "--to", "drawer", "--entry", entry["id"]]


@pytest.mark.parametrize("prepare", [keep_note, keep_file, make_report])
def test_a_call_that_fails_costs_at_most_its_own_command(
    product: Product, desk: Correspondent, tmp_path: Path, prepare: Callable[[Product, Path], list[str]]
) -> None:
    for name in ("stick", "drawer"):
        product.prepare("destination", "add", name, f"folder:{tmp_path}", "--recipient", desk.fingerprint)
    command = prepare(product, tmp_path)
    (product.vault / "ballast").write_bytes(b"")  # four megabytes less to copy each time
    before = product.prepare("journal")

    def copied(number: int) -> Product:
        vault = tmp_path / f"copy-{number}"
        shutil.copytree(product.vault, vault)
        return replace(product, vault=vault)

    first = copied(0)
    log = tmp_path / "calls"
    counting = replace(first, prefix=[*STRACE, "-y", "-s", "0", "-e", f"trace={CALLS}", "-o", str(log)])
    assert counting.tell(*command).code == 0
    faults = faults_of(log.read_text(encoding="utf-8", errors="replace"), first.vault)
    assert len(faults) > 10
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"{len(faults)} faults, seed {seed}")
    chosen = faults if SAMPLE is None else sorted(random.Random(seed).sample(faults, min(SAMPLE, len(faults))))
    ended: Counter[int] = Counter()
    failed = 0
    wrong: list[str] = []
    for number, fault in enumerate(chosen, 1):
        hit = copied(number)
        told = with_fault(hit, fault, log).tell(*command)
        failed += "(INJECTED)" in log.read_text(encoding="utf-8", errors="replace")
        ended[told.code] += 1
        if told.code not in {0, 2, 3, 4} or "Traceback" in told.err:
            wrong.append(f"{fault}: {told}")
        wrong += [f"{fault}: exit {told.code}: {what}" for what in flaws(hit, before, told)]
        shutil.rmtree(hit.vault)
    print(f"{failed} calls failed: {dict(ended)}")
    assert wrong == []
    # Many a call may fail at no cost, such as a folder's fsync; but all these calls must have been made to fail.
    assert failed == len(chosen), "a call that was to fail was never made, so nothing was shown"


def flaws(hit: Product, before: list[dict[str, Any]], told: Told) -> Iterator[str]:
    """With the fault gone: the old entries, the acknowledged one once, whole exhibits, and whole parcels alone."""
    doctor = hit.tell("doctor")
    if doctor.code or doctor.err:
        yield f"doctor says {doctor}"
        return
    journal = hit.prepare("journal")
    fresh = journal[len(before) :]
    if journal[: len(before)] != before:
        yield "old entries are not what they were"
    deliveries = hit.prepare("deliveries")
    if told.code == 0:
        said = told.json
        if isinstance(said, dict) and "report" in said:
            if [entry["body"]["report"] for entry in fresh if entry["kind"] == "report"] != [said["report"]]:
                yield "the journal has not exactly the report that was acknowledged"
            if sorted(deliveries, key=itemgetter("id")) != sorted(said["deliveries"], key=itemgetter("id")):
                yield "the outbox has not exactly the deliveries that were acknowledged"
        elif fresh != (said if isinstance(said, list) else [said]):
            yield f"acknowledged once, and in the journal {len(fresh)} times"
    elif len(fresh) > 1:
        yield f"not acknowledged, and in the journal {len(fresh)} times"
    files = sum(entry["kind"] == "file" for entry in journal)
    if len(list((hit.vault / "exhibits").iterdir())) != files:
        yield "exhibits that no entry names"
    reports = [entry for entry in fresh if entry["kind"] == "report"]
    if sorted(one["destination"] for one in deliveries) != ["drawer", "stick"] * len(reports):
        yield f"{len(reports)} reports and {len(deliveries)} deliveries"
    if len(list((hit.vault / "outbox" / "parcels").iterdir())) != 2 * len(reports):
        yield "parcels that no delivery names"
    if strays := [path.name for path in hit.vault.rglob("*.part")]:
        yield f"half-written files: {strays}"


@pytest.mark.parametrize("number", range(1, 5))
def test_a_note_is_kept_once_though_the_header_finds_no_room(product: Product, number: int) -> None:
    # On a disk that never writes in place even the header, which does not grow, may find none.
    told = with_fault(product, Fault("fdatasync", number, "ENOSPC")).tell("note", "only once")
    assert told.code in {0, 2}
    kept = [entry for entry in product.run("journal") if entry["kind"] == "note"]
    assert len(kept) <= 1
    if told.code == 0:
        assert kept == [told.json]
    assert product.run("doctor")["verdict"] == "holds"


@pytest.mark.parametrize("fault", [Fault("rename", 1, "EIO"), Fault("mkdir", 1, "ENOSPC")], ids=lambda one: one.call)
def test_a_gpg_home_that_cannot_be_made_is_no_fault_of_the_vault(product: Product, fault: Fault) -> None:
    told = with_fault(product, fault).tell("checkpoint")
    assert told.code in {2, 3}, told
