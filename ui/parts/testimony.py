"""What to ask a witness about the parts of a life that a disruption touches."""

from collections.abc import Mapping

from evidence_kit.model.bodies.statements import ImpactArea
from ui.words import say


def impact_question(area: ImpactArea) -> str:
    """What to ask about a part of a life."""
    questions: Mapping[ImpactArea, str] = {
        ImpactArea.WORK: say("Who cannot work? What do they lose in a day?"),
        ImpactArea.HEALTH: say("Ambulance, hospital, medicine: what could not be reached?"),
        ImpactArea.SAFETY: say("Who could not warn, call for help or find relatives?"),
        ImpactArea.MONEY: say("Banks, card machines, mobile money, wages, food?"),
        ImpactArea.NEWS: say("What can people still learn, and from whom?"),
        ImpactArea.SCHOOLING: say("Lessons, exams, applications that were missed?"),
    }
    return questions[area]
