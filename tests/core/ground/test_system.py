"""What the operating system is asked, tried on the one that runs the tests."""

import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from evidence_kit import system
from evidence_kit.system import LookupFault, Platform

MEMORY = 1 << 30


def copy_of(work: Callable[[], bytes], *, cap: int = 100, deadline_s: float = 60.0) -> bytes | None:
    return system.answer_of_copy(work, cap=cap, deadline_s=deadline_s, memory=MEMORY, cpu_s=10)


def in_child(script: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    ).stdout.strip()


def test_a_system_without_an_implementation_is_refused_when_the_program_starts() -> None:
    """And not when the protection would have been needed."""
    told = in_child(
        "import sys; sys.platform = 'win32'\n"
        "try:\n    import evidence_kit.system\nexcept ImportError as error:\n    print(error)"
    )
    assert told == "there is no implementation of evidence_kit.system for this operating system"


def test_what_a_copy_makes_comes_back_whole() -> None:
    assert copy_of(lambda: b"x" * 3_000_000, cap=3_000_000) == b"x" * 3_000_000
    assert copy_of(lambda: b"") == b""


def fails() -> bytes:
    os._exit(3)


@pytest.mark.parametrize(
    "work",
    [
        fails,
        lambda: b"x" * 101,
        lambda: Path("/etc/hostname").read_bytes(),
        lambda: Path(os.devnull).write_bytes(b"x").to_bytes(),
        lambda: bytes(MEMORY),
        lambda: bytes([os.fork() and 1]),
        lambda: threading.Event().wait() and b"",
    ],
    ids=["ends", "says too much", "reads a file", "writes a file", "takes memory", "starts something", "never ends"],
)
def test_a_copy_that_fails_or_wants_more_than_it_may_has_no_answer(
    work: Callable[[], bytes], request: pytest.FixtureRequest
) -> None:
    if "starts" in request.node.name and system.is_administrator():
        pytest.skip("the administrator may start as many processes as there can be")
    assert copy_of(work, deadline_s=0.5 if "never" in request.node.name else 60.0) is None


def test_nothing_of_a_copy_is_left() -> None:
    before = psutil.Process().children()
    copy_of(lambda: threading.Event().wait() and b"", deadline_s=0.1)
    assert psutil.Process().children() == before


def test_limits_hold_and_are_never_wider_than_those_that_there_are() -> None:
    told = in_child(
        "import resource; from evidence_kit.system import limit_this_process\n"
        f"limit_this_process(memory={MEMORY}, file=1000, cpu_s=7, open_files=9, processes=5)\n"
        f"limit_this_process(memory={MEMORY * 2}, file=2000, cpu_s=8)\n"
        "names = ('CORE', 'AS', 'FSIZE', 'CPU', 'NOFILE', 'NPROC')\n"
        "print(*(resource.getrlimit(getattr(resource, f'RLIMIT_{name}'))[0] for name in names))"
    )
    assert told == f"0 {MEMORY} 1000 7 9 5"


def test_what_is_not_named_is_not_limited() -> None:
    before = resource.getrlimit(resource.RLIMIT_CPU)[0], resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    told = in_child(
        "import resource; from evidence_kit.system import limit_this_process\n"
        f"limit_this_process(memory={MEMORY}, file=0)\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0], resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    assert told == f"{before[0]} {before[1]}"


def test_a_family_is_killed_with_all_that_it_started() -> None:
    script = (
        "import subprocess, sys, threading\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import threading; threading.Event().wait()'])\n"
        "print(child.pid, flush=True); threading.Event().wait()"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, start_new_session=True) as leader:
        assert leader.stdout is not None
        grandchild = int(leader.stdout.readline())
        system.kill_family(leader.pid)
        assert leader.wait(30) == -signal.SIGKILL
        assert system.wait_for_end(grandchild, 30.0) is not False
    system.kill_family(leader.pid)  # nothing is left to kill


def test_a_child_that_is_interrupted_may_tidy_up_and_one_that_is_gone_is_not_asked() -> None:
    script = (
        "import threading\n"
        "try:\n    print(flush=True)\n    threading.Event().wait()\nexcept KeyboardInterrupt:\n    raise SystemExit(7)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert system.interrupt(child)
        assert child.wait(30) == 7
        assert not system.interrupt(child)


def test_work_is_done_after_the_end_of_a_process_that_was_killed(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from evidence_kit.system import run_after_end\n"
        "done = Path(sys.argv[1])\n"
        "assert run_after_end(lambda: (done.touch(), print('done', flush=True)))\n"
        "assert not done.exists()\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "done")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read() == b"done\n"  # until the copy has ended too
        assert process.wait(30) == -signal.SIGKILL
    assert (tmp_path / "done").exists()


def test_a_new_file_is_no_other_file_and_no_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    os.close(system.open_new(tmp_path / "new"))
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600
    for name in ("new", "link"):
        with pytest.raises(FileExistsError):
            system.open_new(tmp_path / name)
    assert not (tmp_path / "elsewhere").exists()


def test_a_link_is_followed_only_where_that_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.close(system.open_to_read(tmp_path / "link", follow=True))
    with pytest.raises(OSError, match="symbolic"):
        system.open_to_read(tmp_path / "link", follow=False)
    with pytest.raises(OSError, match="symbolic"):
        system.open_in_place(tmp_path / "link")


def test_a_pipe_without_another_end_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    os.close(system.open_to_read(tmp_path / "pipe", follow=False))


def test_a_file_is_opened_in_the_folder_that_is_open_whatever_its_path_is_by_then(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "file").write_bytes(b"content")
    folder = system.open_folder(tmp_path / "one")
    assert folder is not None
    (tmp_path / "one").rename(tmp_path / "two")
    handle = system.open_to_read("file", follow=False, folder=folder)
    assert os.read(handle, 10) == b"content"
    os.close(handle)
    os.close(folder)


def test_the_byte_of_a_request_to_end_arrives_and_python_raises_nothing() -> None:
    told = in_child(
        "import os, signal, socket; from evidence_kit import system\n"
        "here, there = socket.socketpair(); there.setblocking(False); system.end_requests_to(there)\n"
        "os.kill(os.getpid(), signal.SIGINT); print(here.recv(1)[0] == signal.SIGINT)"
    )
    assert told == "True"


def test_who_wants_to_know_is_told_of_a_request_to_end_and_who_ignores_interrupts_is_not() -> None:
    told = in_child(
        "import os, signal; from evidence_kit import system\n"
        "system.on_end_request(lambda: print('asked', flush=True))\n"
        "os.kill(os.getpid(), signal.SIGTERM); os.kill(os.getpid(), signal.SIGINT)\n"
        "system.ignore_interrupts(); os.kill(os.getpid(), signal.SIGINT)"
    )
    assert told.split() == ["asked", "asked"]


def test_a_lookup_that_failed_is_named_as_the_system_means_it() -> None:
    assert system.lookup_fault(socket.gaierror(socket.EAI_NONAME, "")) is LookupFault.NO_SUCH_NAME
    assert system.lookup_fault(socket.gaierror(socket.EAI_AGAIN, "")) is LookupFault.OTHER
    if system.PLATFORM is Platform.LINUX:
        assert system.lookup_fault(socket.gaierror(socket.EAI_NODATA, "")) is LookupFault.NO_ADDRESS


def test_importing_it_loads_nothing_that_a_start_would_feel() -> None:
    told = in_child(
        "import sys; before = set(sys.modules); import evidence_kit.system\n"
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    assert not {"asyncio", "ctypes", "socket", "subprocess"} & set(told.split())
