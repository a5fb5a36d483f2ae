"""A sound report holds in every shape it travels in, and says what it does not prove."""

import io
import zipfile
from pathlib import Path

import pytest

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.model.bodies.disruptions import MeasurementTaken
from evidence_kit.model.bodies.statements import Impact, WitnessHeard
from evidence_kit.model.disruption import NetworkState
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.seal.pgp import Keyring
from evidence_kit.verify.check import check, exit_code
from tests.fakes.report import FakeJournal, contents_of, lived_through
from tests.fakes.sealed_report import (
    armored,
    mailed,
    pack,
    packed,
    people,
    recipient_keyring,
    seal,
    sealed_bytes,
    short_notice,
    signed,
)

pytestmark = pytest.mark.slow


def codes(findings: list[Finding], verdict: Verdict) -> list[str]:
    return [finding.code.value for finding in findings if finding.verdict is verdict]


def unpacked(folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        archive.extractall(folder)
    (bag,) = folder.iterdir()
    return bag


HOLDING = ["container-safe", "bag-whole", "checkpoint-signed", "entries-in-journal", "exhibits-match", "tiles-match"]


def test_a_zip_without_the_message_around_it_holds_but_does_not_prove_who_sent_it(tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    path.write_bytes(packed())
    findings = check(path)
    assert codes(findings, Verdict.BROKEN) == []
    assert set(HOLDING) == set(codes(findings, Verdict.HOLDS))
    assert codes(findings, Verdict.UNPROVEN) == ["message-absent", "sender-unconfirmed", "times-not-stamped"]
    assert exit_code(findings) == 0


def test_an_unpacked_folder_says_the_same_as_the_zip(tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    path.write_bytes(packed())
    bag = unpacked(tmp_path / "out")
    assert check(bag)[1:] == check(path)[1:]


@pytest.mark.parametrize("shape", ["binary", "armored", "mail", "mail-base64", "mail-lf"], ids=lambda shape: str(shape))
def test_an_encrypted_report_holds_with_the_signature_of_the_vault(tmp_path: Path, shape: str) -> None:
    ciphertext = sealed_bytes()
    path = tmp_path / "report"
    path.write_bytes(
        {
            "binary": lambda: ciphertext,
            "armored": lambda: armored(ciphertext),
            "mail": lambda: mailed(ciphertext),
            "mail-base64": lambda: mailed(ciphertext, encoding="base64"),
            "mail-lf": lambda: mailed(ciphertext, line_end=b"\n"),
        }[shape]()
    )
    with recipient_keyring() as keyring:
        findings = check(path, keyring=keyring, expected=people().vault.fingerprint)
    assert codes(findings, Verdict.BROKEN) == []
    assert {*HOLDING, "message-signed", "sender-confirmed"} == set(codes(findings, Verdict.HOLDS))
    assert codes(findings, Verdict.UNPROVEN) == ["times-not-stamped"]


def test_several_measurements_with_and_without_a_line_end_make_up_their_file(tmp_path: Path) -> None:
    journal = FakeJournal()
    disruption = lived_through(journal)
    for record in (b'{"a":1}\n', b'{"a":2}', b""):
        exhibit = journal.keep(record, "application/json", "measurement")
        journal.append(MeasurementTaken(exhibit, "ladder", None, NetworkState.ONLINE))
    vault = people().vault
    plain = contents_of(journal, disruption, fingerprint=vault.fingerprint, certificate=vault.certificate)
    path = tmp_path / "report.zip"
    path.write_bytes(pack(signed(plain, vault), journal))
    assert codes(check(path), Verdict.BROKEN) == []
    with zipfile.ZipFile(path) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("measurements.jsonl")]
        assert archive.read(name).endswith(b'{"a":1}\n{"a":2}\n')


def test_a_report_with_testimony_holds(tmp_path: Path) -> None:
    journal = FakeJournal()
    disruption = lived_through(journal)
    journal.append(WitnessHeard("No insulin came.", "a nurse", ("share",), "", (Impact("health", ""),)))
    vault = people().vault
    plain = contents_of(journal, disruption, fingerprint=vault.fingerprint, certificate=vault.certificate)
    path = tmp_path / "report.zip"
    path.write_bytes(pack(signed(plain, vault), journal))
    findings = check(path)
    assert codes(findings, Verdict.BROKEN) == []
    assert set(HOLDING) == set(codes(findings, Verdict.HOLDS))


def test_another_fingerprint_than_the_expected_one_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    path.write_bytes(packed())
    findings = check(path, expected=people().stranger.fingerprint)
    assert codes(findings, Verdict.BROKEN) == ["sender-other"]


def test_a_message_without_a_signature_is_broken_not_silent(tmp_path: Path) -> None:
    path = seal(packed(), tmp_path, signer=None)
    with recipient_keyring() as keyring:
        findings = check(path, keyring=keyring)
    assert codes(findings, Verdict.BROKEN) == ["message-unsigned"]
    assert exit_code(findings) == 4


def test_a_report_signed_by_somebody_else_names_both_keys(tmp_path: Path) -> None:
    path = seal(packed(), tmp_path, signer=people().stranger)
    with recipient_keyring() as keyring:
        findings = check(path, keyring=keyring)
        keyring.load_certificate(people().stranger.certificate)
        known = check(path, keyring=keyring)
    assert codes(findings, Verdict.BROKEN) == ["message-signer-unknown"]
    assert dict(findings[-1].facts) == {}
    (other,) = [finding for finding in known if finding.verdict is Verdict.BROKEN]
    assert other.code == "message-signer-other"
    assert dict(other.facts) == {"signer": people().stranger.fingerprint, "vault": people().vault.fingerprint}


def test_a_message_for_somebody_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.pgp"
    path.write_bytes(sealed_bytes())
    with Keyring() as keyring:
        keyring.load_secret(people().stranger)
        with pytest.raises(Refused) as caught:
            check(path, keyring=keyring)
    assert caught.value.code is Code.NOT_FOR_THIS_KEY
    with pytest.raises(Refused) as caught:
        check(path)
    assert caught.value.code is Code.NEEDS_SECRET_KEY


def test_a_notice_is_told_from_a_report_and_its_signature_is_checked(tmp_path: Path) -> None:
    path = seal(short_notice(), tmp_path, signer=people().vault)
    with recipient_keyring() as keyring:
        before = check(path, keyring=keyring)
        keyring.load_certificate(people().vault.certificate)
        after = check(path, keyring=keyring)
    assert [finding.code for finding in before] == ["form", "notice", "message-signer-unknown"]
    assert before[-1].verdict is Verdict.UNPROVEN
    assert "message-signed" in codes(after, Verdict.HOLDS)


def test_a_notice_that_does_not_even_claim_to_be_from_the_expected_sender_is_broken(tmp_path: Path) -> None:
    path = seal(short_notice(), tmp_path, signer=people().vault)
    with recipient_keyring() as keyring:
        stranger = check(path, keyring=keyring, expected=people().stranger.fingerprint)
        claimed = check(path, keyring=keyring, expected=people().vault.fingerprint)
        keyring.load_certificate(people().vault.certificate)
        known = check(path, keyring=keyring, expected=people().stranger.fingerprint)
    assert "sender-other" in codes(stranger, Verdict.BROKEN)
    assert dict(stranger[-1].facts) == {
        "fingerprint": people().vault.fingerprint,
        "expected": people().stranger.fingerprint,
    }
    assert codes(claimed, Verdict.BROKEN) == []
    assert "message-signer-unknown" in codes(claimed, Verdict.UNPROVEN), "a claim proves nothing"
    assert "sender-other" in codes(known, Verdict.BROKEN)


def session_key_end(ciphertext: bytes) -> int:
    """Where the one session key packet (old header, one octet of length: RFC 9580 §4.2.2) ends and the data begin."""
    assert ciphertext[0] == 0x84
    return 2 + ciphertext[1]


def test_a_flipped_byte_in_the_ciphertext_is_broken(tmp_path: Path) -> None:
    ciphertext = sealed_bytes()
    begins = session_key_end(ciphertext)
    path = tmp_path / "report.pgp"
    with recipient_keyring() as keyring:
        for place in (begins, begins + 10, len(ciphertext) // 3, len(ciphertext) // 2, len(ciphertext) - 30):
            path.write_bytes(flipped(ciphertext, place))
            assert codes(check(path, keyring=keyring), Verdict.BROKEN) == ["message-damaged"]


def test_a_report_cut_short_is_broken_and_not_taken_for_somebody_elses(tmp_path: Path) -> None:
    ciphertext = sealed_bytes()
    begins = session_key_end(ciphertext)
    path = tmp_path / "report.pgp"
    with recipient_keyring() as keyring:
        for length in (begins, begins + 2, begins + 40, 5_000, len(ciphertext) // 2, len(ciphertext) - 1):
            path.write_bytes(ciphertext[:length])
            assert codes(check(path, keyring=keyring), Verdict.BROKEN) == ["message-damaged"], length


def test_a_flipped_byte_in_the_session_key_looks_like_a_message_for_somebody_else(tmp_path: Path) -> None:
    ciphertext = sealed_bytes()
    ends = session_key_end(ciphertext)
    path = tmp_path / "report.pgp"
    with recipient_keyring() as keyring:
        for place in (ends - 70, ends - 40, ends - 1):
            path.write_bytes(flipped(ciphertext, place))
            with pytest.raises(Refused) as caught:
                check(path, keyring=keyring)
            assert caught.value.code is Code.NOT_FOR_THIS_KEY, place


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-a-report"),
        (b"just words\n", "not-a-report"),
        (b"Subject: hello\n\njust a mail\n", "mail-without-report"),
        (b"\xff" * 100, "not-openpgp"),
    ],
)
def test_what_is_no_report_is_refused_by_name(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "something"
    path.write_bytes(content)
    with recipient_keyring() as keyring, pytest.raises(Refused) as caught:
        check(path, keyring=keyring)
    assert caught.value.code.value == code


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        check(tmp_path / "nothing")
    assert caught.value.code is Code.NO_SUCH_FILE
