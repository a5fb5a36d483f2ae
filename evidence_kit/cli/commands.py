"""The table of commands: names, what `--help` says of them, and the module that is loaded when one runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Listed:
    """A command before it is loaded. `module` lies in this package and has `add_to`, which registers the name."""

    module: str
    help: str
    hidden: bool = False


COMMANDS: Final[Mapping[str, Listed]] = MappingProxyType(
    {
        "init": Listed("init", help="Make a new vault. The recovery code is shown once: write it down."),
        "note": Listed("note", help="Keep a note or testimony. `-` reads it from standard input."),
        "watch": Listed("watch", help="Watch the connection; send what waits as soon as it returns."),
        "station": Listed("watch", help="What `watch` and `sync` become once the keys are gone.", hidden=True),
        "probe": Listed(
            "probe", help="Measure addresses and print one JSON line for each. Visiting blocked sites can be seen."
        ),
        "journal": Listed("journal", help="Show the journal, or search it."),
        "export": Listed(
            "export", help="Write an entry's captured files, byte for byte and unencrypted, into a folder."
        ),
        "disruptions": Listed("disruptions", help="List the disruptions that were noticed."),
        "sync": Listed("sync", help="Send what waits. With --once one round; else until nothing waits."),
        "deliveries": Listed("deliveries", help="Show every delivery and its state."),
        "checkpoint": Listed(
            "checkpoint", help="Sign the journal as it stands. Read the root to a colleague: it pins all before it."
        ),
        "verify": Listed(
            "verify", help="Check a report: a mail (.eml), an encrypted file, a zip or an unpacked folder."
        ),
        "receipt": Listed(
            "receipt",
            help="With --homedir: sign a receipt for a report that arrived. Without: bring a receipt into the vault.",
        ),
        "backup": Listed("backup", help="Copy the whole vault into one file; it opens with the same passphrase."),
        "restore": Listed("backup", help="Make a vault from a backup, in a folder that is empty or does not exist."),
        "passphrase": Listed(
            "passphrase", help="Change the passphrase (or set one after opening with the recovery code)."
        ),
        "wipe": Listed("wipe", help="Destroy the vault's keys. Asks, or takes --yes."),
        "doctor": Listed("doctor", help="Check this machine and, where there is one, the whole vault."),
        "network": Listed(
            "network", help="Show or set the proxy, what may happen by itself, limits, and the bytes used."
        ),
        "drill": Listed(
            "drill", help="Rehearse everything against a simulated blackout. Touches no network and no vault of yours."
        ),
        "capture": Listed("capture", help="Capture the screen, a page that will not load, photos or files."),
        "recipient": Listed("recipient", help="Who can open the reports."),
        "destination": Listed("destination", help="Where reports go."),
        "report": Listed("report", help="Make reports."),
    }
)
