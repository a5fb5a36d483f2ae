"""One library, one door; one clock; one room for the operating system; one place that catches everything.

Walks the syntax trees, runs nothing.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.core import doors
from tests.core.sources import sources

OURS = sys.stdlib_module_names | {"evidence_kit", "ui", "_typeshed"}
STARTS = {"asyncio", "multiprocessing", "subprocess"}
PARALLEL = {"_thread", "asyncio", "concurrent", "multiprocessing", "sched", "threading"}
QT_THREADS = {"QRunnable", "QThread", "QThreadPool", "QtConcurrent"}
STEADY = {
    *("time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns", "time.process_time"),
    *("time.clock_gettime", "time.clock_gettime_ns", "time.sleep", "PySide6.QtCore.QElapsedTimer"),
}
WRITES = {
    *("os.ftruncate", "os.fsync", "os.fdatasync", "os.link", "os.mkfifo", "os.remove", "os.rename", "os.renames"),
    *("os.replace", "os.symlink", "os.truncate", "os.unlink", "os.write", "shutil.copy", "shutil.copy2"),
    *("shutil.copyfile", "shutil.copytree", "shutil.move", "tempfile.NamedTemporaryFile", "tempfile.TemporaryFile"),
    *("tempfile.TemporaryDirectory", "tempfile.mkdtemp", "tempfile.mkstemp"),
}
WRITING_METHODS = {"hardlink_to", "symlink_to", "touch", "write_bytes", "write_text"}
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


@cache
def imports(tree: ast.Module) -> tuple[tuple[str, str], ...]:
    """As `_imports`; a tree is read once for all rules."""
    return tuple(_imports(tree))


@cache
def uses(tree: ast.Module) -> tuple[tuple[int, str], ...]:
    """As `_uses`; a tree is read once for all rules."""
    return tuple(_uses(tree))


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
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


def _uses(tree: ast.Module) -> Iterator[tuple[int, str]]:
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
        library = name.split(".")[0]
        if library not in OURS and not path.startswith(doors.LIBRARIES.get(library, ())):
            yield f"{path}: {name} has its door in {doors.LIBRARIES.get(library, 'no room')}"


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


def starts_a_program(path: str, tree: ast.Module) -> Iterator[str]:
    """Who starts one is named; which one it is is said by `programs` alone."""
    if path not in doors.PROGRAMS and not path.startswith(doors.SYSTEM):
        yield from (f"{path}: {name}" for _, name in _needed(tree) if name.split(".")[0] in STARTS - {"asyncio"})
        yield from (f"{path}:{line}: {name}" for line, name in uses(tree) if name.startswith(("os.exec", "os.spawn")))
    if path not in doors.FROZEN:
        yield from (f"{path}:{line}: {name}" for line, name in uses(tree) if name in {"sys.executable", "sys.frozen"})
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value="frozen"), *_], lineno=line):
                    yield f"{path}:{line}: sys.frozen"


def knows_threads(path: str, tree: ast.Module) -> Iterator[str]:
    """A `Future` alone is a result that may come later, and no thread."""
    if path in doors.THREADS:
        return
    for _, name in _needed(tree):
        if name.split(".")[0] in PARALLEL and name not in {"concurrent.futures.Future", "concurrent.futures"}:
            yield f"{path}: {name}"
        if name.startswith("PySide6.") and name.split(".")[-1] in QT_THREADS:
            yield f"{path}: {name}"
    for line, name in uses(tree):
        if name.startswith("concurrent.futures.") and name.split(".")[2] != "Future":
            yield f"{path}:{line}: {name}"
        if name.startswith("PySide6.") and QT_THREADS & set(name.split(".")):
            yield f"{path}:{line}: {name}"


def a_steady_clock(path: str, tree: ast.Module) -> Iterator[str]:
    """Whoever waits takes a `Deadline` of the clock."""
    if not path.startswith(tuple(doors.STEADY_CLOCK)):
        yield from (f"{path}:{line}: {name}" for line, name in uses(tree) if name in STEADY)


def writes_files(path: str, tree: ast.Module) -> Iterator[str]:
    if path in doors.WRITING or path.startswith(doors.SYSTEM):
        return
    yield from (f"{path}:{line}: {name}" for line, name in uses(tree) if name in WRITES)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name), lineno=line) if name in WRITING_METHODS:
                yield f"{path}:{line}: {name}"
            case ast.Call(func=ast.Attribute(attr="rename" | "replace" as name), args=[_], keywords=[], lineno=line):
                yield f"{path}:{line}: {name}"
            case ast.Call(func=ast.Attribute(attr="open" | "fdopen") | ast.Name(id="open"), lineno=line):
                given = [*node.args, *(one.value for one in node.keywords if one.arg == "mode")]
                if any(isinstance(one, ast.Constant) and _is_writing(one.value) for one in given):
                    yield f"{path}:{line}: open"


def _is_writing(mode: object) -> bool:
    return (
        isinstance(mode, str) and 0 < len(mode) <= 3 and set(mode) <= set("rwaxbt+") and bool(set(mode) & set("wax+"))
    )


def _needed(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """As `imports`, without those that the type checker alone sees."""
    seen = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in node.body
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Call) and id(node) not in seen:
            yield from imports(ast.Module([node if isinstance(node, ast.stmt) else ast.Expr(node)], []))


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
    starts_a_program,
    knows_threads,
    a_steady_clock,
    writes_files,
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
        (through_another_door, "evidence_kit/jobs/kit.py", "import a_new_library"),
        (through_another_door, "ui/integration/session.py", "from jeepney import new_method_call"),
        (through_another_door, "evidence_kit/jobs/kit.py", "import psutil"),
        (starts_a_program, "evidence_kit/jobs/kit.py", "def f():\n  import subprocess"),
        (starts_a_program, "evidence_kit/jobs/kit.py", "from multiprocessing import Process"),
        (starts_a_program, "evidence_kit/jobs/kit.py", "import os\nos.execv(p, a)"),
        (starts_a_program, "evidence_kit/portal/bus.py", "import sys\nf(sys.executable)"),
        (starts_a_program, "evidence_kit/portal/bus.py", "import sys\nf(getattr(sys, 'frozen', False))"),
        (knows_threads, "evidence_kit/jobs/browse.py", "import threading"),
        (knows_threads, "evidence_kit/jobs/browse.py", "from concurrent.futures import Future, ThreadPoolExecutor"),
        (knows_threads, "evidence_kit/jobs/browse.py", "import concurrent.futures as c\nc.ThreadPoolExecutor(1)"),
        (knows_threads, "ui/window.py", "from PySide6.QtCore import QThreadPool"),
        (knows_threads, "ui/window.py", "from PySide6 import QtCore\nQtCore.QThread()"),
        (a_steady_clock, "evidence_kit/probe/tcp.py", "import time\ntime.monotonic()"),
        (a_steady_clock, "evidence_kit/probe/tcp.py", "from time import perf_counter_ns as t\nt()"),
        (a_steady_clock, "ui/window.py", "from PySide6.QtCore import QElapsedTimer\nQElapsedTimer()"),
        (writes_files, "evidence_kit/jobs/keep.py", "path.write_bytes(b)"),
        (writes_files, "evidence_kit/jobs/keep.py", "with path.open('wb') as out: f(out)"),
        (writes_files, "evidence_kit/jobs/keep.py", "open(path, mode='a')"),
        (writes_files, "evidence_kit/jobs/keep.py", "part.replace(path)"),
        (writes_files, "evidence_kit/jobs/keep.py", "import os\nos.fsync(h)"),
        (writes_files, "evidence_kit/jobs/keep.py", "from tempfile import mkdtemp\nmkdtemp()"),
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
        (through_another_door, "evidence_kit/jobs/kit.py", "import json, evidence_kit.errors"),
        (another_clock, "evidence_kit/sync/smtp.py", "import time\ntime.monotonic()"),
        (starts_a_program, "evidence_kit/portal/bus.py", "import subprocess"),
        (
            starts_a_program,
            "evidence_kit/jobs/kit.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n  import subprocess",
        ),
        (knows_threads, "evidence_kit/jobs/kit.py", "import threading"),
        (knows_threads, "evidence_kit/jobs/browse.py", "from concurrent.futures import Future\nFuture()"),
        (a_steady_clock, "evidence_kit/clock/reading.py", "import time\ntime.monotonic()"),
        (a_steady_clock, "evidence_kit/probe/tcp.py", "from evidence_kit.clock import Deadline\nDeadline(1.0)"),
        (writes_files, "evidence_kit/files.py", "path.write_bytes(b)"),
        (writes_files, "evidence_kit/jobs/keep.py", "path.open('rb')\ntext.replace('w', 'x')\nreplace(one, a=1)"),
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


TABLES: list[tuple[Rule, dict[str, str]]] = [
    (starts_a_program, doors.PROGRAMS),
    (starts_a_program, doors.FROZEN),
    (knows_threads, doors.THREADS),
    (a_steady_clock, doors.STEADY_CLOCK),
    (writes_files, doors.WRITING),
]


@pytest.mark.parametrize(("rule", "table"), TABLES)
def test_whoever_is_named_needs_it_and_has_a_reason(rule: Rule, table: dict[str, str]) -> None:
    named = dict(table)
    assert all(len(reason.split()) > 1 for reason in named.values())
    table.clear()
    try:
        found = {path for path, tree in sources().items() if next(rule(path, tree), None) is not None}
    finally:
        table.update(named)
    assert [path for path in named if not any(one.startswith(path) for one in found | {doors.SYSTEM})] == []


def test_no_library_has_a_door_that_nobody_uses() -> None:
    used = {(name.split(".")[0], path) for path, tree in sources().items() for _, name in imports(tree)}
    unused = [
        (library, door)
        for library, rooms in doors.LIBRARIES.items()
        for door in rooms
        if not any(one == library and path.startswith(door) for one, path in used)
    ]
    assert unused == []
