"""Write whole or not at all; hash a stream; names that cannot escape; folders that leave no trace.

Holds nothing about evidence: only what every room needs of the file system.
"""

import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
import stat
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from evidence_kit import system
from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused, Unavailable
from evidence_kit.system import locks

CHUNK: Final = 1 << 20
_WRITE_BACK: Final = 32 << 20
_NAME_CAP: Final = 120
_SHARED_MEMORY: Final = "/dev/shm"  # noqa: S108 - only ever a random folder of mode 0700 inside it
_MOUNTS: Final = Path("/proc/self/mounts")
_REMOVALS: Final = 8
# What file systems without hard links say (FAT, exFAT, some network and FUSE ones), and Windows in their place.
_NO_LINKS: Final = frozenset(
    {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EINVAL, errno.EXDEV}
)
# Errors of `disk_errors` that end when somebody makes room, lifts the protection or sees to the cable.
DISK_FAULTS: Final = frozenset({Code.DISK_FULL, Code.READ_ONLY, Code.NO_PERMISSION, Code.DISK_ERROR})
# A disk that fails, or that was taken out while it was in use.
_GONE: Final = frozenset({errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.ETIMEDOUT, errno.ENOTCONN})
_NO_FOLDER_SYNC: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP})
_RESERVED: Final = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³]) *(\.|$)", re.IGNORECASE)


class Disk:
    """The calls that file systems answer differently; a test gives one that fails."""

    def fsync(self, handle: int) -> None:
        os.fsync(handle)

    def link(self, existing: Path, new: Path) -> None:
        os.link(existing, new)

    def hold(self, handle: int) -> bool:
        return locks.hold(handle)


_DISK: Final = Disk()


def sync_folder(folder: Path, *, disk: Disk = _DISK) -> None:
    """Make a rename or a new name in `folder` survive a power cut (where the system does not do it by itself).

    A file system that cannot sync folders is left to its own ways. Raises as `disk_errors` does.
    """
    with disk_errors():
        handle = system.open_folder(folder)
        if handle is None:
            return
        try:
            disk.fsync(handle)
        except OSError as error:
            if error.errno not in _NO_FOLDER_SYNC:
                raise
        finally:
            os.close(handle)


def write_whole(path: Path, content: bytes, *, replace: bool = True, mode: int = 0o600, disk: Disk = _DISK) -> None:
    """Write `content` under a temporary name in the same folder, sync, rename, sync the folder.

    With `replace=False` an existing `path` is left alone and `Refused(Code.FILE_EXISTS)` raised. Raises as
    `disk_errors` does; then an old `path` is as it was (unless only the folder's sync failed), a new one not there.
    """
    write_stream(path, (content,), replace=replace, mode=mode, disk=disk)


def write_stream(
    path: Path,
    chunks: Iterable[bytes],
    *,
    replace: bool = True,
    mode: int = 0o600,
    disk: Disk = _DISK,
    partial_name: str | None = None,
) -> int:
    """As `write_whole`, from chunks; the number of bytes written.

    A fixed `partial_name` lets a second try replace what a killed one left; only for a path with one writer at a time.
    """
    size = 0
    with disk_errors():
        partial, handle = _begin(path, partial_name, mode, disk)
        try:
            with os.fdopen(handle, "wb") as out:
                begun = 0
                for chunk in chunks:
                    out.write(chunk)
                    size += len(chunk)
                    if size - begun >= _WRITE_BACK:
                        system.begin_write_back(out.fileno(), begun, size - begun)
                        begun = size
                out.flush()
                disk.fsync(out.fileno())
                # Still open, and with it locked, until it has its own name.
                if replace:
                    partial.replace(path)
                else:
                    _place_new(partial, path, disk)
        finally:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
    try:
        sync_folder(path.parent, disk=disk)
    except KitError:
        if not replace:
            # Whoever tries again must not be told that it is there already.
            with contextlib.suppress(OSError):
                path.unlink()
        raise
    return size


