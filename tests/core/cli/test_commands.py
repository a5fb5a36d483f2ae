"""Each option does what its help says, and what people must be told they are told."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from evidence_kit.clock import SystemClock
from evidence_kit.clock.reading import moment_of
from evidence_kit.codes import Code
from evidence_kit.model.bodies.disruptions import DisruptionOpened
from evidence_kit.model.delivery import DeliveryState, PartError
from evidence_kit.model.disruption import DisruptionGrade, Interval, NetworkState
from evidence_kit.vault.outbox import Outbox
from evidence_kit.vault.vault import Vault
from evidence_kit.watch.network import read_choice
from evidence_kit.words.kinds import kind_name
from tests.core.cli.conftest import CommandLine
from tests.core.kits import PASSPHRASE
from tests.fakes.correspondent import Correspondent
from tests.ui.camera.web import Web

pytestmark = pytest.mark.slow


@pytest.fixture
def reader() -> Iterator[Correspondent]:
    with Correspondent("Reader") as reader:
        yield reader


@pytest.fixture
def stick(line: CommandLine, reader: Correspondent, tmp_path: Path) -> Path:
    """A folder destination of that name."""
    (folder := tmp_path / "stick").mkdir()
    line.tell("recipient", "add", str(reader.certificate), "--fingerprint", reader.fingerprint)
    line.tell("destination", "add", "stick", f"folder:{folder}", "--recipient", reader.fingerprint)
    return folder


def report(line: CommandLine, *options: str) -> dict[str, Any]:
    return dict(line.tell("report", "create", "--to", "stick", *options).json)


def parcel(line: CommandLine, role: str = "report") -> Path:
    """The ciphertext of the one delivery's part."""
    outbox = Outbox(line.folder)
    (delivery,) = outbox.deliveries()
    return next(outbox.parcel_path(part.parcel) for part in delivery.parts if part.role == role)


# Passphrases


@pytest.mark.parametrize("ending", ["\n", "\r\n", "", "\nand more\n"])
def test_the_passphrase_is_the_first_line_however_the_line_ends(line: CommandLine, ending: str) -> None:
    line.passphrase.write_bytes(PASSPHRASE + ending.encode())
    assert line.tell("journal").code == 0


def test_an_empty_first_line_is_no_passphrase(line: CommandLine) -> None:
    line.passphrase.write_bytes(b"\n" + PASSPHRASE)
    assert line.refused("journal") == (2, "passphrase-empty")


# Looking after the vault


def test_what_was_amiss_at_the_unlock_is_said_on_standard_error(line: CommandLine) -> None:
    content = bytearray((line.folder / "vault.header").read_bytes())
    content[2000] ^= 1
    (line.folder / "vault.header").write_bytes(content)
    told = line.tell("note", "kept all the same")
    assert (told.code, told.json["kind"]) == (0, "note")
    assert "one of the header's two copies was damaged" in told.err.lower()
    assert line.tell("journal").err == ""


def test_a_doctor_tells_a_cut_journal_and_opens_it_only_when_told_to(line: CommandLine, tmp_path: Path) -> None:
    assert {"database", "journal"} <= {finding["code"] for finding in line.tell("doctor").json["findings"]}
    shutil.copy(line.folder / "vault.db", tmp_path / "older.db")
    line.tell("note", "lost")
    for name in ("vault.db", "vault.db-wal", "vault.db-shm"):
        (line.folder / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "older.db", line.folder / "vault.db")
    assert line.refused("journal") == (4, "journal-cut")
    told = line.tell("doctor")
    assert (told.code, told.json["verdict"]) == (4, "broken")
    (cut,) = [one for one in told.json["findings"] if one["code"] == "journal-cut"]
    assert "was cut off" in cut["message"] or "were cut off" in cut["message"]
    assert line.tell("doctor", "--accept-loss").code == 4
    told = line.tell("journal")
    assert [entry["kind"] for entry in told.json] == ["vault-created"]
    assert "some were lost" in told.err


def test_a_doctor_without_the_right_passphrase_still_tells_of_the_machine(line: CommandLine) -> None:
    line.passphrase.write_bytes(b"not the passphrase at all\n")
    told = line.tell("doctor")
    assert (told.code, told.error["error"]) == (2, "wrong-passphrase")
    codes = {finding["code"] for finding in told.json["findings"]}
    assert {"python", "gpg"} <= codes
    assert not codes & {"database", "journal"}


