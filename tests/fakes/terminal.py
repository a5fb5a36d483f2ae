"""A person at a terminal of their own: reads what is asked, types an answer, and sees what is echoed."""

import os
import pty
import select
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass

from tests.fakes.product import PATIENCE_S, Surroundings


@dataclass(frozen=True, slots=True)
class Sitting:
    """The exit code, and everything that stood on the screen in the end."""

    code: int
    screen: str


def typed(command: list[str], around: Surroundings, answers: Iterable[tuple[str, str]]) -> Sitting:
    """Run a command in a terminal (Linux); each answer is typed once its question stands on the screen."""
    near, far = pty.openpty()
    # `setsid --ctty` makes the terminal the one that questions without an echo are asked on.
    process = subprocess.Popen(
        ["setsid", "--ctty", "--wait", *command],
        env=around.environment() | {"TERM": "dumb"},
        cwd=around.home,
        stdin=far,
        stdout=far,
        stderr=far,
    )
    os.close(far)
    screen = answered = ""
    try:
        for question, answer in answers:
            while question not in screen[len(answered) :]:
                screen += _read(near)
            answered = screen
            os.write(near, answer.encode())
        while more := _read(near):
            screen += more
        return Sitting(process.wait(timeout=PATIENCE_S), screen)
    finally:
        process.kill()
        process.wait()
        os.close(near)


def _read(near: int) -> str:
    """What appears next; empty once the program has ended."""
    ready, _, _ = select.select([near], [], [], PATIENCE_S)
    assert ready, "nothing came"
    try:
        return os.read(near, 4096).decode()
    except OSError:  # nobody holds the other end any more
        return ""
