"""The plaintext of a message as a stream, which is worth something only once its outcome is known."""

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from evidence_kit import files
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.seal.outcome import Opened

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Message(io.BufferedReader):
    """The plaintext of a message; see `Keyring.open_message`."""

    raw: "Plaintext"

    def __init__(self, plain: "Plaintext") -> None:
        super().__init__(plain, files.CHUNK)

    @property
    def outcome(self) -> Opened:
        """What the message is worth; reads what is left of it first."""
        while self.raw.outcome is None:
            self.raw.readinto(bytearray(files.CHUNK))
        return self.raw.outcome


class Plaintext(io.RawIOBase):
    """gpg's output, at most `limit` bytes; `outcome` is null until all of it was read and judged."""

    def __init__(self, chunks: Iterator[bytes], limit: int, judge: Callable[[int], Opened]) -> None:
        super().__init__()
        self.outcome: Opened | None = None
        self._chunks, self._limit, self._judge = chunks, limit, judge
        self._rest = memoryview(b"")
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                self.outcome = self._judge(self._size)
                return 0
            self._size += len(chunk)
            if self._size > self._limit:
                raise Refused(Code.MESSAGE_TOO_LARGE, cap=self._limit)
            self._rest = memoryview(chunk)
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
