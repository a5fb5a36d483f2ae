"""What `watch` and `sync` say of a disk that takes nothing: when it begins and when it ends, and not at every round."""

import json

import pytest

from evidence_kit.cli.watch import DiskTold, facts_of
from evidence_kit.cli.words import sentence
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.events import KeepingHeld, KeepingResumed, SendingHeld, SendingResumed
from evidence_kit.files import DISK_FAULTS
from evidence_kit.words.sentences import KEEPING_HELD, SENDING_HELD, UNWRITTEN

Told = KeepingHeld | KeepingResumed | SendingHeld | SendingResumed


def names(*events: Told) -> list[str]:
    disk = DiskTold()
    return [name for event in events for name, _ in disk.heard(event)]


def lines(*events: Told) -> list[str]:
    disk = DiskTold()
    return [line for event in events for _, line in disk.heard(event)]


def test_a_full_disk_is_said_once_until_there_is_room_and_then_anew() -> None:
    growing = [KeepingHeld(Code.DISK_FULL, waiting, 0) for waiting in range(1, 50)]
    assert names(*growing, KeepingResumed(0), *growing) == ["keeping-held", "keeping-resumed", "keeping-held"]
    sending = [SendingHeld(Code.DISK_FULL, pending) for pending in range(9)]
    assert names(*sending, SendingResumed(), *sending) == ["sending-held", "sending-resumed", "sending-held"]


def test_another_fault_and_the_first_loss_are_said_too() -> None:
    told = lines(
        KeepingHeld(Code.DISK_FULL, 1, 0),
        KeepingHeld(Code.READ_ONLY, 2, 0),
        KeepingHeld(Code.READ_ONLY, 9, 1),
        KeepingHeld(Code.READ_ONLY, 9, 2),
        KeepingResumed(2),
    )
    assert told[:2] == [KEEPING_HELD[Code.DISK_FULL], KEEPING_HELD[Code.READ_ONLY]]
    assert "used up" in told[2]
    assert told[3].endswith("Not kept: 2.")
    assert len(told) == 4


@pytest.mark.parametrize("reason", sorted(DISK_FAULTS, key=lambda one: one.value))
def test_every_fault_of_a_disk_has_its_own_sentences(reason: Code) -> None:
    for table in (KEEPING_HELD, SENDING_HELD, UNWRITTEN):
        assert set(table) == DISK_FAULTS
        assert len(set(table.values())) == len(DISK_FAULTS)
    lost = Refused(Code.NOT_WRITTEN_DOWN, why=reason, entries=12, outcomes=1)
    assert sentence(lost) == UNWRITTEN[reason].format(entries=12, outcomes=1)
    assert "12" in sentence(Refused(Code.NOT_WRITTEN_DOWN, why=Code.FOLDER_MISSING, entries=12, outcomes=1))


def test_scripts_read_the_code_of_a_fault_by_its_name() -> None:
    assert json.loads(json.dumps(facts_of(KeepingHeld(Code.DISK_FULL, 3, 1)))) == {
        "reason": "disk-full",
        "waiting": 3,
        "lost": 1,
    }
