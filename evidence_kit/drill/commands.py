"""The product's own commands as the drill types them, each in a process of its own: arguments in, JSON out.

This is the drill's one way to the command line; a test holds that every argument here is one that the command takes.
"""

import contextlib
import json
import queue
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.errors import Broken, KitError, Refused, Unavailable, read_error
from evidence_kit.machine.children import own_command

PATIENCE_S: Final = 60.0
_BRANCHES: Final[Mapping[int, type[KitError]]] = {2: Refused, 3: Unavailable, 4: Broken}


class Runner(Protocol):
    """Runs one command to its end; its JSON. `given` is its standard input."""

    def __call__(self, *arguments: str, given: str = "") -> Any: ...


class Commands:
    """One method for each command that the drill needs, with the command's own name and words."""

    def __init__(self, run: Runner) -> None:
        self._run = run

    def init(self) -> Any:
        return self._run("init")

    def recipient_add(self, certificate: Path, fingerprint: str) -> Any:
        return self._run("recipient", "add", str(certificate), "--fingerprint", fingerprint)

    def destination_add(self, name: str, url: str, recipient: str) -> Any:
        """The address goes over standard input: other programs can read arguments."""
        return self._run("destination", "add", name, "-", "--recipient", recipient, given=url)

    def disruptions(self) -> Any:
        return self._run("disruptions")

    def capture_page(self, address: str) -> Any:
        return self._run("capture", "page", address)

    def capture_screen(self) -> Any:
        return self._run("capture", "screen")

    def capture_file(self, path: Path) -> Any:
        return self._run("capture", "file", str(path))

    def note(self, text: str) -> Any:
        return self._run("note", "-", given=text)

    def report_create(self, disruption: str, to: str, text: str) -> Any:
        return self._run("report", "create", "--disruption", disruption, "--to", to, "--text", "-", given=text)

    def deliveries(self) -> Any:
        return self._run("deliveries")

    def verify(self, path: Path) -> Any:
        return self._run("verify", str(path))

    def verify_mail(self, mail: Path, home: Path, extract: Path | None = None) -> Any:
        """As the recipient with the gpg home `home` does it; the report goes into the folder `extract`."""
        into = () if extract is None else ("--extract", str(extract))
        return self._run("verify", str(mail), "--homedir", str(home), *into)

    def receipt_make(self, mail: Path, home: Path, out: Path) -> Any:
        return self._run("receipt", str(mail), "--homedir", str(home), "--out", str(out))

    def receipt_bring(self, receipt: Path) -> Any:
        return self._run("receipt", str(receipt))


def watch_arguments(targets: Path) -> tuple[str, ...]:
    """The watch, pointed at other targets than the world's."""
    return "watch", "--targets", str(targets)


class OwnCommandLine:
    """This product's command line over one vault, which a passphrase in a file opens."""

    def __init__(self, vault: Path, passphrase: Path) -> None:
        self._global = ("--json", "--vault", str(vault), "--passphrase-file", str(passphrase))

    def run(self, *arguments: str, given: str = "") -> Any:
        """Run one command; its JSON. Raises what it said on standard error."""
        done = subprocess.run(
            own_command(*self._global, *arguments),
            input=given.encode(),
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
        )
        if done.returncode:
            raise _error_of(done.returncode, done.stderr)
        return json.loads(done.stdout)

    def watch(self, targets: Path) -> "WatchCommand":
        return WatchCommand(own_command(*self._global, *watch_arguments(targets)))


def _error_of(code: int, told: bytes) -> KitError:
    branch = _BRANCHES.get(code, Broken)
    with contextlib.suppress(ValueError, KeyError, TypeError, IndexError):
        error = json.loads(told.splitlines()[-1])
        return read_error(branch.__name__, error["error"], error["facts"])
    return branch(Code.DRILL_COMMAND_FAILED)


class WatchCommand:
    """The `watch` command at work, and what it tells, line by line."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._told: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="drill-watch", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        if self._process.stdout is not None:
            for line in self._process.stdout:
                self._told.put(json.loads(line))
        self._told.put(None)

    def expect(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next thing told that is wanted. Raises `Broken(Code.DRILL_STATION_SILENT)` after a minute."""
        clock = SystemClock()
        end_ns = clock.awake_ns() + round(PATIENCE_S * 1e9)
        while (left_ns := end_ns - clock.awake_ns()) > 0:
            try:
                told = self._told.get(timeout=left_ns / 1e9)
            except queue.Empty:
                break
            if told is None:
                break
            if wanted(told):
                return told
        raise Broken(Code.DRILL_STATION_SILENT)

    def end(self) -> None:
        """Ask it to stop, and wait until it has."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> "WatchCommand":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
