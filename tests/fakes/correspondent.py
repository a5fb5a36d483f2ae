"""A recipient who knows nothing of this product: a gpg home of their own and ordinary tools."""

import email
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self


class Correspondent:
    """`certificate` is the key they hand out, `fingerprint` what they read out over the telephone."""

    def __init__(self, name: str = "News desk") -> None:
        # Short, because gpg's agent needs a socket below it.
        self.home = Path(tempfile.mkdtemp(prefix="ekr-"))
        self.certificate = self.home / "certificate.asc"
        self._name = name
        self.fingerprint = ""

    def __enter__(self) -> Self:
        made = self.gpg("--status-fd", "1", "--quick-generate-key", self._name, "ed25519", "cert,sign", "never")
        self.fingerprint = next(line.split()[3] for line in made.splitlines() if " KEY_CREATED " in line)
        self.gpg("--quick-add-key", self.fingerprint, "cv25519", "encr", "never")
        self.gpg("--armor", "--output", str(self.certificate), "--export", self.fingerprint)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        subprocess.run(["gpgconf", "--homedir", str(self.home), "--kill", "all"], check=True, capture_output=True)
        while self.home.exists():  # the agent, which is just ending, removes its own sockets at the same time
            shutil.rmtree(self.home, ignore_errors=True)

    def gpg(self, *arguments: str) -> str:
        """Their own gpg, as they would run it; what it prints."""
        command = ["gpg", "--homedir", str(self.home), "--batch", "--yes", "--no-tty", "--quiet"]
        return tool(*command, "--pinentry-mode", "loopback", "--passphrase", "", *arguments)

    def open_mail(self, mail: Path, out: Path) -> Path:
        """Take the encrypted part out of a mail and decrypt it with gpg alone."""
        message = email.message_from_bytes(mail.read_bytes())
        assert message.get_content_type() == "multipart/encrypted"
        _, encrypted = message.get_payload()
        armoured = out.with_suffix(".asc")
        armoured.write_bytes(encrypted.get_payload(decode=True))
        return self.open_file(armoured, out)

    def open_file(self, message: Path, out: Path) -> Path:
        """Decrypt a message; that the sender is unknown to them yet is no fault."""
        command = ["gpg", "--homedir", str(self.home), "--batch", "--status-fd", "1", "--output", str(out), "--decrypt"]
        done = subprocess.run([*command, str(message)], capture_output=True, text=True, timeout=60, check=False)
        assert "[GNUPG:] DECRYPTION_OKAY" in done.stdout, (done.stdout, done.stderr)
        assert "[GNUPG:] GOODMDC" in done.stdout, done.stdout
        return out


def tool(*command: str, cwd: Path | None = None) -> str:
    """Run a program that must succeed; what it prints on standard output."""
    done = subprocess.run(
        command,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout
