"""One gist for every kind of entry, as a list would get it."""

from evidence_kit.jobs.gist import (
    ClockGist,
    DeliveryGist,
    DestinationGist,
    DisruptionGist,
    FileGist,
    Gist,
    KeyGist,
    LookGist,
    PageGist,
    ReceiptGist,
    ReportGist,
    SaidGist,
    ScreenGist,
)
from evidence_kit.model.bodies.captures import PageState
from evidence_kit.model.bodies.sharing import DestinationChange
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import DisruptionGrade, NetworkState

WHAT = "{what} <b>"
STEP = DisruptionGist(NetworkState.BEYOND_PROVIDER, DisruptionGrade.PROBABLE)
GISTS: dict[str, Gist] = {
    "note": SaidGist(WHAT, "name"),
    "testimony": SaidGist(WHAT, "name"),
    "correction": SaidGist(WHAT),
    "screen": ScreenGist(1920, 1080, blank=False),
    "page": PageGist(WHAT, "title", PageState.ERROR_PAGE, None),
    "file": FileGist(WHAT, is_photo=True, size=43),
    "measurement": LookGist(NetworkState.ONLINE),
    "disruption-opened": STEP,
    "disruption-changed": STEP,
    "disruption-closed": None,
    "clock-changed": ClockGist("wall-step", 61_000),
    "recipient-added": KeyGist(WHAT, "A" * 40),
    "destination-changed": DestinationGist(WHAT, DestinationChange.REMOVED),
    "report": ReportGist(7),
    "delivery": DeliveryGist(DeliveryState.READ_BACK),
    "receipt": ReceiptGist("B" * 40),
    "vault-created": None,
}
