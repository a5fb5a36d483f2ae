"""One file that holds the whole vault, encrypted as it was; and back, whole or not at all.

A tar of plain files whose first member lists every other with size and SHA-256. The list guards against accidents;
against forgery the vault's own keys do, when the restored vault is opened and checked.
"""

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.files import CHUNK, chunks_of, disk_errors, open_original, sha256_of, sync_folder, write_stream
from evidence_kit.system import locks, open_new

Progress = Callable[[int, int], None]
VERSION: Final = 1
_LIST_NAME: Final = "evidence-kit-backup"
_LIST_CAP: Final = 256 << 20
_SMALL: Final = 1 << 20
_TAR_BLOCK: Final = 512
_MEMBER: Final = re.compile(
    r"vault\.header|vault\.db|network\.json|exhibits/[0-9a-f]{32}|intake/(link|[0-9a-f]{32}|(quarantine/)?[0-9]{10}-[0-9a-f]{8})"
    r"|outbox/(parcels/[0-9A-Za-z-]{8,64}\.pgp|deliveries/[0-9A-Za-z-]{8,64}\.json)"
)
_LINE: Final = re.compile(r"([0-9a-f]{64}) ([0-9]{1,15}) ([0-9A-Za-z./-]{1,100})")


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    size: int
    sha256: str


def backup(folder: Path, copy_database: Callable[[Path], None], file: Path, progress: Progress) -> None:
    """Write the vault in `folder` into `file`, which must not exist; `copy_database` makes a consistent copy.

    `progress` hears of bytes written and of all. Raises `Refused(Code.FILE_EXISTS)` and as `disk_errors`,
    `Broken(Code.BACKUP_CHANGED)` where a file that never changes did.
    """
    if file.exists():
        raise Refused(Code.FILE_EXISTS, name=file.name)
    copy = folder / f".{secrets.token_hex(8)}.part"
    try:
        with disk_errors():
            copy_database(copy)
            # Small files change while a sender is at work: they are held as they are now.
            held = {name: path.read_bytes() for name, path in _files(folder) if path.stat().st_size <= _SMALL}
            large = {name: path for name, path in _files(folder) if name not in held} | {"vault.db": copy}
            members = [_member(name, held, large) for name in sorted(held.keys() | large.keys())]
        write_stream(file, _tar(members, held, large, progress), replace=False)
    finally:
        copy.unlink(missing_ok=True)


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if name == "vault.db" or not _MEMBER.fullmatch(name) or not path.is_file() or path.is_symlink():
            continue
        if name.startswith("intake/") and not _is_finished(path):
            continue
        yield name, path


def _is_finished(path: Path) -> bool:
    """Whether nobody is still writing an intake's file; what is not sealed yet is not in the backup."""
    handle = locks.take(path)
    if handle is None:
        return False
    os.close(handle)
    return True


def _member(name: str, held: dict[str, bytes], large: dict[str, Path]) -> _Member:
    if name in large:
        with large[name].open("rb") as source:
            sha256, size = sha256_of(source)
        return _Member(name, size, sha256)
    return _Member(name, len(held[name]), hashlib.sha256(held[name]).hexdigest())


def _tar(members: list[_Member], held: dict[str, bytes], large: dict[str, Path], progress: Progress) -> Iterator[bytes]:
    lines = [f"{_LIST_NAME} {VERSION}", *(f"{member.sha256} {member.size} {member.name}" for member in members)]
    listing = "".join(f"{line}\n" for line in lines).encode("ascii")
    total = sum(member.size for member in members)
    done = 0
    yield _tar_header(_LIST_NAME, len(listing)) + listing + _padding(len(listing))
    for member in members:
        yield _tar_header(member.name, member.size)
        digest = hashlib.sha256()
        with contextlib.ExitStack() as closing:
            if member.name in large:
                chunks = chunks_of(closing.enter_context(large[member.name].open("rb")))
            else:
                chunks = iter((held[member.name],))
            for chunk in chunks:
                digest.update(chunk)
                yield chunk
                done += len(chunk)
                progress(done, total)
        if digest.hexdigest() != member.sha256:
            raise Broken(Code.BACKUP_CHANGED, name=member.name)
        yield _padding(member.size)
    yield bytes(2 * _TAR_BLOCK)


