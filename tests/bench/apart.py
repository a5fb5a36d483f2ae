"""Long work in a process of its own, so that its peak memory can be read: seconds and bytes, as JSON."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.keeper import JournalKeeper
from evidence_kit.jobs.report_gathering import GatherReport
from evidence_kit.jobs.report_sealing import CreateReport
from evidence_kit.seal.pgp import Keyring
from tests.bench.row import taken
from tests.bench.stage import open_kit, own, ran


def apart(task: str, *arguments: str) -> tuple[float, int]:
    """Do `task` apart: seconds of the work itself, and the process's peak of resident memory in bytes."""
    told = json.loads(ran(*own("apart", task, *arguments)))
    return float(told["seconds"]), int(told["peak"])


def _encrypt(source: str, out: str, certificate: str, sign: str) -> float:
    with Keyring() as keyring:
        recipient = keyring.load_certificate(Path(certificate).read_bytes())
        signer = keyring.generate().fingerprint if sign == "signed" else None
        with open(source, "rb") as plain:  # noqa: PTH123 - as any caller's stream
            return taken(lambda: keyring.encrypt(plain, Path(out), [recipient], signer))


def _report(vault: str, destination: str) -> float:
    with open_kit(Path(vault)) as kit:
        choice = GatherReport(disruption=None, entries=(), destinations=(destination,), text="A benchmark.")
        return taken(lambda: kit.run(CreateReport(choice)))


def _import(vault: str, file: str) -> float:
    with open_kit(Path(vault)) as kit, Capturing(JournalKeeper(kit)) as capturing:
        return taken(lambda: capturing.file(Path(file)))


def _nothing() -> float:
    return 0.0


TASKS: dict[str, Callable[..., float]] = {
    "encrypt": _encrypt,
    "report": _report,
    "import": _import,
    "nothing": _nothing,
}


def _peak() -> int:
    """The high-water mark of resident memory (proc(5), VmHWM); the usual `ru_maxrss` also counts who started us."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


if __name__ == "__main__":
    seconds = TASKS[sys.argv[1]](*sys.argv[2:])
    print(json.dumps({"seconds": seconds, "peak": _peak()}))
