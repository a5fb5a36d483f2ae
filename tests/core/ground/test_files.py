"""Files whole or not at all, originals opened with care, names that cannot escape, folders that leave no trace."""

import contextlib
import errno
import hashlib
import io
import os
import secrets
import shutil
import socket
import stat
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused, Unavailable
from evidence_kit.files import (
    CHUNK,
    Disk,
    chunks_of,
    disk_errors,
    in_memory,
    medium_errors,
    open_original,
    private_folder,
    read_capped,
    remove_abandoned,
    runtime_folder,
    safe_name,
    sha256_of,
    sync_folder,
    write_stream,
    write_whole,
)

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX file systems")
linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux mounts and limits")


def what_of(attempt: Callable[[], object], branch: type[KitError] = Refused) -> str:
    with pytest.raises(KitError) as caught:
        attempt()
    assert type(caught.value) is branch
    return caught.value.code.value


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class FailingDisk(Disk):
    """Counts what is synced, fails the sync of that number, and may know no hard links."""

    def __init__(self, *, sync: int = 0, code: int = errno.EIO, link: int | None = None) -> None:
        self.synced = 0
        self._sync = sync
        self._code = code
        self._link = link

    def fsync(self, handle: int) -> None:
        self.synced += 1
        if self.synced == self._sync:
            raise OSError(self._code, os.strerror(self._code))
        super().fsync(handle)

    def link(self, existing: Path, new: Path) -> None:
        if self._link is not None:
            raise OSError(self._link, os.strerror(self._link))
        super().link(existing, new)


class TidiedDisk(Disk):
    """Somebody tidies `folder` while a file is written there: the first time before its lock, or before its name."""

    def __init__(self, folder: Path, *, before_lock: bool) -> None:
        self.tidied: list[list[str]] = []
        self._folder = folder
        self._before_lock = before_lock

    def hold(self, handle: int) -> bool:
        if self._before_lock and not self.tidied:
            self._tidy()
        return super().hold(handle)

    def fsync(self, handle: int) -> None:
        if not self._before_lock:
            self._tidy()
        super().fsync(handle)

    def _tidy(self) -> None:
        self.tidied.append(names_in(self._folder))
        remove_abandoned(self._folder)


class DiskWithoutLocks(Disk):
    """Some shares and FUSE file systems."""

    def hold(self, handle: int) -> bool:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))


