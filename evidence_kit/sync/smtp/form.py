"""What a person fills in for a mailbox: what they know about their own mail account, and whom the mail goes to."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.model.destination_form import Field, FieldKind, Form, FormChoice
from evidence_kit.sync.smtp.route import PORTS, MailRoute, mail_url, read
from evidence_kit.words.marked import marked

FORM: Final = Form(
    type="mail",
    title=marked("By mail"),
    fields=(
        Field("to", marked("The recipient's mail address"), offers_recipient=True),
        Field("from", marked("Your mail address")),
        Field("server", marked("Your mail provider's server for sending"), example="smtp.provider.example"),
        Field("port", marked("Port"), FieldKind.PORT, beside=True),
        Field(
            "encryption",
            marked("Encryption on the way"),
            FieldKind.CHOICE,
            choices=(
                FormChoice(
                    "smtps", marked("TLS from the first byte (mostly port 465)"), (("port", str(PORTS["smtps"])),)
                ),
                FormChoice(
                    "smtp", marked("STARTTLS, always demanded (mostly port 587)"), (("port", str(PORTS["smtp"])),)
                ),
            ),
        ),
        # A server inside an organisation may want no user name. Nearly everywhere else it is the address.
        Field("user", marked("User name of your mail account"), needed=False, follows="from"),
        Field("password", marked("Password of your mail account"), FieldKind.SECRET, needed=False),
        Field(
            "ca_file",
            marked("The file with that authority's certificate"),
            FieldKind.FILE,
            needed=False,
            behind=marked("The server has a certificate authority of its own…"),
        ),
    ),
    note=marked("The password is kept in the vault and held in memory for sending while it is locked."),
)


def from_values(untrusted_values: Mapping[str, str]) -> MailRoute:
    """Raises as `route.read`, and `Refused` with "mail-server" (no name of one) or "no-such-file" (the authorities)."""
    values = {name: text if name == "password" else text.strip() for name, text in untrusted_values.items()}
    authority = Path(values["ca_file"]) if values.get("ca_file") else None
    if authority is not None and not authority.is_file():
        raise Refused(Code.NO_SUCH_FILE, name=authority.name)
    server = values["server"]
    url = mail_url(
        scheme=values["encryption"],
        host=server,
        port=values["port"],
        user=values.get("user") or None,
        password=values.get("password") or None,
        sender=values["from"],
        to=values["to"],
        ca_file=authority,
    )
    try:
        return read(url)
    except Refused as refused:
        if refused.code is not Code.DESTINATION_FORMAT:
            raise
        # All else is quoted: only the server can spoil the form of the address.
        raise Refused(Code.MAIL_SERVER, server=server) from None
