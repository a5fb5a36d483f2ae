"""Where reports go, as a form: drawn from what each type of destination says of itself."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from evidence_kit.jobs.destination_types import address_from, destination_forms, form_of
from evidence_kit.model.destination_form import Field, FieldKind, Form
from ui.parts.button import Button
from ui.parts.drop_down import DropDown
from ui.parts.link import LinkButton
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.words import say, say_marked

_ACROSS: Final = 2
_INDENT: Final = 6  # points; the theme's padding does not reach the field in a spin box
_WITH_BUTTON: Final = frozenset({FieldKind.FOLDER, FieldKind.FILE})
_WHOLE_LINE: Final = _WITH_BUTTON | {FieldKind.CHOICE}


class DestinationForms(QWidget):
    """One form for each type of destination, of which the person chooses one. `changed` after every change."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._forms = {form.type: DestinationForm(form) for form in destination_forms()}
        self._buttons: dict[str, QRadioButton] = {}
        group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for name, form in self._forms.items():
            button = self._buttons[name] = QRadioButton(say_marked(form.form.title))
            group.addButton(button)
            column.addWidget(button)
            button.toggled.connect(partial(self._show, form))
            form.changed.connect(self.changed)
        # Not a stack of pages: that is as high as its highest, also where a low one shows.
        for form in self._forms.values():
            form.hide()
            column.addWidget(form)
        self.choose(next(iter(self._forms)))

    def _show(self, form: "DestinationForm", on: bool) -> None:
        form.setVisible(on)
        if on:
            self.changed.emit()

    def choose(self, type_name: str) -> "DestinationForm":
        """Show that type's form."""
        self._buttons[type_name].setChecked(True)
        return self._forms[type_name]

    @property
    def chosen(self) -> "DestinationForm":
        """The form that is shown."""
        return next(self._forms[name] for name, button in self._buttons.items() if button.isChecked())

    def offer(self, mail_address: str) -> None:
        """Write the recipient's mail address where a form asks for it."""
        for form in self._forms.values():
            form.offer(mail_address)

    def show_address(self, url: str) -> None:
        """Show the form of an address, filled in. What is secret is to be typed again."""
        form, values = form_of(url)
        self.choose(form.type).fill(dict(values))

    def is_empty(self) -> bool:
        """Whether nothing was written that is not there by itself."""
        return all(form.is_empty() for form in self._forms.values())

    def clear(self) -> None:
        """As it was before anything was written."""
        for form in self._forms.values():
            form.clear()


