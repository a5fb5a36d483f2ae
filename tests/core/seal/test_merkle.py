"""The tree against published figures, against a naive second implementation, and against liars."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_kit.errors import Broken
from evidence_kit.seal import merkle

# Certificate Transparency's test set (RFC 6962 reference implementation, also used by Trillian and Rekor).
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATHS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]


def naive_root(entries: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1 word for word."""
    if len(entries) < 2:
        return hashlib.sha256(b"\x00" + entries[0] if entries else b"").digest()
    k = max(2**i for i in range(20) if 2**i < len(entries))
    return hashlib.sha256(b"\x01" + naive_root(entries[:k]) + naive_root(entries[k:])).digest()


def naive_path(m: int, entries: Sequence[bytes]) -> list[bytes]:
    """RFC 6962 §2.1.1 word for word."""
    if len(entries) == 1:
        return []
    k = max(2**i for i in range(20) if 2**i < len(entries))
    if m < k:
        return [*naive_path(m, entries[:k]), naive_root(entries[k:])]
    return [*naive_path(m - k, entries[k:]), naive_root(entries[:k])]


def naive_proof(m: int, entries: Sequence[bytes], *, known: bool = True) -> list[bytes]:
    """RFC 6962 §2.1.2 word for word (SUBPROOF)."""
    if m == len(entries):
        return [] if known else [naive_root(entries)]
    k = max(2**i for i in range(20) if 2**i < len(entries))
    if m <= k:
        return [*naive_proof(m, entries[:k], known=known), naive_root(entries[k:])]
    return [*naive_proof(m - k, entries[k:], known=False), naive_root(entries[:k])]


def entries_of(size: int) -> list[bytes]:
    return [index.to_bytes(3, "big") for index in range(size)]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.Frontier().root() == merkle.root([]) == merkle.EMPTY_ROOT


def test_roots_are_the_published_ones() -> None:
    assert [merkle.root(LEAVES[: n + 1]).hex() for n in range(8)] == ROOTS
    assert [naive_root(ENTRIES[: n + 1]).hex() for n in range(8)] == ROOTS


@pytest.mark.parametrize(("which", "path"), PATHS.items())
def test_inclusion_proofs_are_the_published_ones(which: tuple[int, int], path: list[str]) -> None:
    index, size = which
    assert [hash_.hex() for hash_ in merkle.inclusion_proof(LEAVES[:size], index)] == path
    assert [hash_.hex() for hash_ in naive_path(index, ENTRIES[:size])] == path


@pytest.mark.parametrize(("sizes", "proof"), CONSISTENCY.items())
def test_consistency_proofs_are_the_published_ones(sizes: tuple[int, int], proof: list[str]) -> None:
    old, new = sizes
    assert [hash_.hex() for hash_ in merkle.consistency_proof(LEAVES[:new], old)] == proof
    assert [hash_.hex() for hash_ in naive_proof(old, ENTRIES[:new])] == proof


def test_every_small_tree_agrees_with_the_words_of_the_rfc() -> None:
    for size in range(1, 34):
        entries = entries_of(size)
        leaves = [merkle.leaf_hash(entry) for entry in entries]
        whole = merkle.root(leaves)
        assert whole == naive_root(entries)
        for index in range(size):
            path = merkle.inclusion_proof(leaves, index)
            assert path == naive_path(index, entries)
            assert merkle.root_from_inclusion(leaves[index], index, size, path) == whole
        for old in range(1, size + 1):
            proof = merkle.consistency_proof(leaves, old)
            assert proof == naive_proof(old, entries)
            merkle.check_consistency(old, size, merkle.root(leaves[:old]), whole, proof)


def stored_nodes(size: int) -> tuple[merkle.Frontier, dict[tuple[int, int], bytes]]:
    frontier, table = merkle.Frontier(), {}
    for entry in entries_of(size):
        for node in frontier.append(merkle.leaf_hash(entry)):
            assert (node.level, node.index) not in table
            table[node.level, node.index] = node.hash
    return frontier, table


def test_a_growing_tree_has_the_root_of_the_whole_at_every_size() -> None:
    leaves = [merkle.leaf_hash(entry) for entry in entries_of(300)]
    frontier, table = merkle.Frontier(), {}
    for size, leaf in enumerate(leaves, 1):
        table.update({(node.level, node.index): node.hash for node in frontier.append(leaf)})
        assert frontier.size == size
        expected = merkle.root(leaves[:size])
        assert frontier.root() == expected

        def look_up(level: int, index: int) -> bytes:
            return table[level, index]

        assert merkle.root_from_nodes(size, look_up) == expected
        restored = merkle.Frontier.restore(size, look_up)
        assert (restored.size, restored.root()) == (size, expected)
        assert restored.append(b"x" * 32) == merkle.Frontier.restore(size, look_up).append(b"x" * 32)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 700), st.data())
