"""Sentences that differ in the window: where the command line names a command, the window names a place to click."""

from collections.abc import Mapping
from typing import Final

SENTENCES_OF_THE_WINDOW: Final[Mapping[str, str]] = {
    "no-vault": "There is no vault in this folder. If it is on a stick that was taken out, put that in again.",
    "vault-exists": "There is a vault in this folder already. It was not touched.",
    "station-running": "Another program of Evidence Kit is already watching for this vault. It is enough.",
    "head-damaged": "The vault's memory of its own newest state is damaged. Check the vault in Settings, and keep your backup.",
    "exhibit-missing": "Captured bytes are gone from the vault's folder. Check the vault in Settings to see which.",
    "exhibit-damaged": "Captured bytes were changed on the disk and do not fit their hash. Check the vault in Settings.",
    "checkpoint-differs": "A checkpoint says something else than the journal. Check the vault in Settings.",
    "no-such-entry": "This entry is not in the journal.",
    "no-such-disruption": "This disruption is not in the journal.",
    "nothing-to-report": "Nothing is chosen yet. Tick at least one entry.",
    "not-reportable": "This entry names recipients or deliveries, so it stays in the vault. Choose another one.",
    "nothing-to-export": "This entry has no captured files.",
    "unknown-recipient": "No recipient has this fingerprint: {fingerprint}. Add the recipient first.",
    "gpg-failed": "gpg stopped with a fault. Try again; if it comes back, check the vault in Settings.",
    "unknown-destination": "There is no destination of this name: {name}.",
    "no-such-delivery": "There is no such delivery.",
    "delivery-settled": "Nothing about this delivery is open to decide.",
    "sender-unconfirmed": "Whose key this is: {fingerprint}. Ask the sender over another way, then check again with it filled in.",
    "routes-locked": "the addresses lie in the locked vault: unlock it once, and it will be sent",
    "route-missing": "its destination was removed",
    "network-choice": "The network choice cannot be read, so nothing is sent. Set it again in Settings.",
    "portal-declined": "The desktop did not allow the picture. Choose in the desktop's own dialog, or allow screenshots for Evidence Kit in the desktop's settings. Its own screenshot key works too: then add the file.",
    "portal-failed": "The desktop could not take the picture, or does not allow it and says no more. Choose in the desktop's own dialog, or allow screenshots for Evidence Kit in the desktop's settings. Its own screenshot key works too: then add the file.",
    "portal-whole-screen": "This desktop gives the whole screen. To keep a part, choose it in the desktop's own dialog.",
    "no-desktop-dialog": "This desktop has no dialog of its own for this. Choose a monitor, or a part by dragging.",
    "not-started": "The page camera could not be started. Install Evidence Kit again.",
}
