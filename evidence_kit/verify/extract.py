"""Unpack a report into a folder that the recipient chose: safe paths, whole or not at all. Checking is another act."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.files import disk_errors
from evidence_kit.seal.pgp import Keyring
from evidence_kit.system import open_new
from evidence_kit.verify.archive import Member, read_directory
from evidence_kit.verify.bag import without_top
from evidence_kit.verify.container import HandedForm, form_of, message_members, read_message, zip_members


def extract(path: Path, folder: Path, *, keyring: Keyring | None = None) -> None:
    """Write the bag inside a zip, message or mail into `folder`, which must not exist or be empty.

    The container's structure and an encrypted message's integrity are checked on the way; whether the report itself
    holds is told by `check` on the folder. Raises `Refused` with "folder-not-empty", "already-unpacked" (a folder was
    given) or "notice-only", `Broken` and `Refused` as `check` would find or raise, and as `files.disk_errors`. After an
    error nothing is left.
    """
    form = form_of(path)
    if form is HandedForm.FOLDER:
        raise Refused(Code.ALREADY_UNPACKED)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(Code.FOLDER_NOT_EMPTY, name=folder.name)
    unfinished = folder.with_name(f".{secrets.token_hex(8)}.part")
    with disk_errors():
        unfinished.mkdir(mode=0o700)
        try:
            for member in without_top(_members(path, form, keyring)):
                _write(member, unfinished)
            with contextlib.suppress(FileNotFoundError):
                folder.rmdir()
            unfinished.rename(folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise


def _members(path: Path, form: HandedForm, keyring: Keyring | None) -> Iterator[Member]:
    if form is HandedForm.ZIP:
        yield from zip_members(path)
        return
    if keyring is None:
        raise Refused(Code.NEEDS_SECRET_KEY)
    message = read_message(path, form, keyring)
    if message.is_notice:
        raise Refused(Code.NOTICE_ONLY)
    opened = yield from message_members(path, form, keyring, read_directory(message.tail, message.size))
    if opened.size != message.size:
        # Only a file that changes under our hands comes here.
        raise Broken(Code.CONTAINER_DAMAGED, place=path.name)


def _write(member: Member, folder: Path) -> None:
    """Names were checked with the directory: relative, ASCII, no dots that climb, no two alike."""
    target = folder / member.name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = open_new(target)
    with os.fdopen(handle, "wb") as out:
        for chunk in member.chunks:
            out.write(chunk)
