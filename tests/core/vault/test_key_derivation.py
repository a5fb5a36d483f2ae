"""What is typed becomes a key: Argon2id as others have it, one form for each secret, and nothing of it left behind."""

import secrets
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from argon2.low_level import Type, hash_secret_raw
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_kit.codes import Code
from evidence_kit.errors import Unavailable
from evidence_kit.vault import recovery
from evidence_kit.vault.key_derivation import Kdf, derive, is_of_passphrase, new_passphrase, recovery_secret, typed
from tests.core.memory import written_memory

SALT = bytes(range(32))

UNLOCKING = """
    import sys
    from pathlib import Path

    from evidence_kit.vault import header
    from evidence_kit.vault.key_derivation import Kdf

    mask = 0xFF  # the passphrase itself comes only into the place that is cleared
    hidden = sys.stdin.buffer.readline()[:-1]

    def passphrase():
        secret = bytearray(len(hidden))
        for place, byte in enumerate(hidden):
            secret[place] = byte ^ mask
        return secret

    path = Path(sys.argv[1])
    for work in (
        lambda secret: header.create(path, secret, Kdf(64, 1, 1))[0],
        lambda secret: header.unlock(path, secret)[0],
    ):
        secret = passphrase()
        opened = work(secret)
        opened.change_passphrase(secret)
        secret[:] = bytes(len(secret))
        opened.close()
    kept = passphrase() if sys.argv[2] == "kept" else b""
    print("ready", flush=True)
    sys.stdin.buffer.readline()
"""


def in_memory_after_unlocking(path: Path, kept: str) -> bool:
    """Whether the passphrase lies anywhere in the memory of a process that made, opened and changed a header."""
    passphrase = secrets.token_urlsafe(15).encode()[:20]  # as long as few words, and shorter than a code
    hidden = bytes(byte ^ 0xFF for byte in passphrase)  # no line breaks: none of it is ASCII
    code = "\n".join(line[4:] for line in UNLOCKING.splitlines())
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path), kept], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(hidden + b"\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"ready\n"
        found = any(passphrase in held for _, held in written_memory(process.pid))
        process.stdin.write(b"\n")
        process.stdin.close()
    assert process.returncode == 0
    return found


def test_nothing_of_a_passphrase_stays_in_memory_when_whoever_typed_it_has_cleared_it(tmp_path: Path) -> None:
    assert in_memory_after_unlocking(tmp_path / "kept", "kept")  # it would be found
    assert not in_memory_after_unlocking(tmp_path / "cleared", "cleared")


@pytest.mark.parametrize("kdf", [Kdf(64, 1, 1), Kdf(64, 3, 4), Kdf(1024, 2, 2)], ids=str)
def test_the_derivation_is_argon2id_as_the_library_has_it(kdf: Kdf) -> None:
    usual = hash_secret_raw(b"a secret", SALT, kdf.passes, kdf.memory_kib, kdf.lanes, 32, Type.ID)
    assert derive(bytearray(b"a secret"), kdf, SALT) == usual


def test_memory_that_is_not_there_is_told() -> None:
    with pytest.raises(Unavailable) as caught:
        derive(bytearray(b"a secret"), Kdf((1 << 32) - 1, 1, 1), SALT)
    assert caught.value.code is Code.MEMORY_SHORT


@given(st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(deadline=None)
def test_whatever_is_typed_has_one_form_and_is_zeros_afterwards(secret: bytes) -> None:
    text = secret.decode("utf-8", "surrogateescape")
    if recovery.is_shaped_like_code(text):
        return
    with typed(bytearray(secret)) as material:
        assert material == b"passphrase\x00" + unicodedata.normalize("NFC", text).encode("utf-8", "surrogateescape")
        assert is_of_passphrase(material)
    assert not any(material)


def test_a_code_is_a_code_however_its_groups_are_set_apart() -> None:
    secret = recovery.new_secret()
    for between in (" ", "-", "\u2011", "\u2013", "\u00a0", "\u2003", "", "\n"):
        written = recovery.code_of(secret).replace("-", between).encode()
        with typed(bytearray(written)) as material, recovery_secret(secret) as meant:
            assert material == meant
            assert not is_of_passphrase(material)


def test_the_form_is_zeros_also_where_its_use_failed() -> None:
    with pytest.raises(KeyError), new_passphrase(bytearray(b"long enough")) as material:
        raise KeyError
    assert material == bytes(len(b"passphrase\x00long enough"))
