"""What a witness agreed to and the parts of a life that a disruption reaches, in words."""

from collections.abc import Mapping
from typing import Final

from evidence_kit.model.bodies.statements import Consent, ImpactArea
from evidence_kit.words.languages import Say
from evidence_kit.words.marked import marked

CONSENTS: Final[Mapping[Consent, str]] = {
    Consent.SHARE: marked("Pass it on in a report"),
    Consent.PUBLISH: marked("Publish it without a name"),
    Consent.QUOTE: marked("Quote it word for word"),
    Consent.CONTACT: marked("Ask the witness again"),
}

IMPACT_AREAS: Final[Mapping[ImpactArea, str]] = {
    ImpactArea.WORK: marked("Work"),
    ImpactArea.HEALTH: marked("Health"),
    ImpactArea.SAFETY: marked("Safety"),
    ImpactArea.MONEY: marked("Money"),
    ImpactArea.NEWS: marked("News"),
    ImpactArea.SCHOOLING: marked("Schooling"),
}


def consent_words(consent: Consent, translate: Say) -> str:
    """What may be done with a testimony."""
    return translate(CONSENTS[consent])


def impact_words(area: ImpactArea, translate: Say) -> str:
    """A part of a life."""
    return translate(IMPACT_AREAS[area])
