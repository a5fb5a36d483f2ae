"""The Merkle tree over the journal's lines (RFC 9162 §2.1), and the proofs that it gives."""

from collections.abc import Callable, Sequence
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken
from evidence_kit.seal import merkle
from evidence_kit.vault.database import Database

_HASH: Final = merkle.HASH_SIZE


class Tree:
    """The nodes that lie with the entries; `size` is the number of entries that the header acknowledges."""

    def __init__(self, database: Database, size: Callable[[], int]) -> None:
        self._database = database
        self._size = size

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree, from the entry that completed it. Raises `Broken("journal-rewritten")`."""
        last = ((index + 1) << level) - 1
        row = self._database.one("SELECT substr(tree, ?, 32) FROM entry WHERE sequence = ?", (level * _HASH + 1, last))
        if row is None or len(row[0]) != _HASH:
            raise Broken(Code.JOURNAL_REWRITTEN, sequence=last)
        return bytes(row[0])

    def inclusion(self, sequence: int, size: int) -> list[bytes]:
        """The inclusion proof of an entry in the tree of the first `size` (RFC 9162 §2.1.3). Raises `IndexError`."""
        if size > self._size():
            raise IndexError(size)
        return merkle.inclusion_from_nodes(size, sequence, self.node)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The consistency proof between two sizes (RFC 9162 §2.1.4). Raises `IndexError`."""
        if new > self._size():
            raise IndexError(new)
        return merkle.consistency_from_nodes(old, new, self.node)

    def root_at(self, size: int) -> bytes:
        """The root of the first `size` entries. Raises `IndexError`."""
        if not 0 <= size <= self._size():
            raise IndexError(size)
        return merkle.root_from_nodes(size, self.node)

    def stored_size(self) -> int:
        """The number of entries in the database, acknowledged or not."""
        row = self._database.one("SELECT max(sequence) FROM entry")
        return 0 if row is None or row[0] is None else int(row[0]) + 1

    def grew_rightly(self, old_size: int) -> bool:
        """Whether the entries after `old_size` make the nodes stored with them, so that the old tree begins the new."""
        frontier = merkle.Frontier.restore(old_size, self.node)
        query = "SELECT sequence, tree, line FROM entry WHERE sequence >= ? ORDER BY sequence"
        for sequence, tree, line in self._database.rows(query, (old_size,)):
            if sequence != frontier.size or tree != tree_bytes(frontier.append(merkle.leaf_hash(line))):
                return False
        return True


def tree_bytes(completed: Sequence[merkle.Node]) -> bytes:
    """The nodes that an entry completes, as they are stored with it."""
    return b"".join(node.hash for node in completed)
