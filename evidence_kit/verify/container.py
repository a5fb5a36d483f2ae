"""Open what a recipient has - a folder, a zip, an encrypted message, a mail - as members in order, nothing on disk.

An encrypted message is read twice: the first time for its integrity, its head and its tail (the zip's directory), the
second time member by member. Plaintext is only ever in memory.
"""

import contextlib
import hashlib
import io
import os
import stat
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, KitError, Refused
from evidence_kit.files import CHUNK, chunks_of, open_original
from evidence_kit.model import report as layout
from evidence_kit.plain_text import plain_line
from evidence_kit.seal.pgp import Keyring, Opened, inspect_certificate
from evidence_kit.system import open_to_read
from evidence_kit.verify.archive import MEMBER_CAP, TAIL_CAP, Directory, Member, read_directory, walk
from evidence_kit.verify.mail import ChunkReader, binary_message, looks_like_mail, message_in_mail
from evidence_kit.verify.names import NAME_SHOWN, flaw_in_names

HEAD_CAP: Final = 512 * 1024
NOTICE_CAP: Final = 4096
_ZIP_START: Final = b"PK"
_ARMOR_START: Final = b"-----BEGIN PGP MESSAGE-----"
# What the packets around a message may add to it; more plaintext than this is a decompression bomb.
_OVERHEAD: Final = 64 * 1024


class HandedForm(StrEnum):
    """What a recipient handed over."""

    FOLDER = "folder"
    ZIP = "zip"
    MESSAGE = "message"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class EncryptedMessage:
    """An encrypted message after its first reading. `ciphertext` is the SHA-256 and size of its binary form."""

    ciphertext: tuple[str, int]
    opened: Opened
    head: bytes
    tail: bytes
    size: int

    @property
    def is_notice(self) -> bool:
        return self.size <= NOTICE_CAP and self.head.startswith(layout.NOTICE_TITLE.encode())


def form_of(path: Path) -> HandedForm:
    """What `path` is. Raises `Refused` with "no-such-file", "not-a-file", "no-permission" or "not-a-report"."""
    if path.is_dir():
        return HandedForm.FOLDER
    with open_original(path) as source:
        head = source.read(4096)
    if head.startswith(_ZIP_START):
        return HandedForm.ZIP
    if head.lstrip().startswith(_ARMOR_START) or (head and head[0] & 0x80):
        return HandedForm.MESSAGE
    if looks_like_mail(head):
        return HandedForm.MAIL
    raise Refused(Code.NOT_A_REPORT, name=plain_line(path.name, NAME_SHOWN))


@contextlib.contextmanager
def open_ciphertext(path: Path, form: HandedForm, seen: Callable[[bytes], object] = len) -> Iterator[BinaryIO]:
    """The OpenPGP message of a file in binary, as a stream; `seen` is told what is read of it.

    Raises as `mail.message_in_mail` and `binary_message`.
    """
    with open_original(path) as source:
        chunks = message_in_mail(source) if form is HandedForm.MAIL else chunks_of(source)
        with io.BufferedReader(ChunkReader(binary_message(chunks), seen), CHUNK) as binary:
            yield binary


def read_message(path: Path, form: HandedForm, keyring: Keyring) -> EncryptedMessage:
    """Read a message once: whether it is whole and for this keyring, and its two ends.

    Raises as `Keyring.open_message`.
    """
    tail: deque[bytes] = deque()
    kept = size = 0
    head = b""
    digest = hashlib.sha256()
    weight = 0

    def weigh(chunk: bytes) -> None:
        nonlocal weight
        weight += len(chunk)
        digest.update(chunk)

    with (
        open_ciphertext(path, form, weigh) as ciphertext,
        keyring.open_message(ciphertext, max_output=plaintext_cap(path)) as plain,
    ):
        for chunk in chunks_of(plain):
            size += len(chunk)
            head += chunk[: HEAD_CAP - len(head)]
            tail.append(chunk)
            kept += len(chunk)
            while kept - len(tail[0]) >= TAIL_CAP:
                kept -= len(tail.popleft())
        opened = plain.outcome
        for _ in chunks_of(ciphertext):
            pass
    return EncryptedMessage((digest.hexdigest(), weight), opened, head, b"".join(tail), size)


def plaintext_cap(path: Path) -> int:
    """Nothing in a report is compressed, so it cannot be larger than what holds it."""
    return path.stat().st_size + _OVERHEAD


def load_enclosed_certificate(message: EncryptedMessage, directory: Directory, keyring: Keyring) -> None:
    """Let the second reading know the key that the report names, if its certificate stands in the message's head.

    A certificate that cannot be used is left alone: then the signer stays unknown, and the bag's check says why.
    """
    for member in directory.members:
        end = member.offset + 30 + len(member.name) + member.size
        if member.name.endswith("/" + layout.CERTIFICATE) and end <= len(message.head):
            with contextlib.suppress(KitError):
                keyring.load_certificate(inspect_certificate(message.head[end - member.size : end]).minimal)
            return


def message_members(
    path: Path, form: HandedForm, keyring: Keyring, directory: Directory
) -> Generator[Member, None, Opened]:
    """The members of an encrypted zip, in order, on its second reading; returns what the message is worth."""
    with (
        open_ciphertext(path, form) as ciphertext,
        keyring.open_message(ciphertext, max_output=plaintext_cap(path)) as plain,
    ):
        yield from walk(plain, directory)
        return plain.outcome


def zip_members(path: Path) -> Iterator[Member]:
    """The members of a zip on disk, in order. Raises `Broken` as `read_directory` and `walk`."""
    with open_original(path) as source:
        total = os.fstat(source.fileno()).st_size
        source.seek(max(0, total - TAIL_CAP))
        directory = read_directory(source.read(TAIL_CAP), total)
        source.seek(0)
        yield from walk(source, directory)


def folder_members(folder: Path) -> Iterator[Member]:
    """The files of an unpacked bag, proofs before exhibits; links are never followed.

    Raises `Broken` with "container-link", "container-too-many" or as `flaw_in_names`.
    """
    paths = sorted(_paths_in(folder), key=_reading_order)
    flaw_in_names(paths)
    for path in paths:
        handle = open_to_read(folder / path, follow=False)
        with os.fdopen(handle, "rb") as source:
            status = os.fstat(source.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Broken(Code.CONTAINER_LINK, name=path)
            yield Member(path, status.st_size, chunks_of(source))


def _paths_in(folder: Path) -> list[str]:
    found: list[str] = []
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        with os.scandir(folder / inside) as listing:
            for item in listing:
                path = f"{inside}{item.name}"
                if item.is_dir(follow_symlinks=False):
                    waiting.append(path + "/")
                elif item.is_file(follow_symlinks=False):
                    found.append(path)
                else:
                    raise Broken(Code.CONTAINER_LINK, name=plain_line(path, NAME_SHOWN))
                if len(found) + len(waiting) > MEMBER_CAP:
                    raise Broken(Code.CONTAINER_TOO_MANY, count=len(found), cap=MEMBER_CAP)
    return found


def _reading_order(path: str) -> tuple[bool, int, str]:
    """As in the zip: exhibits last, by number."""
    last = path.startswith(layout.EXHIBITS)
    return last, len(path.removeprefix(layout.EXHIBITS).split("-", 1)[0]) if last else 0, path
