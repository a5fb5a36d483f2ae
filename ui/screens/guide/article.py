"""One topic on the screen: plain labels under each other, and the part that was looked for framed."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.parts.link import LinkButton
from ui.parts.sign import Sign
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.guide.topic import Kind, Topic, TopicPart
from ui.words import number, say

_SIGN: Final = 24
_INSET: Final = 10


class Article(QWidget):
    """Shows `topic`; `lead` is called with the name of another topic that the person wants from here.

    `titles` are the titles of those that can be led to, by name.
    """

    def __init__(self, topic: Topic, titles: dict[str, str], lead: Callable[[str], object]) -> None:
        super().__init__()
        self.topic = topic
        self.parts: list[QFrame] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 12, 8, 12)
        column.setSpacing(4)
        title = Text(topic.title, Tone.TOPIC)
        title.setContentsMargins(_INSET, 0, _INSET, 4)
        column.addWidget(title)
        steps = 0
        for part in topic.parts:
            steps = steps + 1 if part.kind is Kind.STEP else 0
            frame = _framed(part, steps)
            self.parts.append(frame)
            column.addWidget(frame)
        self.links = [LinkButton(titles[name], partial(lead, name)) for name in topic.see if name in titles]
        if self.links:
            column.addSpacing(12)
            more = Text(say("Read on:"), Tone.FAINT)
            more.setContentsMargins(_INSET, 0, _INSET, 0)
            column.addWidget(more)
            for link in self.links:
                column.addWidget(link)
        column.addStretch(1)

    def mark(self, part: int | None) -> None:
        """Mark the part where something was found, and no other."""
        for at, frame in enumerate(self.parts):
            frame.setProperty("found", at == part)
            frame.style().unpolish(frame)
            frame.style().polish(frame)


def _framed(part: TopicPart, number_of: int) -> QFrame:
    frame = QFrame()
    frame.setProperty("part", True)
    row = QHBoxLayout(frame)
    row.setContentsMargins(_INSET - 2, 3, _INSET - 2, 3)  # the mark has two
    row.setSpacing(8)
    if (sign := _sign(part.kind, number_of)) is not None:
        sign.setMinimumWidth(_SIGN)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    words = Text(part.words, Tone.HEAD if part.kind is Kind.HEAD else Tone.PLAIN)
    if part.kind is Kind.HEAD:
        row.setContentsMargins(_INSET - 2, 12, _INSET - 2, 3)
    row.addWidget(words, 1)
    return frame


def _sign(kind: Kind, number_of: int) -> QLabel | None:
    match kind:
        case Kind.STEP:
            sign = QLabel(say("{number}.").format(number=number(number_of)))
        case Kind.POINT:
            sign = QLabel("•")
        case Kind.LIMIT:
            sign = Sign(18, "bad", "bad")
            # Said before the words by screen readers: the sign alone tells it to the eyes.
            sign.setAccessibleName(say("Limit:"))
        case Kind.HEAD | Kind.PARAGRAPH:
            return None
    sign.setTextFormat(Qt.TextFormat.PlainText)
    sign.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
    return sign
