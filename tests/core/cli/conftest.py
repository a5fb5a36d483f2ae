"""The command line in this process, over a copy of the vault that the tests share."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidence_kit.cli.main import run
from tests.core.kits import PASSPHRASE
from tests.fakes.product import Told


@dataclass(frozen=True, slots=True)
class CommandLine:
    """`tell` runs one command to its end; `spoken` for people, else in JSON. Not for `watch` and `sync`."""

    folder: Path
    passphrase: Path
    captured: Callable[[], tuple[str, str]]

    def tell(self, *arguments: str, spoken: bool = False) -> Told:
        known = ["--vault", str(self.folder), "--passphrase-file", str(self.passphrase)]
        code = run([*known, *([] if spoken else ["--json"]), *arguments])
        return Told(code, *self.captured())

    def refused(self, *arguments: str) -> tuple[int, str]:
        """The exit code and the error code of a command that must fail."""
        told = self.tell(*arguments)
        assert told.code, told
        return told.code, str(told.error["error"])


@pytest.fixture
def line(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    passphrase = tmp_path / "passphrase"
    passphrase.write_bytes(PASSPHRASE + b"\n")

    def captured() -> tuple[str, str]:
        out, err = capsys.readouterr()
        return out, err

    return CommandLine(folder, passphrase, captured)
