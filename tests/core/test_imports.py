"""What a command loads at its start: each runs in a process of its own, and tells what was imported until it ended."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from evidence_kit.cli.commands import COMMANDS
from evidence_kit.clock import SystemClock
from evidence_kit.model.bodies.vault_events import VaultCreated
from evidence_kit.programs import READERS
from evidence_kit.vault.key_derivation import Kdf
from evidence_kit.vault.vault import Vault
from tests.fakes.product import PASSPHRASE

# Rooms, libraries and parts of the standard library whose loading a person feels.
HEAVY = frozenset(
    {
        *("PIL", "PySide6", "aiosmtpd", "argon2", "cryptography", "dns", "gnupg", "isal", "jeepney", "mss", "nacl"),
        *("platformdirs", "psutil", "pydantic", "requests", "rich", "socks", "sqlcipher3", "zxingcpp"),
        *("asyncio", "email", "http", "smtplib", "ssl", "tarfile", "zipfile"),
        *("evidence_kit.capture", "evidence_kit.detect", "evidence_kit.model", "evidence_kit.probe"),
        *(
            "evidence_kit.report",
            "evidence_kit.vault",
            "evidence_kit.verify",
            "evidence_kit.watch",
        ),
    }
)
_TELL = (
    "import atexit, os, sys\n"
    "@atexit.register\n"
    "def tell():\n"
    "    os.write(3, '\\n'.join(sys.modules).encode())\n"
    "sys.argv[:] = ['evidence-kit', *sys.argv[1:]]\n"
    "from evidence_kit.cli.main import main\n"
    "main()\n"
)
_KEYS = frozenset({"argon2", "cryptography", "nacl", "sqlcipher3", "evidence_kit.model", "evidence_kit.vault"})
# What a command may load of the libraries that most commands can do without, and for what.
_PICTURES = frozenset({"PIL", "isal"})
_REPORTS = frozenset({*_PICTURES, "gnupg"})
_PROBES = frozenset({"dns", "psutil", "socks"})
_RARE = frozenset(
    {"PIL", "PySide6", "aiosmtpd", "dns", "gnupg", "isal", "jeepney", "mss", "psutil", "pydantic", "rich"}
)
_OWN = {
    "watch": _PROBES,
    "station": _PROBES,
    "probe": _PROBES,
    "network": _PROBES,
    "checkpoint": _REPORTS,
    "report": _REPORTS,
    "verify": _REPORTS,
    "receipt": _REPORTS,
    "capture": _PICTURES | {"jeepney", "mss", "dns"},
    "doctor": _PICTURES | {"jeepney", "mss", "dns", "gnupg"},
}


def loaded(*arguments: str) -> set[str]:
    """The heavy ones among what that command imported; only its last component may be missing, as in `dns.name`."""
    read, write = os.pipe()
    # A process of ours keeps its memory to itself, but says on this descriptor which modules it has.
    told = subprocess.run(
        [sys.executable, "-c", f"import os; os.dup2({write}, 3)\n{_TELL}", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        pass_fds=(write,),
        check=False,
    )
    os.close(write)
    with os.fdopen(read, "rb") as source:
        modules = source.read().decode().split("\n")
    assert told.returncode == 0, told.stderr
    assert "evidence_kit.cli.main" in modules
    return {heavy for heavy in HEAVY if any(one == heavy or one.startswith(f"{heavy}.") for one in modules)}


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The arguments that name a small vault and open it."""
    folder = tmp_path_factory.mktemp("imports")
    made = Vault.create(folder / "vault", bytearray(PASSPHRASE), SystemClock(), kdf=Kdf(64, 1, 1))
    with made.vault as vault:
        vault.append(VaultCreated(fingerprint="0" * 40, intake_key=vault.intake_key, software="test"))
    secret = folder / "passphrase"
    secret.write_bytes(PASSPHRASE)
    return "--vault", str(folder / "vault"), "--passphrase-file", str(secret)


def test_help_loads_no_room_and_no_library() -> None:
    assert loaded("--help") == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_loads_no_library_that_it_does_not_use(name: str) -> None:
    assert loaded(name, "--help") & _RARE <= _OWN.get(name, frozenset())


@pytest.mark.parametrize(
    ("command", "more"),
    [
        (("note", "what happened"), {"evidence_kit.detect", "evidence_kit.watch"}),
        (("journal",), {"evidence_kit.report"}),
        (("deliveries",), {"evidence_kit.report"}),
        (("disruptions",), {"evidence_kit.report"}),
    ],
)
def test_an_everyday_command_loads_the_vault_and_nothing_beside_it(
    vault: tuple[str, ...], command: tuple[str, ...], more: set[str]
) -> None:
    assert loaded(*vault, *command) <= _KEYS | more


def test_a_command_without_a_vault_loads_no_keys(tmp_path: Path) -> None:
    assert not loaded("--vault", str(tmp_path), "network") & {"argon2", "sqlcipher3", "PIL", "gnupg", "psutil"}


_CHILDREN = {
    "evidence_kit.jobs.thumbnailer": {"PIL"},
    "evidence_kit.capture.metadata": {"PIL"},
    "evidence_kit.capture.picture_reading": {"PIL"},
    "evidence_kit.portal.connector": {"jeepney"},
    "evidence_kit.seal.inspection": set(),
    "evidence_kit.seal.qr_reading": set(),
    "evidence_kit.verify": set(),
    "evidence_kit.app.vault_process": set(),
}


@pytest.mark.parametrize("module", sorted({*READERS, "evidence_kit.app.vault_process"}))
def test_a_child_loads_no_library_but_the_one_it_reads_with(module: str) -> None:
    tell = f"import sys, {module}; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-I", "-c", tell], capture_output=True, check=True, text=True)
    assert {name.split(".")[0] for name in told.stdout.split()} & _RARE <= _CHILDREN[module]
