"""The product as a person runs it: each command in a process of its own, in surroundings that nobody shares."""

import contextlib
import io
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from evidence_kit.cli.main import run

PASSPHRASE = b"harbour lantern seven quiet orchard"
PATIENCE_S = 60.0


def program(module: str) -> list[str]:
    """How a person starts one of the programs: from source, or in the folder that EVIDENCE_KIT_PORTABLE names."""
    portable = os.environ.get("EVIDENCE_KIT_PORTABLE")
    if portable is None:
        return [sys.executable, "-m", module]
    return [str(Path(portable) / {"evidence_kit": "evidence-kit", "ui": "evidence-kit-window"}[module])]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A home, a place for temporary files and a runtime folder in memory; `others` are further variables."""

    home: Path
    temporary: Path
    runtime: Path
    others: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "PYTHONWARNINGS": "error",
            **self.others,
        }


@contextlib.contextmanager
def surroundings(folder: Path) -> Iterator[Surroundings]:
    """Surroundings below `folder`; the runtime folder lies in memory, under a path short enough for gpg's sockets."""
    home, temporary = folder / "home", folder / "temporary"
    for room in (home, temporary):
        room.mkdir(mode=0o700, parents=True)
    memory = Path("/dev/shm")
    runtime = Path(tempfile.mkdtemp(prefix="ekj-", dir=memory if os.access(memory, os.W_OK) else None))
    try:
        yield Surroundings(home, temporary, runtime)
    finally:
        shutil.rmtree(runtime, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Told:
    """What one command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What `sync`, `watch`, `probe` and `drill` print: one document on each line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> dict[str, Any]:
        """The error as scripts read it: the last line of standard error."""
        return dict(json.loads(self.err.splitlines()[-1]))


@dataclass(frozen=True, slots=True)
class Product:
    """The command line over one vault. Every command answers in JSON; `passphrase` is a file, or None for no way in."""

    vault: Path
    passphrase: Path | None
    around: Surroundings
    prefix: Sequence[str] = ()

    def command(self, *arguments: str) -> list[str]:
        return [*self.prefix, *program("evidence_kit"), *self.words(*arguments)]

    def words(self, *arguments: str) -> list[str]:
        """What comes after the program's name."""
        known = [] if self.passphrase is None else ["--passphrase-file", str(self.passphrase)]
        return ["--json", "--vault", str(self.vault), *known, *arguments]

    def start(self, *arguments: str, **kept: Any) -> "subprocess.Popen[str]":
        """Begin a command; its pipes are text. The caller waits for it."""
        kept = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | kept
        return subprocess.Popen(
            self.command(*arguments), env=self.around.environment(), cwd=self.around.home, text=True, **kept
        )

    def tell(self, *arguments: str, given: str = "") -> Told:
        """Run a command to its end, whatever comes of it."""
        done = subprocess.run(
            self.command(*arguments),
            input=given,
            env=self.around.environment(),
            cwd=self.around.home,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        return Told(done.returncode, done.stdout, done.stderr)

    def run(self, *arguments: str, given: str = "") -> Any:
        """Run a command that must succeed and be silent on standard error; its JSON."""
        told = self.tell(*arguments, given=given)
        assert (told.code, told.err) == (0, ""), (arguments, told)
        return told.json

    def prepare(self, *arguments: str) -> Any:
        """As `run`, in this process: for what comes before the command looked at. Not for `watch` and `sync`."""
        with contextlib.redirect_stdout(out := io.StringIO()):
            assert run(self.words(*arguments)) == 0, arguments
        return json.loads(out.getvalue())

    def refused(self, *arguments: str, given: str = "") -> tuple[int, str]:
        """Run a command that must fail; its exit code and error code. The error must have its full shape."""
        told = self.tell(*arguments, given=given)
        assert told.code, (arguments, told)
        assert set(told.error) == {"error", "exit", "facts", "message"}, told
        assert told.error["exit"] == told.code
        assert " " in told.error["message"], told.error
        return told.code, str(told.error["error"])


class Watching:
    """A `watch` or `sync` in a process of its own, and what it tells, line by line. `heard` is all it has said."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.heard: list[dict[str, Any]] = []
        self._told: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._told.put(json.loads(line))
        self._told.put(None)

    def expect(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next thing told that is wanted."""
        while True:
            told = self._told.get(timeout=PATIENCE_S)
            if told is None:
                self._told.put(None)
                raise AssertionError(f"it ended, having said {self.heard}: {self.end()}")
            self.heard.append(told)
            if wanted(told):
                return told

    def until_state(self, state: str) -> None:
        self.expect(lambda told: told.get("state") == state and told["event"] == "state")

    def until_sent(self, part: str, state: str = "claimed") -> None:
        self.expect(lambda told: (told.get("part"), told.get("state")) == (part, state))

    def end(self) -> tuple[int, str]:
        """Ask it to stop, as Ctrl-C does; its exit code and what it said on standard error."""
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(timeout=PATIENCE_S)
        self._reader.join()
        assert self.process.stderr is not None
        assert self.process.stdout is not None
        said = self.process.stderr.read()
        self.process.stderr.close()
        self.process.stdout.close()
        while (told := self._told.get()) is not None:
            self.heard.append(told)
        return code, said

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.process.stdout or not self.process.stdout.closed:
            self.process.kill()
            self.end()
