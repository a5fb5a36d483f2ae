"""kill -9 at random moments of real commands: what was acknowledged is there once, and nothing is sent twice."""

import contextlib
import email
import json
import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from evidence_kit.drill.fake_internet import FakeInternet
from evidence_kit.drill.mail_server import Inbox, PostOffice
from tests.fakes.correspondent import Correspondent
from tests.fakes.product import PATIENCE_S, Product, Told

KILLS = int(os.environ.get("EVIDENCE_KIT_TORTURE", "3"))

pytestmark = [pytest.mark.slow, pytest.mark.torture, pytest.mark.timeout(120 + 10 * KILLS)]


class Killer:
    """Starts a command and kills it after a random part of the time that it usually takes."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.seed = random.SystemRandom().randrange(1 << 32)
        self.chance = random.Random(self.seed)
        self.killed = self.through = 0
        self._usual_s: dict[str, float] = {}
        print(f"seed {self.seed}")

    def tries(self, least: int) -> Iterator[int]:
        """Numbers from 0, `least` of them; and more, as long as every command was faster than its killer."""
        for number in range(10 * least):
            if number >= least and self.killed:
                return
            yield number

    def run(self, *arguments: str) -> Told:
        """Run to the end, and remember how long it takes; a first command wakes the disk's cache."""
        self.product.tell("network")
        begun = time.perf_counter()
        told = self.product.tell(*arguments)
        self._usual_s[arguments[0]] = time.perf_counter() - begun
        return told

    def strike(self, *arguments: str, earliest: float = 0.4) -> Told:
        """Kill it after `earliest` of its usual life, where it writes; one that is faster teaches what is usual."""
        process = self.product.start(*arguments)
        begun = time.perf_counter()
        try:
            process.wait(timeout=self.chance.uniform(earliest, 1.05) * self._usual_s[arguments[0]])
        except subprocess.TimeoutExpired:
            process.kill()
            self.killed += 1
        else:
            self._usual_s[arguments[0]] = time.perf_counter() - begun
        out, err = process.communicate(timeout=PATIENCE_S)
        self.through += bool(out)
        return Told(process.returncode, out, err)


@pytest.fixture
def killer(product: Product) -> Iterator[Killer]:
    killer = Killer(product)
    yield killer
    print(f"{killer.killed} kills, {killer.through} said something before")
    assert killer.killed, "nothing was killed, so nothing was shown"


def acknowledged(told: Told) -> Any:
    """What the command said when it was through; None where it was killed before."""
    try:
        return told.json
    except json.JSONDecodeError:
        return None


def assert_whole(product: Product) -> None:
    told = product.tell("doctor")
    # A kill leaves nothing amiss: not at the unlock, where it would be said on standard error, and not in the check.
    assert (told.code, told.err) == (0, "")
    assert [one for one in told.json["findings"] if one["verdict"] == "broken"] == []


def test_notes_that_were_acknowledged_are_there_once(killer: Killer) -> None:
    said = [killer.run("note", "first").json["id"]]
    tried = ["first"]
    for number in killer.tries(KILLS):
        tried.append(f"note {number}")
        if note := acknowledged(killer.strike("note", tried[-1])):
            said.append(note["id"])
        if number % 4 == 3:
            assert_whole(killer.product)
    assert_whole(killer.product)
    notes = [entry for entry in killer.product.run("journal") if entry["kind"] == "note"]
    assert Counter(entry["id"] for entry in notes) >= Counter(said)
    texts = [entry["body"]["text"] for entry in notes]
    assert len(texts) == len(set(texts))
    assert texts == [text for text in tried if text in texts]


def test_notes_sealed_while_locked_come_in_once_and_in_order(killer: Killer) -> None:
    said = [killer.run("note", "--sealed", "first").json["body"]["text"]]
    tried = ["first"]
    for number in killer.tries(KILLS):
        tried.append(f"sealed {number}")
        if note := acknowledged(killer.strike("note", "--sealed", tried[-1])):
            said.append(note["body"]["text"])
    assert_whole(killer.product)
    texts = [entry["body"]["text"] for entry in killer.product.run("journal") if entry["kind"] == "note"]
    assert texts == [text for text in tried if text in texts]
    assert set(said) <= set(texts)


def test_files_that_were_acknowledged_are_there_once_and_no_stray_stays(killer: Killer, tmp_path: Path) -> None:
    path = tmp_path / "recording.bin"
    said = []
    for number in killer.tries(KILLS + 1):
        path.write_bytes(killer.chance.randbytes(6_000_000))
        told = killer.strike("capture", "file", str(path)) if number else killer.run("capture", "file", str(path))
        if entries := acknowledged(told):
            said.append(entries[0]["id"])
    assert_whole(killer.product)
    files = [entry for entry in killer.product.run("journal") if entry["kind"] == "file"]
    assert Counter(entry["id"] for entry in files) >= Counter(said)
    hashes = {entry["body"]["original"]["sha256"] for entry in files}
    assert len(hashes) == len(files)
    assert len(list((killer.product.vault / "exhibits").iterdir())) == len(files)
    assert not list(killer.product.vault.rglob("*.part"))


def agents(runtime: Path) -> list[int]:
    """The gpg agents whose home lies in this runtime folder."""
    return [one.pid for one in psutil.process_iter(["cmdline"]) if str(runtime) in " ".join(one.info["cmdline"] or [])]


