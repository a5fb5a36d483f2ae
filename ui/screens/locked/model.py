"""What the locked page says: what goes on meanwhile, and which faults may be opened all the same."""

from typing import Final

from evidence_kit.app.desktop import Desktop
from evidence_kit.codes import Code
from ui.words import say, say_many

# What `accept_loss` opens (evidence_kit.vault.journal.Journal.open).
LOSSES: Final = frozenset({Code.JOURNAL_CUT, Code.JOURNAL_REWRITTEN, Code.VAULT_ROLLED_BACK, Code.HEAD_DAMAGED})


def meanwhile(desktop: Desktop) -> str:
    """Truthfully, what watching and sending do while the vault is locked."""
    if desktop.watch.running:
        if desktop.watch.held:
            return say("The connection is not looked at: you switched it off, or the day's limit is used up.")
        if not desktop.watch.sends_by_itself:
            return say("Watching goes on. Nothing is sent by itself: you switched it off in Settings.")
        if desktop.watch.knows_routes:
            return say("Watching and sending go on.")
        return say("Watching goes on. What waits to be sent goes out once the vault was unlocked.")
    fault = desktop.watch.fault
    if fault is not None and fault.code is Code.STATION_RUNNING:
        return say("Another program of Evidence Kit watches for this vault.")
    return say("Nothing is watched or sent at the moment.")


def sealed_words(count: int) -> str:
    """How many records wait sealed; "" for none."""
    if not count:
        return ""
    return say_many(
        "{number} record is sealed and enters the journal at the next unlock.",
        "{number} records are sealed and enter the journal at the next unlock.",
        count,
    )
