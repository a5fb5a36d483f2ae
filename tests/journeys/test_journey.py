"""One person, one shutdown, one recipient: the real command line from an empty folder to a signed receipt."""

import hashlib
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from evidence_kit.drill.fake_internet import FakeInternet
from evidence_kit.drill.mail_server import Inbox, PostOffice
from evidence_kit.drill.servers import Behaviour
from tests.fakes.correspondent import Correspondent, tool
from tests.fakes.product import Product, Watching, surroundings
from tests.journeys.conftest import Template, over

pytestmark = pytest.mark.slow

FORMATS = Path(__file__).parents[2] / "docs" / "format.md"
BAGIT = Path(sys.executable).with_name("bagit.py")
RECORDING = b"OggS shots at the bridge " + bytes(range(256)) * 300
NOTE = "Mobile data went first – calls still worked."
TEXT = "The network went at once, on every phone in the street."


@dataclass(frozen=True, slots=True)
class Story:
    """What the person's computer and the recipient's mailbox hold in the end."""

    product: Product
    place: Path
    offline: list[dict[str, Any]]
    offline_mails: int
    page: dict[str, Any]
    report: dict[str, Any]
    mails: list[Path]
    heard: list[dict[str, Any]]
    ended: tuple[int, str]

    @property
    def notice(self) -> Path:
        return self.mails[0]


