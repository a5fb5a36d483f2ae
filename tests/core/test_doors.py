"""One library, one door; one clock; one room for the operating system; one place that catches everything.

Walks the syntax trees, runs nothing.
"""

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.core.sources import sources

DOORS = {
    "sqlcipher3": "evidence_kit/vault/",
    "mss": "evidence_kit/capture/",
    "gnupg": "evidence_kit/seal/",
    "PySide6": "ui/",
    "shiboken6": "ui/",
}
NOW = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "time.time",
    "time.time_ns",
    "PySide6.QtCore.QDate.currentDate",
    "PySide6.QtCore.QDateTime.currentDateTime",
    "PySide6.QtCore.QDateTime.currentDateTimeUtc",
    "PySide6.QtCore.QDateTime.currentMSecsSinceEpoch",
    "PySide6.QtCore.QDateTime.currentSecsSinceEpoch",
    "PySide6.QtCore.QTime.currentTime",
}
SYSTEM_MODULES = {
    *(
        "_winapi",
        "ctypes",
        "fcntl",
        "grp",
        "msvcrt",
        "nt",
        "posix",
        "pty",
        "pwd",
        "resource",
        "signal",
        "termios",
        "tty",
    ),
    *("winreg", "winsound"),
}
SYSTEM_NAMES = {
    *("os.chown", "os.fork", "os.forkpty", "os.getegid", "os.geteuid", "os.getgid", "os.getpgid", "os.getuid"),
    *("os.kill", "os.killpg", "os.mkfifo", "os.name", "os.nice", "os.open", "os.pidfd_open", "os.posix_fadvise"),
    *("os.setsid", "os.startfile", "os.statvfs", "os.uname", "os.waitpid"),
    *("platform.platform", "platform.system", "platform.uname", "sys.getwindowsversion", "sys.platform", "time.tzset"),
}
SHELLS = {"os.popen", "os.system", "subprocess.getoutput", "subprocess.getstatusoutput"}
BROAD = {"Exception", "BaseException"}
CATCH_ALL = {"ui/crash.py", "evidence_kit/cli/main.py"}
EMPTY_WORDS = {"util", "helper", "common", "misc", "manager"}

Rule = Callable[[str, ast.Module], Iterator[str]]


def imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(local name, full dotted name) of everything imported, wherever in the file and however it is spelled."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield (
                        alias.asname or alias.name.split(".")[0],
                        alias.name if alias.asname else alias.name.split(".")[0],
                    )
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from ((alias.asname or alias.name, f"{module}.{alias.name}") for alias in names)
            case ast.Call(
                func=ast.Name(id="__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield "", name


def uses(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, full dotted name) of every name that leads back to an import."""
    known = dict(imports(tree))
    for node in ast.walk(tree):
        trail: list[str] = []
        root: ast.AST = node
        while isinstance(root, ast.Attribute):
            trail.insert(0, root.attr)
            root = root.value
        if isinstance(root, ast.Name) and isinstance(node, ast.Name | ast.Attribute) and root.id in known:
            yield node.lineno, ".".join([known[root.id], *trail])


def through_another_door(path: str, tree: ast.Module) -> Iterator[str]:
    for _, name in imports(tree):
        door = DOORS.get(name.split(".")[0])
        if door is not None and not path.startswith(door):
            yield f"{path}: {name} has its door in {door}"


def another_clock(path: str, tree: ast.Module) -> Iterator[str]:
    if not path.startswith("evidence_kit/clock/"):
        yield from (f"{path}:{line}: {name}" for line, name in uses(tree) if name in NOW)


def names_the_operating_system(path: str, tree: ast.Module) -> Iterator[str]:
    if path.startswith("evidence_kit/system/"):
        return
    yield from (f"{path}: {name}" for _, name in imports(tree) if name.split(".")[0] in SYSTEM_MODULES)
    for line, name in uses(tree):
        if name in SYSTEM_NAMES or name.startswith(("os.O_", "time.CLOCK_")):
            yield f"{path}:{line}: {name}"
    for node in ast.walk(tree):
        match node:
            case ast.keyword(arg="preexec_fn" | "creationflags" | "startupinfo" as name, value=value):
                yield f"{path}:{value.lineno}: {name}"


def a_shell(path: str, tree: ast.Module) -> Iterator[str]:
    yield from (f"{path}:{line}: {name}" for line, name in uses(tree) if name in SHELLS)
    for node in ast.walk(tree):
        match node:
            case ast.keyword(arg="shell", value=ast.Constant(value=False)):
                pass
            case ast.keyword(arg="shell", value=value):
                yield f"{path}:{value.lineno}: a shell"


def catches_everything(path: str, tree: ast.Module) -> Iterator[str]:
    if path in CATCH_ALL:
        return
    for node in ast.walk(tree):
        match node:
            case ast.ExceptHandler(type=None, lineno=line):
                yield f"{path}:{line}: a bare except"
            case ast.ExceptHandler(type=ast.Name(id="BaseException"), body=[*_, ast.Raise(exc=None)]):
                pass  # cleaning up on the way out catches nothing
            case ast.ExceptHandler(type=ast.AST() as caught, lineno=line) if _broad(caught):
                yield f"{path}:{line}: a broad except"
            case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=args, lineno=line):
                if any(map(_broad, args)):
                    yield f"{path}:{line}: a broad suppress"


def _broad(caught: ast.AST) -> bool:
    return any(isinstance(node, ast.Name) and node.id in BROAD for node in ast.walk(caught))


def an_empty_word(path: str, _tree: ast.Module) -> Iterator[str]:
    for part in path.removesuffix(".py").split("/"):
        if EMPTY_WORDS & {word.removesuffix("s") for word in part.lower().split("_")}:
            yield f"{path}: a name that says nothing"


RULES: list[Rule] = [
    through_another_door,
    another_clock,
    names_the_operating_system,
    a_shell,
    catches_everything,
    an_empty_word,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_source_file_goes_through(rule: Rule) -> None:
    assert sources()
    assert [fault for path, tree in sources().items() for fault in rule(path, tree)] == []


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (through_another_door, "evidence_kit/jobs/kit.py", "import sqlcipher3"),
        (through_another_door, "evidence_kit/jobs/kit.py", "def f():\n  from sqlcipher3 import dbapi2 as db"),
        (through_another_door, "evidence_kit/jobs/kit.py", "import mss.tools as tools"),
        (through_another_door, "evidence_kit/vaults.py", "import sqlcipher3.dbapi2"),
        (through_another_door, "evidence_kit/capture/page.py", "from PySide6 import QtCore"),
        (through_another_door, "evidence_kit/vault/keys.py", "import importlib; importlib.import_module('gnupg')"),
        (another_clock, "evidence_kit/jobs/kit.py", "import time\ntime.time()"),
        (another_clock, "evidence_kit/jobs/kit.py", "from time import time_ns as t\nt()"),
        (another_clock, "evidence_kit/jobs/kit.py", "from datetime import datetime, UTC\ndatetime.now(UTC)"),
        (another_clock, "evidence_kit/jobs/kit.py", "import datetime as d\nf = d.datetime.utcnow"),
        (another_clock, "ui/window.py", "from PySide6.QtCore import QDateTime\nQDateTime.currentDateTime()"),
        (names_the_operating_system, "evidence_kit/files.py", "def f():\n  import fcntl"),
        (names_the_operating_system, "ui/window.py", "from signal import SIGINT"),
        (names_the_operating_system, "ui/window.py", "import ctypes.util"),
        (names_the_operating_system, "evidence_kit/files.py", "import sys\nif sys.platform == 'linux': f()"),
        (names_the_operating_system, "evidence_kit/files.py", "from sys import platform as p\nf(p)"),
        (names_the_operating_system, "evidence_kit/files.py", "import os\nos.open(p, os.O_RDONLY)"),
        (names_the_operating_system, "evidence_kit/files.py", "from os import O_NOFOLLOW\nf(O_NOFOLLOW)"),
        (names_the_operating_system, "evidence_kit/jobs/kit.py", "from subprocess import run\nrun(c, preexec_fn=f)"),
        (names_the_operating_system, "evidence_kit/clock/reading.py", "import time\nf(time.CLOCK_BOOTTIME)"),
        (a_shell, "ui/window.py", "import os\nos.system('x')"),
        (a_shell, "ui/window.py", "import subprocess\nsubprocess.run('x', shell=True)"),
        (a_shell, "ui/window.py", "import subprocess\nsubprocess.run('x', shell=bool(1))"),
        (catches_everything, "evidence_kit/jobs/kit.py", "try: f()\nexcept: pass"),
        (catches_everything, "evidence_kit/jobs/kit.py", "try: f()\nexcept Exception: pass"),
        (catches_everything, "evidence_kit/jobs/kit.py", "try: f()\nexcept (OSError, Exception) as e: g(e)"),
        (catches_everything, "evidence_kit/jobs/kit.py", "try: f()\nexcept BaseException: g()"),
        (catches_everything, "evidence_kit/jobs/kit.py", "import contextlib\nwith contextlib.suppress(Exception): f()"),
        (an_empty_word, "evidence_kit/app/utils.py", ""),
        (an_empty_word, "ui/parts/window_manager.py", ""),
        (an_empty_word, "evidence_kit/common/__init__.py", ""),
    ],
)
def test_a_file_that_would_go_through_is_seen(rule: Rule, path: str, source: str) -> None:
    assert list(rule(path, ast.parse(source)))


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (through_another_door, "evidence_kit/vault/keys.py", "import sqlcipher3.dbapi2"),
        (another_clock, "evidence_kit/sync/smtp.py", "import time\ntime.monotonic()"),
        (another_clock, "evidence_kit/clock/reading.py", "import time\ntime.time_ns()"),
        (
            another_clock,
            "evidence_kit/jobs/kit.py",
            "from datetime import datetime\ndatetime.fromisoformat(s)\nother.now()",
        ),
        (
            names_the_operating_system,
            "evidence_kit/system/posix.py",
            "import fcntl, os, sys\nf(sys.platform)",
        ),
        (names_the_operating_system, "evidence_kit/files.py", "import os\nos.fsync(os.dup(h))\nother.platform"),
        (catches_everything, "evidence_kit/cli/main.py", "try: f()\nexcept Exception: pass"),
        (catches_everything, "evidence_kit/jobs/kit.py", "try: f()\nexcept BaseException:\n  g()\n  raise"),
        (catches_everything, "evidence_kit/jobs/kit.py", "try: f()\nexcept OSError: pass"),
        (a_shell, "ui/window.py", "import subprocess\nsubprocess.run(['x'], shell=False)"),
        (an_empty_word, "evidence_kit/sync/commonwealth.py", ""),
    ],
)
def test_a_file_that_does_right_is_left_alone(rule: Rule, path: str, source: str) -> None:
    assert list(rule(path, ast.parse(source))) == []
