"""The drill in a process of its own."""

import threading

import psutil
import pytest

from evidence_kit.drill.child import DrillRun, ToldStep
from evidence_kit.errors import Refused


@pytest.mark.slow
def test_a_stopped_drill_tells_so_and_leaves_no_process() -> None:
    run = DrillRun()
    told: list[ToldStep] = []
    second = threading.Event()

    def tell(step: ToldStep) -> None:
        told.append(step)
        if len(told) == 2:
            stopping.start()
            second.set()

    stopping = threading.Thread(target=run.stop)
    with pytest.raises(Refused, match="called-off"):
        run.run(tell)
    stopping.join()
    assert second.is_set()
    assert told[0].name == "internet"
    assert len(told) < 20
    assert not [child for child in psutil.Process().children(recursive=True) if "drill" in child.cmdline()]


def test_a_drill_that_was_stopped_before_it_began_does_not_begin() -> None:
    run = DrillRun()
    run.stop()
    with pytest.raises(Refused, match="called-off"):
        run.run(print)
