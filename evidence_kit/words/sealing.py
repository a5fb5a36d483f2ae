"""How an entry came into the journal, in words: what the sealing process said, and nothing that follows from it."""

from collections.abc import Callable

from evidence_kit.model.entry import LockedAtSealing, Origin


def sealing_words(origin: Origin, locked: LockedAtSealing, say: Callable[[str], str]) -> str:
    """Where something was sealed, and whether the vault was locked then; `say` translates."""
    if origin is Origin.JOURNAL:
        return say("straight into the journal")
    return {
        LockedAtSealing.YES: say("beside the vault, which was locked"),
        LockedAtSealing.NO: say("beside the vault, which was unlocked"),
        LockedAtSealing.NOT_KNOWN: say("beside the vault, by a program that did not know whether it was locked"),
    }[locked]
