"""The registry of error codes: the only place where one is born, with its branches and its facts.

A code's text is stable: scripts read it in JSON, and the outbox and the journal keep it. Within the program the member
travels, never the text. Its words are in `evidence_kit.words`.
"""

from enum import Enum, Flag, auto
from typing import Final


class Branch(Flag):
    """Whose turn it is after an error: the person's, the world's, or nobody's, as evidence does not hold."""

    REFUSED = auto()
    UNAVAILABLE = auto()
    BROKEN = auto()


_REFUSED: Final = Branch.REFUSED
_UNAVAILABLE: Final = Branch.UNAVAILABLE
_BROKEN: Final = Branch.BROKEN
# Of no member: a member is looked up by its text alone.
_NONE: Final = Branch(0)


class Code(Enum):
    """What went wrong: stable text, branches, the facts that its sentence says, and the details that only JSON shows.

    Every such error has all `facts`; `details` may be missing. A fact `why` is the code of the error behind this one,
    whose own facts then come along.
    """

    _value_: str
    branches: Branch
    facts: frozenset[str]
    details: frozenset[str]

    def __new__(cls, text: str, branches: Branch = _NONE, facts: str = "", details: str = "") -> "Code":
        made = object.__new__(cls)
        made._value_ = text
        made.branches = branches
        made.facts = frozenset(facts.split())
        made.details = frozenset(details.split())
        return made

    # The vault
    NO_VAULT = "no-vault", _REFUSED, "", "folder"
    NOT_A_VAULT = "not-a-vault", _REFUSED, "", "folder"
    AUTOSTART_SANDBOX = "autostart-sandbox", _REFUSED
    AUTOSTART_PATH = "autostart-path", _REFUSED
    AUTOSTART_NOT_WRITTEN = "autostart-not-written", _REFUSED, "folder"
    SAME_VAULT = "same-vault", _REFUSED
    FOLDER_NAME = "folder-name", _REFUSED
    VAULT_EXISTS = "vault-exists", _REFUSED, "", "folder"
    NO_PASSPHRASE = "no-passphrase", _REFUSED
    PASSPHRASE_EMPTY = "passphrase-empty", _REFUSED
    PASSPHRASES_DIFFER = "passphrases-differ", _REFUSED
    PASSPHRASE_TOO_SHORT = "passphrase-too-short", _REFUSED, "least"
    PASSPHRASE_LIKE_CODE = "passphrase-like-code", _REFUSED
    WRONG_PASSPHRASE = "wrong-passphrase", _REFUSED
    RECOVERY_CODE_TYPO = "recovery-code-typo", _REFUSED
    VAULT_IN_USE = "vault-in-use", _REFUSED
    NO_GPG_HOME = "no-gpg-home", _REFUSED
    RECIPIENT_NEEDED = "recipient-needed", _REFUSED, "name"
    LIST_FORMAT = "list-format", _REFUSED
    LIST_TOO_LARGE = "list-too-large", _REFUSED, "", "cap"
    LIST_UNSIGNED = "list-unsigned", _BROKEN
    NOTHING_TO_HAND_OUT = "nothing-to-hand-out", _REFUSED
    CALLED_OFF = "called-off", _REFUSED
    VAULT_PROCESS_DIED = "vault-process-died", _UNAVAILABLE
    VAULT_LOCKED = "vault-locked", _REFUSED
    STATION_RUNNING = "station-running", _REFUSED
    READ_ONLY = "read-only", _REFUSED
    NO_PERMISSION = "no-permission", _REFUSED, "", "name"
    DISK_FULL = "disk-full", _REFUSED
    TOO_LARGE_FOR_DISK = "too-large-for-disk", _REFUSED
    NOT_WRITTEN_DOWN = "not-written-down", _REFUSED, "why entries outcomes"
    DISK_ERROR = "disk-error", _UNAVAILABLE, "", "errno"
    MEMORY_SHORT = "memory-short", _UNAVAILABLE, "mib"
    FOLDER_NOT_EMPTY = "folder-not-empty", _REFUSED, "", "folder name"
    FOLDER_MISSING = "folder-missing", _REFUSED | _UNAVAILABLE
    PRIVATE_FOLDER_LEFT = "private-folder-left", _UNAVAILABLE, "", "folder"
    NEWER_VERSION = "newer-version", _REFUSED | _BROKEN, "", "found known"
    HEADER_MISSING = "header-missing", _BROKEN
    HEADER_DAMAGED = "header-damaged", _BROKEN
    HEAD_DAMAGED = "head-damaged", _BROKEN
    DATABASE_MISSING = "database-missing", _BROKEN
    DATABASE_NOT_ENCRYPTED = "database-not-encrypted", _BROKEN
    VAULT_DAMAGED = "vault-damaged", _BROKEN, "", "file"
    VAULT_ROLLED_BACK = "vault-rolled-back", _BROKEN
    JOURNAL_CUT = "journal-cut", _BROKEN, "found expected"
    JOURNAL_REWRITTEN = "journal-rewritten", _BROKEN, "", "expected found sequence"
    NO_SECRET_KEY = "no-secret-key", _REFUSED
    SECRET_KEY = "secret-key", _BROKEN
    EXHIBIT_MISSING = "exhibit-missing", _BROKEN, "", "sha256"
    EXHIBIT_DAMAGED = "exhibit-damaged", _BROKEN, "", "sha256"
    CHECKPOINT_DIFFERS = "checkpoint-differs", _BROKEN, "", "size"
    CHECKPOINT_FORMAT = "checkpoint-format", _BROKEN
    INCLUSION_PROOF = "inclusion-proof", _BROKEN, "", "index size"
    CONSISTENCY_PROOF = "consistency-proof", _BROKEN, "", "new_size old_size"
    INTAKE_ITEM_UNREADABLE = "intake-item-unreadable", _BROKEN
    ENTRY_TOO_LONG = "entry-too-long", _REFUSED, "size cap"
    JSON_TOO_LONG = "json-too-long", _BROKEN, "cap", "size"
    JSON_TOO_DEEP = "json-too-deep", _BROKEN, "cap"
    JSON_DUPLICATE_KEY = "json-duplicate-key", _BROKEN
    JSON_NUMBER = "json-number", _BROKEN
    JSON_MALFORMED = "json-malformed", _BROKEN
    FORMAT = "format", _REFUSED | _BROKEN, "", "field"
    BACKUP_DAMAGED = "backup-damaged", _BROKEN, "", "name"
    BACKUP_CHANGED = "backup-changed", _BROKEN, "", "name"
    FILE_EXISTS = "file-exists", _REFUSED, "", "name"
    FILE_TOO_LARGE = "file-too-large", _REFUSED, "cap", "name"
    WIPE_NOT_CONFIRMED = "wipe-not-confirmed", _REFUSED
    WIPE_WITHOUT_HEADER = "wipe-without-header", _REFUSED
    # Entries
    NO_SUCH_ENTRY = "no-such-entry", _REFUSED, "", "id"
    NO_SUCH_DISRUPTION = "no-such-disruption", _REFUSED, "", "id"
    AMBIGUOUS_ID = "ambiguous-id", _REFUSED, "", "id"
    NOT_CORRECTABLE = "not-correctable", _REFUSED, "", "id"
    NOTE_EMPTY = "note-empty", _REFUSED
    NOTE_TOO_LONG = "note-too-long", _REFUSED, "cap"
    TEXT_NOT_UTF8 = "text-not-utf8", _REFUSED
    UNKNOWN_DISRUPTION = "unknown-disruption", _REFUSED, "", "id"
    NOT_REPORTABLE = "not-reportable", _REFUSED, "", "id kind"
    CONSENT_MISSING = "consent-missing", _REFUSED, "", "id"
    NOTHING_TO_EXPORT = "nothing-to-export", _REFUSED, "", "id"
    NO_DESTINATION = "no-destination", _REFUSED
    REPORT_TOO_MANY = "report-too-many", _REFUSED, "cap"
    NOTHING_TO_REPORT = "nothing-to-report", _REFUSED
    # Capture
    NO_DISPLAY = "no-display", _UNAVAILABLE
    PORTAL_MISSING = "portal-missing", _UNAVAILABLE
    PORTAL_WITHOUT_SCREENSHOT = "portal-without-screenshot", _UNAVAILABLE
    PORTAL_LATE = "portal-late", _UNAVAILABLE, "seconds"
    PORTAL_DECLINED = "portal-declined", _REFUSED
    PORTAL_FAILED = "portal-failed", _UNAVAILABLE
    PORTAL_DIALOG_FAILED = "portal-dialog-failed", _UNAVAILABLE
    PORTAL_CANCELLED = "portal-cancelled", _REFUSED
    PORTAL_WHOLE_SCREEN = "portal-whole-screen", _REFUSED
    PORTAL_PICTURE_STRANGE = "portal-picture-strange", _UNAVAILABLE
    PORTAL_PICTURE_UNREADABLE = "portal-picture-unreadable", _UNAVAILABLE
    DESKTOP_COPY_LEFT = "desktop-copy-left", _REFUSED, "path"
    DESKTOP_COPY_ONLY = "desktop-copy-only", _REFUSED | _UNAVAILABLE | _BROKEN, "why path"
    NO_DESKTOP_DIALOG = "no-desktop-dialog", _REFUSED
    SCREEN_CAPTURE = "screen-capture", _UNAVAILABLE, "", "display_server"
    NO_SUCH_MONITOR = "no-such-monitor", _REFUSED, "monitors", "monitor"
    REGION_FORMAT = "region-format", _REFUSED
    REGION_OUTSIDE_SCREEN = "region-outside-screen", _REFUSED, "width height"
    PICTURE_TOO_LARGE = "picture-too-large", _REFUSED, "width height"
    PAGE_CAMERA = "page-camera", _UNAVAILABLE, "reason", "address"
    PAGE_IS_DOWNLOAD = "page-is-download", _REFUSED, "", "address"
    ADDRESS_MALFORMED = "address-malformed", _REFUSED
    ADDRESS_SCHEME = "address-scheme", _REFUSED, "", "scheme"
    ADDRESS_HAS_PASSWORD = "address-has-password", _REFUSED
    ADDRESS_TOO_LONG = "address-too-long", _REFUSED, "cap"
    NO_SUCH_FILE = "no-such-file", _REFUSED, "name"
    NOT_A_FILE = "not-a-file", _REFUSED, "name"
    FILE_CHANGED = "file-changed", _REFUSED, "name"
    # Recipients and keys
    SHORT_KEY_ID = "short-key-id", _REFUSED, "", "given"
    FINGERPRINT_FORMAT = "fingerprint-format", _REFUSED
    FINGERPRINT_DIFFERS = "fingerprint-differs", _REFUSED, "found", "given"
    UNKNOWN_RECIPIENT = "unknown-recipient", _REFUSED, "fingerprint"
    CERTIFICATE_REVOKED = "certificate-revoked", _REFUSED, "fingerprint"
    CERTIFICATE_EXPIRED = "certificate-expired", _REFUSED, "fingerprint", "expired_utc"
    CERTIFICATE_CANNOT_ENCRYPT = "certificate-cannot-encrypt", _REFUSED, "fingerprint"
    CERTIFICATE_UNFIT = "certificate-unfit", _REFUSED, "fingerprint"
    CERTIFICATE_MISSING = "certificate-missing", _REFUSED, "fingerprint"
    CERTIFICATE_SECRET = "certificate-secret", _REFUSED, "", "cap"
    CERTIFICATE_SEVERAL = "certificate-several", _REFUSED, "", "cap"
    CERTIFICATE_TOO_LARGE = "certificate-too-large", _REFUSED, "", "cap"
    CERTIFICATE_UNREADABLE = "certificate-unreadable", _REFUSED, "", "cap"
    CODE_PICTURE_UNREADABLE = "code-picture-unreadable", _REFUSED
    CODE_PICTURE_TOO_LARGE = "code-picture-too-large", _REFUSED
    NO_CODE = "no-code", _REFUSED
    CODE_UNKNOWN = "code-unknown", _REFUSED
    CODES_DIFFER = "codes-differ", _REFUSED
    KEY_NAME = "key-name", _REFUSED
    NO_RECIPIENT = "no-recipient", _REFUSED
    GPG_MISSING = "gpg-missing", _UNAVAILABLE
    GPG_TOO_OLD = "gpg-too-old", _UNAVAILABLE, "", "version"
    GPG_FAILED = "gpg-failed", _UNAVAILABLE, "", "exit failure"
    GPG_HOME_MISSING = "gpg-home-missing", _REFUSED, "", "folder"
    SIGNING_FAILED = "signing-failed", _REFUSED, "fingerprint"
    SIGNER_UNCLEAR = "signer-unclear", _REFUSED, "found"
    # Destinations and deliveries
    NAME_EMPTY = "name-empty", _REFUSED, "cap"
    UNKNOWN_LANGUAGE = "unknown-language", _REFUSED, "known"
    NAME_TAKEN = "name-taken", _REFUSED, "name"
    UNKNOWN_DESTINATION = "unknown-destination", _REFUSED, "name"
    DESTINATION_FORMAT = "destination-format", _REFUSED
    DESTINATION_SCHEME = "destination-scheme", _REFUSED, "known"
    DESTINATION_OPTION = "destination-option", _REFUSED, "option"
    FOLDER_NOT_ABSOLUTE = "folder-not-absolute", _REFUSED, "", "path"
    MAIL_RECIPIENT_MISSING = "mail-recipient-missing", _REFUSED
    MAIL_SENDER_MISSING = "mail-sender-missing", _REFUSED
    MAIL_ADDRESS = "mail-address", _REFUSED, "address"
    MAIL_SERVER = "mail-server", _REFUSED, "server"
    NO_SUCH_DELIVERY = "no-such-delivery", _REFUSED, "", "delivery"
    NO_SUCH_PART = "no-such-part", _REFUSED, "", "delivery part"
    DELIVERY_BUSY = "delivery-busy", _UNAVAILABLE, "", "delivery"
    DELIVERY_MOVED_ON = "delivery-moved-on", _REFUSED, "found", "asked delivery"
    PART_OF_WHAT = "part-of-what", _REFUSED
    DELIVERY_SETTLED = "delivery-settled", _REFUSED, "", "delivery"
    DELIVERY_DAMAGED = "delivery-damaged", _BROKEN, "", "delivery"
    PARCEL_MISSING = "parcel-missing", _BROKEN, "", "delivery part"
    PARCEL_DAMAGED = "parcel-damaged", _BROKEN, "", "name"
    ROUTES_LOCKED = "routes-locked", _UNAVAILABLE
    ROUTE_MISSING = "route-missing", _UNAVAILABLE
    SENDING_STOPPED = "sending-stopped", _UNAVAILABLE
    SERVER_UNREACHABLE = "server-unreachable", _UNAVAILABLE, "", "errno"
    MAIL_LINE_LOST = "mail-line-lost", _UNAVAILABLE, "", "errno"
    MAIL_TOO_SLOW = "mail-too-slow", _UNAVAILABLE
    MAIL_LATER = "mail-later", _UNAVAILABLE, "code"
    MAIL_NONSENSE = "mail-nonsense", _UNAVAILABLE, "", "code"
    DELIVERY_NO_ANSWER = "delivery-no-answer", _UNAVAILABLE
    MAIL_REFUSED = "mail-refused", _REFUSED, "code"
    MAILBOX_FULL = "mailbox-full", _REFUSED, "code"
    RECIPIENT_REFUSED = "recipient-refused", _REFUSED, "code"
    SENDER_REFUSED = "sender-refused", _REFUSED, "code"
    MESSAGE_TOO_LARGE = "message-too-large", _REFUSED, "", "cap limit size"
    AUTH_NOT_OFFERED = "auth-not-offered", _REFUSED
    AUTH_REFUSED = "auth-refused", _REFUSED, "code"
    STARTTLS_MISSING = "starttls-missing", _REFUSED, "", "code"
    STARTTLS_TAMPERED = "starttls-tampered", _REFUSED
    CERTIFICATE_BAD = "certificate-bad", _REFUSED, "", "code"
    CERTIFICATE_DATES = "certificate-dates", _REFUSED, "", "code"
    CA_FILE_BAD = "ca-file-bad", _REFUSED
    TLS_FAILED = "tls-failed", _UNAVAILABLE, "", "errno"
    OTHER_FILE_THERE = "other-file-there", _REFUSED, "", "name"
    READ_BACK_DIFFERS = "read-back-differs", _REFUSED, "", "name"
    FOLDER_FAILED = "folder-failed", _UNAVAILABLE, "", "errno"
    # Network
    NETWORK_CHOICE = "network-choice", _BROKEN
    PROXY_FORMAT = "proxy-format", _REFUSED
    PROXY_ADDRESS = "proxy-address", _REFUSED
    PROXY_SCHEME = "proxy-scheme", _REFUSED, "", "scheme"
    PROXY_PASSWORD = "proxy-password", _REFUSED
    PROXY_UNSUPPORTED = "proxy-unsupported", _REFUSED
    PROXY_NOT_SOCKS = "proxy-not-socks", _UNAVAILABLE
    PROXY_WANTS_PASSWORD = "proxy-wants-password", _REFUSED
    DAILY_LIMIT = "daily-limit", _UNAVAILABLE
    OVER_DAILY_LIMIT = "over-daily-limit", _REFUSED
    PROXY_UNREACHABLE = "proxy-unreachable", _UNAVAILABLE, "", "errno"
    TARGETS_NOT_TOML = "targets-not-toml", _REFUSED, "problem"
    TARGETS_KEY = "targets-key", _REFUSED, "key problem"
    TARGETS_NEWER = "targets-newer", _REFUSED, "found known"
    URL_NOT_WEB = "url-not-web", _REFUSED
    # Checking and receipts
    NOT_A_REPORT = "not-a-report", _REFUSED, "", "name"
    MAIL_WITHOUT_REPORT = "mail-without-report", _REFUSED
    MAIL_DAMAGED = "mail-damaged", _BROKEN
    ARMOR_DAMAGED = "armor-damaged", _BROKEN
    NEEDS_SECRET_KEY = "needs-secret-key", _REFUSED
    NOT_FOR_THIS_KEY = "not-for-this-key", _REFUSED
    NOT_OPENPGP = "not-openpgp", _REFUSED
    MESSAGE_DAMAGED = "message-damaged", _BROKEN
    MESSAGE_UNPROTECTED = "message-unprotected", _BROKEN
    OPENPGP_FLOOD = "openpgp-flood", _REFUSED | _BROKEN, "", "cap"
    SIGNATURE_BAD = "signature-bad", _BROKEN
    SIGNATURE_MISSING = "signature-missing", _BROKEN, "", "signer"
    SIGNATURE_UNKNOWN_SIGNER = "signature-unknown-signer", _BROKEN, "", "signer"
    SIGNATURE_EXPIRED = "signature-expired", _BROKEN
    SIGNATURE_REVOKED_KEY = "signature-revoked-key", _BROKEN, "", "signer"
    SIGNATURE_SEVERAL = "signature-several", _BROKEN
    SIGNATURE_KIND = "signature-kind", _BROKEN
    SIGNATURE_WEAK = "signature-weak", _BROKEN
    CONTAINER_ALTERED = "container-altered", _BROKEN, "", "name"
    CONTAINER_CASE_CLASH = "container-case-clash", _BROKEN, "", "name"
    CONTAINER_COMPRESSED = "container-compressed", _BROKEN, "", "name"
    CONTAINER_CRC = "container-crc", _BROKEN, "", "name"
    CONTAINER_DAMAGED = "container-damaged", _BROKEN, "", "place"
    CONTAINER_DUPLICATE_NAME = "container-duplicate-name", _BROKEN, "", "name"
    CONTAINER_ENCRYPTED = "container-encrypted", _BROKEN, "", "name"
    CONTAINER_LINK = "container-link", _BROKEN, "", "name"
    CONTAINER_SIZE_LIE = "container-size-lie", _BROKEN, "", "name"
    CONTAINER_TOO_MANY = "container-too-many", _BROKEN, "", "cap count"
    CONTAINER_TOP_FOLDER = "container-top-folder", _BROKEN, "", "name"
    CONTAINER_UNSAFE_NAME = "container-unsafe-name", _BROKEN, "", "name"
    CHECK_GAVE_UP = "check-gave-up", _REFUSED, "", "name"
    CHECK_TOOK_TOO_LONG = "check-took-too-long", _REFUSED, "", "name"
    ALREADY_UNPACKED = "already-unpacked", _REFUSED
    NOTICE_ONLY = "notice-only", _REFUSED
    RECEIPT_NEEDS_MESSAGE = "receipt-needs-message", _REFUSED
    RECEIPT_TOO_LARGE = "receipt-too-large", _REFUSED, "cap"
    RECEIPT_FORMAT = "receipt-format", _BROKEN
    RECEIPT_UNSIGNED = "receipt-unsigned", _BROKEN
    RECEIPT_UNKNOWN_SIGNER = "receipt-unknown-signer", _BROKEN, "", "signer"
    RECEIPT_UNKNOWN = "receipt-unknown", _REFUSED
    RECEIPT_STRANGER = "receipt-stranger", _REFUSED, "fingerprint"
    RECEIPT_NOT_SOUND = "receipt-not-sound", _BROKEN, "fingerprint"
    TILE_NOT_BLACK = "tile-not-black", _BROKEN, "", "tile"
    TILES_DIFFER = "tiles-differ", _BROKEN
    TILES_FORMAT = "tiles-format", _BROKEN
    UNKNOWN_STOP_COLUMN = "unknown-stop-column", _REFUSED, "column"
    # The drill
    DRILL_DISRUPTION_MISSED = "drill-disruption-missed", _BROKEN
    DRILL_DISRUPTION_OPEN = "drill-disruption-open", _BROKEN
    DRILL_GPG_FAILED = "drill-gpg-failed", _BROKEN
    DRILL_MAIL_COUNT = "drill-mail-count", _BROKEN, "found"
    DRILL_NOT_RECEIPTED = "drill-not-receipted", _BROKEN
    DRILL_PAGE_ALIVE = "drill-page-alive", _BROKEN
    DRILL_PLAINTEXT = "drill-plaintext", _BROKEN, "", "name"
    DRILL_SENT_OFFLINE = "drill-sent-offline", _BROKEN
    DRILL_STATION_SILENT = "drill-station-silent", _BROKEN
    DRILL_COMMAND_FAILED = "drill-command-failed", _REFUSED | _UNAVAILABLE | _BROKEN
