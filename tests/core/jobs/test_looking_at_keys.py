"""What a key, or a QR code, says before anybody trusts it."""

from pathlib import Path

import pytest

from evidence_kit.errors import Refused
from evidence_kit.jobs.key_reading import look_at_code_file, look_at_key_file
from evidence_kit.seal.pgp import Keyring, SecretKey
from tests.fakes.code_picture import code_picture

FINGERPRINT = "849333F2F639E25206E87A3EE12A602E1A246411"


@pytest.fixture(scope="module")
def key() -> SecretKey:
    with Keyring() as keyring:
        return keyring.generate("News desk")


def kept(folder: Path, *codes: str | bytes) -> Path:
    """A picture with these codes, as a file."""
    path = folder / "code.png"
    path.write_bytes(code_picture(*codes))
    return path


@pytest.mark.slow
def test_a_key_file_is_seen_with_fingerprint_and_names(tmp_path: Path, key: SecretKey) -> None:
    (tmp_path / "key.asc").write_bytes(key.certificate)
    seen = look_at_key_file(tmp_path / "key.asc")
    assert (seen.fingerprint, seen.user_ids, seen.expires_utc) == (key.fingerprint, ("News desk",), None)


def test_a_missing_key_file_or_picture_is_said(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no-such-file"):
        look_at_key_file(tmp_path / "key.asc")
    with pytest.raises(Refused, match="no-such-file"):
        look_at_code_file(tmp_path / "code.png")


@pytest.mark.parametrize(
    "code",
    [
        f"OPENPGP4FPR:{FINGERPRINT}",
        f"openpgp4fpr:{FINGERPRINT.lower()}",
        f"OPENPGP4FPR:{FINGERPRINT}#a=desk%40newsroom.invalid&n=Desk",
        FINGERPRINT,
        " ".join(FINGERPRINT[at : at + 4] for at in range(0, 40, 4)),
    ],
)
def test_a_fingerprint_in_a_code_is_seen_whole(tmp_path: Path, code: str) -> None:
    seen = look_at_code_file(kept(tmp_path, code))
    assert (seen.key, seen.fingerprint) == (None, FINGERPRINT)


@pytest.mark.slow
def test_a_key_in_a_code_is_seen_as_one_in_a_file_is(tmp_path: Path, key: SecretKey) -> None:
    seen = look_at_code_file(kept(tmp_path, key.certificate, f"OPENPGP4FPR:{key.fingerprint}"))
    assert seen.key is not None
    assert (seen.key.untrusted_key, seen.key.user_ids) == (key.certificate, ("News desk",))
    assert seen.fingerprint == seen.key.fingerprint == key.fingerprint


@pytest.mark.slow
def test_a_code_about_another_key_beside_a_key_is_refused(tmp_path: Path, key: SecretKey) -> None:
    with pytest.raises(Refused, match="codes-differ"):
        look_at_code_file(kept(tmp_path, key.certificate, f"OPENPGP4FPR:{FINGERPRINT}"))


@pytest.mark.parametrize(
    ("codes", "what"),
    [
        ((), "no-code"),
        (("https://newsroom.invalid/key",), "code-unknown"),
        ((f"OPENPGP4FPR:{FINGERPRINT[-16:]}",), "code-unknown"),
        ((f"OPENPGP4FPR:{FINGERPRINT}0",), "fingerprint-format"),
        ((f"OPENPGP4FPR:{FINGERPRINT}", f"OPENPGP4FPR:{FINGERPRINT[::-1]}"), "codes-differ"),
        (("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nrubbish",), "certificate-unreadable"),
    ],
)
def test_other_codes_are_refused_in_words_of_their_own(tmp_path: Path, codes: tuple[str, ...], what: str) -> None:
    with pytest.raises(Refused, match=what):
        look_at_code_file(kept(tmp_path, *codes))
