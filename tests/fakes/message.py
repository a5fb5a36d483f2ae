"""A message whose plaintext nobody wants."""

from typing import BinaryIO

from evidence_kit.seal.outcome import Opened
from evidence_kit.seal.pgp import Keyring


def outcome_of_message(keyring: Keyring, source: BinaryIO, *, max_output: int) -> Opened:
    """The outcome alone, the plaintext dropped as it comes. Raises as `Keyring.open_message`."""
    with keyring.open_message(source, max_output=max_output) as message:
        return message.outcome
