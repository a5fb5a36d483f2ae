"""A person at a terminal of their own: reads what is asked, types an answer, and sees what is echoed."""

import os
import pty
import select
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tests.fakes.product import PATIENCE_S, Surroundings

CTRL_C: Final = "\x03"


@dataclass(frozen=True, slots=True)
class Sitting:
    """The exit code, and everything that stood on the screen in the end."""

    code: int
    screen: str


def typed(command: list[str], around: Surroundings, answers: Iterable[tuple[str, str]]) -> Sitting:
    """Run a command in a terminal (Linux); each answer is typed once its question stands on the screen."""
    near, far = pty.openpty()
    # `setsid --ctty` makes the terminal the one that questions without an echo are asked on. `env` lets Ctrl-C end what
    # runs there, as in every terminal: who runs tests in the background ignores it, and children inherit that.
    process = subprocess.Popen(
        ["env", "--default-signal=INT", "setsid", "--ctty", "--wait", *command],
        env=around.environment() | {"TERM": "dumb"},
        cwd=around.home,
        stdin=far,
        stdout=far,
        stderr=far,
    )
    os.close(far)
    screen = answered = answer = ""
    try:
        for question, answer in answers:
            while question not in screen[len(answered) :]:
                screen += _read(near)
            answered = screen
            os.write(near, answer.encode())
        insisting = answer.encode() if answer == CTRL_C else b""
        while more := _read(near, insisting):
            screen += more
        return Sitting(process.wait(timeout=PATIENCE_S), screen)
    finally:
        process.kill()
        process.wait()
        os.close(near)


def _read(near: int, insisting: bytes = b"") -> str:
    """What appears next; empty once the program has ended. `insisting` is typed again while nothing comes.

    A signal between two steps of a program that is about to wait for a key is seen with the next key: so people press
    Ctrl-C again.
    """
    for _ in range(round(PATIENCE_S)):
        ready, _, _ = select.select([near], [], [], 1.0)
        if ready:
            break
        os.write(near, insisting)
    else:
        raise AssertionError("nothing came")
    try:
        return os.read(near, 4096).decode()
    except OSError:  # nobody holds the other end any more
        return ""
