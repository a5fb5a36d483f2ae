"""Receipts: signed by the recipient over the ciphertext, and nothing else counts as one."""

import base64
import json
from pathlib import Path

import pytest

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, KitError, Refused
from evidence_kit.files import sha256_of
from evidence_kit.model.delivery import PartRole
from evidence_kit.model.finding import Verdict
from evidence_kit.seal.pgp import Keyring
from evidence_kit.verify import receipt
from tests.fakes.clock import FakeClock
from tests.fakes.report import REPORT_ID
from tests.fakes.sealed_report import (
    armored,
    lived,
    mailed,
    packed,
    people,
    recipient_keyring,
    seal,
    sealed_bytes,
    short_notice,
)

ME = people().recipient.fingerprint
NOW = FakeClock().read()


@pytest.mark.parametrize("shape", ["binary", "armored", "mail"])
def test_a_receipt_names_the_ciphertext_as_the_sender_knows_it(tmp_path: Path, shape: str) -> None:
    ciphertext = sealed_bytes()
    path = tmp_path / "report"
    path.write_bytes({"binary": ciphertext, "armored": armored(ciphertext), "mail": mailed(ciphertext)}[shape])
    with recipient_keyring() as keyring:
        signed = receipt.make(path, keyring=keyring, signer=ME, reading=NOW)
    (tmp_path / "binary").write_bytes(ciphertext)
    with (tmp_path / "binary").open("rb") as source:
        sha256, size = sha256_of(source)
    with Keyring() as sender:
        sender.load_certificate(people().recipient.certificate)
        said = receipt.read(signed, sender)
    root = lived()[1].checkpoint.splitlines()[2]
    assert said.signer == ME
    assert (said.report, said.part, said.verdict) == (REPORT_ID, PartRole.REPORT, Verdict.HOLDS)
    assert (said.ciphertext, said.size) == (sha256, size)
    assert said.received_utc == NOW.wall_utc
    assert said.root is not None
    assert bytes.fromhex(said.root) == base64.b64decode(root)
    assert len(signed) < 2000


def test_a_receipt_for_a_notice_and_for_a_broken_report_say_so(tmp_path: Path) -> None:
    with recipient_keyring() as keyring:
        keyring.load_certificate(people().vault.certificate)
        path = seal(short_notice(), tmp_path, signer=people().vault)
        notice = receipt.read(receipt.make(path, keyring=keyring, signer=ME, reading=NOW), keyring)
        path.unlink()
        path = seal(packed(), tmp_path, signer=None)
        unsigned = receipt.read(receipt.make(path, keyring=keyring, signer=ME, reading=NOW), keyring)
        content = bytearray(sealed_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        damaged = receipt.read(receipt.make(path, keyring=keyring, signer=ME, reading=NOW), keyring)
    assert (notice.part, notice.verdict, notice.report) == (PartRole.NOTICE, Verdict.HOLDS, None)
    assert (unsigned.part, unsigned.verdict) == (PartRole.REPORT, Verdict.BROKEN)
    assert (damaged.verdict, damaged.report, damaged.size) == (Verdict.BROKEN, None, len(content))


def test_an_encrypted_word_without_a_signature_is_no_receipt(tmp_path: Path) -> None:
    untrusted = seal(b'{"v":1,"kind":"receipt"}', tmp_path, signer=None).read_bytes()
    with recipient_keyring() as keyring, pytest.raises(Broken) as caught:
        receipt.read(untrusted, keyring)
    assert caught.value.code is Code.RECEIPT_UNSIGNED


def test_only_ciphertext_is_receipted(tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    path.write_bytes(packed())
    with recipient_keyring() as keyring, pytest.raises(Refused) as caught:
        receipt.make(path, keyring=keyring, signer=ME, reading=NOW)
    assert caught.value.code is Code.RECEIPT_NEEDS_MESSAGE


def test_what_is_no_sound_receipt_is_told_apart() -> None:
    said = {
        "v": 1,
        "kind": "receipt",
        "report": None,
        "part": "report",
        "ciphertext": "a" * 64,
        "size": 5,
        "received_utc": "2026-11-18T11:06:40.000Z",
        "verdict": "holds",
        "root": None,
    }
    with recipient_keyring() as keyring:

        def reading(untrusted: bytes) -> str:
            with pytest.raises(KitError) as caught:
                receipt.read(untrusted, keyring)
            return caught.value.code.value

        def signed(**changes: object) -> bytes:
            return keyring.sign_message(json.dumps({**said, **changes}).encode(), ME)

        assert receipt.read(signed(), keyring).verdict is Verdict.HOLDS
        assert reading(signed(v=2)) == "newer-version"
        assert reading(signed(kind="note")) == "receipt-format"
        assert reading(signed(ciphertext="short")) == "receipt-format"
        assert reading(signed(verdict="note")) == "receipt-format"
        assert reading(signed(verdict="fine")) == "format"
        assert reading(signed(part="other")) == "format"
        assert reading(signed(extra=1)) == "format"
        assert reading(keyring.sign_message(b"[1,1", ME)) == "json-malformed"
        assert reading(b"hello") == "not-openpgp"
        assert reading(b"x" * 70_000) == "receipt-too-large"
        tampered = signed().replace(b"\n\n", b"\n\nAAAA", 1)
        assert reading(tampered)
        good = signed()
    with Keyring() as stranger:
        with pytest.raises(Broken) as caught:
            receipt.read(good, stranger)
        assert caught.value.code is Code.RECEIPT_UNKNOWN_SIGNER
