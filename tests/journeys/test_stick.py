"""A vault on a stick in a format of sticks (exFAT: no links, no owners, no modes), and the stick pulled out."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence_kit.app.desktop import Desktop
from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Unavailable
from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.jobs.look import ListDeliveries, ListEntries
from evidence_kit.machine.preferences import NetworkUse, Preferences, write_preferences
from evidence_kit.model.bodies.body import Body
from evidence_kit.vault.key_derivation import Kdf
from evidence_kit.vault.vault import Vault
from tests.fakes.product import PASSPHRASE, PATIENCE_S, Product, surroundings

NEEDED = ("mkfs.exfat", "mount.exfat-fuse", "losetup", "umount")
MISSING = [name for name in NEEDED if shutil.which(name) is None]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0 or bool(MISSING) or not Path("/dev/fuse").exists(),
        reason=f"an exFAT stick needs Linux, root and (apt: exfat-fuse, exfatprogs) {MISSING}",
    ),
]


def ran(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE_S).stdout.strip()


class Stick:
    """Can be put in and pulled out; `place` is where the system shows it."""

    def __init__(self, image: Path, place: Path) -> None:
        self.place = place
        self._device = ran("losetup", "--find", "--show", str(image))

    def put_in(self) -> None:
        ran("mount.exfat-fuse", self._device, str(self.place))

    def pull_out(self) -> None:
        """Without a word to anybody: whoever asks from now on hears of a fault."""
        for found in Path("/proc").glob("[0-9]*/cmdline"):
            words = found.read_bytes().split(b"\0")
            if b"exfat" in words[0] and self._device.encode() in words:
                os.kill(int(found.parent.name), signal.SIGKILL)

    def let_go(self) -> None:
        """As the desktop does once it notices."""
        ran("umount", "--lazy", str(self.place))
        # Whoever still has a file of it open keeps what is dead alive, and the same device would come back dead.
        deadline = time.monotonic() + PATIENCE_S
        while not self._is_free():
            assert time.monotonic() < deadline, "somebody still holds the stick"

    def _is_free(self) -> bool:
        try:
            os.close(os.open(self._device, os.O_RDONLY | os.O_EXCL))
        except OSError:
            return False
        return True

    def throw_away(self) -> None:
        if os.path.ismount(self.place):
            self.let_go()
        ran("losetup", "--detach", self._device)


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Stick]:
    image, place = tmp_path / "image", tmp_path / "stick"
    with image.open("wb") as made:
        made.truncate(64 << 20)
    ran("mkfs.exfat", str(image))
    place.mkdir()
    try:
        stick = Stick(image, place)
        stick.put_in()
    except (subprocess.CalledProcessError, OSError) as error:
        pytest.skip(f"this machine lends no loop device or no FUSE: {error}")
    yield stick
    stick.throw_away()


@pytest.fixture
def desktop(stick: Stick, tmp_path: Path) -> Iterator[Desktop]:
    """Over a vault on the stick."""
    folder = stick.place / "evidence-kit-data" / "vault"
    Vault.create(folder, bytearray(PASSPHRASE), SystemClock(), kdf=Kdf(1024, 1, 1)).vault.close()
    write_preferences(tmp_path / "settings", Preferences(network=NetworkUse.QUIET))
    with Desktop(folder, tmp_path / "settings") as made:
        yield made


def test_all_that_a_vault_does_works_on_a_stick(stick: Stick, tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_bytes(PASSPHRASE + b"\n")
    (tmp_path / "photo.txt").write_text("seen")
    with surroundings(tmp_path / "around") as around:
        kit = Product(stick.place / "evidence-kit-data" / "vault", tmp_path / "passphrase", around)
        kit.run("init")
        kit.run("note", "kept")
        kit.run("note", "--sealed", "and sealed")
        kit.run("capture", "file", str(tmp_path / "photo.txt"))
        kit.run("backup", str(stick.place / "vault.backup"))
        again = Product(stick.place / "again", tmp_path / "passphrase", around)
        again.run("restore", str(stick.place / "vault.backup"))
        said = again.tell("journal").out
        assert said.index("kept") < said.index("and sealed") < said.index("photo.txt")
        assert again.tell("doctor").code == 0


def test_a_stick_that_is_pulled_out_is_told_and_what_was_kept_is_there_again(
    desktop: Desktop, stick: Stick, tmp_path: Path
) -> None:
    def take(capturing: Capturing[Body]) -> Body:
        return capturing.file(tmp_path / "photo.txt")

    (tmp_path / "photo.txt").write_text("seen")
    desktop.session.unlock(bytearray(PASSPHRASE))
    desktop.session.submit(WriteNote("kept before")).result(PATIENCE_S)
    stick.pull_out()
    with pytest.raises(Unavailable) as told:
        desktop.session.submit(WriteNote("too late")).result(PATIENCE_S)
    assert told.value.code is Code.DISK_ERROR
    with pytest.raises(Unavailable) as told:
        desktop.session.submit(ListDeliveries()).result(PATIENCE_S)
    assert told.value.code is Code.DISK_ERROR
    with pytest.raises(Unavailable) as told:
        desktop.aside(lambda: desktop.capture(take)).result(PATIENCE_S)
    assert told.value.code is Code.DISK_ERROR
    with pytest.raises(Unavailable) as told:
        desktop.aside(desktop.places.size_on_disk).result(PATIENCE_S)
    assert told.value.code is Code.DISK_ERROR
    desktop.session.lock()
    assert desktop.places.is_missing
    with pytest.raises(KitError) as fault:
        desktop.session.unlock(bytearray(PASSPHRASE))
    assert fault.value.code is Code.DISK_ERROR
    stick.let_go()
    assert desktop.places.is_missing
    stick.put_in()
    assert desktop.places.is_set_up
    desktop.session.unlock(bytearray(PASSPHRASE))
    desktop.session.submit(WriteNote("kept after")).result(PATIENCE_S)
    notes = [
        entry.body.text
        for entry in desktop.session.submit(ListEntries()).result(PATIENCE_S)
        if entry.body.KIND == "note"
    ]
    assert notes == ["kept before", "kept after"]
