"""The command line as scripts meet it: what each command does to the next one, exit codes, JSON everywhere."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from evidence_kit.clock import SystemClock
from evidence_kit.drill.fake_internet import FakeInternet
from evidence_kit.drill.mail_server import Inbox, PostOffice
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.sync.backoff import in_seconds
from evidence_kit.vault.outbox import Outbox
from evidence_kit.vault.vault import Vault
from tests.fakes.correspondent import Correspondent, tool
from tests.fakes.product import PASSPHRASE, PATIENCE_S, Product, Surroundings, Told, Watching
from tests.journeys.conftest import Template, over

pytestmark = pytest.mark.slow


def with_passphrase(product: Product, passphrase: str, place: Path) -> Product:
    path = place / f"other passphrase {len(list(place.iterdir()))}"
    path.write_text(f"{passphrase}\n", encoding="utf-8")
    return replace(product, passphrase=path)


def parts(product: Product) -> dict[str, tuple[str, str | None]]:
    (delivery,) = product.run("deliveries")
    return {part["role"]: (part["state"], part["error"]) for part in delivery["parts"]}


def moves(told: Told) -> list[tuple[str, str]]:
    return [(line["part"], line["state"]) for line in told.lines]


def test_a_new_vault_opens_with_its_passphrase_and_with_its_recovery_code(around: Surroundings, tmp_path: Path) -> None:
    product = over(tmp_path / "new" / "vault", around, tmp_path)
    made = product.run("init")
    assert set(made) == {"vault", "fingerprint", "recovery_code"}
    assert re.fullmatch("[0-9A-F]{40}", made["fingerprint"])
    assert product.refused("init") == (2, "vault-exists")
    first = product.run("note", "written first")
    with_code = with_passphrase(product, made["recovery_code"].lower().replace("-", " "), tmp_path)
    assert [entry["id"] for entry in with_code.run("journal")][1:] == [first["id"]]
    assert product.vault.stat().st_mode & 0o077 == 0


def test_the_recovery_code_sets_a_new_passphrase_and_the_old_one_opens_nothing(
    product: Product, template: Template, tmp_path: Path
) -> None:
    chosen = with_passphrase(product, "seven quiet orchards by the sea", tmp_path)
    with_code = with_passphrase(product, template.code, tmp_path)
    assert with_code.run("passphrase", "--new-passphrase-file", str(chosen.passphrase)) == {"changed": True}
    assert product.refused("journal") == (2, "wrong-passphrase")
    assert chosen.run("journal") == with_code.run("journal")


def test_a_folder_gets_the_report_and_it_is_read_back(product: Product, desk: Correspondent, tmp_path: Path) -> None:
    stick = tmp_path / "stick with spaces"
    stick.mkdir()
    product.prepare("destination", "add", "stick", f"folder:{stick}", "--recipient", desk.fingerprint)
    product.prepare("note", "taken across the border")
    made = product.run("report", "create", "--to", "stick")
    told = product.tell("sync", "--once")
    assert (told.code, told.err) == (0, "")
    assert [move for move in moves(told) if move[1] == "read-back"] == [
        ("notice", "read-back"),
        ("report", "read-back"),
    ]
    assert parts(product) == {"notice": ("read-back", None), "report": ("read-back", None)}
    (delivery,) = made["deliveries"]
    assert {path.name for path in stick.iterdir()} == {f"{delivery['id']}.pgp", f"{delivery['id']}-notice.pgp"}
    archive = desk.open_file(stick / f"{delivery['id']}.pgp", tmp_path / "report.zip")
    assert "taken across the border" in tool("unzip", "-p", str(archive), "*/data/proof/entries.jsonl")
    again = product.tell("sync", "--once")
    assert (again.code, again.out) == (0, "")


def test_a_report_too_large_for_the_server_needs_another_way_and_its_notice_arrives(
    product: Product, desk: Correspondent, tmp_path: Path
) -> None:
    (tmp_path / "inbox").mkdir()
    inbox = Inbox(tmp_path / "inbox")
    large = tmp_path / "interview.ogg"
    large.write_bytes(bytes(range(256)) * 400)
    product.prepare("capture", "file", str(large))
    with PostOffice(inbox, tmp_path / "ca.pem", size_limit=30_000) as office:
        product.prepare("destination", "add", "desk", office.url(), "--recipient", desk.fingerprint)
        product.prepare("report", "create", "--to", "desk")
        told = product.tell("sync", "--once")
        assert (told.code, told.err) == (2, "")
        assert moves(told)[-1] == ("report", "needs-another-way")
        (mail,) = inbox.received()
        assert parts(product) == {"notice": ("claimed", None), "report": ("needs-another-way", "message-too-large")}
        assert product.tell("sync", "--once").code == 2
        assert inbox.received() == [mail]
    assert "Evidence Kit notice" in desk.open_mail(mail, tmp_path / "notice.txt").read_text()


def test_what_cannot_be_reached_waits_and_says_why(product: Product, desk: Correspondent, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    with PostOffice(Inbox(tmp_path / "inbox"), tmp_path / "ca.pem") as office:
        url = office.url()
    product.prepare("destination", "add", "desk", url, "--recipient", desk.fingerprint)
    product.prepare("note", "nobody answers")
    product.prepare("report", "create", "--to", "desk")
    assert product.tell("sync", "--once").code == 3
    assert parts(product)["notice"] == ("waiting", "server-unreachable")
    (listed,) = product.run("destination", "list")
    password = url.partition("://")[2].partition("@")[0].partition(":")[2]
    assert ":***@127.0.0.1" in listed["url"]
    assert password not in str(listed)


def test_a_sync_goes_on_until_all_is_sent_and_when_asked_again_it_does_not_wait_for_its_next_try(
    product: Product, desk: Correspondent, tmp_path: Path
) -> None:
    (tmp_path / "inbox").mkdir()
    inbox = Inbox(tmp_path / "inbox")
    with PostOffice(inbox, tmp_path / "ca.pem", password="open sesame") as office:
        url = office.url()
    product.prepare("destination", "add", "desk", url, "--recipient", desk.fingerprint)
    product.prepare("note", "nobody answers yet")
    (delivery,) = product.prepare("report", "create", "--to", "desk")["deliveries"]
    with Watching(product.start("sync")) as sync:
        sync.expect(lambda told: (told["part"], told["state"]) == ("notice", "waiting"))
        with pytest.raises(subprocess.TimeoutExpired):
            sync.process.wait(timeout=1)
        assert sync.end() == (3, "")
    product.prepare("deliveries", "--pause", delivery["id"])
    assert product.tell("sync", "--once").code == 0, "what is held back does not count"
    product.prepare("deliveries", "--resume", delivery["id"])
    port = int(url.partition("@127.0.0.1:")[2].partition("/")[0])
    with PostOffice(inbox, tmp_path / "ca.pem", password="open sesame", port=port):
        assert product.tell("sync", "--once").code == 0
    assert len(inbox.received()) == 2


def test_what_may_have_arrived_still_counts_as_waiting(product: Product, desk: Correspondent, tmp_path: Path) -> None:
    product.prepare("destination", "add", "stick", f"folder:{tmp_path}", "--recipient", desk.fingerprint)
    product.prepare("note", "handed over, no answer")
    (delivery,) = product.prepare("report", "create", "--to", "stick")["deliveries"]
    outbox, now = Outbox(product.vault), SystemClock().read()
    for role in ("notice", "report"):
        outbox.move(delivery["id"], role, DeliveryState.SENDING, at=now)
        outbox.move(delivery["id"], role, DeliveryState.UNCERTAIN, at=now, retry_utc=in_seconds(now, 600))
    assert product.tell("sync", "--once").code == 3
    assert not list(tmp_path.glob("*.pgp"))


def test_a_proxy_choice_that_cannot_be_read_stops_all_sending(product: Product) -> None:
    (product.vault / "network.json").write_bytes(b"{")
    assert product.refused("sync", "--once") == (4, "network-choice")


def test_what_a_killed_command_left_in_memory_is_gone_at_the_next_unlock(product: Product) -> None:
    script = "import sys, time\nfrom evidence_kit.seal.pgp import Keyring\nwith Keyring() as ring:\n"
    script += " ring.generate()\n print('there', flush=True)\n sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", script],
        env=product.around.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        process.kill()
    assert list(product.around.runtime.iterdir())
    product.run("journal")
    assert not list(product.around.runtime.iterdir())


def test_without_gpg_the_doctor_and_the_drill_say_so_and_fail(product: Product, tmp_path: Path) -> None:
    around = replace(product.around, others={"PATH": str(tmp_path / "nothing")})
    without = replace(product, around=around, passphrase=None)
    told = without.tell("doctor")
    assert (told.code, told.json["verdict"]) == (4, "broken")
    assert {one["code"] for one in told.json["findings"] if one["verdict"] == "broken"} >= {"gpg-missing"}
    told = without.tell("drill")
    assert told.code == 4
    *_, failed, last = told.lines
    assert (failed["step"], failed["state"], failed["why"]) == ("recipient", "failed", "gpg-missing")
    assert last == {"drill": "failed", "steps": 2}


def test_a_drill_is_not_put_where_something_lies(product: Product, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "mine").touch()
    assert product.refused("drill", "--keep", str(tmp_path / "kept")) == (2, "folder-not-empty")


def test_what_the_person_can_change_is_refused_with_2(product: Product, desk: Correspondent, tmp_path: Path) -> None:
    nowhere = replace(product, vault=tmp_path / "nowhere")
    wrong = with_passphrase(product, "not the one", tmp_path)
    assert wrong.refused("journal") == (2, "wrong-passphrase")
    assert nowhere.refused("journal") == (2, "no-vault")
    assert replace(nowhere, passphrase=None).refused("watch", "--for", "0") == (2, "no-vault")
    assert replace(product, passphrase=None).refused("journal") == (2, "no-passphrase")
    certificate = str(desk.certificate)
    assert product.refused("recipient", "add", certificate, "--fingerprint", desk.fingerprint[-16:]) == (
        2,
        "short-key-id",
    )
    assert product.refused("recipient", "add", certificate, "--fingerprint", "A" * 40) == (2, "fingerprint-differs")
    product.prepare("note", "kept")
    assert product.refused("report", "create", "--to", "nobody") == (2, "unknown-destination")
    assert product.refused("wipe") == (2, "wipe-not-confirmed")
    assert product.refused("network", "--proxy", "http://127.0.0.1:8080")[0] == 2
    assert product.tell("no-such-command").code == 2


def test_what_the_world_denies_ends_with_3(product: Product) -> None:
    assert product.refused("capture", "screen") == (3, "no-display")


def test_what_does_not_hold_ends_with_4(product: Product, tmp_path: Path) -> None:
    header = product.vault / "vault.header"
    sound = header.read_bytes()
    header.write_bytes(bytes(len(sound)))
    assert product.refused("journal") == (4, "header-damaged")
    header.write_bytes(sound)
    database = product.vault / "vault.db"
    content = bytearray(database.read_bytes())
    content[5000] ^= 1
    database.write_bytes(content)
    assert product.refused("journal") == (4, "vault-damaged")


def test_a_second_program_waits_until_the_vault_is_free(product: Product) -> None:
    with Vault.open(product.vault, bytearray(PASSPHRASE), SystemClock()):
        waiting = product.start("note", "patience")
        # Long enough to come to the lock, and well within its patience.
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(timeout=2)
    out, err = waiting.communicate(timeout=PATIENCE_S)
    assert (waiting.returncode, err) == (0, "")
    assert '"patience"' in out


def test_a_second_program_is_refused_after_its_patience(product: Product) -> None:
    with Vault.open(product.vault, bytearray(PASSPHRASE), SystemClock()):
        assert product.refused("note", "too late") == (2, "vault-in-use")
    assert [entry["kind"] for entry in product.run("journal")].count("note") == 0


def test_a_watch_without_a_passphrase_sees_and_its_entries_come_in_at_the_next_unlock(
    product: Product, desk: Correspondent, tmp_path: Path
) -> None:
    locked = replace(product, passphrase=None)
    product.prepare("destination", "add", "stick", f"folder:{tmp_path}", "--recipient", desk.fingerprint)
    product.prepare("report", "create", "--to", "stick", "--entry", product.prepare("note", "waits")["id"])
    before = product.run("journal")
    with FakeInternet() as internet:
        targets = str(internet.write_targets(tmp_path))
        with Watching(locked.start("watch", "--targets", targets)) as watch:
            watch.until_state("online")
            watch.expect(lambda told: told["event"] == "delivery")
            assert locked.refused("watch", "--targets", targets) == (2, "station-running")
            sealed = locked.run("note", "--sealed", "seen while locked")
            code, said = watch.end()
    assert (sealed["origin"], sealed["locked_at_sealing"], sealed["id"]) == ("intake", "not-known", None)
    assert code == 0
    assert said.startswith("Watching without the passphrase")
    after = product.run("journal")
    assert after[: len(before)] == before
    fresh = {entry["kind"]: entry for entry in after[len(before) :] if entry["kind"] != "delivery"}
    assert set(fresh) == {"measurement", "note"}
    # Where it goes is locked away: it waits, and the watch does not take it for removed.
    assert set(parts(product).values()) == {("waiting", "routes-locked")}
    assert all(entry["origin"] == "intake" and entry["wall_utc"] >= entry["seen_utc"] for entry in fresh.values())
    assert {entry["locked_at_sealing"] for entry in fresh.values()} == {"not-known"}, "neither holds the vault"
    assert fresh["measurement"]["body"]["verdict"] == "online"


def test_a_backup_restores_to_the_same_journal(product: Product, tmp_path: Path) -> None:
    kept = tmp_path / "photo.bin"
    kept.write_bytes(b"\x00\x01" * 5000)
    product.prepare("capture", "file", str(kept))
    product.prepare("note", "--sealed", "not yet in the journal")
    backup = tmp_path / "vault.backup"
    told = product.run("backup", str(backup))
    assert told == {"backup": str(backup), "size": backup.stat().st_size}
    assert product.refused("backup", str(backup)) == (2, "file-exists")
    restored = replace(product, vault=tmp_path / "restored")
    assert restored.run("restore", str(backup)) == {"restored": str(restored.vault)}
    assert restored.run("journal") == product.run("journal")
    assert restored.run("doctor")["verdict"] == "holds"
    assert restored.refused("restore", str(backup)) == (2, "vault-exists")


def test_a_wiped_vault_is_gone_with_its_backup_as_the_only_way_back(product: Product, tmp_path: Path) -> None:
    product.prepare("note", "gone")
    # Another name for the header keeps its sectors in sight after the files are removed.
    header = tmp_path / "header"
    header.hardlink_to(product.vault / "vault.header")
    before = header.read_bytes()
    assert product.run("wipe", "--yes") == {"wiped": True}
    after = header.read_bytes()
    assert len(after) == len(before)
    assert all(before[start : start + 64] != after[start : start + 64] for start in range(0, len(before), 64))
    assert product.refused("journal") == (2, "no-vault")


def test_search_finds_words_and_limit_keeps_the_newest(product: Product) -> None:
    notes = [product.prepare("note", text) for text in ("the bridge is closed", "Bridges burn", "nothing here")]
    assert [entry["id"] for entry in product.run("journal", "--search", "bridge")] == [
        entry["id"] for entry in notes[:2]
    ]
    assert [entry["id"] for entry in product.run("journal", "--limit", "1")] == [notes[2]["id"]]
    assert product.run("journal", "--search", "tunnel") == []


def test_options_may_stand_anywhere_before_two_dashes(product: Product, around: Surroundings) -> None:
    bare = [sys.executable, "-m", "evidence_kit"]
    place = ["--vault", str(product.vault), f"--passphrase-file={product.passphrase}"]
    for arguments in (
        ["note", *place, "after", "--json"],
        ["note", "--json", "between", *place],
        [*place, "--json", "note", "--", "--vault"],
    ):
        done = subprocess.run(
            [*bare, *arguments], env=around.environment(), cwd=around.home, capture_output=True, text=True, check=True
        )
        assert '"kind": "note"' in done.stdout
    texts = [entry["body"]["text"] for entry in product.run("journal") if entry["kind"] == "note"]
    assert texts == ["after", "between", "--vault"]


def test_a_checkpoint_is_what_the_vaults_key_signed(product: Product, desk: Correspondent, tmp_path: Path) -> None:
    product.prepare("note", "pinned")
    told = product.run("checkpoint")
    origin, size, root, rest = told["text"].split("\n")
    assert (origin, int(size), rest) == (told["origin"], told["size"], "")
    assert tool("sh", "-c", f"printf %s '{root}' | base64 -d | od -An -tx1 | tr -d ' \\n'") == told["root"]
    assert told["size"] == len(product.run("journal"))
    assert product.run("checkpoint") == told
    (tmp_path / "stick").mkdir()
    product.prepare("destination", "add", "stick", f"folder:{tmp_path / 'stick'}", "--recipient", desk.fingerprint)
    assert product.run("checkpoint")["size"] == told["size"] + 1
    (signature := tmp_path / "checkpoint.asc").write_text(told["signature"])
    (text := tmp_path / "checkpoint").write_text(told["text"])
    product.prepare("report", "create", "--to", "stick")
    assert product.tell("sync", "--once").code == 0
    (report,) = [path for path in (tmp_path / "stick").iterdir() if "notice" not in path.name]
    archive = desk.open_file(report, tmp_path / "report.zip")
    tool("unzip", "-q", "-j", str(archive), "*/vault-certificate.pgp", "-d", str(tmp_path))
    with Correspondent("Checker") as checker:
        checker.gpg("--import", str(tmp_path / "vault-certificate.pgp"))
        assert "VALIDSIG" in checker.gpg("--status-fd", "1", "--verify", str(signature), str(text))


def test_the_ordinary_commands_speak_to_people_too(product: Product) -> None:
    product.prepare("note", "told\x1b[31m twice\u202e")
    for command in (
        ["journal"],
        ["deliveries"],
        ["disruptions"],
        ["destination", "list"],
        ["recipient", "list"],
        ["network"],
    ):
        spoken = subprocess.run(
            [word for word in product.command(*command) if word != "--json"],
            env=product.around.environment(),
            cwd=product.around.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )
        assert spoken.stdout.strip()
        assert not spoken.stdout.startswith(("[", "{"))
        # Nothing from outside can steer a terminal.
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", spoken.stdout)


def test_what_lies_in_the_current_folder_is_never_run(product: Product) -> None:
    for name in ("random.py", "typer.py", "PIL.py", "ui.py", "json.py"):
        (product.around.home / name).write_text("raise SystemExit('a stranger ran')\n")
    command = [str(Path(sys.executable).with_name("evidence-kit")), *product.words()]
    for arguments in (["sync", "--once"], ["watch", "--for", "0", "--targets", "/nowhere"], ["note", "kept"]):
        done = subprocess.run(
            [*command, *arguments],
            env=product.around.environment(),
            cwd=product.around.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "a stranger ran" not in done.stderr
        assert done.returncode in {0, 2}


def test_a_camera_is_never_taken_from_the_current_folder(product: Product) -> None:
    (product.around.home / "ui").mkdir()
    (product.around.home / "ui" / "__init__.py").touch()
    (product.around.home / "ui" / "camera.py").write_text("open('a stranger ran', 'w')\n")
    with FakeInternet() as internet:
        product.tell("capture", "page", f"http://{internet.plain_site.address}:{internet.plain_site.port}/")
    assert not (product.around.home / "a stranger ran").exists()


def test_a_photo_with_the_metadata_of_a_real_camera_is_kept(product: Product, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Testcam"
    # Cameras put a thumbnail and a block of their own here: tens of kilobytes before the picture begins.
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.MakerNote] = bytes(range(256)) * 160
    photo = tmp_path / "IMG_0001.jpg"
    Image.effect_noise((400, 300), 80).save(photo, exif=exif)
    (entry,) = product.run("capture", "file", str(photo))
    assert entry["body"]["original"]["size"] == photo.stat().st_size
    assert {fact["name"]: fact["value"] for fact in entry["body"]["metadata"]}["Make"] == "Testcam"


def test_the_drill_passes_and_tells_each_step_in_json(around: Surroundings, tmp_path: Path) -> None:
    told = Product(tmp_path / "not touched", None, around).tell("drill", "--keep", str(tmp_path / "kept"))
    assert (told.code, told.err) == (0, ""), told
    *steps, last = told.lines
    assert last["drill"] == "passed"
    assert last["steps"] == len(steps)
    assert {step["step"] for step in steps if step["state"] != "done"} <= {"screen"}
    assert not (tmp_path / "not touched").exists()
    assert len(list((tmp_path / "kept" / "inbox").glob("*.eml"))) == 2
    # The mails can be opened again by whom they are for.
    home = tmp_path / "kept" / "recipient" / "gnupg"
    assert len(list((home / "private-keys-v1.d").iterdir())) == 2
