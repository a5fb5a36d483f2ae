"""What each kind of entry is called: one entry for each, used by journal, report and the window's other screens."""

from collections.abc import Callable
from typing import Final

from evidence_kit.words.marked import marked

NAMES: Final = {
    "vault-created": marked("The vault was made"),
    "note": marked("Note"),
    "testimony": marked("Testimony"),
    "correction": marked("Correction"),
    "screen": marked("Picture of the screen"),
    "page": marked("Page"),
    "file": marked("File"),
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


def kind_name(kind: str, translate: Callable[[str], str]) -> str:
    """The name of a kind of entry (`model.bodies.body.BODIES`); in the language of `translate`."""
    return translate(NAMES[kind])
