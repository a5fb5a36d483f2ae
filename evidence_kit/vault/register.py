"""What may change in a vault: settings, its own key, recipients, destinations, and the checkpoints that were signed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.model import codec
from evidence_kit.model.codec import Json
from evidence_kit.model.delivery import Destination, Recipient
from evidence_kit.vault.journal import Journal
from evidence_kit.vault.kept import Change, Kept, SignedCheckpoint

if TYPE_CHECKING:
    from evidence_kit.seal.pgp import SecretKey


class Register:
    """Read from what is kept, changed through the journal's commit, which seals the new state into the header."""

    def __init__(self, journal: Journal, kept: Kept) -> None:
        self._journal = journal
        self._kept = kept

    def get(self, name: str) -> Json:
        """A setting, or None."""
        return self._kept.get("setting", name)

    def put(self, name: str, value: Json) -> None:
        """Keep a setting; None forgets it."""
        self._change("setting", name, value)

    def put_secret_key(self, key: "SecretKey") -> None:
        """Keep the vault's OpenPGP key with its passphrase."""
        self._change("secret-key", "", codec.to_json(key))

    def secret_key(self) -> "SecretKey":
        """The vault's OpenPGP key. Raises `Refused(Code.NO_SECRET_KEY)` before there is one."""
        value = self._kept.get("secret-key", "")
        if value is None:
            raise Refused(Code.NO_SECRET_KEY)
        from evidence_kit.seal.pgp import SecretKey  # with gpg, for who signs

        return codec.from_json(SecretKey, value)

    def put_recipient(self, recipient: Recipient) -> None:
        """Keep a recipient, in place of one with the same fingerprint."""
        self._change("recipient", recipient.fingerprint, codec.to_json(recipient))

    def remove_recipient(self, fingerprint: str) -> None:
        """Forget a recipient."""
        self._change("recipient", fingerprint, None)

    def recipients(self) -> Iterator[Recipient]:
        """Every recipient, by fingerprint."""
        return (codec.from_json(Recipient, value) for value in self._kept.all("recipient"))

    def put_destination(self, destination: Destination) -> None:
        """Keep a destination, in place of one with the same id."""
        self._change("destination", destination.id, codec.to_json(destination))

    def remove_destination(self, destination_id: str) -> None:
        """Forget a destination."""
        self._change("destination", destination_id, None)

    def destinations(self) -> Iterator[Destination]:
        """Every destination, by id."""
        return (codec.from_json(Destination, value) for value in self._kept.all("destination"))

    def add_checkpoint(self, text: bytes, signature: bytes) -> None:
        """Keep a signed checkpoint (C2SP text). Raises as `Journal.add_checkpoint`."""
        self._journal.add_checkpoint(text, signature)

    def checkpoints(self) -> Iterator[SignedCheckpoint]:
        """Every checkpoint, oldest first."""
        return self._kept.checkpoints()

    def _change(self, collection: str, name: str, value: Json) -> None:
        self._journal.commit([], [Change(collection, name, value)])
