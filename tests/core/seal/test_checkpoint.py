"""The checkpoint's text, and everything that only looks like one."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_kit.errors import Broken
from evidence_kit.seal.checkpoint import Checkpoint, parse, text

ROOT = bytes(range(32))
GOOD = b"evidence-kit/0c9d\n42\n" + base64.b64encode(ROOT) + b"\n"


def test_the_text_is_three_lines_of_the_tlog_checkpoint_form() -> None:
    assert text(Checkpoint("evidence-kit/0c9d", 42, ROOT)) == GOOD
    assert GOOD.endswith(b"\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
    assert parse(GOOD) == Checkpoint("evidence-kit/0c9d", 42, ROOT)


@given(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60),
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
)
def test_every_checkpoint_survives_its_text(origin: str, size: int, root: bytes) -> None:
    checkpoint = Checkpoint(origin, size, root)
    assert parse(text(checkpoint)) == checkpoint


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        GOOD[:-1],
        GOOD + b"extension\n",
        GOOD + b"\n",
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"\n42", b"\n042"),
        GOOD.replace(b"\n42", b"\n+42"),
        GOOD.replace(b"\n42", b"\n-42"),
        GOOD.replace(b"\n42", b"\n4_2"),
        GOOD.replace(b"\n42", "\n٤٢".encode()),
        GOOD.replace(b"\n42", b"\n" + b"9" * 400),
        GOOD.replace(b"\n42", b"\n9223372036854775808"),
        GOOD.replace(b"evidence-kit/0c9d", b""),
        GOOD.replace(b"evidence-kit", b" evidence-kit"),
        GOOD.replace(b"evidence-kit", b"evidence\x1bkit"),
        GOOD.replace(b"evidence-kit", "evidence\u202ekit".encode()),
        GOOD.replace(b"evidence-kit", b"evidence\xffkit"),
        GOOD.replace(b"evidence-kit", b"e" * 300),
        GOOD.replace(b"evidence-kit", b"e" * 3000),
        GOOD.replace(b"Hh8=", b"Hh9="),
        GOOD.replace(b"Hh8=", b"Hh8"),
        GOOD.replace(b"Hh8=", b"Hh8f"),
        GOOD.replace(b"AAEC", b"AA\tEC"),
    ],
)
def test_whatever_is_not_exactly_a_checkpoint_is_refused(untrusted: bytes) -> None:
    with pytest.raises(Broken, match="checkpoint-format"):
        parse(untrusted)


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [("a\nb", 1, ROOT), ("a", -1, ROOT), ("a", 1, ROOT[:31]), ("a\u2028b", 1, ROOT), ("\ud800", 1, ROOT)],
)
def test_a_checkpoint_that_the_text_could_not_hold_is_never_made(origin: str, size: int, root: bytes) -> None:
    with pytest.raises(Broken, match="checkpoint-format"):
        Checkpoint(origin, size, root)
