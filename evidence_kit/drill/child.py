"""The drill in a process of its own, told step by step; it may be stopped, and leaves nothing behind then."""

import json
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.machine.children import drill_command
from evidence_kit.system import interrupt, kill_family

# As long as a gpg agent and a page camera may take to leave.
_GRACE_S: Final = 15.0


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A step as the drill told it: `state` is "done", "skipped" or "failed", `facts` are for its sentence."""

    name: str
    state: str
    seconds: float
    facts: tuple[tuple[str, str | int], ...]


class DrillRun:
    """One drill. `run` belongs aside; `stop` may be called from any thread, at any time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def run(self, tell: Callable[[ToldStep], object]) -> bool:
        """Tell each step when it has ended; whether all went well.

        Raises `Refused(Code.CALLED_OFF)` once stopped, `Unavailable(Code.DRILL_COMMAND_FAILED)` where it ended
        without a word.
        """
        passed: bool | None = None
        with self._begin() as process:
            for line in process.stdout or ():
                told = _parsed(line)
                if isinstance(told, ToldStep):
                    tell(told)
                elif told is not None:
                    passed = told
        if self._stopped:
            raise Refused(Code.CALLED_OFF)
        if passed is None:
            raise Unavailable(Code.DRILL_COMMAND_FAILED)
        return passed

    def _begin(self) -> "subprocess.Popen[bytes]":
        with self._turn:
            if self._stopped:
                raise Refused(Code.CALLED_OFF)
            self._process = subprocess.Popen(
                drill_command(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self._process

    def stop(self) -> None:
        """End the drill; it clears its stage away first. Waits for that, so it belongs aside too."""
        with self._turn:
            self._stopped = True
            process = self._process
        if process is None or process.poll() is not None:
            return
        patience_s = _GRACE_S if interrupt(process) else 0.0
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            kill_family(process.pid)


def _parsed(line: bytes) -> ToldStep | bool | None:
    """A step, the end, or nothing that this version knows."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    if not isinstance(told, dict):
        return None
    if "drill" in told:
        return bool(told["drill"] == "passed")
    name, state, seconds = told.pop("step", None), told.pop("state", None), told.pop("seconds", 0.0)
    if not isinstance(name, str) or not isinstance(state, str) or not isinstance(seconds, int | float):
        return None
    facts = tuple((key, value) for key, value in told.items() if isinstance(value, str | int))
    return ToldStep(name, state, float(seconds), facts)