class DiskWithSomebodyTidying(Disk):
    """They have the first file's lock and remove it a moment later, when its writer has asked for the lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._theirs: Path | None = None

    def hold(self, handle: int) -> bool:
        if self._theirs is None:
            (self._theirs,) = self._folder.glob(".*.part")
            return False
        return super().hold(handle)

    def fsync(self, handle: int) -> None:
        if self._theirs is not None:
            self._theirs.unlink(missing_ok=True)
        super().fsync(handle)


# Write whole or not at all


def test_a_file_is_written_whole_private_and_alone_in_its_folder(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"first")
    write_whole(tmp_path / "a", b"second")
    assert (tmp_path / "a").read_bytes() == b"second"
    assert names_in(tmp_path) == ["a"]
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


@given(st.lists(st.binary(max_size=2000), max_size=6))
@settings(max_examples=25, deadline=None)
def test_chunks_are_written_in_order_and_counted(chunks: list[bytes]) -> None:
    with private_folder() as folder:
        assert write_stream(folder / "a", iter(chunks)) == len(b"".join(chunks))
        assert (folder / "a").read_bytes() == b"".join(chunks)


def test_a_second_try_takes_the_place_of_what_a_killed_one_left(tmp_path: Path) -> None:
    (tmp_path / ".a.part").write_bytes(b"left by a power cut, and longer")
    write_stream(tmp_path / "a", [b"whole"], partial_name=".a.part")
    assert (tmp_path / "a").read_bytes() == b"whole"
    assert names_in(tmp_path) == ["a"]


@pytest.mark.parametrize("before_lock", [True, False])
def test_what_is_being_written_is_not_taken_for_abandoned(before_lock: bool, tmp_path: Path) -> None:
    (tmp_path / ".1234.part").write_bytes(b"left by a power cut")
    disk = TidiedDisk(tmp_path, before_lock=before_lock)
    write_whole(tmp_path / "a", b"whole", disk=disk)
    assert len(disk.tidied[0]) == 2
    assert (tmp_path / "a").read_bytes() == b"whole"
    assert names_in(tmp_path) == ["a"]


def test_a_file_that_somebody_is_just_removing_is_begun_anew(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"whole", disk=DiskWithSomebodyTidying(tmp_path))
    assert (tmp_path / "a").read_bytes() == b"whole"
    assert names_in(tmp_path) == ["a"]


def test_a_file_system_without_locks_is_written_to_all_the_same(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"whole", disk=DiskWithoutLocks())
    assert (tmp_path / "a").read_bytes() == b"whole"


def test_large_files_arrive_unchanged(tmp_path: Path) -> None:
    size = write_stream(tmp_path / "a", (bytes([number]) * CHUNK for number in range(40)))
    with (tmp_path / "a").open("rb") as source:
        assert [chunk == bytes([number]) * CHUNK for number, chunk in enumerate(chunks_of(source))] == [True] * 40
    assert size == 40 * CHUNK


@posix
def test_a_mode_asked_for_is_given(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"", mode=0o400)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o400


def test_without_replace_a_file_that_is_there_stays(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"first", replace=False)
    assert what_of(lambda: write_whole(tmp_path / "a", b"second", replace=False)) == "file-exists"
    assert (tmp_path / "a").read_bytes() == b"first"
    assert names_in(tmp_path) == ["a"]


@posix
def test_without_replace_a_dangling_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "elsewhere")
    assert what_of(lambda: write_whole(tmp_path / "a", b"x", replace=False)) == "file-exists"
    assert names_in(tmp_path) == ["a"]


@posix
def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"the person's own")
    (tmp_path / "a").symlink_to(tmp_path / "target")
    write_whole(tmp_path / "a", b"x")
    assert (tmp_path / "target").read_bytes() == b"the person's own"
    assert not (tmp_path / "a").is_symlink()


class Interrupted(BaseException):
    """As a person's Ctrl-C is."""


@pytest.mark.parametrize("replace", [True, False])
@pytest.mark.parametrize("fault", [Interrupted(), ValueError("bug"), Unavailable(Code.DISK_ERROR)], ids=repr)
def test_a_source_that_fails_half_way_changes_nothing(tmp_path: Path, fault: BaseException, replace: bool) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"half" * CHUNK
        raise fault

    old = tmp_path / "old"
    old.write_bytes(b"old")
    target = old if replace else tmp_path / "new"
    with pytest.raises(type(fault)):
        write_stream(target, chunks(), replace=replace)
    assert names_in(tmp_path) == ["old"]
    assert old.read_bytes() == b"old"


@posix
@pytest.mark.parametrize(
    ("code", "branch", "what"),
    [
        (errno.EIO, Unavailable, "disk-error"),
        (errno.ENOSPC, Refused, "disk-full"),
        (errno.EDQUOT, Refused, "disk-full"),
    ],
)
@pytest.mark.parametrize("replace", [True, False])
def test_a_file_that_cannot_be_synced_is_not_there(
    tmp_path: Path, code: int, branch: type[KitError], what: str, replace: bool
) -> None:
    (tmp_path / "old").write_bytes(b"old")
    target = tmp_path / ("old" if replace else "new")
    disk = FailingDisk(sync=1, code=code)
    assert what_of(lambda: write_whole(target, b"new", replace=replace, disk=disk), branch) == what
    assert names_in(tmp_path) == ["old"]
    assert (tmp_path / "old").read_bytes() == b"old"


