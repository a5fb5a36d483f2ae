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
    pytest.mark.skipif(bool(computer.missing()), reason=f"not installed (apt): {computer.missing()}"),
]
# Ubuntu takes user namespaces from programs that no profile names, by a switch that Debian's kernel lacks. Here every
# program of the person's runs in this profile, which allows all but those and is left for a profile that names a program.
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
restricted() { aa-exec --profile everybody -- setpriv --reuid 1000 --regid 1000 --clear-groups env HOME=/home/person "$@"; }
asked unnamed restricted unshare --user --net true
asked before restricted evidence-kit doctor
asked configured sh /var/lib/dpkg/info/evidence-kit.postinst configure
asked loaded grep evidence-kit-camera /sys/kernel/security/apparmor/profiles
asked still-unnamed restricted unshare --user --net true
asked after restricted evidence-kit doctor
asked removed sh /var/lib/dpkg/info/evidence-kit.prerm remove
asked unloaded grep evidence-kit-camera /sys/kernel/security/apparmor/profiles
"""


@pytest.fixture(scope="module")
def told(rooms: None, deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, computer.Answer]]:
    bare = system(NEWEST, f"{field(deb, 'Depends')}, apparmor, {computer.KERNEL}")
    room = Room(copied(bare, f"{bare.name}-computer"))
    try:
        install(room, deb)
        (room / "everybody").write_text(EVERYBODY)
        yield computer.answers(room.folder, tmp_path_factory.mktemp("computer"), ASKS)
    finally:
        shutil.rmtree(room.folder)


def test_the_camera_works_where_apparmor_keeps_user_namespaces_from_others(told: dict[str, computer.Answer]) -> None:
    assert told["enforcing"].said == "Y\n"
    assert told["everybody"].code == 0, told["everybody"]
    assert told["unnamed"].code != 0
    assert "does not allow the sandbox" in told["before"].said
    assert told["configured"].code == 0, told["configured"]
    assert told["loaded"].said == "evidence-kit-camera (unconfined)\n"
    assert told["still-unnamed"].code != 0
    assert "The page camera works" in told["after"].said
    assert "no sandbox" not in told["after"].said


def test_removing_takes_the_profile_out_of_the_kernel(told: dict[str, computer.Answer]) -> None:
    assert "Vaults are left" in told["removed"].said
    assert told["unloaded"].code == 1
