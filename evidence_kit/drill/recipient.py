"""The drill's recipient: a person with gpg of their own and a throw-away key, who knows nothing of this product."""

import contextlib
import shutil
import subprocess
from pathlib import Path
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Unavailable

_PATIENCE_S: Final = 60.0


class DrillRecipient:
    """A gpg home in `home`, which must be short: gpg's agent needs a socket below it. Use it in a `with`.

    At its end the home is copied to `keep`, where that is given, however far the drill came.
    """

    def __init__(self, home: Path, keep: Path | None) -> None:
        self.home = home
        self._keep = keep

    def make_key(self, certificate: Path) -> str:
        """Make the key, and write its certificate to that file; the fingerprint."""
        self.home.mkdir(mode=0o700)
        made = self._gpg("--quick-generate-key", "Drill recipient", "ed25519", "cert,sign", "never")
        fingerprint = next(line.split()[3] for line in made.decode().splitlines() if " KEY_CREATED " in line)
        self._gpg("--quick-add-key", fingerprint, "cv25519", "encr", "never")
        self._gpg("--output", str(certificate), "--export", fingerprint)
        return fingerprint

    def _gpg(self, *arguments: str) -> bytes:
        """gpg as they would run it: nothing of the product's is between. Its status lines."""
        command = ["gpg", "--homedir", str(self.home), "--batch", "--yes", "--no-tty", "--status-fd", "1"]
        # A throw-away key without a passphrase; there is no secret in the empty argument.
        return _ended(*command, "--pinentry-mode", "loopback", "--passphrase", "", *arguments)

    def close(self) -> None:
        """Keep the home beside what it can open, and end its agent."""
        if not self.home.is_dir():
            return
        if self._keep is not None:
            shutil.copytree(self.home, self._keep, ignore=shutil.ignore_patterns("S.*", "*.lock", ".#*"))
            self._keep.chmod(0o700)
        # Where there is no gpg, the step that needed it has said so.
        with contextlib.suppress(Unavailable, Broken):
            _ended("gpgconf", "--homedir", str(self.home), "--kill", "all")

    def __enter__(self) -> "DrillRecipient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _ended(*command: str) -> bytes:
    """Run a program to its end; its output. Raises with "gpg-missing" or "drill-gpg-failed"."""
    try:
        return subprocess.run(command, capture_output=True, timeout=_PATIENCE_S, check=True).stdout
    except FileNotFoundError:
        raise Unavailable(Code.GPG_MISSING) from None
    except subprocess.SubprocessError:
        raise Broken(Code.DRILL_GPG_FAILED) from None
