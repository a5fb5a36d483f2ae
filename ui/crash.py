"""The one place of the window that catches everything: a plain page with what to do, and no content in any log."""

import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout

import evidence_kit
from evidence_kit import VERSION
from ui.parts.button import Button, ButtonKind
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.words import say

_FRAMES: Final = 20
_ROOMS: Final = (Path(__file__).parent, Path(evidence_kit.__file__).parent)


class Crash(QObject):
    """Takes over what nobody foresaw. `met` carries kind and places of the fault, as text without content."""

    met = Signal(str)

    def install(self) -> None:
        """From now on every unforeseen error comes here."""
        sys.excepthook = self._catch

    def _catch(self, kind: type[BaseException], _error: BaseException, trace: TracebackType | None) -> None:
        told = describe(kind, trace)
        print(told, file=sys.stderr)  # noqa: T201 - kind and places alone, for whoever started it in a terminal
        self.met.emit(told)


def describe(kind: type[BaseException], trace: TracebackType | None) -> str:
    """Kind and places of an error: file names and line numbers of this product, never a message or a value."""
    places = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
        if _is_ours(Path(frame.filename))
    ]
    return "\n".join((f"Evidence Kit {VERSION}: {kind.__name__}", *places[-_FRAMES:]))


def _is_ours(file: Path) -> bool:
    # A frozen program names its files without the folder it lies in.
    return any(file.is_relative_to(room) or file.parts[:1] == (room.name,) for room in _ROOMS)


class CrashPage(QDialog):
    """One plain page: that it was our fault, what is safe, and what to do."""

    def __init__(self, told: str) -> None:
        super().__init__()
        self.setWindowTitle("Evidence Kit")
        self.setMinimumWidth(560)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(Text(say("Evidence Kit made a mistake"), Tone.TITLE))
        column.addWidget(
            Text(
                say(
                    "Everything that was saved is safe. You can go on; if something looks wrong, close Evidence Kit "
                    "and start it again. The lines below say where it happened and hold nothing of yours: you may "
                    "send them to whoever helps you."
                )
            )
        )
        column.addWidget(Text(told, Tone.MONO, copyable=True))
        go_on = Button(say("Go on"), self.accept, kind=ButtonKind.PRIMARY)
        column.addWidget(go_on)
