"""The command line in French, in a process of its own, and what it never translates."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evidence_kit.cli.commands import COMMANDS
from tests.core.sources import ROOT, sources

_PRINTERS = frozenset({"show", "warn"})


def said(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command line in that language alone."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LC_") and name != "LANGUAGE"}
    return subprocess.run(
        [sys.executable, "-c", "from evidence_kit.cli.main import main; main()", *arguments],
        env={**ours, "LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    subprocess.run([sys.executable, ROOT / "packaging" / "setup" / "catalogues.py", "compile"], check=True)


@pytest.mark.parametrize(
    "environment", [{"LANGUAGE": "fr"}, {"LC_ALL": "fr_FR.UTF-8"}, {"LC_MESSAGES": "fr"}, {"LANG": "fr_FR.UTF-8"}]
)
def test_the_help_is_in_the_language_of_the_environment(environment: dict[str, str]) -> None:
    told = said("--help", **environment).stdout
    assert "Consigner une coupure d’internet" in told
    assert "Montrer le journal, ou y chercher." in told
    assert "Le dossier du coffre." in told
    assert "Commandes\u00a0:" in told
    assert told.startswith("Utilisation\u00a0: ")
    assert "COMMANDE [ARGUMENTS]..." in told
    assert "Show this message" not in told


def test_the_help_is_english_where_the_language_is_not_shipped() -> None:
    assert said("--help", LANGUAGE="xx").stdout == said("--help").stdout
    assert "Show the journal, or search it." in said("--help", LANGUAGE="xx").stdout


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("capture", "page"), "Laisser la page exécuter ses scripts."),
        (("destination", "add"), "Ajouter une destination. URL est l’une de celles-ci"),
        (("destination",), "Lister les destinations."),
        (("journal",), "montre tout."),
    ],
)
def test_the_help_of_a_command_and_of_its_options_is_in_french(command: tuple[str, ...], words: str) -> None:
    assert words in " ".join(said(*command, "--help", LANGUAGE="fr").stdout.split()).replace(
        "celles-ci\u00a0", "celles-ci"
    )


def test_a_command_answers_in_french_and_its_json_is_the_same_in_every_language(tmp_path: Path) -> None:
    vault = ("--vault", str(tmp_path / "vault"))
    assert "Pas de proxy\u00a0: les connexions sortent directement." in said("network", *vault, LANGUAGE="fr").stdout
    french, english = (said("network", "--json", *vault, LANGUAGE=language).stdout for language in ("fr", "en"))
    assert french == english
    assert json.loads(french)["proxy"] is None


def test_an_error_is_french_and_in_json_english(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("long enough words\n")
    command = ("journal", "--vault", str(tmp_path / "none"), "--passphrase-file", str(secret))
    french, english = (said(*command, "--json", LANGUAGE=language) for language in ("fr", "en"))
    told = json.loads(french.stderr)
    assert (french.returncode, told["error"], told["exit"]) == (2, "no-vault", 2)
    assert french.stderr == english.stderr
    assert said(*command, LANGUAGE="fr").stderr.strip() not in {"", told["message"]}


def test_what_is_not_understood_is_answered_in_french() -> None:
    assert "montre comment elle s’utilise" in said("nonsense", LANGUAGE="fr").stderr


@pytest.mark.parametrize(
    ("arguments", "french", "english"),
    [
        (("journal", "--nope"), "Option inconnue\u00a0: --nope", "No such option: --nope"),
        (("journal", "--limi", "3"), "Option inconnue\u00a0: --limi (possibles\u00a0: --limit)", "(possible: --limit)"),
        (("journal", "--limit"), "L’option --limit demande une valeur.", "The option --limit requires a value."),
        (("export",), "Il manque\u00a0: ID", "Missing: ID"),
        (("report", "create"), "Option manquante\u00a0: --to", "Missing option: --to"),
        (("qqq",), "Pas de commande 'qqq'.", "No such command 'qqq'."),
        (("journal", "--\u202e"), "Option inconnue", "No such option"),
    ],
)
def test_what_is_wrong_with_a_command_line_is_told_in_the_language(
    arguments: tuple[str, ...], french: str, english: str
) -> None:
    for language, words in (("fr", french), ("en", english)):
        told = said(*arguments, LANGUAGE=language)
        assert (told.returncode, told.stdout) == (2, "")
        assert words in told.stderr
        assert "\u202e" not in told.stderr


def test_the_types_of_values_are_named_in_the_language() -> None:
    told = said("journal", "--help", LANGUAGE="fr").stdout
    assert "--search <texte>" in told
    assert "--limit <nombre>" in told
    assert "<number>" in said("journal", "--help").stdout


def test_every_command_has_a_help_that_french_has_too() -> None:
    english, french = said("--help").stdout.splitlines(), said("--help", LANGUAGE="fr").stdout.splitlines()
    for name, listed in COMMANDS.items():
        if not listed.hidden:
            of_it = {line for line in (*english, *french) if line.startswith(f"  {name} ")}
            assert len(of_it) == 2, name


def test_no_sentence_is_built_where_it_is_printed() -> None:
    """What is printed is said first: an f-string or a bare text reaches no catalogue."""
    wrong = [
        f"{path}:{call.lineno}"
        for path, tree in sources().items()
        if path.startswith("evidence_kit/cli/")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in _PRINTERS
        for given in call.args
        if any(isinstance(part, ast.JoinedStr) for part in ast.walk(given))
        or (isinstance(given, ast.Constant) and given.value)
    ]
    assert wrong == []
