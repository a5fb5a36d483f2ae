"""A mailbox as a destination: through the person's own mail account, to a submission server (RFC 6409)."""

from typing import Final

from evidence_kit.codes import Code
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
                Code.SERVER_UNREACHABLE,
                Code.PROXY_UNREACHABLE,
                Code.TLS_FAILED,
                Code.CERTIFICATE_BAD,
                Code.CERTIFICATE_DATES,
                Code.STARTTLS_MISSING,
                Code.STARTTLS_TAMPERED,
                Code.AUTH_NOT_OFFERED,
                Code.AUTH_REFUSED,
                Code.CA_FILE_BAD,
            }
        ),
        may_pass=frozenset(
            {
                Code.CERTIFICATE_BAD,
                Code.CERTIFICATE_DATES,
                Code.STARTTLS_MISSING,
                Code.STARTTLS_TAMPERED,
                Code.MAILBOX_FULL,
            }
        ),
    ),
)
