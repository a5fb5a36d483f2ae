"""A person with gpg of their own: makes the keys and messages, odd ones included, that the kit meets."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evidence_kit import files


class Person:
    """`home` has no passphrases; `when` ("20200101T000000") is what their clock says."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def gpg(self, *arguments: str, data: bytes = b"", when: str | None = None, check: bool = True) -> bytes:
        clock = ["--faked-system-time", f"{when}!", "--ignore-time-conflict", "--ignore-valid-from"] if when else []
        common = ["--batch", "--no-tty", "--quiet", "--yes", "--pinentry-mode", "loopback"]
        common += ["--passphrase", "", "--s2k-count", "65536"]
        done = subprocess.run(
            ["gpg", "--homedir", str(self.home), *common, "--trust-model", "always", *clock, *arguments],
            input=data,
            capture_output=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(done.stderr.decode())
        return done.stdout

    def key(self, name: str = "Desk", *, when: str | None = None, expire: str = "never", encrypts: bool = True) -> str:
        self.gpg("--quick-generate-key", name, "ed25519", "sign", expire, when=when)
        listed = self.gpg("--list-keys", "--with-colons", f"={name}").decode().split("\n")
        fingerprint = next(line.split(":")[9] for line in listed if line.startswith("fpr:"))
        if encrypts:
            self.gpg("--quick-add-key", fingerprint, "cv25519", "encr", "never", when=when)
        return fingerprint

    def certificate(self, fingerprint: str) -> bytes:
        return self.gpg("--export", fingerprint)

    def revoke(self, fingerprint: str) -> None:
        kept = (self.home / "openpgp-revocs.d" / f"{fingerprint}.rev").read_bytes()
        self.gpg("--import", data=kept.replace(b":-----BEGIN", b"-----BEGIN"))


@contextmanager
def person() -> Iterator[Person]:
    with files.private_folder() as home:
        try:
            yield Person(home)
        finally:
            subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "gpg-agent"], check=False, capture_output=True)


def agents(home: Path) -> list[int]:
    """Process numbers of living gpg agents of a home (a dead one that nobody reaped has no command line)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if command[0].endswith(b"gpg-agent") and str(home).encode() in command:
            found.append(int(process.name))
    return found
