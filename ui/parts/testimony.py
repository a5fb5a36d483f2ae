"""The words for what a witness agreed to and for the parts of a life that a disruption touches."""

from ui.words import say


def consent_words(code: str) -> str:
    """One of `model.bodies.statements.Consent` as what may be done."""
    return {
        "share": say("Pass it on in a report"),
        "publish": say("Publish it without a name"),
        "quote": say("Quote it word for word"),
        "contact": say("Ask the witness again"),
    }.get(code, code)


def impact_words(area: str) -> str:
    """One of `model.bodies.statements.ImpactArea`."""
    return {
        "work": say("Work"),
        "health": say("Health"),
        "safety": say("Safety"),
        "money": say("Money"),
        "news": say("News"),
        "schooling": say("Schooling"),
    }.get(area, area)


def impact_question(area: str) -> str:
    """What to ask about one of `model.bodies.statements.ImpactArea`."""
    return {
        "work": say("Who cannot work? What do they lose in a day?"),
        "health": say("Ambulance, hospital, medicine: what could not be reached?"),
        "safety": say("Who could not warn, call for help or find relatives?"),
        "money": say("Banks, card machines, mobile money, wages, food?"),
        "news": say("What can people still learn, and from whom?"),
        "schooling": say("Lessons, exams, applications that were missed?"),
    }.get(area, "")
