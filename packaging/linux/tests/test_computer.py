"""What needs another kernel: AppArmor that enforces, and a stick with FAT as the kernel itself writes it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import computer
import pytest
from rooms import NEWEST, Room, copied, system
from test_deb import field, install

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(0),
    pytest.mark.skipif(bool(computer.missing()), reason=f"not installed (apt): {computer.missing()}"),
]
STICK = 256 << 20
# Ubuntu takes user namespaces from programs that no profile names, by a switch that Debian's kernel lacks. Here every
# program of the person's runs in this profile, which allows all but those; a profile that names a program replaces it.
EVERYBODY = """abi <abi/4.0>,
profile everybody {
  capability,
  network,
  mount,
  remount,
  umount,
  pivot_root,
  signal,
  ptrace,
  unix,
  dbus,
  mqueue,
  io_uring,
  / r,
  /** rwlkm,
  /** pix,
}
"""
ASKS = """
asked enforcing cat /sys/module/apparmor/parameters/enabled
asked everybody apparmor_parser --replace /everybody
restricted() { person aa-exec --profile everybody -- "$@"; }
asked unnamed restricted unshare --user --net true
asked before restricted evidence-kit doctor
asked configured sh /var/lib/dpkg/info/evidence-kit.postinst configure
asked loaded grep evidence-kit-camera /sys/kernel/security/apparmor/profiles
asked still-unnamed restricted unshare --user --net true
asked after restricted evidence-kit doctor
asked removed sh /var/lib/dpkg/info/evidence-kit.prerm remove
asked unloaded grep evidence-kit-camera /sys/kernel/security/apparmor/profiles

modprobe vfat && mkfs.vfat -F 32 /dev/vdb >/dev/null && mkdir /stick
asked stick mount -t vfat -o uid=1000,gid=1000,fmask=0022,dmask=0022,shortname=mixed,utf8,showexec,flush /dev/vdb /stick
echo one two three four five six >/tmp/passphrase; echo seen >/tmp/photo
carried() { person evidence-kit --vault "$vault" --passphrase-file /tmp/passphrase "$@"; }
vault=/stick/vault
asked init carried init
asked note carried note --sealed kept
asked file carried capture file /tmp/photo
asked backup carried backup /stick/backup
vault=/stick/again
asked restore carried restore /stick/backup
asked journal carried journal
asked examined carried doctor
asked copied person cp /usr/lib/evidence-kit/evidence-kit /stick
asked started person /stick/evidence-kit --help
"""


@pytest.fixture(scope="module")
def told(rooms: None, deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, computer.Answer]]:
    bare = system(NEWEST, f"{field(deb, 'Depends')}, apparmor, dosfstools, {computer.KERNEL}")
    place = tmp_path_factory.mktemp("computer")
    with (stick := place / "stick").open("wb") as made:
        made.truncate(STICK)
    room = Room(copied(bare, f"{bare.name}-computer"))
    try:
        install(room, deb)
        (room / "everybody").write_text(EVERYBODY)
        yield computer.answers(room.folder, place, ASKS, (stick,))
    finally:
        shutil.rmtree(room.folder)


def test_the_camera_works_where_apparmor_keeps_user_namespaces_from_others(told: dict[str, computer.Answer]) -> None:
    assert told["enforcing"].said == "Y"
    assert told["everybody"].code == 0, told["everybody"]
    assert told["unnamed"].code != 0
    assert "does not allow the sandbox" in told["before"].said
    assert told["configured"] == computer.Answer(0, "")
    assert told["loaded"].said == "evidence-kit-camera (unconfined)"
    assert told["still-unnamed"].code != 0
    assert "The page camera works" in told["after"].said
    assert "no sandbox" not in told["after"].said


def test_removing_takes_the_profile_out_of_the_kernel(told: dict[str, computer.Answer]) -> None:
    assert "Vaults are left" in told["removed"].said
    assert told["unloaded"].code == 1


def test_a_vault_works_on_a_stick_with_fat_as_desktops_mount_it_and_no_program_starts_from_there(
    told: dict[str, computer.Answer],
) -> None:
    for step in ("stick", "init", "note", "file", "backup", "restore", "journal", "copied"):
        assert told[step].code == 0, (step, told[step])
    assert told["journal"].said.index("kept") < told["journal"].said.index("photo")
    assert "The journal" in told["examined"].said
    assert "Permission denied" in told["started"].said
