"""Get ciphertext to where the person chose: a mailbox or a folder. Knows no keys and no plaintext."""

from evidence_kit.sync.connect import Direct, Opener, Socks
from evidence_kit.sync.mail import new_message_id
from evidence_kit.sync.metering import Meter
from evidence_kit.sync.pending import PendingOutcomes
from evidence_kit.sync.route import check_url, folder_url
from evidence_kit.sync.sender import Attempt, Sender

__all__ = [
    "Attempt",
    "Direct",
    "Meter",
    "Opener",
    "PendingOutcomes",
    "Sender",
    "Socks",
    "check_url",
    "folder_url",
    "new_message_id",
]
