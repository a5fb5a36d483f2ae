"""Every probe, in the order in which they are asked; rounds, targets, records and the command line draw from here."""

from typing import Final

from evidence_kit.probe import anchors, gateway, http_checks, names
from evidence_kit.probe.probe import Probe

PROBES: Final[tuple[Probe, ...]] = (
    gateway.PROBE,
    names.PROBE,
    anchors.PROBE,
    http_checks.PROBE,
)
