"""What is typed and captured is found nowhere in clear: no file, no erased sector, no process table, no event."""

import base64
import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from evidence_kit.drill.fake_internet import FakeInternet
from evidence_kit.drill.mail_server import Inbox, PostOffice
from tests.fakes.canary import Cage, shapes
from tests.fakes.correspondent import Correspondent, tool
from tests.fakes.product import PASSPHRASE, Product, Watching, surroundings
from tests.journeys.conftest import Template, over

pytestmark = pytest.mark.slow


@contextlib.contextmanager
def disk(folder: Path) -> Iterator[tuple[Path, Path | None]]:
    """A folder, and the image below it where one can be mounted: what was written and erased again still lies there."""
    image, where = folder / "disk.img", folder / "disk"
    where.mkdir()
    with image.open("wb") as file:
        file.truncate(48 << 20)
    # With a journal what is erased is not given away again at once, and nothing is zeroed without discarding.
    mkfs = shutil.which("mkfs.ext4") if os.geteuid() == 0 else None
    mounted = False
    if mkfs and subprocess.run([mkfs, "-q", str(image)], capture_output=True, check=False).returncode == 0:
        mounting = ["mount", "-o", "loop,nodiscard", str(image), str(where)]
        mounted = subprocess.run(mounting, capture_output=True, check=False).returncode == 0
    try:
        yield where, image if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", str(where)], check=True)


