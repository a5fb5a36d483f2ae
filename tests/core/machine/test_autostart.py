"""Starting at login: what the file says, by the desktop's own rules, and that its truth is told."""

import configparser
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evidence_kit.app.desktop import Desktop
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.machine.autostart import Autostart, AutostartState, autostart, exec_line, window_program
from evidence_kit.machine.places import usual_places

PROGRAM = "/opt/kit/evidence-kit-window"


@pytest.fixture
def file(tmp_path: Path) -> Autostart:
    return Autostart(tmp_path / "config" / "autostart", (PROGRAM, "--hidden"))


def written(file: Autostart) -> Path:
    return file.folder / "evidence-kit.desktop"


def entry(file: Autostart) -> "configparser.SectionProxy":
    """As a reader of another hand takes it apart."""
    reader = configparser.RawConfigParser(delimiters=("=",), strict=True)
    reader.optionxform = str  # type: ignore[assignment,method-assign]
    reader.read_string(written(file).read_text(encoding="utf-8"))
    return reader["Desktop Entry"]


def started(value: str) -> list[str]:
    """What a desktop starts: the file's strings, then the field codes, then the quoting, each by its own rule."""
    unescaped = value.replace("\\\\", "\\")
    assert "%" not in unescaped.replace("%%", "")
    # The quoting is a part of the shell's.
    told = subprocess.run(
        ["sh", "-c", "printf '%s\\0' " + unescaped.replace("%%", "%")], capture_output=True, check=True
    )
    return told.stdout.decode().split("\0")[:-1]


def test_switching_on_writes_what_a_desktop_starts_and_off_removes_it(file: Autostart) -> None:
    assert file.state() is AutostartState.OFF
    file.switch_on()
    assert file.state() is AutostartState.ON
    said = entry(file)
    assert started(said["Exec"]) == [PROGRAM, "--hidden"]
    assert said["TryExec"] == PROGRAM
    assert (said["Type"], said["Name"], said["Terminal"]) == ("Application", "Evidence Kit", "false")
    file.switch_off()
    assert file.state() is AutostartState.OFF
    assert not list(file.folder.iterdir())
    file.switch_off()


def test_nobody_else_can_read_the_file(file: Autostart) -> None:
    file.switch_on()
    assert written(file).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "path",
    [
        "/media/a b/kit",
        '/media/the "stick"/kit',
        "/media/100%u/kit",
        "/media/back\\slash/kit",
        "/media/$HOME `id`/kit",
        "/media/it's/kit;&|<>()*?#~",
        "/media/ключ/キット",
        "/media/a=b/kit",
    ],
)
def test_any_folder_comes_through_the_desktops_quoting(tmp_path: Path, path: str) -> None:
    file = Autostart(tmp_path, (path, "--hidden", "--vault", path))
    file.switch_on()
    said = started(entry(file)["Exec"])
    # A program's own path may not have the equals sign, and desktops do not find one with percent or backslash.
    if any(sign in path for sign in "=%\\"):
        assert said[:3] == ["sh", "-c", 'exec "$0" "$@"']
        del said[:3]
    assert said == [path, "--hidden", "--vault", path]
    assert entry(file)["TryExec"].replace("\\\\", "\\") == path
    assert file.state() is AutostartState.ON


def test_the_specifications_own_example_of_quoting_holds() -> None:
    # "to unambiguously represent a literal backslash character in a quoted argument […] requires the use of four
    # successive backslash characters"; and a dollar sign is one backslash doubled, then the sign.
    assert exec_line(["kit", "a\\b"]) == 'kit "a\\\\\\\\b"'
    assert exec_line(["kit", "a$b"]) == 'kit "a\\\\$b"'


@pytest.mark.parametrize("program", ["/media/line\nbreak/kit", "/media/\udce9/kit"])
def test_a_path_that_no_desktop_can_start_is_refused_and_nothing_is_written(tmp_path: Path, program: str) -> None:
    with pytest.raises(Refused) as refused:
        Autostart(tmp_path, (program, "--hidden")).switch_on()
    assert refused.value.code is Code.AUTOSTART_PATH
    assert not list(tmp_path.iterdir())


