"""What a row of the table is, and how times are taken: ours and the peer's in turn, so that both meet one noise."""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


class CannotRun(Exception):
    """This machine cannot measure that row; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, in words. `met` is None where there is nothing to meet."""

    work: str
    ours: str
    peer: str = "–"
    ratio: str = "–"
    target: str = "–"
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        verdict = {True: "met", False: "**missed**", None: "–"}[self.met]
        return self.work, self.ours, self.peer, self.ratio, self.target, verdict


HEAD = ("work", "ours", "peer", "ratio", "target", "verdict")


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of several runs."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        return f"{spoken(self.median)} (n={len(self.seconds)})"


def spoken(seconds: float) -> str:
    """A duration in the unit that suits it, three digits."""
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"
    return f"{seconds:.3g} s"


def sized(count: float) -> str:
    """A number of bytes in the unit that suits it."""
    for unit in ("B", "KiB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.0f} MiB" if count < 1024 else f"{count / 1024:g} GiB"


def taken(work: Callable[[], object]) -> float:
    """How long one call takes, in seconds."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_turn(works: Sequence[Callable[[], object]], rounds: int, *, warm: int = 1) -> list[Times]:
    """Time each of `works` `rounds` times, in turn, after `warm` rounds that do not count."""
    return collected([lambda work=work: taken(work) for work in works], rounds, warm=warm)


def collected(timed: Sequence[Callable[[], float]], rounds: int, *, warm: int = 0) -> list[Times]:
    """As `in_turn`, for works that tell their own seconds."""
    for _ in range(warm):
        for work in timed:
            work()
    seconds: list[list[float]] = [[] for _ in timed]
    for _ in range(rounds):
        for kept, work in zip(seconds, timed, strict=True):
            kept.append(work())
    return [Times(tuple(kept)) for kept in seconds]


def against(work: str, ours: Times, peer_name: str, peer: Times, most: float | None) -> Row:
    """A row that is a ratio of medians; `most` None where no target is set."""
    ratio = ours.median / peer.median
    target, met = ("–", None) if most is None else (f"≤ {most:g}×", ratio <= most)
    return Row(work, str(ours), f"{peer_name}: {peer}", f"{ratio:.2f}×", target, met)


def within(work: str, ours: Times, most_s: float, peer: str = "–") -> Row:
    """A row with a fixed limit."""
    return Row(work, str(ours), peer, "–", f"< {spoken(most_s)}", ours.median < most_s)


def flat(work: str, small: tuple[int, int], large: tuple[int, int]) -> Row:
    """Peak memory at two sizes of work, each `(work, peak)` in bytes: flat if the larger one takes hardly more."""
    ratio = large[1] / small[1]
    ours = " / ".join(f"{sized(peak)} at {sized(size)}" for size, peak in (small, large))
    return Row(work, ours, "itself at the smaller size", f"{ratio:.2f}×", "≤ 1.1×", ratio <= 1.1)


def table(rows: Iterable[Row]) -> str:
    """Markdown, aligned so that it also reads as it stands."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    shown = [f"| {' | '.join(map(str.ljust, line, widths))} |" for line in lines]
    shown.insert(1, f"| {' | '.join('-' * width for width in widths)} |")
    return "\n".join(shown)
