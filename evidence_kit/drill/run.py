"""The drill: the whole journey against a little internet on loopback, with real parts and throw-away keys.

It types the commands that a person types, each in its own process, and looks at what the recipient gets.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.drill.journey import Facts, NotHere, steps
from evidence_kit.drill.stage import Stage
from evidence_kit.errors import KitError, Refused
from evidence_kit.files import private_folder


class StepState(StrEnum):
    """How a step ended. SKIPPED: this machine cannot do it, and the reason is said."""

    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DrillStep:
    """One step of the drill: a stable name, its state, how long it took, and facts for its sentence."""

    name: str
    state: StepState
    seconds: float
    facts: tuple[tuple[str, str | int | Code], ...] = ()


def rehearse(keep: Path | None) -> Iterator[DrillStep]:
    """Yield each step as it ends; the first failure ends the drill.

    With `keep`, a folder that is new or empty, `vault/` and its `passphrase`, `recipient/gnupg`, `inbox/*.eml` and
    `report/` stay there.
    Raises `Refused(Code.FOLDER_NOT_EMPTY)`.
    """
    if keep is not None and keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise Refused(Code.FOLDER_NOT_EMPTY, folder=str(keep))
    clock = SystemClock()
    with contextlib.ExitStack() as closing:
        # Short, because gpg's agent needs a socket below the recipient's home; in memory where that can be.
        private = closing.enter_context(private_folder())
        folder = private if keep is None else keep.absolute()
        folder.mkdir(parents=True, exist_ok=True)
        for name, step in steps(lambda: Stage(folder, private, closing), private):
            begun_ns = clock.awake_ns()

            def ended(state: StepState, facts: Facts, name: str = name, begun_ns: int = begun_ns) -> DrillStep:
                return DrillStep(name, state, (clock.awake_ns() - begun_ns) / 1e9, tuple(facts.items()))

            try:
                yield ended(StepState.DONE, step())
            except NotHere as reason:
                yield ended(StepState.SKIPPED, {"why": reason.code})
            except KitError as error:
                told = {fact: value for fact, value in error.facts.items() if value is not None}
                yield ended(StepState.FAILED, {**told, "why": error.code})
                return
