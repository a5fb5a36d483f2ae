"""What each kind of entry is called: one entry for each, used by command line, journal, report and all screens."""

from collections.abc import Callable, Mapping
from typing import Final

from evidence_kit.words.languages import Say
from evidence_kit.words.marked import marked, marked_many

NAMES: Final = {
    "vault-created": marked("The vault was made"),
    "note": marked("Note"),
    "testimony": marked("Testimony"),
    "correction": marked("Correction"),
    "screen": marked("Picture of the screen"),
    "page": marked("Page"),
    "file": marked("Photo or file"),
    "measurement": marked("Measurement"),
    "disruption-opened": marked("A disruption began"),
    "disruption-changed": marked("The disruption changed"),
    "disruption-closed": marked("The disruption ended"),
    "clock-changed": marked("The device's clock changed"),
    "recipient-added": marked("A recipient was confirmed"),
    "destination-changed": marked("A destination changed"),
    "report": marked("A report was sealed"),
    "delivery": marked("A delivery moved on"),
    "receipt": marked("A receipt came back"),
}

# So many of a kind; one that is not here is counted by its name.
_STEPS: Final = marked_many(
    "{number} step in the course of the disruption", "{number} steps in the course of the disruption"
)
COUNTED: Final[Mapping[str, tuple[str, str]]] = {
    "note": marked_many("{number} note", "{number} notes"),
    "testimony": marked_many("{number} testimony", "{number} testimonies"),
    "correction": marked_many("{number} correction", "{number} corrections"),
    "screen": marked_many("{number} picture of the screen", "{number} pictures of the screen"),
    "page": marked_many("{number} captured page", "{number} captured pages"),
    "file": marked_many("{number} photo or file", "{number} photos or files"),
    "measurement": marked_many("{number} measurement", "{number} measurements"),
    "disruption-opened": _STEPS,
    "disruption-changed": _STEPS,
    "disruption-closed": _STEPS,
}


def kind_name(kind: str, translate: Say) -> str:
    """The name of a kind of entry (`model.bodies.body.BODIES`); in the language of `translate`."""
    return translate(NAMES[kind])


def counted_kind(kind: str, count: int, translate: Say, translate_many: Callable[[str, str, int], str]) -> str:
    """So many entries of a kind."""
    if kind in COUNTED:
        return translate_many(*COUNTED[kind], count)
    return translate(marked("{kind}: {number}")).format(kind=kind_name(kind, translate), number=count)
