"""`python -m tests.bench [group …]`: measure, and print one table. A row that cannot run says why, and stops no other.

BENCH_QUICK=1 tries it out on tiny work, BENCH_FULL=1 takes the sizes of the design; BENCH_FOLDER is where to work.
"""

import importlib
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

from evidence_kit.errors import KitError
from tests.bench.machine import load, machine
from tests.bench.row import CannotRun, Row, table
from tests.bench.stage import Stage, stage_of

GROUPS = ("screen", "page", "journal", "report", "watching", "start", "window", "package", "files")


def measured(stage: Stage, group: str) -> Iterator[Row]:
    for name, work in importlib.import_module(f"tests.bench.{group}").rows(stage):
        print(f"  {name} …", file=sys.stderr, flush=True)
        try:
            found = work()
        except CannotRun as reason:
            yield Row(name, f"not run: {reason}")
        except (KitError, OSError, AssertionError) as error:
            traceback.print_exc()
            yield Row(name, f"not run: {type(error).__name__}: {error}")
        else:
            yield from (found,) if isinstance(found, Row) else found


def main(groups: list[str]) -> int:
    unknown = set(groups) - set(GROUPS)
    if unknown:
        print(f"no such group: {', '.join(unknown)}; there are {', '.join(GROUPS)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="ek-bench-", dir=os.environ.get("BENCH_FOLDER")) as folder:
        stage = stage_of(dict(os.environ), Path(folder))
        lines = [*machine(Path(folder)), f"Load average before: {load()}."]
        rows = [row for group in groups or GROUPS for row in measured(stage, group)]
        lines.append(f"Load average after: {load()} (of which one is this benchmark's).")
    print("\n".join([*lines, "", table(rows)]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