def test_proofs_from_a_table_of_nodes_are_the_same_and_need_few_lookups(size: int, data: st.DataObject) -> None:
    _, table = stored_nodes(size)
    asked = 0

    def look_up(level: int, index: int) -> bytes:
        nonlocal asked
        asked += 1
        return table[level, index]

    leaves = [table[0, index] for index in range(size)]
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    assert merkle.inclusion_from_nodes(size, index, look_up) == merkle.inclusion_proof(leaves, index)
    assert merkle.consistency_from_nodes(old, size, look_up) == merkle.consistency_proof(leaves, old)
    assert asked <= 4 * size.bit_length() + 4


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 200), st.data())
def test_any_flipped_bit_in_an_inclusion_proof_leads_to_another_root(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(entry) for entry in entries_of(size)]
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(leaves, index)
    flip = data.draw(st.integers(0, len(proof) * 256 - 1))
    forged = bytearray(proof[flip // 256])
    forged[flip % 256 // 8] ^= 1 << flip % 8
    proof[flip // 256] = bytes(forged)
    assert merkle.root_from_inclusion(leaves[index], index, size, proof) != merkle.root(leaves)


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 200), st.data())
def test_any_flipped_bit_in_a_consistency_proof_or_a_root_is_refused(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(entry) for entry in entries_of(size)]
    old = data.draw(st.integers(1, size - 1))
    parts = [merkle.root(leaves[:old]), merkle.root(leaves), *merkle.consistency_proof(leaves, old)]
    merkle.check_consistency(old, size, parts[0], parts[1], parts[2:])
    flip = data.draw(st.integers(0, len(parts) * 256 - 1))
    forged = bytearray(parts[flip // 256])
    forged[flip % 256 // 8] ^= 1 << flip % 8
    parts[flip // 256] = bytes(forged)
    with pytest.raises(Broken, match="consistency-proof"):
        merkle.check_consistency(old, size, parts[0], parts[1], parts[2:])


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 60), st.data())
def test_a_rewritten_history_has_no_consistency_proof(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(entry) for entry in entries_of(size)]
    old = data.draw(st.integers(1, size))
    rewritten = list(leaves)
    rewritten[data.draw(st.integers(0, old - 1))] = merkle.leaf_hash(b"another story")
    with pytest.raises(Broken):
        merkle.check_consistency(
            old, size, merkle.root(leaves[:old]), merkle.root(rewritten), merkle.consistency_proof(rewritten, old)
        )


@pytest.mark.parametrize(
    ("index", "size", "cut"),
    [(-1, 8, 3), (8, 8, 3), (0, 0, 0), (3, 8, 2), (3, 8, 4), (3, 3, 3), (3, 2**63, 3)],
)
def test_inclusion_proofs_of_the_wrong_shape_are_refused(index: int, size: int, cut: int) -> None:
    proof = [*merkle.inclusion_proof(LEAVES, 3), bytes(32)][:cut]
    with pytest.raises(Broken, match="inclusion-proof"):
        merkle.root_from_inclusion(LEAVES[3], index, size, proof)


def test_hashes_of_another_length_are_refused() -> None:
    proof = merkle.inclusion_proof(LEAVES, 3)
    with pytest.raises(Broken, match="inclusion-proof"):
        merkle.root_from_inclusion(LEAVES[3], 3, 8, [proof[0] + proof[1][:16], proof[1][16:], proof[2]])
    with pytest.raises(Broken, match="inclusion-proof"):
        merkle.root_from_inclusion(LEAVES[3][:31], 3, 8, proof)


def test_consistency_of_empty_and_equal_trees_takes_no_proof() -> None:
    whole = merkle.root(LEAVES)
    merkle.check_consistency(0, 8, merkle.EMPTY_ROOT, whole, [])
    merkle.check_consistency(8, 8, whole, whole, [])
    merkle.check_consistency(0, 0, merkle.EMPTY_ROOT, merkle.EMPTY_ROOT, [])
    for old, new, old_root, proof in [
        (0, 8, whole, []),
        (0, 8, merkle.EMPTY_ROOT, [whole]),
        (8, 8, bytes(32), []),
        (8, 8, whole, [whole]),
        (9, 8, whole, []),
        (-1, 8, whole, []),
        (3, 8, whole, []),
        (4, 8, whole, []),
        (0, 0, whole, []),
    ]:
        with pytest.raises(Broken, match="consistency-proof"):
            merkle.check_consistency(old, new, old_root, whole, proof)


def test_asking_outside_the_tree_is_a_mistake_of_the_caller() -> None:
    for index in (-1, 8):
        with pytest.raises(IndexError):
            merkle.inclusion_proof(LEAVES, index)
    for old in (-1, 9):
        with pytest.raises(IndexError):
            merkle.consistency_proof(LEAVES, old)
