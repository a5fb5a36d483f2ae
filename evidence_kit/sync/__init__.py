"""Get ciphertext to where the person chose: a mailbox or a folder. Knows no keys and no plaintext."""

from evidence_kit.sync.mail import new_message_id
from evidence_kit.sync.metering import Meter
from evidence_kit.sync.route import check_url, folder_url
from evidence_kit.sync.sender import Attempt, Sender
from evidence_kit.sync.unwritten import Unwritten
from evidence_kit.sync.way import Direct, Opener, Socks

__all__ = [
    "Attempt",
    "Direct",
    "Meter",
    "Opener",
    "Sender",
    "Socks",
    "Unwritten",
    "check_url",
    "folder_url",
    "new_message_id",
]
