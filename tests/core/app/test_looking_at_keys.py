"""What a key says before anybody trusts it."""

from pathlib import Path

import pytest

from evidence_kit.app.looking_at_keys import look_at_key_file
from evidence_kit.errors import Refused
from evidence_kit.seal.pgp import Keyring


@pytest.mark.slow
def test_a_key_file_is_seen_with_fingerprint_and_names(tmp_path: Path) -> None:
    with Keyring() as keyring:
        key = keyring.generate("News desk")
    (tmp_path / "key.asc").write_bytes(key.certificate)
    seen = look_at_key_file(tmp_path / "key.asc")
    assert (seen.fingerprint, seen.user_ids, seen.expires_utc) == (key.fingerprint, ("News desk",), None)


def test_a_missing_key_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no-such-file"):
        look_at_key_file(tmp_path / "key.asc")
