"""Which branches of each room the tests run through: `make test` loads this plugin (`-p tests.measured`), nothing else.

Measured are the processes that run the tests. What those start is not: a child would take two thirds longer to come
up and work, and there are thousands (docs/benchmarks.md has the figures).
"""

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import coverage
import pytest

TOP: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = TOP / "build" / "coverage"
ENOUGH: Final = 90.0


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Begin before any room is imported: what stands in a module itself is measured too."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    early_config.pluginmanager.register(Measuring(worker) if worker else Telling())


class Measuring:
    """In a worker of xdist: measure until it ends."""

    def __init__(self, worker: str) -> None:
        self._measurement = _measurement(worker)
        self._measurement.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self) -> Iterator[None]:
        """Keep what was measured before this worker tells that it ends."""
        self._measurement.stop()
        self._measurement.save()
        return (yield)


class Telling:
    """In the process that the person started: one line for each room, and the names of those under `ENOUGH`."""

    def __init__(self) -> None:
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Put the workers' measurements together and tell them."""
        whole = _measurement(None)
        whole.combine([str(FOLDER)])
        whole.json_report(outfile=str(FOLDER / "report.json"))
        rooms = by_room(json.loads((FOLDER / "report.json").read_text(encoding="utf-8"))["files"])
        terminalreporter.section("branches covered, by room")
        for line in told(rooms):
            terminalreporter.write_line(line)


def _measurement(suffix: str | None) -> coverage.Coverage:
    sources = [str(TOP / "evidence_kit"), str(TOP / "ui")]
    return coverage.Coverage(
        data_file=str(FOLDER / "data"), data_suffix=suffix, branch=True, config_file=False, source=sources
    )


def told(rooms: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    """The lines to print; the last one names the rooms of which too little was run."""
    for name, (covered, branches) in sorted(rooms.items()):
        yield f"{share(covered, branches):6.1f} %  {covered:5} of {branches:5}  {name}"
    few = [name for name, counts in sorted(rooms.items()) if share(*counts) < ENOUGH]
    yield f"under {ENOUGH:g} %: {', '.join(few) or 'none'}"


def by_room(files: Mapping[str, Mapping[str, Mapping[str, int]]]) -> dict[str, tuple[int, int]]:
    """Covered and all branches of each room that has any; `files` as coverage's JSON report has them."""
    counts: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for name, seen in files.items():
        parts = Path(name).resolve().relative_to(TOP).parts
        room = "/".join(parts[:2]) if parts[0] == "evidence_kit" else parts[0]
        covered, branches = counts[room]
        summary = seen["summary"]
        counts[room] = (covered + summary["covered_branches"], branches + summary["num_branches"])
    return {room: both for room, both in counts.items() if both[1]}


def share(covered: int, branches: int) -> float:
    """Per cent."""
    return 100.0 * covered / branches
