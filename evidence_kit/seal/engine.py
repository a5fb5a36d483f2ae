"""Run gpg through python-gnupg: options, processes, status lines, streams. What they mean is decided elsewhere.

Only status lines count, never gpg's text. They are read as bytes, because python-gnupg's own reader also splits lines
at Unicode line ends, with which a user ID could forge the next status line or the next line of a listing.
"""

import copy
import io
import logging
import os
import subprocess
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Queue
from typing import Any, Final, Self

import gnupg

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Unavailable
from evidence_kit.system import widen_pipe

# python-gnupg's debug lines hold data, command lines and status lines; nothing of it may reach a log.
logging.getLogger("gnupg").disabled = True

OPTIONS: Final = (
    "--no-options",
    "--no-auto-key-locate",
    "--no-auto-key-retrieve",
    "--disable-dirmngr",
    "--trust-model=always",
    "--no-auto-check-trustdb",
    "--ignore-time-conflict",
    "--ignore-valid-from",
    "--no-random-seed-file",
    "--no-emit-version",
    "--no-comments",
    "--display-charset=utf-8",
    "--export-options=no-export-attributes",
    "-z0",
    # Human text leaves by another door than status lines, or a file name in it could forge one (CVE-2018-12020).
    f"--logger-file={os.devnull}",
)
OLDEST: Final = (2, 2)
_PIPE_SIZE: Final = 1 << 20
_QUEUED_CHUNKS: Final = 8
_STATUS_CAP: Final = 2_000
_LINE_CAP: Final = 4_096
_MARK: Final = b"[GNUPG:] "


@dataclass(frozen=True, slots=True)
class Status:
    """One status line (GnuPG doc/DETAILS): a keyword and blank-separated values."""

    keyword: str
    values: tuple[str, ...]

    def value(self, index: int) -> str:
        return self.values[index] if index < len(self.values) else ""


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A `pub`, `sec`, `sub` or `ssb` line of a listing (GnuPG doc/DETAILS): gpg's letters, times in epoch seconds."""

    fingerprint: str
    validity: str
    created_utc: int
    expires_utc: int | None
    capabilities: str
    user_ids: tuple[str, ...] = ()
    subkeys: tuple["ListedKey", ...] = ()


