"""A signed list: handed out by one vault, taken by another, and refused where anything of it is not so."""

import shutil
from pathlib import Path

import pytest

from evidence_kit.errors import Broken, KitError, Refused
from evidence_kit.jobs.destination_types import address_from, without_secrets
from evidence_kit.jobs.fingerprint_words import fingerprint_words
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.letter import SendTestLetter
from evidence_kit.jobs.lists import MakeList, ReadList, TakeList
from evidence_kit.jobs.look import ListEntries, ListRecipients
from evidence_kit.jobs.people import RemoveRecipient
from evidence_kit.model.bodies.sharing import RecipientAdded
from evidence_kit.model.delivery import Confirmation, ConfirmedBy
from evidence_kit.seal.pgp import Keyring
from evidence_kit.sync.types import read_route
from tests.core.kits import open_kit


@pytest.fixture
def handed(kit: Kit, desk: str) -> bytes:
    """A list of the one recipient, as a file."""
    (recipient,) = kit.run(ListRecipients())
    return kit.run(MakeList("Coalition", mails=((recipient.fingerprint, "desk@news.example"),)))


@pytest.fixture
def member(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path / "member")
    return tmp_path / "member"


def test_a_member_takes_what_the_coalition_handed_out(kit: Kit, handed: bytes, member: Path) -> None:
    (recipient,) = kit.run(ListRecipients())
    with open_kit(member) as theirs:
        offered = theirs.run(ReadList(handed))
        assert (offered.name, offered.recipients[0].mail) == ("Coalition", "desk@news.example")
        assert (offered.recipients[0].fingerprint, offered.recipients[0].known) == (recipient.fingerprint, False)
        (added,) = theirs.run(TakeList(handed, offered.signer, (recipient.fingerprint,)))
        assert added.confirmed_by == ConfirmedBy(Confirmation.SIGNED_LIST, offered.signer)
        entry = theirs.run(ListEntries())[-1].body
        assert isinstance(entry, RecipientAdded)
        assert entry.confirmed_by == added.confirmed_by
        assert [one.fingerprint for one in theirs.run(ListRecipients())] == [recipient.fingerprint]
        assert theirs.run(ReadList(handed)).recipients[0].known
        assert theirs.run(TakeList(handed, offered.signer, (recipient.fingerprint,))) == ()


def test_only_the_chosen_ones_are_taken(handed: bytes, member: Path) -> None:
    with open_kit(member) as theirs:
        offered = theirs.run(ReadList(handed))
        assert theirs.run(TakeList(handed, offered.signer, ())) == ()
        assert theirs.run(ListRecipients()) == ()


@pytest.mark.parametrize(
    ("fingerprint", "code"),
    [("0" * 40, "fingerprint-differs"), ("DEADBEEF", "short-key-id"), ("hello", "fingerprint-format")],
)
def test_a_list_is_taken_only_with_its_signers_whole_fingerprint(
    kit: Kit, handed: bytes, member: Path, fingerprint: str, code: str
) -> None:
    (recipient,) = kit.run(ListRecipients())
    with open_kit(member) as theirs:
        with pytest.raises(Refused, match=code):
            theirs.run(TakeList(handed, fingerprint, (recipient.fingerprint,)))
        assert theirs.run(ListRecipients()) == ()


@pytest.mark.slow
def test_no_byte_of_a_list_can_be_changed_unnoticed(kit: Kit, handed: bytes) -> None:
    for at in range(0, len(handed), 97):
        changed = bytearray(handed)
        changed[at] ^= 1
        try:
            offered = kit.run(ReadList(bytes(changed)))
        except KitError:
            continue
        # Armour has bytes that mean nothing; then it still is the same list.
        assert offered == kit.run(ReadList(handed)), at


def test_what_another_key_signed_is_not_the_list_of_the_key_in_front(kit: Kit, handed: bytes) -> None:
    with Keyring() as keyring:
        key = keyring.generate()
        message = keyring.sign_message(b'{"kind":"recipients","v":1}', key.fingerprint)
    front = handed[: handed.index(b"-----BEGIN PGP MESSAGE")]
    with pytest.raises(Broken, match="list-unsigned"):
        kit.run(ReadList(front + message))


@pytest.mark.parametrize("content", [b"", b"hello", b"evidence-kit-recipients 1\n!!\n-----BEGIN PGP MESSAGE-----\n"])
def test_what_is_no_list_is_refused(kit: Kit, content: bytes) -> None:
    with pytest.raises(Refused, match="list-format"):
        kit.run(ReadList(content))
    with pytest.raises(Refused, match="list-too-large"):
        kit.run(ReadList(b"x" * 3_000_000))


def test_a_recipient_is_forgotten_only_when_no_destination_needs_them(kit: Kit, desk: str) -> None:
    (recipient,) = kit.run(ListRecipients())
    with pytest.raises(Refused, match="recipient-needed"):
        kit.run(RemoveRecipient(recipient.fingerprint))
    with pytest.raises(Refused, match="unknown-recipient"):
        kit.run(RemoveRecipient("0" * 40))


def test_a_test_letter_is_a_report_of_one_note(kit: Kit, desk: str) -> None:
    made = kit.run(SendTestLetter(desk, "Can you open this?"))
    assert len(made.entries) == 1
    assert [name for _, name in made.deliveries] == [desk]


def test_words_for_a_fingerprint_never_change() -> None:
    words = fingerprint_words("0000000000FFFFFFFFFF" + "0" * 20)
    assert words[:4] == ("abacus", "abacus", "abacus", "abacus")
    assert len(words) == 16
    assert len(fingerprint_words("F" * 64)) == 26
    assert len(set(fingerprint_words("F" * 40))) == 1


def test_a_mail_account_becomes_an_address_that_hides_its_password_when_shown() -> None:
    account = {
        "to": "desk@news.example",
        "from": "me@a.example",
        "server": "mail.example",
        "port": "465",
        "encryption": "smtps",
        "user": "me@a.example",
        "password": "p@ss/w:rd",
        "ca_file": "",
    }
    url = address_from("mail", account)
    assert url.startswith("smtps://me%40a.example:p%40ss%2Fw%3Ard@mail.example:465/?to=desk%40news.example")
    assert "p%40ss" not in without_secrets(url)
    assert "ss/w" not in repr(read_route(url))
    with pytest.raises(Refused):
        address_from("mail", {**account, "from": "not an address"})
    with pytest.raises(Refused, match="mail-server"):
        address_from("mail", {**account, "server": "mail server"})