def test_the_proxy_can_be_given_up_again(line: CommandLine) -> None:
    line.tell("network", "--proxy", "socks5h://127.0.0.1:9050")
    assert line.tell("network").json["proxy"] == "socks5h://127.0.0.1:9050"
    line.tell("network", "--no-checks", "--sending-limit", "3", "--checks-limit", "0")
    told = line.tell("network", "--direct").json
    assert (told["proxy"], told["checks"], told["sending"]) == (None, False, True)
    assert (told["checks_cap"], told["sending_cap"]) == (None, 3_000_000)
    assert told["bytes"]["sending"] == {"today": 0, "total": 0}
    assert read_choice(line.folder).proxy is None


# Keeping


@pytest.mark.parametrize(
    ("text", "code"),
    [("  \n\t ", "note-empty"), ("ß" * 25_000, "note-too-long"), ("caf\udce9", "text-not-utf8")],
)
def test_a_note_without_words_or_with_too_many_or_other_bytes_is_refused(
    line: CommandLine, text: str, code: str
) -> None:
    assert line.refused("note", text) == (2, code)


def test_a_file_that_fails_costs_itself_alone(line: CommandLine, tmp_path: Path) -> None:
    for name in ("one", "three"):
        (tmp_path / name).write_bytes(name.encode())
    told = line.tell("capture", "file", *(str(tmp_path / name) for name in ("one", "two", "three")))
    assert (told.code, told.error["error"]) == (2, "no-such-file")
    assert [entry["body"]["name"] for entry in told.json] == ["one", "three"]
    assert str(tmp_path / "two") in told.err.splitlines()[0]


@pytest.mark.parametrize("region", ["1,2,3", "1,2,0,4", "1,2,3,-4", "a,b,c,d"])
def test_a_region_that_is_none_is_refused_before_anything_is_taken(line: CommandLine, region: str) -> None:
    assert line.refused("capture", "screen", "--region", region) == (2, "region-format")


def test_what_is_sealed_needs_no_passphrase(line: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"evidence")
    told = replace(line, passphrase=tmp_path / "none").tell("capture", "file", "--sealed", str(tmp_path / "file"))
    sealed = told.json[0]
    assert (told.code, sealed["origin"], sealed["locked_at_sealing"], sealed["id"]) == (0, "intake", "not-known", None)


def test_a_photo_that_tells_where_it_was_taken_is_pointed_out_when_kept_and_when_reported(
    line: CommandLine, stick: Path, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "S", 2: (1.0, 30.0, 36.0), 3: "E", 4: (36.0, 49.0, 12.0)})
    Image.new("RGB", (40, 30), (200, 10, 10)).save(photo := tmp_path / "IMG.jpg", exif=exif)
    assert "This photo tells where it was taken" in line.tell("capture", "file", str(photo), spoken=True).err
    told = line.tell("report", "create", "--to", "stick", "--preview", spoken=True)
    assert "IMG.jpg tells where it was taken" in told.err
    assert "Nothing was made" in told.out
    assert Outbox(line.folder).deliveries() == []


def test_copies_taken_out_come_with_a_warning(line: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"evidence")
    (entry,) = line.tell("capture", "file", str(tmp_path / "file")).json
    (out := tmp_path / "out").mkdir()
    told = line.tell("export", entry["id"], str(out), spoken=True)
    assert "not encrypted" in told.err
    (path,) = out.iterdir()
    assert path.read_bytes() == b"evidence"
    assert str(path) in told.out


def test_a_page_is_taken_as_the_options_say_and_a_dead_proxy_is_told(line: CommandLine) -> None:
    with Web() as web:
        (plain,) = line.tell("capture", "page", "--no-script", f"{web.url}/alert").json
        assert plain["body"]["title"] == "before"
        begun = SystemClock().awake_ns()
        (late,) = line.tell("capture", "page", "--deadline", "3", f"{web.url}/hang").json
        assert late["body"]["page_state"] == "no-answer"
        assert SystemClock().awake_ns() - begun < 15_000_000_000
        line.tell("network", "--proxy", "socks5h://127.0.0.1:9")
        told = line.tell("capture", "page", f"{web.url}/live", spoken=True)
        assert "ERR_PROXY_CONNECTION_FAILED" in told.out
        assert "says nothing about the page" in told.err


def test_tables_for_people_say_in_words_what_json_has_as_codes(line: CommandLine, stick: Path) -> None:
    line.tell("note", "seen from the bridge")
    report(line)
    table, entries = line.tell("journal", spoken=True).out, line.tell("journal").json
    assert {"note", "destination-changed", "report"} <= {entry["kind"] for entry in entries}
    for entry in entries:
        assert f"  {kind_name(entry['kind'], str)}  " in table, entry
        assert f"  {entry['kind']}  " not in table
    assert "A destination was added: stick" in table
    told = line.tell("deliveries", spoken=True).out
    (delivery,) = line.tell("deliveries").json
    assert [part["role"] for part in delivery["parts"]] == ["notice", "report"]
    head, *parts = told.splitlines()
    assert head == f"{delivery['id']}: report {delivery['report']} to stick"
    assert [one.split(". Size")[0].strip() for one in parts] == [
        "Notice: waits to be sent. Attempts: 0",
        "Report: waits to be sent. Attempts: 0",
    ]


