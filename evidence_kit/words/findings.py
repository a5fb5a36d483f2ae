"""What to say for every finding of a check: of a report, of this computer and of the vault."""

from collections.abc import Mapping
from typing import Final

from evidence_kit.model.exhibit import ExhibitRole
from evidence_kit.model.finding import Finding
from evidence_kit.words.captures import exhibit_role_words
from evidence_kit.words.languages import Say
from evidence_kit.words.sentences import SENTENCES
from evidence_kit.words.telling import Facts

FINDINGS: Final[Mapping[str, str]] = {
    # A report: the container and the bag
    "form": "What was checked: {subject} ({form}).",
    "notice": "This message is the short notice that goes before a report. It holds no evidence itself.",
    "container-safe": "The archive is safe to unpack: {files} files, no path tricks, nothing compressed.",
    "bag-whole": "Every file is there and has the hash that the manifest gives it: {files} files, {bytes} bytes.",
    "bag-missing-file": "A file is missing: {subject}",
    "bag-extra-file": "A file was added that no manifest names: {subject}",
    "bag-declaration": "The bag's declaration is not that of BagIt 1.0: {subject}",
    "bag-count": "The bag says that it has other files than it has: {subject}",
    "manifest-malformed": "The manifest {subject} is damaged in line {line}.",
    "manifest-hash": "A file was changed: {subject}",
    "file-too-large": "A file is larger than reports have it: {subject}",
    "report-format": "report.json is not in the format of reports.",
    "report-newer-version": "report.json was made by a newer version of Evidence Kit. Check it with that one.",
    "report-json-malformed": "report.json is not well-formed.",
    "report-json-duplicate-key": "report.json names something twice, which hides what it says.",
    "report-json-too-deep": "report.json is nested deeper than the format allows.",
    "report-json-too-long": "report.json is longer than the format allows.",
    "report-json-number": "report.json holds a number that the format does not allow.",
    "report-disagrees": "report.json says something else than the proofs about: {about}",
    # Who
    "message-signed": "The message is signed by the vault's key {signer}, and unchanged since.",
    "message-absent": "This is unpacked: that it came as one signed message cannot be seen here. Check the mail or .pgp file too.",
    "message-not-encrypted": "The message was signed but not encrypted.",
    "message-unsigned": "The message is not signed: anybody can have made it.",
    "message-signer-unknown": "The message is signed by a key that is not known here: {signer}",
    "message-signer-other": "The message is signed by {signer}, and the report is from another vault: {vault}",
    "sender-confirmed": "The sender's key is the one that you expected: {fingerprint}",
    "sender-unconfirmed": "Whose key this is: {fingerprint}. Ask the sender over another way, then check again with --sender.",
    "sender-other": "The sender's key is {fingerprint} and you expected {expected}.",
    "signed-in-future": "A signature is dated in the future: the sender's clock or yours is wrong.",
    "vault-certificate": "The vault's certificate in the report cannot be used.",
    "vault-certificate-other": "The certificate in the report belongs to another vault: {fingerprint}",
    "vault-certificate-revoked": "The vault's key was withdrawn by its owner: {fingerprint}",
    # The journal
    "checkpoint-signed": "The journal's checkpoint is signed by the vault's key {fingerprint}.",
    "checkpoint-signature": "The signature over the journal's checkpoint does not hold.",
    "checkpoint-format": "The checkpoint is not in its format: {subject}",
    "entries-in-journal": "All {count} entries lay in the journal that was signed, unchanged and in this order.",
    "entries-malformed": "The list of entries is damaged: {subject}",
    "entry-malformed": "An entry is not in its format: {subject}",
    "entry-not-in-journal": "An entry was not in the journal that was signed, or was changed: {subject}",
    "entry-twice": "An entry stands there twice.",
    "inclusion-malformed": "A proof is damaged: {subject}",
    "disruption-not-backed": "The entries here do not show all of what report.json says about the disruption {subject}.",
    # The exhibits
    "exhibits-match": "All {count} exhibits are those that the entries name, byte for byte.",
    "exhibit-missing": "An exhibit is missing: {subject}",
    "exhibit-differs": "An exhibit is not the one that its entry names: {subject}",
    "exhibit-withheld": "An exhibit was kept back by the sender ({role}): {subject}",
    "exhibit-unclaimed": "A file among the exhibits belongs to no entry: {subject}",
    "measurements-differ": "The measurements' file is not made of the measurements: {subject}",
    "tiles-match": "The picture's pixels are those that were committed to at capture: {subject}",
    "tiles-differ": "The picture's pixels are not those that were committed to at capture: {subject}",
    "tiles-unreadable": "The picture cannot be read: {subject}",
    "tiles-not-checked": "The picture is too large for its pixels to be checked here: {subject}",
    "tiles-without-seed": "The picture's pixels cannot be compared with the commitment, as its seed is not here: {subject}",
    "tile-seeds-malformed": "The file of the pictures' seeds is damaged.",
    # What is not proven
    "times-not-stamped": "When: no outside authority has stamped these entries yet. Their order is proven, their hour is the device's word.",
    "limit-device-clock": "Every time shown is what the device's clock said.",
    "limit-depiction": "A picture shows what this device was shown, not what an ordinary visitor would have seen.",
    "limit-selection": "The sender chose the entries; the journal may hold others.",
    "limit-cause": "Nothing here proves who caused a disruption, or why.",
    # The machine
    "python": "Python {version}",
    "gpg": "gpg {version} works.",
    "gpg-missing": "gpg does not work here. Install GnuPG (Debian and Ubuntu: apt install gnupg).",
    "camera": "The page camera works: {version}.",
    "camera-as-root": "The page camera works ({version}), but without its sandbox, because you are root. "
    "Work as an ordinary user: a hostile page could then do less.",
    "camera-no-sandbox": "This system does not allow the sandbox that the page camera needs, so it opens no page; everything "
    "else works. Ask who looks after this computer to allow user namespaces. Installed from the .deb, it is allowed by itself.",
    "camera-missing": "The page camera does not work here ({reason}). A library that Chromium needs is missing or damaged. "
    "Install Evidence Kit again; from source, run `make setup`.",
    "screen": "The screen can be captured, {monitors} monitors.",
    "screen-missing": "There is no screen to capture here; everything else works.",
    "screen-closed": "The screen cannot be captured here at this moment; everything else works. Capture it once, and you are told why and what to do.",
    "screen-partial": "This desktop (Wayland) shows programs only some of its windows, so pictures of the screen may be empty. Install xdg-desktop-portal and the part of it that is made for your desktop, then sign in again.",
    "screen-portal": "The desktop itself takes pictures of the screen, through its portal (version {version}). It may ask for your permission first.",
    "runtime-in-memory": "Private working files lie in memory, not on the disk.",
    "runtime-on-disk": "Private working files lie on the disk while the vault is open: this system has no folder in memory.",
    "swap-in-clear": "Swap space is not encrypted: parts of memory may end up on the disk. Encrypt the disk.",
    "room": "{mb} MiB are free where the vault is.",
    "room-short": "Only {mb} MiB are free where the vault is. Make room before you capture much.",
    "clock-unbounded": "How far this computer's clock is off is not known here.",
    # The vault
    "database": "The database's pages are whole and encrypted.",
    "database-pages": "A page of the database was changed or is damaged: {told}",
    "database-structure": "The database's structure is damaged: {told}",
    "trigger-missing": "A guard against changes is missing in the table {subject}.",
    "journal": "The journal of {size} entries fits its tree, and the tree fits the header.",
    "journal-rewritten": "The journal was changed behind the vault's back at entry {subject}.",
    "journal-cut": "Entries were cut off the journal: it has {found} and the header remembers {expected}.",
    "journal-differs-from-header": "The journal does not fit what the header remembers.",
    "journal-lost-entries": "The journal once had {expected} entries; some were lost and the vault was opened all the same.",
    "vault-rolled-back": "The vault's lists are older than its header says: an old copy was put back.",
    "entry-unreadable": "An entry cannot be read: number {subject}",
    "entry-mislabelled": "The database's label of an entry does not fit the entry: {subject}",
    "disruption-links": "The database's list of disruptions does not fit the entries.",
    "search-index": "The search index does not fit the entries.",
    "checkpoint-differs": "A checkpoint of {subject} entries says something else than the journal.",
    "exhibits": "All {count} exhibits are there and fit their hashes.",
    "exhibit-damaged": "An exhibit was changed on the disk: {subject}",
    "intake-item-missing": "Something sealed while locked is missing before {subject}.",
    "intake-item-unreadable": "Something sealed while locked cannot be read; it lies aside as {subject}.",
    "intake-key-changed": "Somebody changed the key that things are sealed to while locked. What was sealed since cannot be read.",
    "delivery-damaged": "A delivery's state cannot be read: {subject}",
    "parcel-damaged": "An encrypted report in the outbox is damaged: delivery {subject}",
    "header-changed": "Somebody changed the header's plain part; it was put right.",
    "header-copy-damaged": "One of the header's two copies was damaged ({copy}); it was put right from the other one.",
    "head-copy-damaged": "One of the two notes of the journal's newest state was damaged; the other one is used.",
}

# An error that stopped a check is told among its findings, under the same text.
ERRORS_FOUND: Final[Mapping[str, str]] = {code.value: sentence for code, sentence in SENTENCES.items()}
_NOTHING: Final[Mapping[str, str]] = {}


def finding_words(say: Say, finding: Finding, instead: Mapping[str, str] = _NOTHING) -> str:
    """What a check found, in plain words; `instead` has the wordings of a face that differ."""
    code = finding.code
    template = instead.get(code) or FINDINGS.get(code) or ERRORS_FOUND.get(code, code)
    facts = {name: _fact_words(name, value, say) for name, value in finding.facts}
    return say(template).format_map(Facts({**facts, "subject": finding.subject}))


def _fact_words(name: str, value: str, say: Say) -> str:
    """A fact for people: the role of an exhibit by its name, anything else as it stands."""
    return exhibit_role_words(ExhibitRole(value), say) if name == "role" and value in set(ExhibitRole) else value
