"""One policy for text from outside, attacked wherever it is shown."""

import contextlib
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_kit.cli.output import show, table
from evidence_kit.jobs import measurement_summary
from evidence_kit.model.finding import Verdict
from evidence_kit.plain_text import plain_line, plain_text
from evidence_kit.portal.global_shortcuts import cleaned
from evidence_kit.report import markup
from evidence_kit.verify.bag import found

HOSTILE = (
    "\x00\x07\x08\x1b\x7f\x85\x9b\r\ufeff\u200b\u200e\u200f\u061c\u00ad\u2060\u2028\u2029"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ud800\udfff\ue000\ufff9\U000e0041\U000e007f\U0010ffff\u0378"
)
JOINERS = "\u200c\u200d"
ANYTHING = st.text(st.characters() | st.sampled_from(HOSTILE + JOINERS + "\n\t <&\u0301"), max_size=60)


def printed(show: object, *given: object) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        show(*given)  # type: ignore[operator]
    return out.getvalue().removesuffix("\n")


PLACES = {
    "line": lambda untrusted: plain_line(untrusted, 400),
    "report": markup.escaped,
    "window": measurement_summary._text,
    "command line": lambda untrusted: printed(show, untrusted),
    "table": lambda untrusted: printed(table, [(untrusted, "beside")]),
    "finding": lambda untrusted: found("form", Verdict.NOTE, untrusted).subject,
    "fact": lambda untrusted: found("form", Verdict.NOTE, "", name=untrusted).facts[0][1],
    "key of the desktop": cleaned,
}
ON_SEVERAL_LINES = {"report", "command line"}


@pytest.mark.parametrize("place", PLACES)
@given(untrusted=ANYTHING)
def test_nothing_from_outside_hides_or_steers_wherever_it_is_shown(place: str, untrusted: str) -> None:
    shown = PLACES[place](untrusted)
    lines = "\n\t" if place in ON_SEVERAL_LINES else ""
    for character in shown:
        assert character in JOINERS + lines or unicodedata.category(character) not in {
            "Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"
        }  # fmt: skip
    shown.encode()


@pytest.mark.parametrize("place", PLACES)
def test_what_persian_and_hindi_need_stays_wherever_it_is_shown(place: str) -> None:
    for words in ("می\u200cخواهم", "क्\u200dष", "e\u0301"):
        assert words in PLACES[place](words)


@given(untrusted=ANYTHING, cap=st.integers(0, 40))
def test_a_line_keeps_to_its_cap_and_says_that_it_was_cut(untrusted: str, cap: int) -> None:
    line = plain_line(untrusted, cap)
    assert len(line.encode()) <= cap
    assert line == line.strip()
    whole = " ".join(plain_text(untrusted).split())
    assert line == whole if len(whole.encode()) <= cap else line == "" or line.endswith("…")


def test_what_was_hidden_is_seen() -> None:
    assert plain_line("a\x1b[2Jb\u202ec\U000e0041d", 99) == "a\ufffd[2Jb\ufffdc\ufffdd"
    assert plain_line(" a\r\n\tb\u2028c ", 99) == "a b\ufffdc"
    assert plain_text("a\r\nb\tc") == "a\nb\tc"
    assert plain_line("soft\u00adly", 99) == "softly"
