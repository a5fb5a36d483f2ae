"""Every program of this product starts, from source and from a frozen folder, by the same names."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from evidence_kit import programs
from tests.fakes.frozen import frozen_in

ALL = (programs.COMMAND_LINE, programs.WINDOW, programs.CAMERA, *programs.READERS)


@pytest.fixture
def frozen(tmp_path: Path) -> Iterator[Path]:
    """The folder of a frozen program's executables."""
    with frozen_in(tmp_path) as folder:
        yield folder


@pytest.mark.parametrize("module", ALL)
def test_from_source_a_program_is_a_module_that_the_current_folder_cannot_stand_in_for(module: str) -> None:
    python, isolation, how, named = programs.program(module)
    assert (python, how, named) == (sys.executable, "-m", module)
    assert isolation in {"-I", "-P"}
    assert find_spec(module)


def test_frozen_programs_lie_beside_the_one_that_asks(frozen: Path) -> None:
    assert programs.program(programs.COMMAND_LINE) == (str(frozen / "evidence-kit"),)
    assert programs.program(programs.WINDOW) == (str(frozen / "evidence-kit-window"),)
    assert programs.program(programs.CAMERA) == (str(frozen / "evidence-kit-camera"),)
    assert programs.program("evidence_kit.verify") == (
        str(frozen / "evidence-kit"),
        "read-untrusted",
        "evidence_kit.verify",
    )


def test_on_windows_frozen_programs_keep_their_suffix(frozen: Path) -> None:
    sys.executable = str(frozen / "evidence-kit.exe")
    assert programs.program(programs.CAMERA) == (str(frozen / "evidence-kit-camera.exe"),)


def test_only_a_frozen_program_with_the_mark_beside_it_is_the_portable_one(frozen: Path) -> None:
    assert programs.portable_folder() is None
    (frozen / "portable").mkdir()
    assert programs.portable_folder() is None
    (frozen / "portable").rmdir()
    (frozen / "portable").touch()
    assert programs.portable_folder() == frozen


def test_from_source_nothing_is_portable() -> None:
    assert programs.portable_folder() is None


def test_what_is_no_program_is_not_started() -> None:
    with pytest.raises(ValueError, match="os"):
        programs.program("os")


def test_the_command_line_becomes_a_reader_with_the_readers_arguments(tmp_path: Path) -> None:
    missing = str(tmp_path / "nothing.zip")
    asked = [*programs.program(programs.COMMAND_LINE), programs.READ, "evidence_kit.verify", missing]
    as_reader = subprocess.run(asked, capture_output=True, check=False)
    by_itself = subprocess.run([*programs.program("evidence_kit.verify"), missing], capture_output=True, check=False)
    assert (as_reader.returncode, as_reader.stdout) == (by_itself.returncode, by_itself.stdout)
    assert b'"no-such-file"' in as_reader.stdout or as_reader.returncode in {2, 3, 4}


def test_the_command_line_becomes_no_other_module() -> None:
    asked = [*programs.program(programs.COMMAND_LINE), programs.READ, "this"]
    done = subprocess.run(asked, capture_output=True, check=False)
    assert done.returncode == 2
    assert not done.stdout