def test_a_file_that_starts_another_program_or_vault_counts_as_off_and_is_told(file: Autostart) -> None:
    Autostart(file.folder, ("/elsewhere/evidence-kit-window", "--hidden")).switch_on()
    assert file.state() is AutostartState.OTHER
    Autostart(file.folder, (PROGRAM, "--hidden", "--vault", "/other")).switch_on()
    assert file.state() is AutostartState.OTHER
    file.switch_on()
    assert file.state() is AutostartState.ON


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_a_desktop_that_was_told_no_counts_as_off_until_it_is_switched_on_again(file: Autostart, line: str) -> None:
    file.switch_on()
    name = line.partition("=")[0]
    kept = [one for one in written(file).read_text().splitlines() if not one.startswith(name)]
    written(file).write_text("\n".join([*kept, line]))
    assert file.state() is AutostartState.HELD
    file.switch_on()
    assert file.state() is AutostartState.ON


def test_keys_of_other_groups_are_not_the_entrys(file: Autostart) -> None:
    file.switch_on()
    with written(file).open("a") as more:
        more.write("[Desktop Action new]\nHidden=true\nExec=other\n")
    assert file.state() is AutostartState.ON


def test_what_cannot_be_read_as_such_a_file_counts_as_another_program(file: Autostart) -> None:
    file.folder.mkdir(parents=True)
    for content in (b"", b"\xff\xfe", b"x" * 100_000):
        written(file).write_bytes(content)
        assert file.state() is AutostartState.OTHER


def test_where_nothing_can_be_written_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "autostart").write_text("a file in its place")
    with pytest.raises(Refused) as refused:
        Autostart(tmp_path / "autostart", (PROGRAM,)).switch_on()
    assert (refused.value.code.value, refused.value.facts["folder"]) == (
        "autostart-not-written",
        str(tmp_path / "autostart"),
    )
    (tmp_path / "other" / "evidence-kit.desktop").mkdir(parents=True)
    with pytest.raises(Refused) as refused:
        Autostart(tmp_path / "other", (PROGRAM,)).switch_off()
    assert refused.value.code is Code.AUTOSTART_NOT_WRITTEN


def test_from_a_sandbox_it_is_refused(file: Autostart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNAP", "/snap/evidence-kit/1")
    with pytest.raises(Refused) as refused:
        file.switch_on()
    assert refused.value.code is Code.AUTOSTART_SANDBOX
    assert not file.folder.exists()


def test_the_desktops_own_folder_is_used_if_it_is_a_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "other"))
    assert autostart(()).folder == tmp_path / "other" / "autostart"
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    assert autostart(()).folder == tmp_path / ".config" / "autostart"


def test_from_source_the_interpreter_runs_the_window() -> None:
    assert window_program() == (sys.executable, "-P", "-m", "ui")


def test_an_installed_program_is_started_by_its_name_and_a_portable_one_by_its_path(
    frozen: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = frozen / "evidence-kit-window"
    own.touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert window_program() == (str(own),)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "evidence-kit-window").symlink_to(own)
    assert window_program() == ("evidence-kit-window",)
    own.unlink()
    other = frozen / "other" / "evidence-kit-window"
    other.parent.mkdir()
    other.touch(0o755)
    (tmp_path / "bin" / "evidence-kit-window").unlink()
    (tmp_path / "bin" / "evidence-kit-window").symlink_to(other)
    assert window_program() == (str(own),)


def test_vault_and_choices_are_named_only_where_the_program_would_not_find_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    usual = tmp_path / "data" / "evidence-kit" / "vault", tmp_path / "config" / "evidence-kit"
    with Desktop(*usual, places=usual_places()) as desktop:
        assert desktop.places.autostart().command == (*window_program(), "--hidden")
    with Desktop(tmp_path / "vault", usual[1], places=usual_places()) as desktop:
        assert desktop.places.autostart().command[-2:] == ("--vault", str(tmp_path / "vault"))
        desktop.move(tmp_path / "third")
        assert desktop.places.autostart().command[-1] == "--hidden"
    with Desktop(tmp_path / "vault", tmp_path / "settings", places=usual_places()) as desktop:
        assert desktop.places.autostart().command[-4::2] == ("--settings", "--vault")
    assert os.environ["XDG_CONFIG_HOME"]
