"""The Merkle tree of RFC 6962 and RFC 9162 §2.1: roots, inclusion and consistency proofs. No storage, no signatures.

"Leaves" are always leaf hashes of 32 bytes, never entries. A *node* is the hash of a complete subtree: level `l`,
index `i` covers leaves i·2^l to (i+1)·2^l - 1, so a node never changes once it exists and can be kept in a table.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from evidence_kit.codes import Code
from evidence_kit.errors import Broken

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = hashlib.sha256().digest()

NodeLookup = Callable[[int, int], bytes]
"""`(level, index)` of a complete subtree → its hash."""


@dataclass(frozen=True, slots=True)
class Node:
    """The hash (32 bytes) of the complete subtree at `level` (0 = leaf), `index` counted from the left."""

    level: int
    index: int
    hash: bytes


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes; of no leaves, the SHA-256 of nothing (RFC 9162 §2.1.1)."""
    return root_from_nodes(len(leaves), _table(leaves))


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Sibling hashes from leaf to root, 32 bytes each, nearest first (RFC 9162 §2.1.3).

    Raises `IndexError` outside 0 ≤ index < len(leaves).
    """
    return inclusion_from_nodes(len(leaves), index, _table(leaves))


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Proof that the tree of the first `old_size` leaves is a beginning of the whole (RFC 9162 §2.1.4.1).

    Empty for `old_size` 0 and for equal sizes. Raises `IndexError` outside 0 ≤ old_size ≤ len(leaves).
    """
    return consistency_from_nodes(old_size, len(leaves), _table(leaves))


def root_from_nodes(size: int, node: NodeLookup) -> bytes:
    """The root of the first `size` leaves in O(log size) lookups of complete subtrees."""
    return _range_root(0, size, node) if size else EMPTY_ROOT


def inclusion_from_nodes(size: int, index: int, node: NodeLookup) -> list[bytes]:
    """As `inclusion_proof` for the tree of the first `size` leaves, in O(log size) lookups."""
    if not 0 <= index < size:
        raise IndexError(index)
    low, high = 0, size
    downward: list[bytes] = []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            downward.append(_range_root(middle, high, node))
            high = middle
        else:
            downward.append(_range_root(low, middle, node))
            low = middle
    return downward[::-1]


def consistency_from_nodes(old_size: int, new_size: int, node: NodeLookup) -> list[bytes]:
    """As `consistency_proof` between the trees of the first `old_size` and `new_size` leaves, in O(log) lookups."""
    if not 0 <= old_size <= new_size:
        raise IndexError(old_size)
    if old_size in {0, new_size}:
        return []
    low, high = 0, new_size
    downward: list[bytes] = []
    while high != old_size:
        middle = low + _split(high - low)
        if old_size <= middle:
            downward.append(_range_root(middle, high, node))
            high = middle
        else:
            downward.append(_range_root(low, middle, node))
            low = middle
    # With low = 0 what is left is the old tree itself, whose root the checker has.
    if low:
        downward.append(_range_root(low, high, node))
    return downward[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that `proof` leads to from a leaf hash (RFC 9162 §2.1.3.2); the caller compares it with the signed one.

    Raises `Broken(Code.INCLUSION_PROOF)` if the numbers or the proof's shape cannot belong together.
    """
    if not 0 <= index < size or any(len(hash_) != HASH_SIZE for hash_ in (leaf, *proof)):
        raise Broken(Code.INCLUSION_PROOF, index=index, size=size)
    position, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise Broken(Code.INCLUSION_PROOF, index=index, size=size)
        if position & 1 or position == last:
            result = node_hash(sibling, result)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise Broken(Code.INCLUSION_PROOF, index=index, size=size)
    return result


def check_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise `Broken(Code.CONSISTENCY_PROOF)` unless the new tree begins with the old one (RFC 9162 §2.1.4.2)."""
    if not _consistent(old_size, new_size, old_root, new_root, proof):
        raise Broken(Code.CONSISTENCY_PROOF, old_size=old_size, new_size=new_size)


def _consistent(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    if not 0 <= old_size <= new_size or any(len(hash_) != HASH_SIZE for hash_ in (old_root, new_root, *proof)):
        return False
    if old_size == new_size:
        return not proof and old_root == new_root and (old_size > 0 or old_root == EMPTY_ROOT)
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = path[0]
    for hash_ in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(hash_, old), node_hash(hash_, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, hash_)
        position, last = position >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


class Frontier:
    """The right edge of a growing tree: O(log size) memory, O(1) hashes per leaf on average."""

    def __init__(self) -> None:
        self._size = 0
        self._peaks: list[Node] = []  # complete subtrees from left to right, each smaller than the one before

    @classmethod
    def restore(cls, size: int, node: NodeLookup) -> Self:
        """The frontier of a tree of `size` leaves whose nodes are stored elsewhere."""
        frontier = cls()
        frontier._size = size
        start = 0
        for level in range(size.bit_length() - 1, -1, -1):
            if size >> level & 1:
                frontier._peaks.append(Node(level, start >> level, node(level, start >> level)))
                start += 1 << level
        return frontier

    @property
    def size(self) -> int:
        return self._size

    def append(self, leaf: bytes) -> list[Node]:
        """Add a leaf hash; the nodes that this completes, the leaf itself first, then upwards."""
        fresh = [Node(0, self._size, leaf)]
        while self._peaks and self._peaks[-1].level == fresh[-1].level:
            left, right = self._peaks.pop(), fresh[-1]
            fresh.append(Node(left.level + 1, left.index >> 1, node_hash(left.hash, right.hash)))
        self._peaks.append(fresh[-1])
        self._size += 1
        return fresh

    def root(self) -> bytes:
        """The root over all leaves so far, 32 bytes."""
        if not self._peaks:
            return EMPTY_ROOT
        result = self._peaks[-1].hash
        for peak in self._peaks[-2::-1]:
            result = node_hash(peak.hash, result)
        return result


def _split(size: int) -> int:
    """The largest power of two below `size` (size > 1)."""
    return 1 << (size - 1).bit_length() - 1


def _range_root(low: int, high: int, node: NodeLookup) -> bytes:
    size = high - low
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, low >> level)
    middle = low + _split(size)
    return node_hash(_range_root(low, middle, node), _range_root(middle, high, node))


def _table(leaves: Sequence[bytes]) -> NodeLookup:
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
    return lambda level, index: levels[level][index]