# Where it goes


def test_a_list_for_people_holds_no_password(line: CommandLine, reader: Correspondent, stick: Path) -> None:
    url = "smtps://me%40mail.example:hidden@mail.example:465/?to=desk@example.org"
    assert line.tell("destination", "add", "desk", url, "--recipient", reader.fingerprint).code == 0
    for spoken in (True, False):
        told = line.tell("destination", "list", spoken=spoken)
        assert "mail.example" in told.out
        assert "hidden" not in told.out


def test_a_disruption_without_an_earlier_look_has_only_one_bound(line: CommandLine) -> None:
    clock = SystemClock()
    now = moment_of(clock.read())
    with Vault.open(line.folder, bytearray(PASSPHRASE), clock) as vault:
        for number, after in enumerate((None, now)):
            body = DisruptionOpened(
                f"01a20a5d-d216-7a44-9d20-c055099533f{number}",
                *(NetworkState.BEYOND_PROVIDER, DisruptionGrade.PROBABLE, (), Interval(after, now), "", ()),
            )
            vault.append(body)
    told = line.tell("disruptions", spoken=True).out
    assert f"began before {now.wall_utc}" in told
    assert f"began between {now.wall_utc} and {now.wall_utc}" in told


def test_each_decision_about_a_delivery_has_its_own_option(line: CommandLine, stick: Path) -> None:
    line.tell("note", "on its way")
    report(line)
    outbox, now = Outbox(line.folder), SystemClock().read()
    (delivery,) = outbox.deliveries()
    assert line.tell("deliveries", "--pause", delivery.id).json[0]["paused"]
    assert "PAUSED" in line.tell("deliveries", spoken=True).out
    assert not line.tell("deliveries", "--resume", delivery.id).json[0]["paused"]
    retry = "2090-01-01T00:00:00Z"
    outbox.move(
        delivery.id,
        "report",
        DeliveryState.WAITING,
        at=now,
        attempts=3,
        error=PartError(Code.SERVER_UNREACHABLE),
        retry_utc=retry,
    )
    part = line.tell("deliveries").json[0]["parts"][1]
    assert (part["attempts"], part["error"], part["retry_utc"]) == (3, "server-unreachable", retry)
    for option, left in (("--send-again", "waiting"), ("--arrived", "claimed")):
        for role in ("notice", "report"):
            outbox.move(delivery.id, role, DeliveryState.SENDING, at=now)
            outbox.move(delivery.id, role, DeliveryState.UNCERTAIN, at=now)
        settled = line.tell("deliveries", option, delivery.id).json[0]
        assert {part["state"] for part in settled["parts"]} == {left}


def test_of_two_mails_without_an_answer_one_is_settled_alone(line: CommandLine, stick: Path) -> None:
    line.tell("note", "on its way")
    report(line)
    outbox, now = Outbox(line.folder), SystemClock().read()
    (delivery,) = outbox.deliveries()
    for role in ("notice", "report"):
        outbox.move(delivery.id, role, DeliveryState.SENDING, at=now)
        outbox.move(delivery.id, role, DeliveryState.UNCERTAIN, at=now)
    assert line.tell("deliveries", "--part", "notice").error["error"] == "part-of-what"
    assert line.tell("deliveries", "--arrived", delivery.id, "--part", "letter").error["error"] == "no-such-part"
    settled = line.tell("deliveries", "--arrived", delivery.id, "--part", "notice").json[0]
    assert [part["state"] for part in settled["parts"]] == ["claimed", "uncertain"]


# Reports and what their readers do with them


def test_what_a_person_says_about_a_report_reaches_its_reader_each_in_its_place(
    line: CommandLine, stick: Path, reader: Correspondent, tmp_path: Path
) -> None:
    line.tell("note", "evidence")
    (words := tmp_path / "words.txt").write_text("what happened – in my words", encoding="utf-8")
    said = {"place": "the river", "pseudonym": "Lark", "consent": "without my name"}
    report(line, "--text", str(words), *(part for name, value in said.items() for part in (f"--{name}", value)))
    out = tmp_path / "out"
    told = line.tell("verify", str(parcel(line)), "--homedir", str(reader.home), "--extract", str(out))
    assert (told.code, told.json["verdict"]) == (0, "holds")
    document = json.loads((out / "data" / "report.json").read_bytes())
    assert {name: document[name] for name in said} == said
    assert "what happened – in my words" in (out / "data" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"x" * 32_769, "file-too-large"), (b"caf\xe9", "text-not-utf8")],
)
def test_words_that_cannot_be_taken_whole_are_refused(
    line: CommandLine, stick: Path, tmp_path: Path, content: bytes, code: str
) -> None:
    line.tell("note", "evidence")
    (tmp_path / "words").write_bytes(content)
    assert line.refused("report", "create", "--to", "stick", "--text", str(tmp_path / "words")) == (2, code)