@posix
def test_a_new_name_that_cannot_be_synced_is_taken_back_so_that_it_can_be_tried_again(tmp_path: Path) -> None:
    disk = FailingDisk(sync=2)
    attempt = lambda: write_whole(tmp_path / "a", b"new", replace=False, disk=disk)  # noqa: E731 - tried twice
    assert what_of(attempt, Unavailable) == "disk-error"
    assert names_in(tmp_path) == []
    attempt()
    assert (tmp_path / "a").read_bytes() == b"new"


@posix
def test_a_replaced_file_whose_folder_cannot_be_synced_is_told_and_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    disk = FailingDisk(sync=2)
    assert what_of(lambda: write_whole(tmp_path / "a", b"new", disk=disk), Unavailable) == "disk-error"
    assert (tmp_path / "a").read_bytes() in {b"old", b"new"}
    assert names_in(tmp_path) == ["a"]


@posix
def test_file_and_folder_are_both_synced(tmp_path: Path) -> None:
    disk = FailingDisk()
    write_whole(tmp_path / "a", b"", disk=disk)
    assert disk.synced == 2


@posix
@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_that_cannot_sync_folders_is_good_enough(tmp_path: Path, code: int) -> None:
    write_whole(tmp_path / "a", b"x", disk=FailingDisk(sync=2, code=code))
    assert (tmp_path / "a").read_bytes() == b"x"


@posix
@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_stick_without_hard_links_holds_the_same_promises(tmp_path: Path, code: int) -> None:
    stick = FailingDisk(link=code)
    write_whole(tmp_path / "a", b"first", replace=False, disk=stick)
    assert what_of(lambda: write_whole(tmp_path / "a", b"second", replace=False, disk=stick)) == "file-exists"
    assert (tmp_path / "a").read_bytes() == b"first"
    assert names_in(tmp_path) == ["a"]


def test_a_name_that_cannot_be_given_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    stick = FailingDisk(link=errno.ENOSPC)
    assert what_of(lambda: write_whole(tmp_path / "a", b"x", replace=False, disk=stick)) == "disk-full"
    assert names_in(tmp_path) == []


@posix
def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for folder in (tmp_path / "gone", tmp_path / "file"):
        assert what_of(lambda folder=folder: write_whole(folder / "a", b"x")) == "folder-missing"
        assert what_of(lambda folder=folder: sync_folder(folder)) == "folder-missing"


