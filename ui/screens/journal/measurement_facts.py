"""Labels and values for the record of a measurement."""

from evidence_kit.jobs.measurement_summary import MeasuredStep, MeasurementSummary
from evidence_kit.words.failures import failure_words
from ui import words
from ui.parts.observed import grade_words, method_words, reason_words
from ui.screens.journal.facts import FactSection, LabelledFact
from ui.words import say


def measurement_sections(told: MeasurementSummary) -> list[FactSection]:
    """What the record of a look says: how sure, why, and everything that was asked."""
    facts = []
    if told.grade:
        facts.append(LabelledFact(say("How sure"), grade_words(told.grade)))
    facts += [LabelledFact(say("How"), method_words(method)) for method in told.methods]
    facts += [LabelledFact(say("Seen"), reason_words(reason)) for reason in told.reasons]
    if told.proxied:
        facts.append(LabelledFact(say("Way"), say("Everything went through your proxy.")))
    took = say("{seconds} s").format(seconds=f"{told.runtime_ms / 1000:.1f}")
    facts.append(LabelledFact(say("Took"), took))
    sent = say("{sent} sent, {received} received").format(
        sent=words.size(told.sent), received=words.size(told.received)
    )
    facts.append(LabelledFact(say("Data used"), sent))
    asked = tuple(LabelledFact(_asked_label(one), _asked_words(one)) for one in told.asked)
    found = [FactSection(say("What the look found"), tuple(facts))]
    if asked:
        found.append(FactSection(say("What was asked"), asked))
    return found


def _asked_label(asked: MeasuredStep) -> str:
    return {
        "name": say("Name"),
        "connect": say("Connection"),
        "encrypt": say("Encryption"),
        "page": say("Web check"),
    }.get(asked.how, asked.how)


def _asked_words(asked: MeasuredStep) -> str:
    if asked.failure is None:
        return say("{whom}: answered").format(whom=asked.what)
    return say("{whom}: failed ({why})").format(whom=asked.what, why=failure_words(asked.failure, say))
