"""A folder as a destination: a stick, a share, a folder that another program synchronises."""

from typing import Final

from evidence_kit.model.delivery import DeliveryState
from evidence_kit.sync.destination_type import DestinationType, Faults
from evidence_kit.sync.folder.form import FORM, from_values
from evidence_kit.sync.folder.route import read

TYPE: Final = DestinationType(
    schemes=("folder",),
    usage="folder:/path",
    form=FORM,
    read=read,
    from_values=from_values,
    reaches=DeliveryState.READ_BACK,
    by_network=False,
    faults=Faults(
        of_destination=frozenset({"folder-missing"}),
        may_pass=frozenset({"disk-full", "read-only", "no-permission", "read-back-differs"}),
    ),
)
