"""Measure addresses that a person chose, now and without a vault."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from evidence_kit.clock import SystemClock
from evidence_kit.detect.classify import classify
from evidence_kit.model.ooni import to_ooni
from evidence_kit.model.purpose import Purpose
from evidence_kit.probe.target import measure_url
from evidence_kit.probe.targets import load_targets
from evidence_kit.watch.network import read_choice
from evidence_kit.watch.traffic import count


def measure_addresses(folder: Path, addresses: Sequence[str], targets_file: Path | None) -> Iterator[bytes]:
    """Measure each address now; one line of OONI JSON each. With a proxy chosen for the vault, through it alone."""
    targets = load_targets(targets_file)
    proxy = read_choice(folder).proxy
    clock = SystemClock()
    for address in addresses:
        measurement = measure_url(address, targets, clock, proxy=proxy)
        count(folder, clock, Purpose.TESTS, measurement.bytes_sent, measurement.bytes_received)
        yield to_ooni(measurement, classify(measurement))