@linux
def test_a_file_larger_than_the_file_system_takes_leaves_nothing(tmp_path: Path) -> None:
    program = (
        "import resource, sys; from pathlib import Path; from evidence_kit.files import write_whole\n"
        "from evidence_kit.errors import Refused\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "try: write_whole(Path(sys.argv[1]) / 'a', bytes(65537))\n"
        "except Refused as error: print(error.code.value)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout == "too-large-for-disk\n"
    assert names_in(tmp_path) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount a small file system")
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("this machine does not allow mounts")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_told_and_keeps_the_old_file(small_disk: Path) -> None:
    write_whole(small_disk / "a", b"old")
    assert what_of(lambda: write_stream(small_disk / "a", (bytes(4096) for _ in range(100)))) == "disk-full"
    assert names_in(small_disk) == ["a"]
    assert (small_disk / "a").read_bytes() == b"old"
    write_whole(small_disk / "b", bytes(100_000))


def test_a_disk_mounted_read_only_is_told(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert what_of(lambda: write_whole(small_disk / "a", b"x")) == "read-only"


def test_a_folder_in_memory_is_known_by_its_mount(small_disk: Path) -> None:
    assert in_memory(small_disk)
    assert in_memory(small_disk / "not" / "there" / "yet")


@pytest.mark.parametrize(
    ("code", "branch", "what"),
    [
        (errno.ENOSPC, Refused, "disk-full"),
        (errno.EROFS, Refused, "read-only"),
        (errno.EACCES, Refused, "no-permission"),
        (errno.EPERM, Refused, "no-permission"),
        (errno.ENOENT, Refused, "folder-missing"),
        (errno.EFBIG, Refused, "too-large-for-disk"),
        (errno.EIO, Unavailable, "disk-error"),
        (errno.ENODEV, Unavailable, "disk-error"),
        (errno.ESTALE, Unavailable, "disk-error"),
    ],
)
def test_what_the_system_says_of_a_disk_becomes_an_error_of_ours(code: int, branch: type[KitError], what: str) -> None:
    with pytest.raises(branch) as caught, disk_errors():
        raise OSError(code, "told by the system")
    assert caught.value.code.value == what
    assert isinstance(caught.value.__cause__, OSError)


@pytest.mark.parametrize("code", [errno.EIO, errno.ENODEV, errno.ENOTCONN, errno.ENXIO])
def test_a_disk_that_is_taken_out_is_told_whatever_was_being_done(code: int) -> None:
    with pytest.raises(Unavailable) as caught, medium_errors():
        raise OSError(code, "told by the system")
    assert (caught.value.code.value, caught.value.facts["errno"]) == ("disk-error", code)


def test_only_that_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), medium_errors():
        (tmp_path / "nothing").stat()


def test_what_the_system_says_of_a_bug_stays_a_bug() -> None:
    with pytest.raises(OSError, match="of ours"), disk_errors():
        raise OSError(errno.EBADF, "of ours")


# Streams


class Trickle(io.BytesIO):
    """A source that gives less than it is asked for, as pipes do."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 7))


@given(st.binary(max_size=200))
@settings(max_examples=25)
def test_the_hash_of_a_stream_is_the_hash_of_its_bytes(content: bytes) -> None:
    expected = (hashlib.sha256(content).hexdigest(), len(content))
    assert sha256_of(io.BytesIO(content)) == sha256_of(Trickle(content)) == expected
    assert b"".join(chunks_of(Trickle(content))) == content


def test_no_chunk_is_larger_than_asked_for() -> None:
    assert list(chunks_of(io.BytesIO(b"abcdefg"), 3)) == [b"abc", b"def", b"g"]
    assert [len(chunk) for chunk in chunks_of(io.BytesIO(bytes(CHUNK + 1)))] == [CHUNK, 1]


# Originals


def test_an_original_is_read_from_its_start(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\r\n\x1a")
    with open_original(tmp_path / "photo.jpg") as source:
        assert source.read() == b"\r\n\x1a"


@posix
def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    (tmp_path / "link").symlink_to("photo.jpg")
    with open_original(tmp_path / "link") as source:
        assert source.read() == b"x"


@contextlib.contextmanager
def special(folder: Path, kind: str) -> Iterator[Path]:
    path = folder / kind
    match kind:
        case "fifo":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "link-to-fifo":
            os.mkfifo(folder / "pipe")
            path.symlink_to("pipe")
        case "socket":
            # By a relative name: a socket's path has at most 108 bytes.
            with socket.socket(socket.AF_UNIX) as listener, contextlib.chdir(folder):
                listener.bind(kind)
        case _:
            path = Path("/dev") / kind
    yield path


@posix
@pytest.mark.parametrize("kind", ["fifo", "link-to-fifo", "folder", "socket", "null", "zero", "tty"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    with special(tmp_path, kind) as path:
        assert what_of(lambda: open_original(path)) == "not-a-file"
        assert what_of(lambda: read_capped(path, 100)) == "not-a-file"


@posix
@pytest.mark.parametrize("name", ["gone", "file/inside", "loop", "dangling", "x" * 300, "zero\0byte"])
def test_what_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nowhere")
    assert what_of(lambda: open_original(tmp_path / name)) == "no-such-file"
    with pytest.raises(FileNotFoundError):
        read_capped(tmp_path / name, 100)


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Without the powers of root, for whom no file is forbidden."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@posix
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "a").write_bytes(b"secret")
    (tmp_path / "a").chmod(0)
    with as_nobody():
        assert what_of(lambda: open_original(tmp_path / "a")) == "no-permission"
        assert what_of(lambda: read_capped(tmp_path / "a", 100)) == "no-permission"


def test_a_small_file_is_read_up_to_its_cap(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read_capped(tmp_path / "a", 5) == b"12345"
    with pytest.raises(Refused) as caught:
        read_capped(tmp_path / "a", 4)
    assert (caught.value.code.value, caught.value.facts) == ("file-too-large", {"name": "a", "cap": 4})


# Names


def reserved_names() -> Iterable[str]:
    yield from ("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$")
    for port in ("COM", "LPT"):
        yield from (port + digit for digit in "0123456789¹²³")


hostile_parts = st.sampled_from(
    ["/", "\\", "..", ".", " ", ":", "\0", "\n", "\u202e", "\u200b", "\ud800", "\u2028", "\xa0", "e\u0301", "😀", "CON"]
)
hostile_names = st.lists(hostile_parts | st.text(max_size=5), max_size=60).map("".join) | st.text(max_size=400)


@given(hostile_names)
@example("CON" + " " * 200 + "x")
@example("a" * 118 + " .b" + "c" * 50)
@example("e\u200d\u0301")
@settings(max_examples=600, deadline=None)
def test_a_safe_name_stays_in_its_folder_on_every_system(untrusted: str) -> None:
    name = safe_name(untrusted)
    assert 1 <= len(name.encode()) <= 120
    assert not set(name) & set('/\\<>:"|?*')
    assert {unicodedata.category(character) for character in name}.isdisjoint(
        {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    assert name == name.strip(" .")
    assert name.split(".")[0].rstrip(" ").upper() not in set(reserved_names())
    assert unicodedata.is_normalized("NFC", name)
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("untrusted", "name"),
    [
        ("photo.jpg", "photo.jpg"),
        ("عکس ۱۲.jpg", "عکس ۱۲.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.txt", "a.txt"),
        ("a/b\\c/d.txt", "d.txt"),
        ("C:a.txt", "C_a.txt"),
        ("a.txt:stream", "a.txt_stream"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("folder/", "unnamed"),
        (".hidden", "hidden"),
        (" " * 120 + "x.jpg", "x.jpg"),
        ("exe.\u202egpj.scr", "exe.gpj.scr"),
        ("a\nb\x1b[31m", "ab[31m"),
        ("con", "_con"),
        ("Con.tar.gz", "_Con.tar.gz"),
        ("nul .txt", "_nul .txt"),
        ("com¹", "_com¹"),
        ("lpt9.x", "_lpt9.x"),
        ("console.txt", "console.txt"),
        ("com10", "com10"),
        ("\xa0\u3000", "unnamed"),
        ("e\u0301", "é"),
        ("\udcff\udcfe", "unnamed"),
    ],
)
def test_names_become_safe_as_expected(untrusted: str, name: str) -> None:
    assert safe_name(untrusted) == name


def test_a_fallback_can_be_chosen() -> None:
    assert safe_name("///", "photo") == "photo"


@pytest.mark.parametrize("letter", ["x", "é", "語", "😀"])
def test_a_long_name_keeps_a_short_extension(letter: str) -> None:
    name = safe_name(letter * 300 + ".jpeg")
    assert name.endswith(letter + ".jpeg")
    assert 115 < len(name.encode()) <= 120
    assert len(safe_name("x." + letter * 300).encode()) <= 120


def test_a_name_of_megabytes_or_of_stacked_accents_takes_no_time() -> None:
    started = time.perf_counter()
    for untrusted in ("x" * 5_000_000 + ".jpg", "e" + "\u0301\u0316" * 60_000):
        assert len(safe_name(untrusted).encode()) <= 120
    # Composing all the accents takes ten seconds; cutting one character at a time, hours.
    assert time.perf_counter() - started < 3


# Folders in memory


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("/run/user/1000/ek-1", True),
        ("/run/user/1000", True),
        ("/run/user/10001", False),
        ("/run", False),
        ("/home/me", False),
        ("/run/user/1000/disk/a", False),
        ("/mnt/my stick/a", True),
        ("/mnt/back\\slash/a", True),
        ("/mnt/twice", False),
        ("/mnt/odd\u2028name/a", True),
    ],
)
@posix
def test_the_innermost_mount_says_whether_a_folder_is_in_memory(tmp_path: Path, folder: str, expected: bool) -> None:
    table = tmp_path / "mounts"
    table.write_text(
        "/dev/vda / ext4 rw 0 0\n"
        "tmpfs /run/user/1000 tmpfs rw 0 0\n"
        "/dev/sdb /run/user/1000/disk ext4 rw 0 0\n"
        "none /mnt/my\\040stick ramfs rw 0 0\n"
        "none /mnt/back\\134slash tmpfs rw 0 0\n"
        "none /mnt/twice tmpfs rw 0 0\n"
        "/dev/sdc /mnt/twice ext4 rw 0 0\n"
        "none /mnt/odd\u2028name tmpfs rw 0 0\n",
        encoding="utf-8",
    )
    assert in_memory(Path(folder), table) is expected


def test_without_a_table_of_mounts_nothing_counts_as_memory(tmp_path: Path) -> None:
    assert not in_memory(tmp_path, tmp_path / "gone")


@linux
def test_private_things_lie_in_memory_here() -> None:
    assert in_memory(runtime_folder())


def test_a_private_folder_is_ours_alone_and_gone_afterwards() -> None:
    with private_folder() as folder, private_folder() as other:
        assert folder != other
        assert folder.parent == runtime_folder()
        if sys.platform != "win32":
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "deep" / "deeper").mkdir(parents=True)
        (folder / "deep" / "deeper" / "key").write_bytes(b"secret")
    assert not folder.exists()
    assert not other.exists()


@pytest.mark.parametrize("fault", [Interrupted(), ValueError("bug"), Refused(Code.DISK_FULL)], ids=repr)
def test_a_private_folder_is_gone_after_a_fault_too(fault: BaseException) -> None:
    seen = []
    with pytest.raises(type(fault)), private_folder() as folder:
        seen.append(folder)
        (folder / "key").write_bytes(b"secret")
        raise fault
    assert not seen[0].exists()


@posix
def test_a_private_folder_does_not_remove_what_its_links_lead_to(tmp_path: Path) -> None:
    (tmp_path / "own").write_bytes(b"the person's own")
    with private_folder() as folder:
        (folder / "link").symlink_to(tmp_path)
    assert names_in(tmp_path) == ["own"]


@posix
def test_a_private_folder_already_removed_is_no_fault() -> None:
    with private_folder() as folder:
        folder.rmdir()


@linux
def test_a_private_folder_that_cannot_be_removed_is_told() -> None:
    with as_nobody():
        with pytest.raises(Unavailable) as caught, private_folder() as folder:
            (folder / "kept").mkdir()
            (folder / "kept" / "key").write_bytes(b"secret")
            (folder / "kept").chmod(0o500)
        assert (caught.value.code.value, caught.value.facts) == ("private-folder-left", {"folder": str(folder)})
        (folder / "kept").chmod(0o700)
        shutil.rmtree(folder)


@linux
@pytest.mark.parametrize(
    ("where", "owner", "mode", "taken"),
    [("memory", None, 0o700, True), ("disk", None, 0o700, False), ("memory", 65534, 0o777, False)],
)
def test_the_runtime_folder_of_the_session_is_taken_if_it_is_memory_and_ours(
    tmp_path: Path, where: str, owner: int | None, mode: int, taken: bool
) -> None:
    if owner is not None and os.geteuid() != 0:
        pytest.skip("only root can give a folder to somebody else")
    if in_memory(tmp_path):
        pytest.skip("the tests' own folder is in memory")
    folder = (Path("/dev/shm") if where == "memory" else tmp_path) / f"ek-test-{secrets.token_hex(4)}"
    folder.mkdir()
    try:
        folder.chmod(mode)
        if owner is not None:
            os.chown(folder, owner, owner)
        said = subprocess.run(
            [sys.executable, "-c", "from evidence_kit.files import runtime_folder; print(runtime_folder())"],
            env=os.environ | {"XDG_RUNTIME_DIR": str(folder)},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert (said.stdout.strip() == str(folder)) is taken
    finally:
        folder.rmdir()