@pytest.fixture(scope="module")
def story(template: Template, desk: Correspondent, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    place = tmp_path_factory.mktemp("story")
    shutil.copytree(template.folder, place / "vault")
    (place / "inbox").mkdir()
    inbox = Inbox(place / "inbox")
    with surroundings(place / "around") as around, FakeInternet() as internet:
        product = over(place / "vault", around, place)
        with PostOffice(inbox, place / "ca.pem", password="open sesame") as office:
            url = office.url("desk@newsroom.invalid")
        port = int(url.partition("@127.0.0.1:")[2].partition("/")[0])
        added = product.run("destination", "add", "desk", "-", "--recipient", desk.fingerprint, given=url)
        assert "sesame" not in str(added)
        targets = internet.write_targets(place)
        with Watching(product.start("watch", "--targets", str(targets))) as watch:
            watch.until_state("online")
            # Refused rather than dropped, so that no step of any round has to wait for its deadline.
            internet.black_out(Behaviour.REFUSED)
            watch.until_state("no-connection-beyond-provider")
            while not product.run("disruptions"):
                pass
            recording = place / "voices at the river.ogg"
            recording.write_bytes(RECORDING)
            address = f"http://{internet.plain_site.address}:{internet.plain_site.port}/"
            (page,) = product.run("capture", "page", address)
            product.run("capture", "file", str(recording))
            product.run("note", "-", given=NOTE)
            report = product.run(
                "report",
                "create",
                "--disruption",
                "last",
                "--to",
                "desk",
                "--text",
                "-",
                "--place",
                "the river",
                given=TEXT,
            )
            offline, offline_mails = product.run("deliveries"), len(inbox.received())
            with PostOffice(inbox, place / "ca.pem", password="open sesame", port=port):
                internet.restore()
                watch.until_state("online")
                watch.until_sent("notice")
                watch.until_sent("report")
                while product.run("disruptions")[0]["open"]:
                    pass
                ended = watch.end()
        yield Story(product, place, offline, offline_mails, page, report, inbox.received(), watch.heard, ended)


@pytest.fixture(scope="module")
def bag(story: Story, desk: Correspondent) -> Path:
    """The report, opened by the recipient with gpg and unzip alone."""
    archive = desk.open_mail(story.mails[1], story.place / "report.zip")
    tool("unzip", "-q", str(archive), "-d", str(story.place / "opened"))
    (folder,) = (story.place / "opened").iterdir()
    return folder


def test_nothing_is_sent_while_there_is_no_connection(story: Story) -> None:
    (delivery,) = story.offline
    assert delivery["state"] == "waiting"
    assert [(part["role"], part["state"], part["attempts"]) for part in delivery["parts"]] == [
        ("notice", "waiting", 0),
        ("report", "waiting", 0),
    ]
    assert story.offline_mails == 0


def test_when_the_connection_is_back_exactly_two_mails_arrive_and_the_notice_is_first(
    story: Story, desk: Correspondent
) -> None:
    assert len(story.mails) == 2
    moved = [(told["part"], told["state"]) for told in story.heard if told["event"] == "delivery"]
    assert [step for step in moved if step[1] == "claimed"] == [("notice", "claimed"), ("report", "claimed")]
    assert story.notice.stat().st_size < story.mails[1].stat().st_size
    text = desk.open_mail(story.notice, story.place / "notice.txt").read_text(encoding="utf-8")
    assert text.startswith("Evidence Kit notice\n")
    assert len(text.encode()) <= 2048
    facts = dict(line.split(": ", 1) for line in text.splitlines() if re.match(r"[A-Z][A-Za-z0-9-]*: ", line))
    assert facts["Report"] == story.report["report"]
    desk.open_mail(story.mails[1], story.place / "again.zip")
    desk.gpg("--output", str(story.place / "report.pgp"), "--dearmor", str(story.place / "again.asc"))
    sent = (story.place / "report.pgp").read_bytes()
    assert (facts["Report-SHA256"], facts["Report-Size"]) == (hashlib.sha256(sent).hexdigest(), str(len(sent)))


def test_a_mail_tells_nothing_outside_its_ciphertext(story: Story) -> None:
    for mail in story.mails:
        clear = mail.read_text(encoding="ascii").partition("-----BEGIN PGP MESSAGE-----")[0]
        assert "Subject: Encrypted message" in clear
        assert not re.search(
            "evidence|kit-|report|bridge|river", clear.replace("rehearsal@kit.invalid", ""), re.IGNORECASE
        )


def test_the_watch_stops_when_asked_and_says_nothing_on_standard_error(story: Story) -> None:
    assert story.ended == (0, "")


def test_the_recipient_validates_the_bag_with_tools_of_their_own(story: Story, bag: Path) -> None:
    tool(sys.executable, str(BAGIT), "--quiet", "--validate", ".", cwd=bag)
    for manifest in ("tagmanifest-sha256.txt", "manifest-sha256.txt"):
        assert tool("sha256sum", "--check", "--strict", "--quiet", manifest, cwd=bag) == ""
    listed = {
        line[66:]
        for name in ("manifest", "tagmanifest")
        for line in (bag / f"{name}-sha256.txt").read_text().splitlines()
    }
    there = {str(path.relative_to(bag)) for path in bag.rglob("*") if path.is_file()}
    assert there - listed == {"tagmanifest-sha256.txt"}


def test_the_report_holds_what_was_captured_byte_for_byte(story: Story, bag: Path) -> None:
    assert [path.read_bytes() for path in bag.glob("data/exhibits/*-file/*")] == [RECORDING]
    (picture,) = bag.glob("data/exhibits/*-page/*.png")
    assert hashlib.sha256(picture.read_bytes()).hexdigest() == story.page["body"]["picture"]["sha256"]
    assert story.page["body"]["net_error"] == "ERR_CONNECTION_REFUSED"
    shown = (bag / "data/report.html").read_text(encoding="utf-8")
    assert NOTE in shown
    assert TEXT in shown
    assert len(list(bag.glob("data/exhibits/*-measurement/*"))) >= 3


def test_the_checkpoint_is_signed_by_the_vault_and_carries_every_entry(
    story: Story, bag: Path, desk: Correspondent
) -> None:
    proof = bag / "data/proof"
    with Correspondent("Somebody else") as checker:
        checker.gpg("--import", str(proof / "vault-certificate.pgp"))
        said = checker.gpg("--status-fd", "1", "--verify", str(proof / "checkpoint.asc"), str(proof / "checkpoint"))
    signer = said.partition("VALIDSIG ")[2].split()[0]
    assert (proof / "checkpoint").read_text().startswith(f"evidence-kit/vault/{signer.lower()}\n")
    # The ten lines of docs/format.md, as they stand there.
    (script,) = re.findall(
        r"```python\n(import base64, hashlib\n.*?)```", FORMATS.read_text(encoding="utf-8"), re.DOTALL
    )
    tool(sys.executable, "-I", "-c", script, cwd=bag)
    changed = story.place / "changed"
    shutil.copytree(bag, changed)
    entries = changed / "data/proof/entries.jsonl"
    entries.write_bytes(entries.read_bytes().replace(b"calls still worked", b"calls never worked"))
    with pytest.raises(AssertionError, match="AssertionError"):
        tool(sys.executable, "-I", "-c", script, cwd=changed)


def test_verify_finds_the_report_sound_in_every_form_and_a_changed_one_broken(
    story: Story, bag: Path, desk: Correspondent
) -> None:
    anywhere = Product(story.place / "no vault here", None, story.product.around)
    for form in (story.mails[1], bag):
        told = anywhere.run("verify", str(form), "--homedir", str(desk.home))
        assert told["verdict"] == "holds"
        assert all(finding["message"] for finding in told["findings"])
    broken = story.place / "broken"
    shutil.copytree(bag, broken)
    (recording,) = broken.glob("data/exhibits/*-file/*")
    recording.write_bytes(RECORDING[:-1] + b"\0")
    told = anywhere.tell("verify", str(broken))
    assert told.code == 4
    assert told.json["verdict"] == "broken"
    assert any("voices_at" in finding["subject"] for finding in told.json["findings"] if finding["verdict"] == "broken")


def test_a_signed_receipt_settles_the_delivery(story: Story, desk: Correspondent) -> None:
    receipt = story.place / "receipt.asc"
    anywhere = Product(story.place / "no vault here", None, story.product.around)
    assert anywhere.run("receipt", str(story.mails[1]), "--homedir", str(desk.home), "--out", str(receipt)) == {
        "receipt": str(receipt),
        "verdict": "holds",
    }
    assert story.product.run("receipt", str(receipt))["state"] == "receipted"
    (delivery,) = story.product.run("deliveries")
    assert {part["state"] for part in delivery["parts"]} == {"receipted"}
    kinds = [entry["kind"] for entry in story.product.run("journal")]
    assert kinds.count("receipt") == 1
    with Correspondent("A stranger") as stranger:
        stranger.gpg("--import", str(desk.certificate))
        desk.gpg("--output", str(story.place / "plain.json"), "--decrypt", str(receipt))
        forged = story.place / "forged.asc"
        stranger.gpg(
            "--local-user",
            stranger.fingerprint,
            "--armor",
            "--output",
            str(forged),
            "--sign",
            str(story.place / "plain.json"),
        )
    assert story.product.refused("receipt", str(forged))[0] in {2, 4}


def test_the_disruption_is_over_and_has_its_interval(story: Story) -> None:
    (disruption,) = story.product.run("disruptions")
    assert (disruption["state"], disruption["open"]) == ("no-connection-beyond-provider", False)
    times = [
        reading["wall_utc"]
        for name in ("started", "ended")
        for reading in (disruption[name]["after"], disruption[name]["before"])
    ]
    assert times == sorted(times)
    journal = {entry["id"]: entry for entry in story.product.run("journal")}
    assert {journal[entry]["kind"] for entry in disruption["entries"]} >= {"measurement", "page", "file", "note"}


def test_the_vault_is_whole_after_all_that(story: Story) -> None:
    told = story.product.run("doctor")
    assert told["verdict"] == "holds", [one for one in told["findings"] if one["verdict"] == "broken"]
