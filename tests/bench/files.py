"""Bringing a large file in: read, hashed, encrypted, synced, committed; beside `cp` and a sync."""

from tests.bench.apart import apart
from tests.bench.report import sync
from tests.bench.row import Row, against, collected, flat, sized, taken
from tests.bench.stage import Group, Stage, new_vault, ran


def rows(stage: Stage) -> Group:
    yield "import of a file", lambda: _importing(stage)


def _importing(stage: Stage) -> list[Row]:
    room = stage.room("files")
    small = stage.large // 4
    file, smaller, copy = stage.large_file(stage.large), stage.large_file(small), room / "copy"
    vault = new_vault(room / "vault")
    peaks: list[int] = []

    def ours() -> float:
        seconds, peak = apart("import", str(vault), str(file))
        peaks.append(peak)
        return seconds

    def peer() -> None:
        copy.unlink(missing_ok=True)
        ran("cp", "--reflink=never", str(file), str(copy))
        sync(copy)

    times = collected([ours, lambda: taken(peer)], stage.few)
    _, before = apart("import", str(new_vault(room / "small")), str(smaller))
    rates = " / ".join(f"{stage.large / 2**20 / one.median:.0f}" for one in times)
    return [
        against(
            f"import {sized(stage.large)} → committed, synced ({rates} MiB/s)", times[0], "cp + fsync", times[1], None
        ),
        flat("peak memory, import", (small, before), (stage.large, max(peaks))),
    ]
