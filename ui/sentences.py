"""Sentences that differ in the window: where the command line names a command, the window names a place to click."""

from collections.abc import Mapping
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.model.finding_code import FindingCode

SENTENCES_OF_THE_WINDOW: Final[Mapping[Code, str]] = {
    Code.NO_VAULT: "There is no vault in this folder. If it is on a stick that was taken out, put that in again.",
    Code.VAULT_EXISTS: "There is a vault in this folder already. It was not touched.",
    Code.STATION_RUNNING: "Another program of Evidence Kit is already watching for this vault. It is enough.",
    Code.HEAD_DAMAGED: "The vault's memory of its own newest state is damaged. Check the vault in Settings, and keep your backup.",
    Code.EXHIBIT_MISSING: "Captured bytes are gone from the vault's folder. Check the vault in Settings to see which.",
    Code.EXHIBIT_DAMAGED: "Captured bytes were changed on the disk and do not fit their hash. Check the vault in Settings.",
    Code.CHECKPOINT_DIFFERS: "A checkpoint says something else than the journal. Check the vault in Settings.",
    Code.NO_SUCH_ENTRY: "This entry is not in the journal.",
    Code.NO_SUCH_DISRUPTION: "This disruption is not in the journal.",
    Code.NOTHING_TO_REPORT: "Nothing is chosen yet. Tick at least one entry.",
    Code.NOT_REPORTABLE: "This entry names recipients or deliveries, so it stays in the vault. Choose another one.",
    Code.NOTHING_TO_EXPORT: "This entry has no captured files.",
    Code.UNKNOWN_RECIPIENT: "No recipient has this fingerprint: {fingerprint}. Add the recipient first.",
    Code.GPG_FAILED: "gpg stopped with a fault. Try again; if it comes back, check the vault in Settings.",
    Code.UNKNOWN_DESTINATION: "There is no destination of this name: {name}.",
    Code.NO_SUCH_DELIVERY: "There is no such delivery.",
    Code.DELIVERY_SETTLED: "Nothing about this delivery is open to decide.",
    Code.ROUTES_LOCKED: "the addresses lie in the locked vault: unlock it once, and it will be sent",
    Code.ROUTE_MISSING: "its destination was removed",
    Code.NETWORK_CHOICE: "The network choice cannot be read, so nothing is sent. Set it again in Settings.",
    Code.PORTAL_DECLINED: "The desktop did not allow the picture. Choose in the desktop's own dialog, or allow screenshots for Evidence Kit in the desktop's settings. Its own screenshot key works too: then add the file.",
    Code.PORTAL_FAILED: "The desktop could not take the picture, or does not allow it and says no more. Choose in the desktop's own dialog, or allow screenshots for Evidence Kit in the desktop's settings. Its own screenshot key works too: then add the file.",
    Code.PORTAL_WHOLE_SCREEN: "This desktop gives the whole screen. To keep a part, choose it in the desktop's own dialog.",
    Code.NO_DESKTOP_DIALOG: "This desktop has no dialog of its own for this. Choose a monitor, or a part by dragging.",
}

FINDINGS_OF_THE_WINDOW: Final[Mapping[FindingCode, str]] = {
    FindingCode.SENDER_UNCONFIRMED: "Whose key this is: {fingerprint}. Ask the sender over another way, then check again with it filled in.",
}

# The page camera's failures, by their reason.
CAMERA_OF_THE_WINDOW: Final[Mapping[str, str]] = {
    "not-started": "The page camera could not be started. Install Evidence Kit again.",
}
