import contextlib
import io
import json
import re
from pathlib import Path

import pytest

from evidence_kit.cli.main import hoist, run
from evidence_kit.cli.words import reason, sentence
from evidence_kit.codes import Code
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.model.delivery import part_error


def test_global_options_may_stand_anywhere() -> None:
    assert hoist(["journal", "--vault", "v", "--search", "x", "--json", "--passphrase-file=p"]) == [
        "--vault",
        "v",
        "--json",
        "--passphrase-file=p",
        "journal",
        "--search",
        "x",
    ]


def test_nothing_behind_two_dashes_is_an_option() -> None:
    assert hoist(["note", "--", "--json"]) == ["note", "--", "--json"]


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["note"], ["journal", "--limit", "many"], ["--vault"], ["capture"], ["recipient", "add", "x"], []],
)
def test_what_is_not_understood_is_refused_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "--help" in told.err
    assert "fault of its own" not in told.err


def test_an_error_is_a_sentence_or_json_and_an_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = tmp_path / "p"
    secret.write_text("long enough words\n")
    command = ["--vault", str(tmp_path / "none"), "--passphrase-file", str(secret), "journal"]
    assert run(command) == 2
    assert "There is no vault here" in capsys.readouterr().err
    assert run([*command, "--json"]) == 2
    told = json.loads(capsys.readouterr().err)
    assert (told["error"], told["exit"]) == ("no-vault", 2)


def test_help_is_not_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    assert "report" in capsys.readouterr().out


def test_text_from_outside_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "\x1b]0;owned\x07\u202egnp.exe"
    assert run(["verify", str(tmp_path / hostile)]) == 2
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert "\u202e" not in err


def test_a_fault_of_our_own_is_told_by_its_place_and_without_a_word_of_content(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Nothing that anybody can type leads here; an output that was closed does.
    (closed := io.StringIO()).close()
    with contextlib.redirect_stdout(closed):
        assert run(["--vault", str(tmp_path / "hidden place"), "network"]) == 1
    told = capsys.readouterr().err
    assert "fault of its own (ValueError)" in told
    assert re.search(r"  at cli/output\.py:\d+ in show\n", told)
    assert "hidden" not in told
    assert "closed file" not in told


@pytest.mark.parametrize("reason", ["deadline", "died", "no-sandbox", "not-started", "page-crashed"])
def test_each_reason_of_a_camera_has_a_sentence_of_its_own(reason: str) -> None:
    told = sentence(Unavailable(Code.PAGE_CAMERA, reason=reason))
    assert told != sentence(Unavailable(Code.PAGE_CAMERA, reason="never heard of"))


def test_the_number_that_a_server_gave_is_said_also_where_a_delivery_kept_it() -> None:
    assert "550" in sentence(Refused(Code.MAIL_REFUSED, code=550))
    kept = part_error(Refused(Code.MAIL_REFUSED, code=550))
    assert "550" in reason(kept.code, kept.facts)
