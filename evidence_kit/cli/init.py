"""`init`: a new vault, its key and its recovery code."""

import typer

from evidence_kit.app.vaults import create_vault
from evidence_kit.cli.language import say
from evidence_kit.cli.output import show, show_json
from evidence_kit.cli.session import session_of
from evidence_kit.codes import Code
from evidence_kit.errors import Refused


def add_to(app: typer.Typer) -> None:
    app.command("init")(init)


def init(context: typer.Context) -> None:
    session = session_of(context)
    passphrase = session.passphrase(say("New passphrase: "))
    if session.passphrase_file is None and session.passphrase(say("Again: ")) != passphrase:
        raise Refused(Code.PASSPHRASES_DIFFER)
    created = create_vault(session.vault, passphrase)
    passphrase[:] = bytes(len(passphrase))
    if session.json:
        show_json(
            {
                "vault": str(session.vault),
                "fingerprint": created.fingerprint,
                "recovery_code": created.recovery_code,
            }
        )
        return
    show(say("The vault is ready in {vault}").format(vault=session.vault))
    show(say("Its key's fingerprint: {fingerprint}").format(fingerprint=created.fingerprint))
    show(say("Recovery code. Write it on paper, keep it away from this computer; it is not shown again:"))
    show("", created.recovery_code)
    show(say("It opens the vault if the passphrase is forgotten. Whoever has it can open the vault."))
