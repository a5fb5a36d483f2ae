"""Pictures small enough for a list, or large enough to look at: made in memory alone, by a child that has no keys.

The vault's process reads the exhibit, the child of `jobs/thumbnailer.py` decodes it, and pixels go to the window.
"""

import contextlib
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Final, Self

from evidence_kit import programs
from evidence_kit.errors import Broken
from evidence_kit.jobs.job import Job, JobContext, LongJob, LongJobContext
from evidence_kit.jobs.thumbnailer import (
    ANSWER,
    DEADLINE_S,
    INPUT_CAP,
    OUTPUT_CAP,
    REQUEST,
    TEXT,
    TEXT_CAP,
    TOP,
    WITHIN,
)
from evidence_kit.plain_text import plain_text

COMMAND: Final = programs.program("evidence_kit.jobs.thumbnailer")
_MOST: Final = 64
# Beyond this a picture is shown smaller than it is: its pixels would not fit the way to the window.
_LARGEST: Final = 16_384


@dataclass(frozen=True, slots=True)
class DecodedPicture:
    """A decoded picture: `rgb` has 3 bytes per pixel, rows from the top. Size 0 × 0: nothing could be made of it."""

    sha256: str
    width: int
    height: int
    rgb: bytes


@dataclass(frozen=True, slots=True)
class MakeThumbnails(LongJob[tuple[DecodedPicture, ...]]):
    """Small pictures of exhibits, each within `width` × `height`; of a tall page its top. At most 64 at once."""

    pictures: tuple[str, ...]
    width: int
    height: int

    def run(self, context: LongJobContext) -> tuple[DecodedPicture, ...]:
        made: list[DecodedPicture] = []
        with PictureDecoder() as studio:
            for sha256 in self.pictures[:_MOST]:
                context.cancel.check()
                made.append(_pixels(sha256, studio.ask(TOP, self.width, self.height, _read(context, sha256))))
        return tuple(made)


@dataclass(frozen=True, slots=True)
class ShowPicture(LongJob[DecodedPicture]):
    """One picture to look at, within `width` × `height`; 0 × 0 asks for it as large as can be shown."""

    picture: str
    width: int = 0
    height: int = 0

    def run(self, context: LongJobContext) -> DecodedPicture:
        with PictureDecoder() as studio:
            content = _read(context, self.picture)
            context.cancel.check()
            size = (self.width or _LARGEST, self.height or _LARGEST)
            return _pixels(self.picture, studio.ask(WITHIN, *size, content))


@dataclass(frozen=True, slots=True)
class ReadPageText(LongJob[str]):
    """The words of a page that was saved (MHTML); "" where it has none or cannot be read."""

    page: str

    def run(self, context: LongJobContext) -> str:
        with PictureDecoder() as studio:
            content = _read(context, self.page)
            context.cancel.check()
            _, _, text = studio.ask(TEXT, 0, 0, content)
        return plain_text(text.decode("utf-8", "replace")[:TEXT_CAP])


@dataclass(frozen=True, slots=True)
class _Lend(Job[Callable[[], Iterator[bytes]]]):
    """What reads an exhibit beside the writer thread."""

    sha256: str

    def run(self, context: JobContext) -> Callable[[], Iterator[bytes]]:
        return context.vault.exhibits.reader(self.sha256)


def _read(context: LongJobContext, sha256: str) -> bytes:
    """An exhibit's bytes; nothing for one that is gone, damaged or too large to be shown: the list goes on."""
    content = bytearray()
    with contextlib.suppress(Broken):
        for chunk in context.run(_Lend(sha256))():
            content += chunk
            if len(content) > INPUT_CAP:
                return b""
        return bytes(content)
    return b""


def _pixels(sha256: str, answer: tuple[int, int, bytes]) -> DecodedPicture:
    width, height, rgb = answer
    return (
        DecodedPicture(sha256, width, height, rgb)
        if len(rgb) == width * height * 3
        else DecodedPicture(sha256, 0, 0, b"")
    )


class PictureDecoder:
    """The decoding child, for one job; started at the first need. Use it in a `with`."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._child: subprocess.Popen[bytes] | None = None

    def ask(self, kind: bytes, width: int, height: int, content: bytes) -> tuple[int, int, bytes]:
        """Width, height and bytes of the answer; (0, 0, b"") for whatever cannot be decoded within the limits."""
        if not content:
            return 0, 0, b""
        try:
            child = self._running()
            questions, answers = _both(child)
            watchdog = threading.Timer(DEADLINE_S + 5, child.kill)
            watchdog.start()
            try:
                questions.write(REQUEST.pack(kind, width, height, len(content)))
                questions.write(content)
                questions.flush()
                made_width, made_height, size = ANSWER.unpack(_exactly(answers, ANSWER.size))
                if size > OUTPUT_CAP:
                    raise EOFError
                return made_width, made_height, _exactly(answers, size)
            finally:
                watchdog.cancel()
                watchdog.join()
        except (OSError, EOFError):
            self._end()
            return 0, 0, b""

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            self._child = subprocess.Popen(
                [*self._command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in _both(child):
                with contextlib.suppress(OSError):
                    pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()


def _both(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("a child without pipes")
    return child.stdin, child.stdout


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    content = pipe.read(size)
    if len(content) < size:
        raise EOFError
    return content
