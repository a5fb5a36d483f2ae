from collections.abc import Callable

import pytest

from evidence_kit.errors import Refused
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.look import ListDestinations, ListEntries, ListRecipients
from evidence_kit.jobs.people import AddDestination, AddRecipient, ChangeDestination, RemoveDestination
from evidence_kit.model.bodies.sharing import DestinationChanged, RecipientAdded
from evidence_kit.model.delivery import Confirmation, ConfirmedBy
from evidence_kit.seal.pgp import Keyring
from tests.core.seal.person import Person, person
from tests.core.seal.test_pgp_keys import expired, revoked, signs_only

pytestmark = pytest.mark.slow


def fingerprint_of(certificate: bytes) -> str:
    with Keyring() as keyring:
        return keyring.load_certificate(certificate)


def test_a_recipient_is_kept_only_under_the_full_fingerprint(kit: Kit, recipient_key: bytes) -> None:
    fingerprint = fingerprint_of(recipient_key)
    for given, code in (
        (fingerprint[-8:], "short-key-id"),
        (fingerprint[-16:], "short-key-id"),
        (fingerprint[:-1] + ("0" if fingerprint[-1] != "0" else "1"), "fingerprint-differs"),
    ):
        with pytest.raises(Refused, match=code):
            kit.run(AddRecipient(recipient_key, given))
    assert kit.run(ListRecipients()) == ()
    kit.run(AddRecipient(recipient_key, fingerprint.lower()))
    assert [one.fingerprint for one in kit.run(ListRecipients())] == [fingerprint]


def test_adding_a_recipient_again_tells_it_once(kit: Kit, recipient_key: bytes) -> None:
    fingerprint = fingerprint_of(recipient_key)
    kit.run(AddRecipient(recipient_key, fingerprint))
    kit.run(AddRecipient(recipient_key, fingerprint))
    assert [entry.kind for entry in kit.run(ListEntries())].count("recipient-added") == 1
    kit.run(AddRecipient(recipient_key, fingerprint, is_scanned=True))
    *_, again = kit.run(ListEntries())
    assert isinstance(again.body, RecipientAdded)
    assert again.body.confirmed_by == ConfirmedBy(Confirmation.SCANNED), "confirmed in another way is news"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (expired, "certificate-expired"),
        (revoked, "certificate-revoked"),
        (signs_only, "certificate-cannot-encrypt"),
    ],
)
def test_a_certificate_that_cannot_be_used_is_refused_and_not_kept(
    kit: Kit, make: Callable[[Person], str], code: str
) -> None:
    with person() as someone:
        certificate = someone.certificate(fingerprint := make(someone))
    with pytest.raises(Refused, match=code):
        kit.run(AddRecipient(certificate, fingerprint))
    assert kit.run(ListRecipients()) == ()


def test_the_day_on_which_a_certificate_ends_is_kept_with_it(kit: Kit) -> None:
    with person() as someone:
        certificate = someone.certificate(fingerprint := someone.key(expire="2090-01-01"))
    assert str(kit.run(AddRecipient(certificate, fingerprint)).expires_utc).startswith("2090-01-01T")


@pytest.mark.parametrize(
    ("name", "url", "code"),
    [
        ("", "folder:/tmp", "name-empty"),
        ("x" * 101, "folder:/tmp", "name-empty"),
        ("desk", "folder:/tmp", "name-taken"),
        ("other", "gopher://host", "destination-scheme"),
        ("other", "smtps://me@mail.example", "mail-recipient-missing"),
    ],
)
def test_a_destination_with_a_mistake_is_refused(kit: Kit, desk: str, name: str, url: str, code: str) -> None:
    (known,) = kit.run(ListDestinations())
    with pytest.raises(Refused, match=code):
        kit.run(AddDestination(name, url, known.recipients))
    assert kit.run(ListDestinations()) == (known,)


def test_a_destination_needs_a_confirmed_recipient(kit: Kit) -> None:
    with pytest.raises(Refused, match="unknown-recipient"):
        kit.run(AddDestination("desk", "folder:/tmp", ("A" * 40,)))


def test_what_becomes_of_a_destination_is_told_in_the_journal_and_it_answers_to_its_id_too(kit: Kit, desk: str) -> None:
    (known,) = kit.run(ListDestinations())
    (fingerprint,) = known.recipients
    added = kit.run(AddDestination("  second ", "folder:/tmp", (fingerprint, fingerprint.lower())))
    assert (added.name, added.recipients) == ("second", (fingerprint,))
    with pytest.raises(Refused, match="destination-scheme"):
        kit.run(ChangeDestination("second", "gopher://host"))
    kit.run(ChangeDestination(added.id, "folder:/var/tmp"))
    kit.run(RemoveDestination(added.id))
    assert kit.run(ListDestinations()) == (known,)
    told = [entry.body for entry in kit.run(ListEntries()) if isinstance(entry.body, DestinationChanged)]
    assert [(body.change, body.name) for body in told] == [
        ("added", desk),
        ("added", "second"),
        ("changed", "second"),
        ("removed", "second"),
    ]
    assert all(body.recipients == (fingerprint,) for body in told)
