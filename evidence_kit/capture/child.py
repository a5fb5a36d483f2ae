"""Talk to a child process over its standard input and output, with caps on what it says and a deadline."""

import contextlib
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import IO

from evidence_kit import files
from evidence_kit.codes import Code
from evidence_kit.errors import Unavailable
from evidence_kit.system import kill_family


class Child:
    """One process in a session of its own, with a private folder in memory given as `--folder`.

    Every method raises `Unavailable(Code.PAGE_CAMERA)` with the reason "not-started", "died", "deadline", "rubbish"
    or "too-much". Its standard error goes nowhere: Chromium writes addresses there.
    """

    def __init__(self, command: Sequence[str], options: Sequence[str]) -> None:
        self._closing = contextlib.ExitStack()
        self._late = threading.Event()
        self.folder = self._closing.enter_context(files.private_folder())
        try:
            self._process = subprocess.Popen(
                [*command, "--folder", str(self.folder), *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            self._closing.close()
            raise Unavailable(Code.PAGE_CAMERA, reason="not-started") from error
        self._closing.callback(self._reap)
        self._questions, self._answers = _both(self._process)

    def alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """Kill the process with all it started, close the pipes, remove its folder."""
        self._kill()
        self._closing.close()

    @contextlib.contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Whatever is not over by then fails: the process is killed, so that every read and write comes to its end."""
        watchdog = threading.Timer(seconds, self._out_of_time)
        watchdog.start()
        try:
            yield
        finally:
            watchdog.cancel()
            watchdog.join()

    def say(self, line: bytes) -> None:
        """Send one line; `line` has no line feed."""
        try:
            self._questions.write(line + b"\n")
            self._questions.flush()
        except (OSError, ValueError) as error:
            raise self._fault() from error

    def line(self, cap: int) -> bytes:
        """The next line without its line feed; "too-much" over `cap` bytes."""
        line = self._read(lambda pipe: pipe.readline(cap + 1))
        if line.endswith(b"\n"):
            return line[:-1]
        if len(line) > cap:
            raise Unavailable(Code.PAGE_CAMERA, reason="too-much")
        raise self._fault()

    def blob(self, *, least: int, most: int) -> bytes:
        """Bytes behind their length (8 bytes, big-endian)."""
        size = int.from_bytes(self._exactly(8), "big")
        if size > most:
            raise Unavailable(Code.PAGE_CAMERA, reason="too-much")
        if size < least:
            raise Unavailable(Code.PAGE_CAMERA, reason="rubbish")
        return self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        content = self._read(lambda pipe: pipe.read(size))
        if len(content) < size:
            raise self._fault()
        return content

    def _read(self, how: Callable[[IO[bytes]], bytes]) -> bytes:
        try:
            return how(self._answers)
        except (OSError, ValueError) as error:
            raise self._fault() from error

    def _fault(self) -> Unavailable:
        return Unavailable(Code.PAGE_CAMERA, reason="deadline" if self._late.is_set() else "died")

    def _out_of_time(self) -> None:
        self._late.set()
        self._kill()

    def _kill(self) -> None:
        if self._process.poll() is None:
            kill_family(self._process.pid)

    def _reap(self) -> None:
        self._process.wait()
        self._answers.close()
        # What could not be handed over stays in the buffer, and closing tries once more.
        with contextlib.suppress(OSError):
            self._questions.close()


def _both(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("a child without pipes")
    return process.stdin, process.stdout