@pytest.mark.parametrize(
    "arguments",
    [
        ("note", "x", "--pseudonym", "caf\udce9"),
        ("capture", "page", "--sealed", "http://caf\udce9.example/"),
        *(("report", "create", "--to", "stick", f"--{option}", "caf\udce9") for option in ("place", "consent")),
    ],
)
def test_words_in_another_encoding_are_refused_wherever_they_are_typed(
    line: CommandLine, stick: Path, arguments: tuple[str, ...]
) -> None:
    before = len(line.tell("journal").json)
    assert line.refused(*arguments) == (2, "text-not-utf8")
    assert len(line.tell("journal").json) == before
    assert Outbox(line.folder).deliveries() == []


def test_a_file_whose_name_is_in_another_encoding_is_kept_and_one_that_is_not_there_is_told(
    line: CommandLine, tmp_path: Path
) -> None:
    (odd := tmp_path / "caf\udce9.txt").write_bytes(b"evidence")
    (entry,) = line.tell("capture", "file", str(odd)).json
    assert entry["body"]["original"]["size"] == 8
    odd.unlink()
    assert line.refused("verify", str(odd)) == (2, "no-such-file")


def test_a_sender_is_compared_with_the_fingerprint_that_was_given(
    line: CommandLine, stick: Path, reader: Correspondent
) -> None:
    line.tell("note", "evidence")
    report(line)
    (vault,) = [entry for entry in line.tell("journal").json if entry["kind"] == "vault-created"]
    asked = ("verify", str(parcel(line)), "--homedir", str(reader.home), "--sender")
    told = line.tell(*asked, vault["body"]["fingerprint"])
    assert (told.code, "sender-confirmed" in {one["code"] for one in told.json["findings"]}) == (0, True)
    assert line.tell(*asked, reader.fingerprint).code == 4


def test_a_notice_is_not_praised_as_a_report(line: CommandLine, stick: Path, reader: Correspondent) -> None:
    line.tell("note", "evidence")
    report(line)
    homedir = ("--homedir", str(reader.home))
    assert "not a report" in line.tell("verify", str(parcel(line, "notice")), *homedir, spoken=True).out
    assert "This report holds" in line.tell("verify", str(parcel(line)), *homedir, spoken=True).out


def damaged(line: CommandLine, reader: Correspondent, folder: Path) -> Path:
    """A report of the vault's key in which one file was changed before it was encrypted again by somebody."""
    plain = reader.open_file(parcel(line), folder / "plain.zip")
    content = bytearray(plain.read_bytes())
    content[content.index(b"evidence, as it was")] ^= 1
    (folder / "changed.zip").write_bytes(content)
    made = folder / "changed.pgp"
    reader.gpg(
        *("--trust-model", "always", "--recipient", reader.fingerprint, "--output", str(made)),
        *("--sign", "--encrypt", str(folder / "changed.zip")),
    )
    return made


def test_what_does_not_hold_is_not_unpacked_and_its_receipt_says_so(
    line: CommandLine, stick: Path, reader: Correspondent, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"evidence, as it was")
    line.tell("capture", "file", str(tmp_path / "file"))
    report(line)
    made = damaged(line, reader, tmp_path)
    homedir = ("--homedir", str(reader.home))
    told = line.tell("verify", str(made), *homedir, "--extract", str(tmp_path / "out"))
    assert (told.code, told.json["verdict"]) == (4, "broken")
    assert not (tmp_path / "out").exists()
    assert line.tell("receipt", str(made), *homedir).json["verdict"] == "broken"
    # The one that came first stays.
    assert line.refused("receipt", str(made), *homedir) == (2, "file-exists")


def test_where_several_keys_could_sign_one_has_to_be_named(
    line: CommandLine, stick: Path, reader: Correspondent, tmp_path: Path
) -> None:
    line.tell("note", "evidence")
    report(line)
    reader.gpg("--quick-generate-key", "The other hat", "ed25519", "cert,sign", "never")
    asked = ("receipt", str(parcel(line)), "--homedir", str(reader.home), "--out", str(tmp_path / "receipt"))
    assert line.refused(*asked) == (2, "signer-unclear")
    assert line.tell(*asked, "--signer", reader.fingerprint).json["verdict"] == "holds"
    assert line.tell("receipt", str(tmp_path / "receipt")).json["state"] == "receipted"