def _begin(path: Path, partial_name: str | None, mode: int, disk: Disk) -> tuple[Path, int]:
    """A new file beside `path`, open, and locked so that `remove_abandoned` knows that somebody is at it.

    One of a fixed name is in nobody's way, and may lie on a share where asking for locks takes long.
    """
    while True:
        partial = path.with_name(partial_name or f".{secrets.token_hex(8)}.part")
        if partial_name:
            partial.unlink(missing_ok=True)
        handle = system.open_new(partial, mode)
        try:
            ours = partial_name is not None or disk.hold(handle)
        except OSError:
            ours = True  # without locks nobody can tidy there either
        if ours and os.path.lexists(partial):
            return partial, handle
        os.close(handle)  # taken for abandoned between its making and its lock


def remove_abandoned(folder: Path) -> None:
    """Remove what writers that died left half-written in `folder`; what somebody is writing now stays.

    Raises `OSError`.
    """
    for partial in folder.glob(".*.part"):
        if (handle := locks.take(partial)) is not None:
            partial.unlink(missing_ok=True)
            os.close(handle)


def _place_new(partial: Path, path: Path, disk: Disk) -> None:
    try:
        disk.link(partial, path)
    except FileExistsError:
        raise Refused(Code.FILE_EXISTS, name=path.name) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(path):
            raise Refused(Code.FILE_EXISTS, name=path.name) from None
        partial.rename(path)


@contextlib.contextmanager
def disk_errors() -> Iterator[None]:
    """Turn the operating system's refusals to write into errors a person can act on.

    Raises `Refused` with "disk-full", "read-only", "no-permission", "folder-missing" or "too-large-for-disk" (FAT takes
    4 GiB), `Unavailable(Code.DISK_ERROR)` for a faulty, unplugged or unreachable disk.
    """
    try:
        yield
    except OSError as error:
        match error.errno:
            case errno.ENOSPC | errno.EDQUOT:
                raise Refused(Code.DISK_FULL) from error
            case errno.EROFS:
                raise Refused(Code.READ_ONLY) from error
            case errno.EACCES | errno.EPERM:
                raise Refused(Code.NO_PERMISSION) from error
            case errno.ENOENT | errno.ENOTDIR:
                raise Refused(Code.FOLDER_MISSING) from error
            case errno.EFBIG:
                raise Refused(Code.TOO_LARGE_FOR_DISK) from error
            case number if number in _GONE:
                raise Unavailable(Code.DISK_ERROR, errno=number) from error
            case _:
                raise


