"""The page with the recovery code: on paper first, then two of its groups typed back."""

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFormLayout, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from evidence_kit.jobs.passphrase import code_groups
from evidence_kit.jobs.recovery_sheet import keep_sheet
from ui.bridge import Bridge
from ui.panels.page import PanelPage
from ui.panels.recovery_code import asked_groups, typed_back
from ui.parts.button import Button
from ui.parts.recovery_sheet import pdf_of, print_sheet
from ui.parts.screen import card
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.words import say

_ACROSS = 3


class SheetPage(PanelPage):
    """Shows the code once. Next wants two groups of it, read from the paper."""

    can_go_back = False

    def __init__(self, bridge: Bridge, code: str) -> None:
        super().__init__(say("Your recovery sheet"))
        self._bridge = bridge
        self._groups = code_groups(code)
        self._asked = asked_groups(self._groups)
        self.body.addWidget(
            Text(
                say(
                    "If you forget the passphrase, only this code opens the vault. Print it or write it on paper, "
                    "and keep the paper away from this computer. It is not shown again."
                )
            )
        )
        self.body.addWidget(self._code_card())
        self.body.addWidget(self._asking_card())
        self.body.addStretch(1)

    def _code_card(self) -> Any:
        grid = QGridLayout()
        grid.setHorizontalSpacing(28)
        for at, group in enumerate(self._groups):
            shown = Text(f"{at + 1}: {group}", Tone.CODE)
            shown.setWordWrap(False)
            grid.addWidget(shown, at // _ACROSS, at % _ACROSS)
        grid.setColumnStretch(_ACROSS, 1)
        row = QHBoxLayout()
        row.addWidget(Button(say("Print…"), self._print))
        row.addWidget(Button(say("Save as PDF…"), self._save))
        row.addStretch(1)
        column = QVBoxLayout()
        column.addLayout(grid)
        column.addLayout(row)
        column.addWidget(
            Text(
                say(
                    "A PDF is your key in clear: whoever finds the file can open the vault. Save it on a stick alone, "
                    "print it, and destroy it. Many office printers keep a copy of what they print."
                ),
                Tone.WARN,
            )
        )
        return card(column)

    def _asking_card(self) -> Any:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.fields: list[QLineEdit] = []
        for at in self._asked:
            words = say("Group {number}").format(number=at + 1)
            field = QLineEdit()
            field.setMaxLength(8)
            field.setAccessibleName(words)
            field.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
            label = Text(words)
            label.setBuddy(field)
            form.addRow(label, field)
            self.fields.append(field)
        return card(form, say("Type two groups from your paper"))

    def enter(self) -> None:
        self.fields[0].setFocus()

    def go_on(self) -> None:
        typed = [field.text() for field in self.fields]
        if typed_back(typed, self._groups, self._asked):
            self.done.emit()
            return
        first = next((field for field in self.fields if not field.text().strip()), self.fields[0])
        self.told.emit(say("These are not the groups on the sheet. Look at your paper again."), Manner.WARN)
        first.setFocus()
        first.selectAll()

    def _print(self) -> None:
        if print_sheet(self, self._groups):
            self.told.emit(say("The sheet was handed to the printer."), Manner.GOOD)

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, say("Save as PDF…"), "sheet.pdf", "PDF (*.pdf)")
        if name:
            self._bridge.aside(partial(keep_sheet, Path(name), pdf_of(self._groups)), self._saved, self.failed.emit)

    def _saved(self, _: None) -> None:
        words = say("The PDF is saved. It is your key in clear: print it, then destroy the file.")
        self.told.emit(words, Manner.WARN)
