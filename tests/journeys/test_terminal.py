"""What is asked at a terminal: passphrases twice and unseen, and a word before anything is destroyed."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes.correspondent import Correspondent
from tests.fakes.product import PATIENCE_S, Product, Surroundings
from tests.fakes.terminal import CTRL_C, typed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="setsid --ctty is Linux's"),
]

FIRST, SECOND = "seven quiet orchards\n", "by the harbour wall\n"


def spoken(product: Product, *arguments: str) -> list[str]:
    return [word for word in product.command(*arguments) if word != "--json"]


def test_a_new_passphrase_is_asked_for_twice_and_never_shown(around: Surroundings, tmp_path: Path) -> None:
    init = spoken(Product(tmp_path / "vault", None, around), "init")
    refused = typed(init, around, [("New passphrase:", FIRST), ("Again:", SECOND)])
    assert (refused.code, "not the same" in refused.screen) == (2, True)
    assert not (tmp_path / "vault").exists()
    made = typed(init, around, [("New passphrase:", FIRST), ("Again:", FIRST)])
    assert (made.code, "Recovery code" in made.screen) == (0, True)
    assert not any(word.strip() in sitting.screen for sitting in (refused, made) for word in (FIRST, SECOND))
    journal = spoken(Product(tmp_path / "vault", None, around), "journal")
    assert typed(journal, around, [("Passphrase or recovery code:", SECOND)]).code == 2
    assert "The vault was made" in typed(journal, around, [("Passphrase or recovery code:", FIRST)]).screen


def test_a_passphrase_is_changed_only_to_what_was_typed_twice(product: Product, tmp_path: Path) -> None:
    change = spoken(product, "passphrase")
    assert typed(change, product.around, [("New passphrase:", FIRST), ("Again:", SECOND)]).code == 2
    assert product.tell("journal").code == 0
    assert typed(change, product.around, [("New passphrase:", FIRST), ("Again:", FIRST)]).code == 0
    assert product.refused("journal") == (2, "wrong-passphrase")
    (tmp_path / "new").write_text(FIRST, encoding="utf-8")
    assert replace(product, passphrase=tmp_path / "new").tell("journal").code == 0


def test_only_the_whole_word_wipes(product: Product) -> None:
    wipe = spoken(product, "wipe")
    for word in ("\n", "yes\n", "wipe\n"):
        assert typed(wipe, product.around, [("Type WIPE", word)]).code == 2
    assert product.tell("journal").code == 0
    sitting = typed(wipe, product.around, [("Type WIPE", "WIPE\n")])
    assert (sitting.code, "can be a crime" in sitting.screen) == (0, True)
    assert product.refused("journal") == (2, "no-vault")


def test_an_address_that_is_asked_for_stands_nowhere_on_the_screen(product: Product, desk: Correspondent) -> None:
    add = spoken(product, "destination", "add", "mail", "-", "--recipient", desk.fingerprint)
    url = "smtps://me%40mail.example:sesame@mail.example:465/?to=desk@example.org"
    sitting = typed(add, product.around, [("Address", f"{url}\n")])
    assert (sitting.code, "sesame" in sitting.screen) == (0, False)
    (listed,) = product.run("destination", "list")
    assert (listed["name"], "mail.example" in listed["url"]) == ("mail", True)


def test_ctrl_c_at_a_question_stops_with_130_and_changes_nothing(product: Product) -> None:
    sitting = typed(spoken(product, "passphrase"), product.around, [("New passphrase:", CTRL_C)])
    assert (sitting.code, "Stopped." in sitting.screen) == (130, True)
    assert "Traceback" not in sitting.screen
    assert product.tell("journal").code == 0


def test_a_reader_that_goes_away_is_no_fault(product: Product) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = product.start("journal", stdout=writing)
    os.close(writing)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, said) == (0, "")
