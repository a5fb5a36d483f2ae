"""What a drill plays on: folders, a small internet with a mail server, a recipient, a vault, and the commands."""

import contextlib
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from evidence_kit.drill.commands import Commands, OwnCommandLine
from evidence_kit.drill.fake_internet import FakeInternet
from evidence_kit.drill.mail_server import Inbox, PostOffice
from evidence_kit.drill.recipient import DrillRecipient
from evidence_kit.files import write_whole


class Stage:
    """`folder` is what may be kept, `private` is gone at the end; `closing` clears away, last made first."""

    def __init__(self, folder: Path, private: Path, closing: contextlib.ExitStack) -> None:
        self.folder = folder
        self.private = private
        self.closing = closing
        self.vault = folder / "vault"
        self._passphrase = folder / "passphrase"
        self.command_line = OwnCommandLine(self.vault, self._passphrase)
        self.commands = Commands(self.command_line.run)
        kept = None if folder == private else folder / "recipient" / "gnupg"
        self.recipient = closing.enter_context(DrillRecipient(private / "gnupg", kept))
        self.internet = closing.enter_context(FakeInternet())
        self.targets = self.internet.write_targets(private)
        (folder / "inbox").mkdir()
        self.inbox = Inbox(folder / "inbox")
        self._password = secrets.token_urlsafe(12)
        self._mail = contextlib.ExitStack()
        closing.callback(self._mail.close)
        self._mail_url = self._open_post_office().url()

    def _open_post_office(self, port: int = 0) -> PostOffice:
        office = PostOffice(self.inbox, self.private / "mail-ca.pem", port=port, password=self._password)
        return self._mail.enter_context(office)

    def make_vault(self) -> str:
        """A vault with a passphrase that nobody knows; its key's fingerprint."""
        write_whole(self._passphrase, secrets.token_urlsafe(24).encode())
        return str(self.commands.init()["fingerprint"])

    def make_route(self, certificate: Path, fingerprint: str) -> None:
        """The recipient, and the mail server as the way to them."""
        self.commands.recipient_add(certificate, fingerprint)
        self.commands.destination_add("drill", self._mail_url, fingerprint)

    def black_out(self) -> None:
        """Nothing beyond the provider answers, the mail server included."""
        self.internet.black_out()
        self._mail.close()

    def restore(self) -> None:
        """Everything is back, the mail server at its old place."""
        self._open_post_office(urlsplit(self._mail_url).port or 0)
        self.internet.restore()