# python-gnupg has no types.
class Gpg(gnupg.GPG):  # type: ignore[misc]
    """One gpg home. `once()` gives a copy for one operation, which then holds that operation's status lines.

    Raises `Unavailable` with "gpg-missing", "gpg-too-old" or "gpg-failed".
    """

    buffer_size = 1 << 18  # small enough that what gpg wrote is hashed and written on from the processor's cache

    def __init__(self, home: Path, *, program: str = "gpg", options: tuple[str, ...] = ()) -> None:
        self._begin()
        try:
            super().__init__(program, str(home), options=[*OPTIONS, *options], env=_environment(), encoding="utf-8")
        except ValueError as error:
            raise Unavailable(Code.GPG_FAILED, failure="start") from error
        if self.version is None or self.version < OLDEST:
            raise Unavailable(Code.GPG_TOO_OLD, version=self.version_text)

    @property
    def version_text(self) -> str:
        return ".".join(str(number) for number in self.version or ())

    def once(self) -> Self:
        run = copy.copy(self)
        run._begin()
        return run

    def _begin(self) -> None:
        self._heard: list[Status] = []
        self._flooded = False
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    @property
    def heard(self) -> list[Status]:
        """The status lines so far. Raises `Broken(Code.OPENPGP_FLOOD)` if the input made gpg say thousands."""
        if self._flooded:
            raise Broken(Code.OPENPGP_FLOOD)
        return self._heard

    def said(self, keyword: str) -> list[Status]:
        return [status for status in self.heard if status.keyword == keyword]

    @property
    def exit_code(self) -> int | None:
        return self._process.returncode if self._process else None

    def listing(self, fingerprint: str) -> list[ListedKey]:
        """The keys that gpg finds under a fingerprint."""
        result = self.result_map["list"](self)
        self._handle_io(["--list-keys", fingerprint], io.BytesIO(), result, binary=True)
        return parse_listing(result.data)

    def secret_listing(self) -> list[ListedKey]:
        """The keys whose secret half is here."""
        result = self.result_map["list"](self)
        self._handle_io(["--list-secret-keys"], io.BytesIO(), result, binary=True)
        return parse_listing(result.data)

    def stop(self) -> None:
        self._stopped = True
        if self._process:
            self._process.kill()

    def chunks(self, work: Callable[[], object]) -> Generator[bytes]:
        """What gpg writes while `work` (an operation of this very copy) runs in a thread; closing early ends gpg.

        An error of the input's `read` is raised at the end.
        """
        ready: Queue[bytes | None] = Queue(_QUEUED_CHUNKS)

        def hear(chunk: bytes) -> bool:
            if chunk:
                ready.put(chunk)
            return False

        self.on_data = hear
        with ThreadPoolExecutor(1, "gpg") as pool:
            done = pool.submit(work)
            done.add_done_callback(lambda _: ready.put(None))
            over = False
            try:
                while (chunk := ready.get()) is not None:
                    yield chunk
                over = True
            finally:
                if not over:
                    self.stop()
                    while ready.get() is not None:
                        pass
            error = done.exception()
        if error:
            raise error

    def _handle_io(
        self, args: list[str], source: Any, result: Any, passphrase: str | None = None, binary: bool = False
    ) -> Any:
        try:
            return super()._handle_io(args, source, result, passphrase, binary)
        except BrokenPipeError:
            # gpg had enough and says why. If it was content, then it was the input that broke.
            if not self.exit_code:
                raise
            return result

    def _open_subprocess(self, args: list[str], passphrase: bool = False) -> subprocess.Popen[bytes]:
        try:
            process: subprocess.Popen[bytes] = super()._open_subprocess(args, passphrase)
        except (FileNotFoundError, PermissionError, NotADirectoryError) as error:
            raise Unavailable(Code.GPG_MISSING) from error
        self._process = process
        if self._stopped:
            process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                widen_pipe(pipe.fileno(), _PIPE_SIZE)
        return process

    def _read_response(self, stream: Any, result: Any) -> None:
        raw, whole = stream.stream, True
        while line := raw.readline(_LINE_CAP):
            begins, whole = whole, line.endswith(b"\n")
            if begins and line.startswith(_MARK):
                keyword, *values = line[len(_MARK) :].decode("utf-8", "replace").split()[:12] or [""]
                if len(self._heard) < _STATUS_CAP:
                    self._heard.append(Status(keyword, tuple(values)))
                else:
                    self._flooded = True
        result.stderr = ""


def parse_listing(colons: bytes) -> list[ListedKey]:
    """The keys of `--with-colons` output (GnuPG doc/DETAILS), user IDs unescaped but otherwise as the key has them."""
    keys: list[ListedKey] = []
    for line in colons.split(b"\n"):
        fields = [*line.decode("utf-8", "replace").split(":"), *[""] * 12][:21]
        match fields[0]:
            case "pub" | "sec":
                keys.append(_listed(fields))
            case "sub" | "ssb" if keys:
                keys[-1] = replace(keys[-1], subkeys=(*keys[-1].subkeys, _listed(fields)))
            case "uid" if keys:
                keys[-1] = replace(keys[-1], user_ids=(*keys[-1].user_ids, _unescaped(fields[9])))
            case "fpr" if keys and keys[-1].subkeys:
                *others, last = keys[-1].subkeys
                keys[-1] = replace(keys[-1], subkeys=(*others, replace(last, fingerprint=fields[9])))
            case "fpr" if keys:
                keys[-1] = replace(keys[-1], fingerprint=fields[9])
    return keys


def _listed(fields: list[str]) -> ListedKey:
    return ListedKey("", fields[1], int(fields[5] or 0), int(fields[6]) if fields[6] else None, fields[11])


def _unescaped(text: str) -> str:
    """Colon listings write control characters, colons and backslashes as \\xHH."""
    head, *parts = text.split("\\x")
    return head + "".join(chr(int(part[:2], 16)) + part[2:] for part in parts)


def _environment() -> dict[str, str]:
    """Ours without what bends gpg: its home, its agent, its language."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("LC_") and name not in {"GNUPGHOME", "GPG_AGENT_INFO", "LANG", "LANGUAGE"}
    }
    return kept | {"LC_ALL": "C.UTF-8"}
