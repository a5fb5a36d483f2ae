"""What to say for every finding of a check: of a report, of this computer and of the vault."""

from collections.abc import Mapping
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.model.exhibit import ExhibitRole
from evidence_kit.model.finding import Finding
from evidence_kit.model.finding_code import FindingCode
from evidence_kit.words.captures import exhibit_role_words
from evidence_kit.words.languages import Say
from evidence_kit.words.sentences import SENTENCES
from evidence_kit.words.telling import Facts

FINDINGS: Final[Mapping[FindingCode, str]] = {
    # A report: the container and the bag
    FindingCode.FORM: "What was checked: {subject} ({form}).",
    FindingCode.NOTICE: "This message is the short notice that goes before a report. It holds no evidence itself.",
    FindingCode.CONTAINER_SAFE: "The archive is safe to unpack: {files} files, no path tricks, nothing compressed.",
    FindingCode.BAG_WHOLE: "Every file is there and has the hash that the manifest gives it: {files} files, {bytes} bytes.",
    FindingCode.BAG_MISSING_FILE: "A file is missing: {subject}",
    FindingCode.BAG_EXTRA_FILE: "A file was added that no manifest names: {subject}",
    FindingCode.BAG_DECLARATION: "The bag's declaration is not that of BagIt 1.0: {subject}",
    FindingCode.BAG_COUNT: "The bag says that it has other files than it has: {subject}",
    FindingCode.MANIFEST_MALFORMED: "The manifest {subject} is damaged in line {line}.",
    FindingCode.MANIFEST_HASH: "A file was changed: {subject}",
    FindingCode.FILE_TOO_LARGE: "A file is larger than reports have it: {subject}",
    FindingCode.REPORT_FORMAT: "report.json is not in the format of reports.",
    FindingCode.REPORT_NEWER_VERSION: "report.json was made by a newer version of Evidence Kit. Check it with that one.",
    FindingCode.REPORT_JSON_MALFORMED: "report.json is not well-formed.",
    FindingCode.REPORT_JSON_DUPLICATE_KEY: "report.json names something twice, which hides what it says.",
    FindingCode.REPORT_JSON_TOO_DEEP: "report.json is nested deeper than the format allows.",
    FindingCode.REPORT_JSON_TOO_LONG: "report.json is longer than the format allows.",
    FindingCode.REPORT_JSON_NUMBER: "report.json holds a number that the format does not allow.",
    FindingCode.REPORT_DISAGREES: "report.json says something else than the proofs about: {about}",
    # Who
    FindingCode.MESSAGE_SIGNED: "The message is signed by the vault's key {signer}, and unchanged since.",
    FindingCode.MESSAGE_ABSENT: "This is unpacked: that it came as one signed message cannot be seen here. Check the mail or .pgp file too.",
    FindingCode.MESSAGE_NOT_ENCRYPTED: "The message was signed but not encrypted.",
    FindingCode.MESSAGE_UNSIGNED: "The message is not signed: anybody can have made it.",
    FindingCode.MESSAGE_SIGNER_UNKNOWN: "The message is signed by a key that is not known here: {signer}",
    FindingCode.MESSAGE_SIGNER_OTHER: "The message is signed by {signer}, and the report is from another vault: {vault}",
    FindingCode.SENDER_CONFIRMED: "The sender's key is the one that you expected: {fingerprint}",
    FindingCode.SENDER_UNCONFIRMED: "Whose key this is: {fingerprint}. Ask the sender over another way, then check again with --sender.",
    FindingCode.SENDER_OTHER: "The sender's key is {fingerprint} and you expected {expected}.",
    FindingCode.SIGNED_IN_FUTURE: "A signature is dated in the future: the sender's clock or yours is wrong.",
    FindingCode.VAULT_CERTIFICATE: "The vault's certificate in the report cannot be used.",
    FindingCode.VAULT_CERTIFICATE_OTHER: "The certificate in the report belongs to another vault: {fingerprint}",
    FindingCode.VAULT_CERTIFICATE_REVOKED: "The vault's key was withdrawn by its owner: {fingerprint}",
    # The journal
    FindingCode.CHECKPOINT_SIGNED: "The journal's checkpoint is signed by the vault's key {fingerprint}.",
    FindingCode.CHECKPOINT_SIGNATURE: "The signature over the journal's checkpoint does not hold.",
    FindingCode.CHECKPOINT_FORMAT: "The checkpoint is not in its format: {subject}",
    FindingCode.ENTRIES_IN_JOURNAL: "All {count} entries lay in the journal that was signed, unchanged and in this order.",
    FindingCode.ENTRIES_MALFORMED: "The list of entries is damaged: {subject}",
    FindingCode.ENTRY_MALFORMED: "An entry is not in its format: {subject}",
    FindingCode.ENTRY_NOT_IN_JOURNAL: "An entry was not in the journal that was signed, or was changed: {subject}",
    FindingCode.ENTRY_TWICE: "An entry stands there twice.",
    FindingCode.INCLUSION_MALFORMED: "A proof is damaged: {subject}",
    FindingCode.DISRUPTION_NOT_BACKED: "The entries here do not show all of what report.json says about the disruption {subject}.",
    # The exhibits
    FindingCode.EXHIBITS_MATCH: "All {count} exhibits are those that the entries name, byte for byte.",
    FindingCode.EXHIBIT_MISSING: "An exhibit is missing: {subject}",
    FindingCode.EXHIBIT_DIFFERS: "An exhibit is not the one that its entry names: {subject}",
    FindingCode.EXHIBIT_WITHHELD: "An exhibit was kept back by the sender ({role}): {subject}",
    FindingCode.EXHIBIT_UNCLAIMED: "A file among the exhibits belongs to no entry: {subject}",
    FindingCode.MEASUREMENTS_DIFFER: "The measurements' file is not made of the measurements: {subject}",
    FindingCode.TILES_MATCH: "The picture's pixels are those that were committed to at capture: {subject}",
    FindingCode.TILES_DIFFER: "The picture's pixels are not those that were committed to at capture: {subject}",
    FindingCode.TILES_UNREADABLE: "The picture cannot be read: {subject}",
    FindingCode.TILES_NOT_CHECKED: "The picture is too large for its pixels to be checked here: {subject}",
    FindingCode.TILES_WITHOUT_SEED: "The picture's pixels cannot be compared with the commitment, as its seed is not here: {subject}",
    FindingCode.TILE_SEEDS_MALFORMED: "The file of the pictures' seeds is damaged.",
    # What is not proven
    FindingCode.TIMES_NOT_STAMPED: "When: no outside authority has stamped these entries yet. Their order is proven, their hour is the device's word.",
    FindingCode.LIMIT_DEVICE_CLOCK: "Every time shown is what the device's clock said.",
    FindingCode.LIMIT_DEPICTION: "A picture shows what this device was shown, not what an ordinary visitor would have seen.",
    FindingCode.LIMIT_SELECTION: "The sender chose the entries; the journal may hold others.",
    FindingCode.LIMIT_CAUSE: "Nothing here proves who caused a disruption, or why.",
    # The machine
    FindingCode.PYTHON: "Python {version}",
    FindingCode.GPG: "gpg {version} works.",
    FindingCode.GPG_MISSING: "gpg does not work here. Install GnuPG (Debian and Ubuntu: apt install gnupg).",
    FindingCode.CAMERA: "The page camera works: {version}.",
    FindingCode.CAMERA_AS_ROOT: "The page camera works ({version}), but without its sandbox, because you are root. "
    "Work as an ordinary user: a hostile page could then do less.",
    FindingCode.CAMERA_NO_SANDBOX: "This system does not allow the sandbox that the page camera needs, so it opens no page; everything "
    "else works. Ask who looks after this computer to allow user namespaces. Installed from the .deb, it is allowed by itself.",
    FindingCode.CAMERA_MISSING: "The page camera does not work here ({reason}). A library that Chromium needs is missing or damaged. "
    "Install Evidence Kit again; from source, run `make setup`.",
    FindingCode.SCREEN: "The screen can be captured, {monitors} monitors.",
    FindingCode.SCREEN_MISSING: "There is no screen to capture here; everything else works.",
    FindingCode.SCREEN_CLOSED: "The screen cannot be captured here at this moment; everything else works. Capture it once, and you are told why and what to do.",
    FindingCode.SCREEN_PARTIAL: "This desktop (Wayland) shows programs only some of its windows, so pictures of the screen may be empty. Install xdg-desktop-portal and the part of it that is made for your desktop, then sign in again.",
    FindingCode.SCREEN_PORTAL: "The desktop itself takes pictures of the screen, through its portal (version {version}). It may ask for your permission first.",
    FindingCode.RUNTIME_IN_MEMORY: "Private working files lie in memory, not on the disk.",
    FindingCode.RUNTIME_ON_DISK: "Private working files lie on the disk while the vault is open: this system has no folder in memory.",
    FindingCode.SWAP_IN_CLEAR: "Swap space is not encrypted: parts of memory may end up on the disk. Encrypt the disk.",
    FindingCode.ROOM: "{mb} MiB are free where the vault is.",
    FindingCode.ROOM_SHORT: "Only {mb} MiB are free where the vault is. Make room before you capture much.",
    FindingCode.CLOCK_UNBOUNDED: "How far this computer's clock is off is not known here.",
    # The vault
    FindingCode.DATABASE: "The database's pages are whole and encrypted.",
    FindingCode.DATABASE_PAGES: "A page of the database was changed or is damaged: {told}",
    FindingCode.DATABASE_STRUCTURE: "The database's structure is damaged: {told}",
    FindingCode.TRIGGER_MISSING: "A guard against changes is missing in the table {subject}.",
    FindingCode.JOURNAL: "The journal of {size} entries fits its tree, and the tree fits the header.",
    FindingCode.JOURNAL_REWRITTEN: "The journal was changed behind the vault's back at entry {subject}.",
    FindingCode.JOURNAL_CUT: "Entries were cut off the journal: it has {found} and the header remembers {expected}.",
    FindingCode.JOURNAL_DIFFERS_FROM_HEADER: "The journal does not fit what the header remembers.",
    FindingCode.JOURNAL_LOST_ENTRIES: "The journal once had {expected} entries; some were lost and the vault was opened all the same.",
    FindingCode.VAULT_ROLLED_BACK: "The vault's lists are older than its header says: an old copy was put back.",
    FindingCode.ENTRY_UNREADABLE: "An entry cannot be read: number {subject}",
    FindingCode.ENTRY_MISLABELLED: "The database's label of an entry does not fit the entry: {subject}",
    FindingCode.DISRUPTION_LINKS: "The database's list of disruptions does not fit the entries.",
    FindingCode.SEARCH_INDEX: "The search index does not fit the entries.",
    FindingCode.CHECKPOINT_DIFFERS: "A checkpoint of {subject} entries says something else than the journal.",
    FindingCode.EXHIBITS: "All {count} exhibits are there and fit their hashes.",
    FindingCode.EXHIBIT_DAMAGED: "An exhibit was changed on the disk: {subject}",
    FindingCode.INTAKE_ITEM_MISSING: "Something sealed while locked is missing before {subject}.",
    FindingCode.INTAKE_ITEM_UNREADABLE: "Something sealed while locked cannot be read; it lies aside as {subject}.",
    FindingCode.INTAKE_KEY_CHANGED: "Somebody changed the key that things are sealed to while locked. What was sealed since cannot be read.",
    FindingCode.DELIVERY_DAMAGED: "A delivery's state cannot be read: {subject}",
    FindingCode.PARCEL_DAMAGED: "An encrypted report in the outbox is damaged: delivery {subject}",
    FindingCode.HEADER_CHANGED: "Somebody changed the header's plain part; it was put right.",
    FindingCode.HEADER_COPY_DAMAGED: "One of the header's two copies was damaged ({copy}); it was put right from the other one.",
    FindingCode.HEAD_COPY_DAMAGED: "One of the two notes of the journal's newest state was damaged; the other one is used.",
}

_NOTHING: Final[Mapping[FindingCode, str]] = {}


def finding_words(say: Say, finding: Finding, instead: Mapping[FindingCode, str] = _NOTHING) -> str:
    """What a check found, in plain words; `instead` has the wordings of a face that differ.

    An error that stopped a check is told under its own text.
    """
    template = _template(finding.code, instead)
    facts = {name: _fact_words(name, value, say) for name, value in finding.facts}
    return say(template).format_map(Facts({**facts, "subject": finding.subject}))


def _template(code: FindingCode | Code, instead: Mapping[FindingCode, str]) -> str:
    if isinstance(code, Code):
        return SENTENCES[code]
    return instead.get(code) or FINDINGS[code]


def _fact_words(name: str, value: str, say: Say) -> str:
    """A fact for people: the role of an exhibit by its name, anything else as it stands."""
    return exhibit_role_words(ExhibitRole(value), say) if name == "role" and value in set(ExhibitRole) else value
