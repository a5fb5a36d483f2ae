"""Findings of a check in groups, the worst first, and a card for each group."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.words.states import VERDICTS
from ui.parts.screen import card
from ui.parts.sign import Sign
from ui.parts.text import Text
from ui.words import finding_sentence, say_marked


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one sort under their heading; `tone` and `icon` go with it."""

    heading: str
    tone: str
    icon: str
    sentences: tuple[str, ...]


def groups(findings: Sequence[Finding]) -> tuple[Group, ...]:
    """Findings by what they came to, the worst first."""
    kinds = (
        (Verdict.BROKEN, "bad", "bad"),
        (Verdict.HOLDS, "good", "good"),
        (Verdict.UNPROVEN, "warn", "unknown"),
        (Verdict.NOTE, "text", "note"),
    )
    return tuple(
        Group(say_marked(VERDICTS[verdict]), tone, icon, sentences)
        for verdict, tone, icon in kinds
        if (sentences := tuple(finding_sentence(one) for one in findings if one.verdict is verdict))
    )


def group_card(group: Group) -> QFrame:
    """Findings of one sort."""
    column = QVBoxLayout()
    for words in group.sentences:
        row = QHBoxLayout()
        row.addWidget(Sign(18, group.icon, group.tone), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Text(words, copyable=True), 1)
        column.addLayout(row)
    return card(column, group.heading)
