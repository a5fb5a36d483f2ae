"""The window's choices: kept, and read again whatever version wrote them."""

from pathlib import Path

import pytest

from evidence_kit.machine.preferences import Appearance, NetworkUse, Preferences, read_preferences, write_preferences


def test_what_was_chosen_is_there_again(tmp_path: Path) -> None:
    chosen = Preferences(
        language="fr", appearance=Appearance.DARK, network=NetworkUse.QUIET, idle_lock_s=0, hints_seen=("tray",)
    )
    write_preferences(tmp_path / "new" / "folder", chosen)
    assert read_preferences(tmp_path / "new" / "folder") == chosen


def test_a_choice_that_another_version_knew_does_not_cost_the_others(tmp_path: Path) -> None:
    (tmp_path / "window.json").write_bytes(b'{"network":"quiet","shortcut":"Ctrl+E","language":"fr","v":1}')
    assert read_preferences(tmp_path) == Preferences(network=NetworkUse.QUIET, language="fr")
    (tmp_path / "window.json").write_bytes(b'{"network":"quiet","appearance":"sepia","language":"fr","v":1}')
    assert read_preferences(tmp_path) == Preferences(network=NetworkUse.QUIET, language="fr")


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"network":3}'])
def test_choices_that_cannot_be_read_are_the_usual_ones_and_nothing_is_sent(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "window.json").write_bytes(content)
    assert read_preferences(tmp_path).network == ""
