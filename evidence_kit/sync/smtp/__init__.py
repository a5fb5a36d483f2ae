"""A mailbox as a destination: through the person's own mail account, to a submission server (RFC 6409)."""

from typing import Final

from evidence_kit.model.delivery import DeliveryState
from evidence_kit.sync.destination_type import DestinationType, Faults
from evidence_kit.sync.smtp.form import FORM, from_values
from evidence_kit.sync.smtp.route import read

TYPE: Final = DestinationType(
    schemes=("smtp", "smtps"),
    usage="smtps://user@host?to=A&from=B or smtp://… (STARTTLS enforced)",
    form=FORM,
    read=read,
    from_values=from_values,
    reaches=DeliveryState.CLAIMED,
    by_network=True,
    faults=Faults(
        of_destination=frozenset(
            {
                "mail-unreachable",
                "proxy-unreachable",
                "tls-failed",
                "certificate-bad",
                "certificate-dates",
                "starttls-missing",
                "starttls-tampered",
                "auth-not-offered",
                "auth-refused",
                "ca-file-bad",
            }
        ),
        may_pass=frozenset(
            {"certificate-bad", "certificate-dates", "starttls-missing", "starttls-tampered", "mailbox-full"}
        ),
    ),
)
