"""What a recipient is called."""

from evidence_kit.model.delivery import Recipient
from ui.words import say


def name_of(recipient: Recipient) -> str:
    """What the key calls its owner; that is the key's own word."""
    return ", ".join(recipient.user_ids) or say("A key without a name")