def test_a_report_is_whole_or_not_there_and_dead_runs_leave_no_agents(
    killer: Killer, desk: Correspondent, tmp_path: Path
) -> None:
    product, outbox = killer.product, killer.product.vault / "outbox"
    (tmp_path / "stick").mkdir()
    with Correspondent("Somebody else") as other:
        product.prepare("recipient", "add", str(other.certificate), "--fingerprint", other.fingerprint)
    # Two recipients, so that one has a whole message while the other's is still being made.
    for name, fingerprint in (("one", desk.fingerprint), ("two", other.fingerprint)):
        product.prepare("destination", "add", name, f"folder:{tmp_path / 'stick'}", "--recipient", fingerprint)
    (tmp_path / "large.bin").write_bytes(killer.chance.randbytes(12_000_000))
    (entry,) = product.prepare("capture", "file", str(tmp_path / "large.bin"))
    create = ("report", "create", "--to", "one", "--to", "two", "--entry", entry["id"])
    made = [killer.run(*create).json]
    most = 0
    for _ in killer.tries(KILLS):
        if report := acknowledged(killer.strike(*create, earliest=0.7)):
            made.append(report)
        most = max(most, len(agents(product.around.runtime)))
        deliveries = product.run("deliveries")
        assert Counter(delivery["report"] for delivery in deliveries) >= Counter(report["report"] for report in made)
        assert all([part["role"] for part in delivery["parts"]] == ["notice", "report"] for delivery in deliveries)
        # The unlock has put away what no delivery names.
        assert len(list((outbox / "parcels").iterdir())) == 2 * len(deliveries)
        assert {path.stem for path in (outbox / "deliveries").iterdir()} == {one["id"] for one in deliveries}
        assert agents(product.around.runtime) == []
    assert_whole(product)
    assert most <= 2
    assert product.tell("sync", "--once").code == 0
    assert len(list((tmp_path / "stick").glob("*.pgp"))) == 2 * len(product.run("deliveries"))
    assert list(product.around.runtime.iterdir()) == []


def received(inbox: Inbox) -> Counter[str]:
    return Counter(str(email.message_from_bytes(path.read_bytes())["Message-ID"]).strip() for path in inbox.received())


def test_a_sync_killed_anywhere_sends_every_mail_once(killer: Killer, desk: Correspondent, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    inbox, product = Inbox(tmp_path / "inbox"), killer.product
    with PostOffice(inbox, tmp_path / "ca.pem") as office:
        product.prepare("destination", "add", "desk", office.url(), "--recipient", desk.fingerprint)
        note = product.prepare("note", "sent once")
        create = ("report", "create", "--to", "desk", "--entry", note["id"])
        product.prepare(*create)
        assert killer.run("sync", "--once").code == 0
        for _ in killer.tries(KILLS):
            for _ in range(3):
                product.prepare(*create)
            killer.strike("sync", "--once")
            assert max(received(inbox).values()) == 1
        assert product.tell("sync", "--once").code in {0, 3}
        there = received(inbox)
        uncertain = 0
        for delivery in product.run("deliveries"):
            # Only the recipient knows of a mail whose last answer was lost; until then it is held back.
            unsure = [part for part in delivery["parts"] if part["state"] == "uncertain"]
            uncertain += len(unsure)
            for part in unsure:
                settle = "--arrived" if there[part["message_id"]] else "--send-again"
                product.run("deliveries", settle, delivery["id"], "--part", part["role"])
        print(f"{uncertain} uncertain")
        assert product.tell("sync", "--once").code == 0
    parts = [part for delivery in product.run("deliveries") for part in delivery["parts"]]
    assert {part["state"] for part in parts} == {"claimed"}
    assert received(inbox) == Counter(part["message_id"] for part in parts)
    assert_whole(product)


def test_a_killed_page_capture_leaves_no_camera_and_nothing_of_the_page(killer: Killer) -> None:
    said = []
    with FakeInternet() as internet:
        address = f"http://{internet.plain_site.address}:{internet.plain_site.port}/"
        for number in killer.tries(1 + max(2, KILLS // 4)):
            told = (killer.strike if number else killer.run)("capture", "page", address)
            if entries := acknowledged(told):
                said.append(entries[0]["id"])
    assert_whole(killer.product)
    pages = [entry["id"] for entry in killer.product.run("journal") if entry["kind"] == "page"]
    assert Counter(pages) >= Counter(said)
    await_the_end_of_all(killer.product.around.runtime)
    assert list(killer.product.around.runtime.rglob("*")) == []


def await_the_end_of_all(runtime: Path) -> None:
    """A camera whose parent was killed while it began sees that once it has begun; a copy of it clears up behind it."""
    seen_none = 0
    while seen_none < 2:  # one that ends during the first look may have left its copy to the second
        found = processes(runtime)
        seen_none = 0 if found else seen_none + 1
        _, alive = psutil.wait_procs(found, timeout=PATIENCE_S)
        assert alive == []


def processes(runtime: Path) -> list[psutil.Process]:
    """Those whose command line names this runtime folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess):
            if str(runtime) in " ".join(process.cmdline()):
                found.append(process)
    return found
