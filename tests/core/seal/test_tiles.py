"""Blacking out: nothing else may change, nothing hidden may be guessed."""

import hashlib
import hmac
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_kit.errors import Broken
from evidence_kit.model.exhibit import TileRoot
from evidence_kit.seal import merkle, tiles

SEED = bytes(range(32))


def picture(width: int, height: int) -> bytearray:
    return bytearray(random.Random(width * 7919 + height).randbytes(width * height * 3))


def naive_leaves(rgb: bytes | bytearray, width: int, height: int) -> list[bytes]:
    """Pixel by pixel, straight from the words of the format."""
    found: list[bytes] = []
    for top in range(0, height, 64):
        for left in range(0, width, 64):
            key = hmac.new(SEED, len(found).to_bytes(4, "big"), hashlib.sha256).digest()[:16]
            content = bytearray()
            for y in range(top, min(top + 64, height)):
                for x in range(left, min(left + 64, width)):
                    content += rgb[(y * width + x) * 3 : (y * width + x) * 3 + 3]
            found.append(hashlib.sha256(b"\x00" + key + content).digest())
    return found


def blacked(rgb: bytearray, width: int, height: int, hidden: set[int]) -> bytearray:
    copy, columns = bytearray(rgb), -(-width // 64)
    for index in hidden:
        top, left = index // columns * 64, index % columns * 64
        for y in range(top, min(top + 64, height)):
            start, end = (y * width + left) * 3, (y * width + min(left + 64, width)) * 3
            copy[start:end] = bytes(end - start)
    return copy


@pytest.mark.parametrize(("width", "height"), [(1, 1), (64, 64), (65, 64), (64, 65), (130, 70), (63, 200)])
def test_leaves_are_those_of_a_second_implementation(width: int, height: int) -> None:
    rgb = picture(width, height)
    expected = naive_leaves(rgb, width, height)
    assert tiles.leaves(rgb, width, height, SEED) == expected
    assert tiles.tile_count(width, height) == len(expected)
    root = TileRoot(merkle.root(expected).hex(), width, height)
    assert tiles.commit(bytes(rgb), width, height, SEED) == root
    assert tiles.commit(memoryview(rgb), width, height, SEED) == root


def test_the_bytes_of_the_format_never_change() -> None:
    found = tiles.commit(bytes(range(240)) * 40, 80, 40, SEED)
    assert found.root == "7381d29ce311d47a4542cb52fa263b9fabfed658161f1131d99bb568712d48e9"


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 200), st.integers(1, 140), st.data())
def test_a_blacked_out_copy_is_recognised_and_any_other_change_is_not(
    width: int, height: int, data: st.DataObject
) -> None:
    rgb = picture(width, height)
    committed = tiles.commit(rgb, width, height, SEED)
    count = tiles.tile_count(width, height)
    hidden = data.draw(st.sets(st.integers(0, count - 1)))
    openings = tiles.open_tiles(rgb, width, height, SEED, hidden)
    copy = blacked(rgb, width, height, hidden)
    assert tiles.check_copy(copy, committed, openings) == hidden
    copy[data.draw(st.integers(0, len(copy) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Broken, match=r"tiles-differ|tile-not-black"):
        tiles.check_copy(copy, committed, openings)


def test_a_hidden_tile_cannot_show_something_else() -> None:
    rgb = picture(128, 64)
    committed = tiles.commit(rgb, 128, 64, SEED)
    openings = tiles.open_tiles(rgb, 128, 64, SEED, {1})
    copy = blacked(rgb, 128, 64, {1})
    copy[-1] = 1
    with pytest.raises(Broken, match="tile-not-black"):
        tiles.check_copy(copy, committed, openings)


def test_openings_that_do_not_fit_are_refused() -> None:
    rgb = picture(128, 64)
    committed = tiles.commit(rgb, 128, 64, SEED)
    openings = tiles.open_tiles(rgb, 128, 64, SEED, set())
    cases: list[tuple[bytes | bytearray, TileRoot, list[bytes]]] = [
        (rgb, committed, openings[:1]),
        (rgb, committed, [*openings, openings[0]]),
        (rgb, committed, [openings[0], openings[1][:15]]),
        (rgb[:-1], committed, openings),
        (rgb, TileRoot(committed.root, -128, -64), openings),
        (b"", TileRoot(committed.root, 0, 64), []),
    ]
    for pixels, root, given_ in cases:
        with pytest.raises(Broken, match="tiles-format"):
            tiles.check_copy(pixels, root, given_)


def test_openings_give_no_salt_of_a_hidden_tile() -> None:
    openings = tiles.open_tiles(picture(128, 64), 128, 64, SEED, {0})
    assert openings[1] == tiles.salt(SEED, 1)
    assert tiles.salt(SEED, 0) not in b"".join(openings)


def test_pixels_that_do_not_fill_the_picture_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="fill"):
        tiles.commit(bytes(11), 2, 2, SEED)
