"""Every language that is shipped says every text of the product, with the same facts."""

import ast
import importlib.util
import re
import string
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Message

from evidence_kit.sync.types import TYPES
from tests.core.sources import ROOT, sources


def _catalogues() -> ModuleType:
    """The build's own script; it lies outside the packages."""
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "packaging" / "setup" / "catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


catalogues = _catalogues()
LANGUAGES: list[Path] = catalogues.languages()
shipped = pytest.mark.parametrize("path", LANGUAGES, ids=[path.stem for path in LANGUAGES])


def test_french_is_shipped():
    assert "fr" in [path.stem for path in LANGUAGES]


@shipped
def test_a_language_is_in_step_with_the_code(path: Path):
    assert path.read_bytes() == catalogues.collected(path), "run `make words`"


@shipped
def test_a_language_lacks_nothing_and_keeps_every_fact_and_command(path: Path):
    assert list(catalogues.flaws(path)) == []


@pytest.mark.parametrize(
    ("said", "made", "flaw"),
    [
        ("Stop", "", "not translated"),
        ("To {name}", "À {nom}", "other facts"),
        ("To {name}: {size}", "À {name}", "other facts"),
        (("{number} file", "{number} files"), ("{number} fichier", ""), "not translated"),
        (("{number} file", "{number} files"), ("Un fichier", "Des fichiers"), "other facts"),
        ("Run `sync`.", "Lancez `envoi`.", "other commands"),
        ("Name it with --sender.", "Nommez-le avec --expéditeur.", "other commands"),
        ("Write https://example.org/", "Écrivez https://exemple.org/", "other commands"),
        ("One\nTwo", "Un Deux", "other lines"),
    ],
)
def test_a_flawed_translation_is_found(said: str | tuple[str, str], made: str | tuple[str, str], flaw: str):
    assert list(catalogues.flaws_of(Message(said, made))) == [flaw]


def test_a_translation_that_waits_for_a_look_is_a_flaw():
    assert list(catalogues.flaws_of(Message("Stop", "Arrêter", flags=["fuzzy"]))) == ["not translated"]


@shipped
def test_every_translation_can_be_filled_in(path: Path):
    for message in catalogues.read(path):
        for text in catalogues.ids_of(message.string):
            # A lone brace would end the window's `format` at the moment that the text is needed.
            list(string.Formatter().parse(text))


def test_french_is_set_as_french_is():
    """No-break spaces before double marks and within guillemets, curly apostrophes; not within commands and facts."""
    typewritten = re.compile(
        r"(?<![\u202f\s])[;!?»](?=\s|$)|(?<!\u00a0):(?=\s|$)|«(?!\u202f)|[ \u00a0][;!?»](?=\s|$)|'"
    )
    wrong = {
        text[:80]: typewritten.findall(text)
        for message in catalogues.read(catalogues.LOCALES / "fr.po")
        if message.id
        for text in catalogues.ids_of(message.string)
        if typewritten.search(re.sub(r"`[^`]*`|\b(?:folder|smtps?):", "", text))
    }
    assert wrong == {}


def test_a_text_within_an_f_string_is_collected():
    tree = ast.parse("f'<h2>{text(say(\"In a heading\"))}</h2>'")
    assert list(catalogues.texts_in(tree)) == ["In a heading"]


def test_every_text_is_spelled_out_where_it_is_said():
    """A text in a variable never reaches a catalogue; only the tables of sentences are said that way."""
    tables = {
        "ui/words.py",
        "evidence_kit/report/markup.py",
        "evidence_kit/words/findings.py",
        "evidence_kit/words/states.py",
        "evidence_kit/words/telling.py",
    }
    wrong = [
        f"{path}:{call.lineno}"
        for path, tree in sources().items()
        if path not in tables
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"say", "say_many"}
        and call.args
        and not isinstance(call.args[0], ast.Constant)
    ]
    assert wrong == []


def test_every_text_of_a_destinations_form_is_collected():
    collected = set(catalogues.messages())
    for one in TYPES:
        assert {one.form.title, one.form.note} <= collected
        for field in one.form.fields:
            assert {field.label, *(choice.words for choice in field.choices)} | ({field.behind} - {""}) <= collected
