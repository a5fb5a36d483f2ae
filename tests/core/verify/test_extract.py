"""Unpacking: whole or not at all, into a folder of the recipient's choice."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.verify.check import check
from evidence_kit.verify.extract import extract
from tests.fakes.sealed_report import mailed, packed, people, recipient_keyring, seal, sealed_bytes, short_notice


@pytest.mark.parametrize("shape", ["zip", "message", "mail"])
def test_what_is_unpacked_is_the_bag_and_private(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "report"
    path.write_bytes({"zip": packed(), "message": sealed_bytes(), "mail": mailed(sealed_bytes())}[shape])
    folder = tmp_path / "chosen"
    with recipient_keyring() as keyring:
        extract(path, folder, keyring=keyring)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["chosen", "report"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        for name in archive.namelist():
            target = folder / name.split("/", 1)[1]
            assert target.read_bytes() == archive.read(name)
            assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert "bag-whole" in {finding.code for finding in check(folder)}


def test_an_empty_folder_is_used_and_a_full_one_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    path.write_bytes(packed())
    folder = tmp_path / "chosen"
    folder.mkdir()
    extract(path, folder)
    with pytest.raises(Refused) as caught:
        extract(path, folder)
    assert caught.value.code is Code.FOLDER_NOT_EMPTY


def test_a_damaged_message_or_zip_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "chosen"
    path = tmp_path / "report"
    for content in (sealed_bytes(), packed()):
        damaged = bytearray(content)
        damaged[len(content) * 3 // 4] ^= 1
        path.write_bytes(damaged)
        with recipient_keyring() as keyring, pytest.raises(Broken):
            extract(path, folder, keyring=keyring)
        assert [item.name for item in tmp_path.iterdir()] == ["report"]


def test_a_notice_a_folder_and_a_missing_key_are_refused_by_name(tmp_path: Path) -> None:
    path = seal(short_notice(), tmp_path, signer=people().vault)
    with recipient_keyring() as keyring, pytest.raises(Refused) as caught:
        extract(path, tmp_path / "chosen", keyring=keyring)
    assert caught.value.code is Code.NOTICE_ONLY
    with pytest.raises(Refused) as caught:
        extract(path, tmp_path / "chosen")
    assert caught.value.code is Code.NEEDS_SECRET_KEY
    with pytest.raises(Refused) as caught:
        extract(tmp_path, tmp_path / "chosen")
    assert caught.value.code is Code.ALREADY_UNPACKED
