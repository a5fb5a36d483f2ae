"""Serve requests: one JSON line in; one JSON line, then two blobs, out; end by itself when the parent is gone.

Request: {"v":1, "address", "width", "height", "max_height", "load_ms", "total_ms"}.
Answer: {"v":1, "error":null, …} then pixels and MHTML, each behind its length as 8 bytes big-endian; or
{"v":1, "error":code, "reason":word|null} and nothing behind it. "spent" says that the process ends after this answer.
"""

import contextlib
import json
import os
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from evidence_kit.errors import KitError
from evidence_kit.system import close_memory, run_after_end
from ui.camera.take import PageRequest, Photograph, Take

_LINE_CAP: Final = 64 * 1024
_TRIES: Final = 100


class _Requests(QObject):
    """Carries lines from the reader thread to the thread of Qt."""

    came = Signal(bytes)


def serve(requests: BinaryIO, answers: BinaryIO, folder: Path, flags: Sequence[str], *, javascript: bool) -> None:
    """Run until standard input ends; then the process ends, whatever Qt is doing, and `folder` is removed."""
    application = QApplication(["camera", "--webEngineArgs", *flags])
    application.setQuitOnLastWindowClosed(False)
    takes = [Take(folder, javascript=javascript)]
    takes[0].warm_up()
    close_memory()
    busy = False

    def answer(line: bytes) -> None:
        nonlocal busy
        if busy:
            os._exit(2)
        busy = True
        take = takes.pop()
        try:
            photograph = take.photograph(PageRequest(**json.loads(line)))
        except KitError as error:
            _write_line(
                answers, {"v": 1, "error": error.code.value, "reason": error.facts.get("reason"), "spent": False}
            )
            spent = False
        else:
            _write(answers, photograph)
            spent = photograph.spent
        if spent:
            os._exit(0)
        take.discard()
        takes.append(Take(folder, javascript=javascript))
        busy = False

    inbox = _Requests()
    inbox.came.connect(answer, Qt.ConnectionType.QueuedConnection)
    threading.Thread(target=_read, args=(requests, inbox, folder), daemon=True).start()
    application.exec()


def _read(requests: BinaryIO, inbox: _Requests, folder: Path) -> None:
    while (line := requests.readline(_LINE_CAP)).endswith(b"\n"):
        inbox.came.emit(line)
    # The parent is gone. Nothing may stay behind, and no destructor may hold the end up.
    leave_nothing(folder)


def leave_nothing(folder: Path) -> NoReturn:
    """End this process at once, and remove `folder` once none of its threads can make anything there any more.

    For that a copy of the process stays, in which there is no other thread, until the first has ended altogether.
    """
    if not run_after_end(lambda: remove(folder)):
        remove(folder)
    os._exit(0)


def remove(folder: Path) -> None:
    """Remove a folder in which other threads may be making things, or which they make anew meanwhile."""
    gone = folder.with_name(f"{folder.name}.gone")
    for _ in range(_TRIES):
        with contextlib.suppress(OSError):
            folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)
        if not (folder.exists() or gone.exists()):
            return


def _write(answers: BinaryIO, photograph: Photograph) -> None:
    _write_line(answers, {"v": 1, "error": None, "spent": photograph.spent, **photograph.fields})
    for blob in (photograph.pixels, photograph.mhtml):
        answers.write(len(blob).to_bytes(8, "big"))
        answers.write(blob)
    answers.flush()


def _write_line(answers: BinaryIO, fields: dict[str, object]) -> None:
    # A title may hold half a surrogate pair, which UTF-8 cannot; "replace" makes it a question mark.
    answers.write(json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    answers.flush()
