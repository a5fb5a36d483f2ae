"""`checkpoint`: the journal's size and root, signed with the vault's key."""

import typer

from evidence_kit.cli.output import show, show_json
from evidence_kit.cli.session import session_of
from evidence_kit.jobs.checkpoints import SignCheckpoint
from evidence_kit.seal.checkpoint import parse


def add_to(app: typer.Typer) -> None:
    app.command("checkpoint")(checkpoint)


def checkpoint(context: typer.Context) -> None:
    session = session_of(context)
    with session.unlock() as kit:
        signed = kit.run(SignCheckpoint())
    if session.json:
        pinned = parse(signed.text)
        show_json(
            {
                "origin": pinned.origin,
                "size": pinned.size,
                "root": pinned.root.hex(),
                "text": signed.text.decode("utf-8"),
                "signature": signed.signature.decode("ascii"),
            }
        )
        return
    show(signed.text.decode("utf-8").rstrip("\n"))
    show(signed.signature.decode("ascii").rstrip("\n"))