def _tar_header(name: str, size: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry.tobuf(tarfile.GNU_FORMAT, "ascii", "strict")


def _padding(size: int) -> bytes:
    return bytes(-size % _TAR_BLOCK)


def restore(file: Path, folder: Path, progress: Progress = lambda _done, _total: None) -> None:
    """Make the vault of a backup again in `folder`, which must be absent or empty: whole or not at all.

    Raises `Refused` with "folder-not-empty", "no-such-file", "newer-version" or as `disk_errors`,
    `Broken(Code.BACKUP_DAMAGED)` with the member's name where one is known.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(Code.FOLDER_NOT_EMPTY, folder=str(folder))
    folder = folder.absolute()
    building = folder.with_name(f".{folder.name}-{secrets.token_hex(4)}.part")
    with open_original(file) as source, disk_errors():
        folder.parent.mkdir(parents=True, exist_ok=True)
        building.mkdir(mode=0o700)
        try:
            _unpack(source, building, progress)
            for room in (*building.rglob("*/"), building):
                sync_folder(room)
            building.rename(folder)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        sync_folder(folder.parent)


def _unpack(source: BinaryIO, building: Path, progress: Progress) -> None:
    members = _listed(source)
    total = sum(member.size for member in members)
    done = 0
    for member in members:
        if _next_member(source) != (member.name, member.size):
            raise Broken(Code.BACKUP_DAMAGED, name=member.name)
        path = building / member.name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest = hashlib.sha256()
        handle = open_new(path)
        with os.fdopen(handle, "wb") as out:
            left = member.size
            while left:
                chunk = source.read(min(CHUNK, left))
                if not chunk:
                    raise Broken(Code.BACKUP_DAMAGED, name=member.name)
                digest.update(chunk)
                out.write(chunk)
                left -= len(chunk)
                done += len(chunk)
                progress(done, total)
            out.flush()
            os.fsync(out.fileno())
        if digest.hexdigest() != member.sha256 or any(source.read(-member.size % _TAR_BLOCK)):
            raise Broken(Code.BACKUP_DAMAGED, name=member.name)
    if source.read(2 * _TAR_BLOCK + 1) != bytes(2 * _TAR_BLOCK):
        raise Broken(Code.BACKUP_DAMAGED)


def _listed(source: BinaryIO) -> list[_Member]:
    name, size = _next_member(source)
    if name != _LIST_NAME or size > _LIST_CAP:
        raise Broken(Code.BACKUP_DAMAGED)
    untrusted = source.read(size)
    source.read(-size % _TAR_BLOCK)
    try:
        first, *lines = untrusted.decode("ascii").splitlines()
    except ValueError:
        raise Broken(Code.BACKUP_DAMAGED) from None
    version = re.fullmatch(rf"{_LIST_NAME} ([0-9]{{1,9}})", first)
    if version is None:
        raise Broken(Code.BACKUP_DAMAGED)
    if int(version[1]) > VERSION:
        raise Refused(Code.NEWER_VERSION, found=int(version[1]), known=VERSION)
    members = []
    for line in lines:
        fields = _LINE.fullmatch(line)
        if fields is None or not _MEMBER.fullmatch(fields[3]):
            raise Broken(Code.BACKUP_DAMAGED)
        members.append(_Member(fields[3], int(fields[2]), fields[1]))
    names = {member.name for member in members}
    if len(names) != len(members) or not {"vault.header", "vault.db"} <= names:
        raise Broken(Code.BACKUP_DAMAGED)
    return members


def _next_member(source: BinaryIO) -> tuple[str, int]:
    """The next header, of a plain file only: no links, no long names, nothing that could grow."""
    try:
        entry = tarfile.TarInfo.frombuf(source.read(_TAR_BLOCK), "ascii", "strict")
    except (tarfile.HeaderError, ValueError):
        raise Broken(Code.BACKUP_DAMAGED) from None
    if entry.type != tarfile.REGTYPE or entry.size < 0:
        raise Broken(Code.BACKUP_DAMAGED)
    return entry.name, entry.size