@contextlib.contextmanager
def medium_errors() -> Iterator[None]:
    """Around whole pieces of work, reading ones too: a disk that fails or is taken out is no fault of ours.

    Raises `Unavailable(Code.DISK_ERROR)`.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _GONE:
            raise
        raise Unavailable(Code.DISK_ERROR, errno=error.errno) from error


def chunks_of(source: BinaryIO, size: int = CHUNK) -> Iterator[bytes]:
    """`source` in pieces of at most `size` bytes; never the whole."""
    while chunk := source.read(size):
        yield chunk


def sha256_of(source: BinaryIO) -> tuple[str, int]:
    """Lower-case hex SHA-256 and size in bytes of what is left of `source`."""
    digest = hashlib.sha256()
    size = 0
    for chunk in chunks_of(source):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def read_capped(path: Path, cap: int) -> bytes:
    """The whole of a small file.

    Raises `FileNotFoundError`, whose meaning the caller knows, `Refused(Code.FILE_TOO_LARGE)` over `cap` bytes, and
    else as `open_original`.
    """
    with _open_regular(path) as source:
        content = source.read(cap + 1)
    if len(content) > cap:
        raise Refused(Code.FILE_TOO_LARGE, name=path.name, cap=cap)
    return content


def open_original(path: Path) -> BinaryIO:
    """Open a person's file for reading; regular files only, reached through symbolic links or not.

    Raises `Refused` with "no-such-file", "not-a-file" or "no-permission", `Unavailable(Code.DISK_ERROR)`.
    """
    try:
        return _open_regular(path)
    except FileNotFoundError:
        raise Refused(Code.NO_SUCH_FILE, name=path.name) from None


def _open_regular(path: Path) -> BinaryIO:
    try:
        # Asked before it is opened: opening alone can move a device or wait for a pipe's other end.
        handle = system.open_to_read(path, follow=True) if stat.S_ISREG(path.stat().st_mode) else None
    except PermissionError:
        raise Refused(Code.NO_PERMISSION, name=path.name) from None
    except OSError as error:
        if error.errno in {errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL}:
            raise FileNotFoundError(errno.ENOENT, "no such file") from None
        if error.errno == errno.ENOENT:
            raise
        raise Unavailable(Code.DISK_ERROR, errno=error.errno) from error
    except ValueError:  # a zero byte in the name
        raise FileNotFoundError(errno.ENOENT, "no such file") from None
    if handle is not None and stat.S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    if handle is not None:
        os.close(handle)
    raise Refused(Code.NOT_A_FILE, name=path.name)


def safe_name(untrusted_name: str, fallback: str = "unnamed") -> str:
    """A file name that stays in its folder on every system, in at most 120 bytes of UTF-8.

    Without separators, control, bidi and other invisible format characters, what Windows forbids or reserves, and dots
    or spaces at either end. `fallback` where nothing is left. A safe name is its own safe name.
    """
    last = untrusted_name.replace("\\", "/").rsplit("/", 1)[-1]
    if len(last) > 2 * _NAME_CAP:
        # Composing characters takes quadratic time, and only the start and the extension can stay anyway.
        last = last[:_NAME_CAP] + last[-_NAME_CAP:]
    kept = unicodedata.normalize("NFC", "".join(map(_plain, last))).strip(" .")
    # One byte stays free for the underscore; cutting can bare a space, a dot or a reserved name.
    kept = _cut(kept, _NAME_CAP - 1).strip(" .")
    if _RESERVED.match(kept):
        kept = "_" + kept
    return kept or fallback


def _plain(character: str) -> str:
    if character in '<>:"|?*':
        return "_"
    match unicodedata.category(character):
        case "Cc" | "Cf" | "Cs" | "Co" | "Cn" | "Zl" | "Zp":
            return ""
        case "Zs":
            return " "
        case _:
            return character


def _cut(name: str, cap: int) -> str:
    """At most `cap` bytes, the extension kept where it is a short one."""
    if len(name.encode()) <= cap:
        return name
    head, dot, tail = name.rpartition(".")
    extension = dot + tail if head and len(tail) < 12 else ""
    return name.encode()[: cap - len(extension.encode())].decode(errors="ignore") + extension


def runtime_folder() -> Path:
    """A folder in memory where private things may lie for the life of a process.

    `$XDG_RUNTIME_DIR` or `/dev/shm` where they are memory and nobody else can rename what we put there; else the
    system's temporary folder.
    """
    for candidate in (os.environ.get("XDG_RUNTIME_DIR"), _SHARED_MEMORY):
        if candidate and os.access(candidate, os.W_OK | os.X_OK) and in_memory(Path(candidate)) and _ours(candidate):
            return Path(candidate)
    return Path(tempfile.gettempdir())


def _ours(folder: str) -> bool:
    """Owned by us, or sticky: `su` leaves another user's `$XDG_RUNTIME_DIR` behind."""
    status = Path(folder).stat()
    return system.is_mine(status) or bool(status.st_mode & stat.S_ISVTX)


def in_memory(folder: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether `folder` lies on tmpfs or ramfs, by the table `mounts` (proc(5); False where there is none)."""
    try:
        table = mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    best, kind = "", ""
    real = str(folder.resolve())
    for line in filter(None, table.split("\n")):
        _, where, filesystem, *_ = line.split(" ")
        where = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), where)
        if (real == where or real.startswith(where.rstrip("/") + "/")) and len(where) >= len(best):
            best, kind = where, filesystem
    return kind in {"tmpfs", "ramfs"}


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """A folder of mode 0700 with a short random name in `runtime_folder()`, emptied and removed on leaving.

    Raises `Unavailable(Code.PRIVATE_FOLDER_LEFT)` where it could not be removed: what lies in it is secret.
    """
    with disk_errors():
        folder = Path(tempfile.mkdtemp(prefix="ek-", dir=runtime_folder()))
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    # A gpg agent on its way out removes and makes files at the same time.
    for _ in range(_REMOVALS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
    raise Unavailable(Code.PRIVATE_FOLDER_LEFT, folder=str(folder))
