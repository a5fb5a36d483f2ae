"""What a person fills in for a destination, and how its address is told: facts that every face draws in its own way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FieldKind(StrEnum):
    """What is written into a field."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105 - a kind of field
    FOLDER = "folder"
    FILE = "file"
    PORT = "port"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class FormChoice:
    """One of several values, with its words.

    `usual` are values that mostly go with it: they are written into fields where the person wrote nothing of their own.
    """

    value: str
    words: str
    usual: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a person fills in. `label`, `behind` and the words of choices are English, translated when shown.

    `example` is shown in the empty field. `offers_recipient`: the mail address in the recipient's key is offered here.
    `follows` names a field whose text is mostly this one's too. `behind` are the words of a link that shows the field,
    where hardly anybody needs it. `beside`: small enough to share the line of the field before it.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    needed: bool = True
    example: str = ""
    choices: tuple[FormChoice, ...] = ()
    offers_recipient: bool = False
    follows: str = ""
    behind: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """How a person gives an address of the destination type `type`.

    `title` names the way and `note` says what to know about it, both in English, translated when shown.
    """

    type: str
    title: str
    fields: tuple[Field, ...]
    note: str


@dataclass(frozen=True, slots=True)
class ShownAddress:
    """An address for people: an English sentence, translated when shown, and the facts that fill it. No secret."""

    words: str
    facts: Mapping[str, str] = field(default_factory=dict)
