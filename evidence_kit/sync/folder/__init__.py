"""A folder as a destination: a stick, a share, a folder that another program synchronises."""

from typing import Final

from evidence_kit.codes import Code
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
        of_destination=frozenset({Code.FOLDER_MISSING}),
        may_pass=frozenset({Code.DISK_FULL, Code.READ_ONLY, Code.NO_PERMISSION, Code.READ_BACK_DIFFERS}),
    ),
)
