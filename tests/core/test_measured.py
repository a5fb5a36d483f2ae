"""What `make test` tells of the branches that were run."""

from tests.measured import TOP, by_room, told


def counted(covered: int, branches: int) -> dict[str, dict[str, int]]:
    return {"summary": {"covered_branches": covered, "num_branches": branches}}


def test_a_room_is_the_sum_of_its_modules_and_the_window_is_one_room() -> None:
    files = {
        str(TOP / "evidence_kit/vault/vault.py"): counted(9, 10),
        str(TOP / "evidence_kit/vault/journal.py"): counted(10, 10),
        str(TOP / "evidence_kit/events.py"): counted(0, 0),
        str(TOP / "ui/screens/now/model.py"): counted(1, 2),
        str(TOP / "ui/window.py"): counted(1, 2),
    }
    assert by_room(files) == {"evidence_kit/vault": (19, 20), "ui": (2, 4)}


def test_a_room_under_ninety_per_cent_is_named() -> None:
    lines = list(told({"evidence_kit/vault": (9, 10), "ui": (89, 100)}))
    assert lines[-1] == "under 90 %: ui"
    assert list(told({"evidence_kit/vault": (9, 10)}))[-1] == "under 90 %: none"