@contextlib.contextmanager
def page(title: str, text: str) -> Iterator[str]:
    """A web page on loopback, at any path of the address."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = f"<html><title>{title}</title><p>\n{text}\n</p></html>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_every_shape_of_a_word_is_seen(tmp_path: Path) -> None:
    cage = Cage()
    word = cage.new("note")
    for number, around in enumerate((b"", b"a", b"ab", b"abc")):
        (tmp_path / f"{number}").write_bytes(base64.b64encode(around + word.encode() + b"more"))
    (tmp_path / "4").write_bytes(bytes((1 << 20) - 5) + word.encode("utf-16le"))
    (tmp_path / "5").write_bytes(word.encode().hex().upper().encode())
    (tmp_path / word).touch()
    seen = {(shape, Path(where).name) for _, shape, where in cage.sightings([tmp_path])}
    assert seen == {
        *(("base64+0", name) for name in "03"),
        ("base64+1", "1"),
        ("base64+2", "2"),
        ("utf-16le", "4"),
        ("HEX", "5"),
        ("utf-8", word),
    }
    assert len(shapes(word)) == 7


def test_what_was_written_and_erased_again_is_seen_on_the_disk(tmp_path: Path) -> None:
    cage = Cage()
    with disk(tmp_path) as (where, image):
        if image is None:
            pytest.skip("no disk image can be mounted here (needs root, mkfs.ext4 and a loop device)")
        with (where / "erased").open("wb") as out:
            out.write(cage.new("erased").encode())
            out.flush()
            os.fsync(out.fileno())
        (where / "erased").unlink()
    assert [what for what, _, _ in cage.sightings([image])] == ["erased"]


def test_a_whole_journey_leaves_nothing_in_clear_but_with_the_recipient(
    template: Template, desk: Correspondent, tmp_path: Path
) -> None:
    cage = Cage({"passphrase": PASSPHRASE.decode()})
    mail, password = f"{cage.new('mail')}@newsroom.invalid", cage.new("password")
    (tmp_path / "inbox").mkdir()
    inbox = Inbox(tmp_path / "inbox")
    # What the person has anyway: not the product's to hide.
    own = tmp_path / "own"
    own.mkdir()
    named = own / f"{cage.new('name')}.ogg"
    named.write_bytes(cage.new("content").encode() * 9000)
    sealed_file = own / "other.ogg"
    sealed_file.write_bytes(cage.new("sealed-content").encode() * 2000)
    targets = Path()
    with contextlib.ExitStack() as stack:
        where, image = stack.enter_context(disk(tmp_path))
        around = stack.enter_context(surroundings(where / "around"))
        internet = stack.enter_context(FakeInternet())
        site = stack.enter_context(page(cage.new("title"), cage.new("page")))
        office = stack.enter_context(PostOffice(inbox, tmp_path / "ca.pem", password=password))
        targets = internet.write_targets(tmp_path)
        shutil.copytree(template.folder, where / "vault")
        product = over(where / "vault", around, tmp_path)
        product.run("destination", "add", "desk", "-", "--recipient", desk.fingerprint, given=office.url(mail))
        visible = [where / "vault", around.home, around.temporary, around.runtime]

        def seen() -> list[tuple[str, str, str]]:
            os.sync()
            return list(cage.sightings([*visible, image] if image else visible))

        with Watching(product.start("watch", "--targets", str(targets))) as watch:
            watch.until_state("online")
            for command in (
                ["capture", "page", f"{site}/{cage.new('address')}"],
                ["capture", "file", str(named)],
                ["capture", "file", "--sealed", str(sealed_file)],
            ):
                product.run(*command)
                assert seen() == []
            for command, given in (
                (["note", "-", "--pseudonym", cage.new("pseudonym")], cage.new("note")),
                (["note", "--sealed", "-"], cage.new("sealed")),
                (["journal", "--search", cage.words["note"]], ""),
                (["report", "create", "--to", "desk", "--text", "-", "--place", cage.new("place")], cage.new("text")),
            ):
                product.run(*command, given=given)
                assert seen() == []
            watch.until_sent("report")
            _, report = inbox.received()
            product.run("verify", str(report), "--homedir", str(desk.home))
            product.run("receipt", str(report), "--homedir", str(desk.home), "--out", str(where / "receipt.asc"))
            product.run("receipt", str(where / "receipt.asc"))
            product.run("backup", str(where / "backup"))
            code, said = watch.end()
        assert (code, said) == (0, "")
        for command in ("deliveries", "disruptions", "doctor"):
            product.run(command)
        assert list(cage.sightings([*visible, where])) == []
        # The events say what happened, never where or with whom.
        heard = str(watch.heard)
        assert {told["event"] for told in watch.heard} == {"state", "delivery"}
        assert not re.search(r"\d+\.\d+\.\d+\.\d+|@|\.test|\.invalid|://", heard)
        assert list(cage.seen_in(heard.encode())) == []
        # Memory-backed private folders go with their process.
        assert list(around.runtime.iterdir()) == []
    if image is not None:
        assert list(cage.sightings([image])) == []
    # In the mail only the two addresses of the envelope are clear.
    clear = {what for mail in inbox.received() for what, _ in cage.seen_in(mail.read_bytes())}
    assert clear == {"mail"}
    # The canaries did go all the way: the recipient has every one that was meant for them, and none of the others.
    archive = desk.open_mail(report, tmp_path / "report.zip")
    tool("unzip", "-q", str(archive), "-d", str(tmp_path / "opened"))
    arrived = {what for what, _, _ in cage.sightings([tmp_path / "opened"])}
    assert arrived == set(cage.words) - {"passphrase", "mail", "password"}


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("strace"), reason="strace (apt) is not installed")
def test_no_process_is_given_a_secret_in_its_arguments_or_its_environment(
    product: Product, desk: Correspondent, tmp_path: Path
) -> None:
    log = tmp_path / "executed"
    tracer = ["strace", "-f", "-qq", "--seccomp-bpf", "-v", "-s", "100000", "-e", "trace=execve", "-A", "-o", str(log)]
    traced = Product(product.vault, product.passphrase, product.around, prefix=tracer)
    if subprocess.run([*tracer, "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here")
    log.unlink()
    cage = Cage({"passphrase": PASSPHRASE.decode()})
    mail, password = f"{cage.new('mail')}@newsroom.invalid", cage.new("password")
    (tmp_path / "inbox").mkdir()
    inbox = Inbox(tmp_path / "inbox")
    # The person typed the path into the command line themselves; none of the commands below hands it on.
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + cage.new("content").encode())
    with FakeInternet() as internet, PostOffice(inbox, tmp_path / "ca.pem", password=password) as office:
        targets = internet.write_targets(tmp_path)
        traced.run("destination", "add", "desk", "-", "--recipient", desk.fingerprint, given=office.url(mail))
        traced.run("note", "-", given=cage.new("note"))
        traced.run("note", "--sealed", "-", given=cage.new("sealed"))
        traced.run("capture", "file", str(photo))
        traced.run("report", "create", "--to", "desk", "--text", "-", given=cage.new("text"))
        traced.run("checkpoint")
        with Watching(traced.start("watch", "--targets", str(targets))) as watch:
            watch.until_sent("report")
            os.kill(station_of(watch.process.pid), 15)
            watch.process.wait(timeout=60)
        _, report = inbox.received()
        traced.run("verify", str(report), "--homedir", str(desk.home))
    executed = log.read_bytes()
    assert executed.count(b"execve(") > 20
    assert b"gpg-agent" in executed
    assert b'"station"' in executed
    assert list(cage.seen_in(executed)) == []
    assert str(photo).encode() not in b"".join(line for line in executed.splitlines() if b'"capture"' not in line)


def station_of(tracer: int) -> int:
    """The process that a tracer runs."""
    return int(Path(f"/proc/{tracer}/task/{tracer}/children").read_text().split()[0])