class DestinationForm(QWidget):
    """The fields of one type of destination. `changed` after every change."""

    changed = Signal()

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form
        self._known = {field.name: field for field in form.fields}
        self._widgets = {field.name: _widget(field) for field in form.fields}
        self._needed = {field.name for field in form.fields if field.needed}
        self._offered = ""
        # What was written for the person, so that a word of their own is told from it.
        self._written = {name: self.value(name) for name in self._widgets}
        self._usual: dict[str, set[str]] = {}
        for choice in (choice for field in form.fields for choice in field.choices):
            for name, value in choice.usual:
                self._usual.setdefault(name, set()).add(value)
        self._lay_out()
        for field in form.fields:
            self._connect(field)
            self._write_usual(field)

    def _connect(self, field: Field) -> None:
        match self._widgets[field.name]:
            case QLineEdit() as widget:
                widget.textChanged.connect(self.changed)
                for follower in self.form.fields:
                    if follower.follows == field.name:
                        widget.textEdited.connect(partial(self._write, follower.name))
            case QSpinBox() as widget:
                widget.valueChanged.connect(self.changed)
            case DropDown() as widget:
                widget.currentIndexChanged.connect(partial(self._chosen, field))

    def _chosen(self, field: Field, _index: int) -> None:
        self._write_usual(field)
        self.changed.emit()

    def _write_usual(self, field: Field) -> None:
        value = self.value(field.name)
        for choice in field.choices:
            if choice.value == value:
                for name, usual in choice.usual:
                    self._write(name, usual)

    def _write(self, name: str, text: str) -> None:
        """Write it where the person wrote nothing of their own."""
        if self.value(name) in {self._written[name], *self._usual.get(name, ())}:
            self._written[name] = text
            self.set_value(name, text)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        for side in range(_ACROSS):
            grid.setColumnStretch(side, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        column.addWidget(Text(say_marked(self.form.note), Tone.FAINT))
        at = 0
        cell = QHBoxLayout()
        shares = {before.name for before, field in pairwise(self.form.fields) if field.beside}
        for field in self.form.fields:
            if field.behind:
                self._lay_behind(field, column)
            elif field.beside:
                cell.addLayout(self._labelled(field), 1)
            else:
                cell = QHBoxLayout()
                cell.setSpacing(8)
                cell.addLayout(self._labelled(field), 3)
                across = _ACROSS if field.kind in _WHOLE_LINE or field.name in shares else 1
                at += -at % across
                grid.addLayout(cell, at // _ACROSS, at % _ACROSS, 1, across)
                at += across
        column.addStretch(1)

    def _lay_behind(self, field: Field, column: QVBoxLayout) -> None:
        inside = self._labelled(field)
        inside.setContentsMargins(0, 0, 0, 0)
        hidden = QWidget()
        hidden.setLayout(inside)
        hidden.hide()

        def show() -> None:
            link.hide()
            hidden.show()
            self._widgets[field.name].setFocus()

        link = LinkButton(say_marked(field.behind), show)
        column.addWidget(link)
        column.addWidget(hidden)

    def _labelled(self, field: Field) -> QVBoxLayout:
        widget = self._widgets[field.name]
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(_label(widget), 0, Qt.AlignmentFlag.AlignBottom)
        if field.kind in _WITH_BUTTON:
            row = QHBoxLayout()
            row.addWidget(widget, 1)
            row.addWidget(Button(say("Choose…"), partial(self._choose, field)))
            column.addLayout(row)
        else:
            column.addWidget(widget)
        return column

    def _choose(self, field: Field) -> None:
        name = say_marked(field.label)
        if field.kind is FieldKind.FOLDER:
            chosen = QFileDialog.getExistingDirectory(self, name)
        else:
            chosen, _ = QFileDialog.getOpenFileName(self, name)
        if chosen:
            self.set_value(field.name, chosen)

    def lines(self) -> tuple[QLineEdit, ...]:
        """The fields that one writes into, in their order; not the one behind a link."""
        found = ((field, self._widgets[field.name]) for field in self.form.fields if not field.behind)
        return tuple(widget for _, widget in found if isinstance(widget, QLineEdit))

    def widget(self, name: str) -> QWidget:
        """The widget of a field."""
        return self._widgets[name]

    def value(self, name: str) -> str:
        """What a field holds now."""
        match self._widgets[name]:
            case QSpinBox() as widget:
                return str(widget.value())
            case DropDown() as widget:
                return str(widget.currentData())
            case QLineEdit() as widget:
                return widget.text()
            case other:
                raise TypeError(other)

    def set_value(self, name: str, text: str) -> None:
        """Have a field hold that."""
        match self._widgets[name]:
            case QSpinBox() as widget:
                widget.setValue(int(text))
            case DropDown() as widget:
                widget.setCurrentIndex(widget.findData(text))
            case QLineEdit() as widget:
                widget.setText(text)

    def offer(self, mail_address: str) -> None:
        """Write the recipient's mail address where the form asks for it."""
        self._offered = mail_address
        for field in self.form.fields:
            if field.offers_recipient:
                self.set_value(field.name, mail_address)

    def fill(self, values: dict[str, str]) -> None:
        """Show these values. A secret among them is not shown: it is to be typed again."""
        for field in self.form.fields:
            if field.kind is FieldKind.SECRET:
                if values.get(field.name):
                    self._needed.add(field.name)
            elif field.name in values:
                self.set_value(field.name, values[field.name])

    def is_empty(self) -> bool:
        """Whether nothing was written that is not there by itself."""
        return all(
            self.value(name) in ({"", self._offered} if self._known[name].offers_recipient else {""})
            for name, widget in self._widgets.items()
            if isinstance(widget, QLineEdit)
        )

    def clear(self) -> None:
        """As it was before anything was written."""
        for name, widget in self._widgets.items():
            if isinstance(widget, QLineEdit):
                widget.clear()
                self._written[name] = ""
        self.offer(self._offered)

    def url(self) -> str:
        """The address. Raises what is wrong with it."""
        return address_from(self.form.type, {name: self.value(name) for name in self._widgets})

    def complaint(self) -> str:
        """What is still missing, as a sentence, with the keyboard where it belongs; "" where nothing is."""
        for name, widget in self._widgets.items():
            if name in self._needed and not self.value(name).strip():
                widget.setFocus()
                return say("This is still empty: {field}.").format(field=widget.accessibleName())
        return ""


def line(name: str) -> QLineEdit:
    """A field for one line, with a name."""
    made = QLineEdit()
    made.setAccessibleName(name)
    return made


def _widget(field: Field) -> QWidget:
    name = say_marked(field.label)
    make: Callable[[Field, str], QWidget] = {FieldKind.PORT: _port, FieldKind.CHOICE: _drop_down}.get(field.kind, _text)
    return make(field, name)


def _text(field: Field, name: str) -> QWidget:
    made = line(name)
    made.setPlaceholderText(field.example)
    if field.kind is FieldKind.SECRET:
        made.setEchoMode(QLineEdit.EchoMode.Password)
    return made


def _port(_field: Field, name: str) -> QWidget:
    made = QSpinBox()
    made.setAccessibleName(name)
    made.setRange(1, 65535)
    made.lineEdit().setTextMargins(_INDENT, 0, _INDENT, 0)
    return made


def _drop_down(field: Field, name: str) -> QWidget:
    made = DropDown(name)
    # Its longest words make neither the window nor the columns wider.
    made.setSizeAdjustPolicy(DropDown.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(12)
    for choice in field.choices:
        made.addItem(say_marked(choice.words), choice.value)
    return made


def _label(field: QWidget) -> Text:
    label = Text(field.accessibleName())
    label.setBuddy(field)
    return label
