"""Where the vault is, on this computer, beside the portable program or elsewhere; and going from one to another."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence_kit.app.desktop import Desktop
from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.machine.places import (
    BESIDE,
    Place,
    Places,
    command_line,
    default_settings,
    default_vault,
    has_vault,
    room_for_vault,
    usual_places,
    vault_in,
)
from evidence_kit.machine.preferences import NetworkUse, Preferences, read_preferences, write_preferences
from tests.core.kits import PASSPHRASE
from tests.fakes.frozen import frozen_in


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, on which the usual places are."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path


@pytest.fixture
def computer(home: Path) -> Place:
    return Place(home / "data" / "evidence-kit" / "vault", home / "config" / "evidence-kit")


@pytest.fixture
def beside(portable: Path) -> Place:
    data = portable.parent / BESIDE
    return Place(data / "vault", data / "settings")


@pytest.fixture
def desktop(home: Path) -> Iterator[Desktop]:
    """As the window starts: nobody named anything."""
    place = usual_places().usual()
    with Desktop(place.remembered(), place.settings, places=usual_places()) as made:
        yield made


def copied(template: Path, folder: Path) -> Path:
    shutil.copytree(template, folder)
    return folder


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# What is usual


def test_an_installed_program_uses_the_persons_own_folders(computer: Place, frozen: Path) -> None:
    (frozen.parent / BESIDE).mkdir()
    assert usual_places() == Places(computer)
    assert (default_vault(), default_settings()) == (computer.vault, computer.settings)


def test_the_portable_program_uses_them_too_until_there_is_a_folder_of_data_beside_it(
    computer: Place, beside: Place
) -> None:
    assert (default_vault(), default_settings()) == (computer.vault, computer.settings)
    beside.vault.parent.mkdir()
    assert (default_vault(), default_settings()) == (beside.vault, beside.settings)


def test_a_newer_version_unpacked_beside_it_finds_the_same(portable: Path, beside: Place) -> None:
    beside.vault.parent.mkdir()
    newer = portable.with_name("evidence-kit-0.2.0")
    shutil.copytree(portable, newer)
    assert usual_places().usual() == beside


def test_the_command_line_follows_what_the_window_was_told(computer: Place, home: Path) -> None:
    write_preferences(computer.settings, Preferences(vault=str(home / "elsewhere")))
    assert default_vault() == home / "elsewhere"


def test_the_portable_command_line_is_named_by_its_path(portable: Path) -> None:
    assert command_line() == str(portable / "evidence-kit")


def test_the_installed_command_line_is_named_by_its_name(frozen: Path) -> None:
    assert command_line() == "evidence-kit"


# What a person points at


@pytest.mark.parametrize("below", [".", "vault", "evidence-kit-vault", f"{BESIDE}/vault"])
def test_a_vault_is_found_in_the_folder_or_under_its_usual_name(template: Path, home: Path, below: str) -> None:
    vault = copied(template, home / "place" / below)
    assert vault_in(home / "place") == vault


def test_a_folder_without_a_vault_is_told(home: Path) -> None:
    for folder in (home, home / "nothing"):
        with pytest.raises(Refused) as refused:
            vault_in(folder)
        assert refused.value.code is Code.NOT_A_VAULT


def test_something_else_under_the_headers_name_is_no_vault(home: Path) -> None:
    (home / "vault.header").write_bytes(bytes(4 * 4096))
    with pytest.raises(Broken) as broken:
        vault_in(home)
    assert broken.value.code is Code.HEADER_DAMAGED


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_vault_that_cannot_be_written_to_is_told_at_once(template: Path, home: Path) -> None:
    vault = copied(template, home / "vault")
    vault.chmod(0o500)
    with pytest.raises(Refused) as refused:
        vault_in(vault)
    assert refused.value.code is Code.NO_PERMISSION
    vault.chmod(0o700)


def test_a_new_vault_goes_into_a_folder_of_its_own(home: Path) -> None:
    assert room_for_vault(home) == home / "evidence-kit-vault"
    assert not list(home.iterdir())
    (home / "evidence-kit-vault").mkdir()
    assert room_for_vault(home / "evidence-kit-vault") == home / "evidence-kit-vault"


def test_a_vault_that_is_there_already_is_gone_on_with(template: Path, home: Path) -> None:
    vault = copied(template, home / "evidence-kit-vault")
    assert room_for_vault(vault) == vault
    assert room_for_vault(home) == vault


def test_nothing_is_put_among_somebody_elses_files(home: Path) -> None:
    (home / "evidence-kit-vault").mkdir()
    (home / "evidence-kit-vault" / "diary.txt").touch()
    with pytest.raises(Refused) as refused:
        room_for_vault(home)
    assert refused.value.code is Code.FOLDER_NOT_EMPTY


def test_a_folder_that_is_gone_is_told(home: Path) -> None:
    with pytest.raises(Refused) as refused:
        room_for_vault(home / "stick")
    assert refused.value.code is Code.FOLDER_MISSING


# Going there


def test_a_vault_beside_the_program_leaves_nothing_on_the_computer(
    template: Path, beside: Place, desktop: Desktop, home: Path
) -> None:
    desktop.places.prefer(Preferences(language="fr"))
    assert files(home / "config")
    desktop.move(desktop.places.seek_room_beside())
    assert (desktop.places.folder, desktop.places.settings, desktop.places.preferences.language) == (
        beside.vault,
        beside.settings,
        "fr",
    )
    copied(template, desktop.places.folder)
    desktop.places.prefer(Preferences(language="fr", network=NetworkUse.QUIET))
    assert not (home / "config").exists()
    assert not (home / "data").exists()
    assert usual_places().usual().remembered() == beside.vault
    assert desktop.places.is_set_up


def test_whoever_changes_their_mind_leaves_nothing_on_the_stick(
    beside: Place, computer: Place, desktop: Desktop
) -> None:
    desktop.move(desktop.places.seek_room_beside())
    beside.vault.mkdir()  # a vault that could not be made to its end
    desktop.move(computer.vault)
    assert (desktop.places.folder, desktop.places.settings) == (computer.vault, computer.settings)
    assert not beside.vault.parent.exists()
    assert usual_places().usual() == computer


def test_a_computer_that_was_set_up_keeps_its_choices(
    template: Path, beside: Place, computer: Place, desktop: Desktop
) -> None:
    copied(template, computer.vault)
    desktop.places.prefer(Preferences(network=NetworkUse.NORMAL))
    desktop.move(desktop.places.seek_room_beside())
    assert read_preferences(computer.settings).network == "normal"
    assert desktop.places.preferences.network == "", "nothing is sent for a new vault before that is chosen"
    assert has_vault(computer.vault)


def test_a_stick_that_was_set_up_keeps_its_choices_and_brings_them(
    template: Path, beside: Place, computer: Place, desktop: Desktop
) -> None:
    copied(template, beside.vault)
    write_preferences(beside.settings, Preferences(network=NetworkUse.QUIET, language="fr"))
    desktop.places.prefer(Preferences(network=NetworkUse.NORMAL, language="en"))
    desktop.move(desktop.places.seek_room_beside())
    assert (desktop.places.preferences.network, desktop.places.preferences.language) == ("quiet", "fr")
    desktop.move(desktop.places.seek_vault(copied(template, computer.vault)))
    assert (desktop.places.folder, desktop.places.settings) == (computer.vault, beside.settings)
    assert usual_places().usual().remembered() == computer.vault


def test_another_folder_of_the_stick_is_found_wherever_the_stick_is(
    template: Path, beside: Place, desktop: Desktop, portable: Path, home: Path
) -> None:
    vault = copied(template, portable.parent / "mine" / "vault")
    desktop.move(desktop.places.seek_vault(vault))
    assert desktop.places.settings == beside.settings
    assert desktop.places.preferences.vault == "../../mine/vault"
    portable.parent.rename(home / "other-name")
    there = Place(home / "other-name" / BESIDE / "vault", home / "other-name" / BESIDE / "settings")
    assert there.remembered() == home / "other-name" / "mine" / "vault"


def test_a_program_unpacked_in_the_home_does_not_take_the_home_for_a_stick(
    template: Path, home: Path, tmp_path: Path
) -> None:
    with frozen_in(home / "program", portable=True):
        places = usual_places()
        with Desktop(places.computer.vault, places.computer.settings, places=places) as desktop:
            desktop.move(home / "elsewhere")
            desktop.move(places.computer.vault)
            assert desktop.places.settings == places.computer.settings
            assert desktop.places.preferences.vault == ""
            assert not (home / BESIDE).exists()


def test_the_vault_in_use_is_not_opened_a_second_time(template: Path, desktop: Desktop) -> None:
    copied(template, desktop.places.folder)
    with pytest.raises(Refused) as refused:
        desktop.places.seek_vault(desktop.places.folder.parent)
    assert refused.value.code is Code.SAME_VAULT


def test_another_folder_of_the_computer_is_remembered(template: Path, desktop: Desktop, home: Path) -> None:
    vault = copied(template, home / "place" / "vault")
    desktop.places.prefer(Preferences(network=NetworkUse.QUIET))
    desktop.move(desktop.places.seek_vault(home / "place"))
    assert desktop.places.is_set_up
    assert default_vault() == vault
    desktop.move(desktop.places.seek_vault(copied(template, home / "data" / "evidence-kit" / "vault")))
    assert desktop.places.preferences.vault == ""


def test_going_elsewhere_locks_and_ends_the_watch_of_the_vault_that_is_left(
    template: Path, computer: Place, home: Path
) -> None:
    write_preferences(computer.settings, Preferences(network=NetworkUse.QUIET))
    first, second = copied(template, computer.vault), copied(template, home / "second")
    with Desktop(first, computer.settings, places=usual_places()) as desktop:
        desktop.session.unlock(bytearray(PASSPHRASE))
        sender = desktop.watch.sender()
        desktop.move(desktop.places.seek_vault(second))
        assert not desktop.session.unlocked
        assert not desktop.watch.knows_routes
        assert desktop.watch.sender() is not sender
        desktop.session.unlock(bytearray(PASSPHRASE))
        assert desktop.session.unlocked


def test_what_cannot_be_opened_leaves_everything_as_it_was(template: Path, desktop: Desktop, home: Path) -> None:
    copied(template, desktop.places.folder)
    desktop.places.prefer(Preferences(network=NetworkUse.QUIET))
    desktop.session.unlock(bytearray(PASSPHRASE))
    before = desktop.places.folder
    with pytest.raises(Refused):
        desktop.move(desktop.places.seek_vault(home))
    assert desktop.session.unlocked
    assert (desktop.places.folder, default_vault()) == (before, before)


def test_a_folder_whose_name_is_no_text_is_refused_before_anything_is_left(desktop: Desktop, home: Path) -> None:
    folder = home / "\udce9"
    folder.mkdir()
    before = desktop.places.folder
    with pytest.raises(Refused) as refused:
        desktop.move(desktop.places.seek_room(folder))
    assert refused.value.code is Code.FOLDER_NAME
    assert desktop.places.folder == before


# A medium that is away


def test_a_vault_that_was_set_up_and_is_away_is_missing_and_not_a_first_start(
    template: Path, desktop: Desktop, home: Path
) -> None:
    assert not desktop.places.is_missing
    desktop.move(desktop.places.seek_vault(copied(template, home / "stick" / "vault")))
    desktop.places.prefer(Preferences(network=NetworkUse.QUIET, vault=desktop.places.preferences.vault))
    assert not desktop.places.is_missing
    (home / "stick").rename(home / "out")
    assert desktop.places.is_missing
    assert not desktop.places.is_set_up
    (home / "out").rename(home / "stick")
    assert desktop.places.is_set_up


def test_nothing_is_made_where_a_stick_was(desktop: Desktop, home: Path) -> None:
    (home / "stick").mkdir()
    desktop.move(desktop.places.seek_room(home / "stick"))
    (home / "stick").rmdir()
    for make in (
        lambda: desktop.session.create(bytearray(PASSPHRASE)),
        lambda: desktop.places.restore(home / "backup"),
    ):
        with pytest.raises(Refused) as refused:
            make()
        assert refused.value.code is Code.FOLDER_MISSING
    assert not (home / "stick").exists()


def test_beginning_anew_goes_to_the_usual_place_where_the_old_one_is_gone(
    template: Path, desktop: Desktop, computer: Place, home: Path
) -> None:
    vault = copied(template, home / "stick" / "vault")
    desktop.move(desktop.places.seek_vault(vault))
    desktop.places.prefer(Preferences(network=NetworkUse.QUIET, vault=str(vault)))
    (home / "stick").rename(home / "out")
    assert desktop.places.may_begin_anew()
    desktop.move(desktop.places.seek_beginning())
    assert (desktop.places.folder, desktop.places.is_missing, desktop.places.is_set_up) == (
        computer.vault,
        False,
        False,
    )
    assert has_vault(home / "out" / "vault")


def test_beginning_anew_stays_where_there_is_room(desktop: Desktop) -> None:
    desktop.places.folder.parent.mkdir(parents=True)
    desktop.places.prefer(Preferences(network=NetworkUse.QUIET))
    assert desktop.places.is_missing
    before = desktop.places.folder
    desktop.move(desktop.places.seek_beginning())
    assert (desktop.places.folder, desktop.places.is_missing) == (before, False)


def test_no_vault_is_begun_over_the_one_on_this_computer(
    template: Path, desktop: Desktop, computer: Place, home: Path
) -> None:
    vault = copied(template, home / "stick" / "vault")
    copied(template, computer.vault)
    desktop.move(desktop.places.seek_vault(vault))
    desktop.places.prefer(Preferences(network=NetworkUse.QUIET, vault=str(vault)))
    shutil.rmtree(home / "stick")
    assert not desktop.places.may_begin_anew()
    assert desktop.places.vaults_elsewhere() == (computer,)


def test_a_medium_that_fails_has_no_vault(home: Path) -> None:
    # A name that is too long is an error of the file system's that is not "not there".
    assert not has_vault(home / ("x" * 300))
