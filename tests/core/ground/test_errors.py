"""The tree of foreseen failures, and nouns that keep secrets out of sight."""

import copy
import pickle

import pytest

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, KitError, Refused, Unavailable
from evidence_kit.events import DeliveryMoved, EntrySealed, StateChanged, WorkProgressed
from evidence_kit.model.delivery import Delivery, DeliveryState, Destination, Part, PartRole
from evidence_kit.model.disruption import Disruption, DisruptionGrade, Interval, Moment, NetworkState, Segment

MOMENT = Moment("2026-11-23T14:02:10.123Z", 5, "boot")


@pytest.mark.parametrize(("branch", "exit_code"), [(Refused, 2), (Unavailable, 3), (Broken, 4)])
def test_every_branch_has_its_exit_code_and_crosses_a_pipe(branch: type[KitError], exit_code: int) -> None:
    error = branch(Code.DESKTOP_COPY_ONLY, why=Code.DISK_ERROR, path="a", errno=7)
    for same in (error, pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(same) is branch
        assert (same.exit_code, same.code.value, same.facts) == (
            exit_code,
            "desktop-copy-only",
            {"why": Code.DISK_ERROR, "path": "a", "errno": 7},
        )


def test_an_error_shows_its_code_and_keeps_its_facts_to_itself() -> None:
    error = Refused(Code.NO_SUCH_FILE, name="list-of-witnesses.odt")
    assert str(error) == "no-such-file"
    assert "witnesses" not in repr(error)


@pytest.mark.parametrize(
    "event",
    [
        EntrySealed(3, "note"),
        StateChanged(NetworkState.ONLINE),
        DeliveryMoved("1", PartRole.NOTICE, DeliveryState.WAITING),
        WorkProgressed("export", 1, 2),
    ],
)
def test_events_cross_a_pipe(event: object) -> None:
    assert pickle.loads(pickle.dumps(event)) == event


def test_a_destinations_password_is_not_shown() -> None:
    destination = Destination("0" * 16, "editors", "smtps://me:hunter2@mail.example", ())
    assert "hunter2" not in repr(destination)
    assert destination.url.endswith("mail.example")


def test_a_delivery_is_as_far_as_its_last_part() -> None:
    notice = Part("notice", "a", "0" * 64, 1, "m1", DeliveryState.RECEIPTED)
    report = Part("report", "b", "0" * 64, 1, "m2", DeliveryState.SENDING)
    assert Delivery("1", "2", "3", "2026-11-23T14:02:10.123Z", (notice, report)).state is DeliveryState.SENDING


def test_a_disruption_has_its_last_state_and_its_highest_grade() -> None:
    segments = tuple(
        Segment(state, grade, ("dns",), Interval(None, MOMENT))
        for state, grade in [
            (NetworkState.BEYOND_PROVIDER, DisruptionGrade.OBSERVED),
            (NetworkState.BEYOND_PROVIDER, DisruptionGrade.CONFIRMED),
            (NetworkState.ABROAD_CUT, DisruptionGrade.PROBABLE),
        ]
    )
    disruption = Disruption("1", Interval(None, MOMENT), None, segments, "salted")
    assert (disruption.state, disruption.grade) == (NetworkState.ABROAD_CUT, DisruptionGrade.CONFIRMED)
