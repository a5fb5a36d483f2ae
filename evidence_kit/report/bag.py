"""A BagIt bag (RFC 8493) as a stored zip, written front to back and padded to a size that tells little."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

from isal import isal_zlib

from evidence_kit.codes import Code
from evidence_kit.errors import Broken
from evidence_kit.files import CHUNK
from evidence_kit.model import report as layout
from evidence_kit.report.archive import Archive, Writer

_PAYLOAD: Final = "data/"


class Bag:
    """A bag being written under one top folder. Paths are ASCII, chosen by the caller; `data/…` is payload."""

    def __init__(self, out: Writer, top: str) -> None:
        self._archive = Archive(out)
        self._top = top
        self._payload: list[tuple[str, str]] = []
        self._tags: list[tuple[str, str]] = []
        self._payload_bytes = 0
        self.add(layout.DECLARATION, layout.DECLARATION_TEXT)

    def add(self, path: str, content: bytes) -> None:
        """A file that is in memory."""
        self._archive.add(f"{self._top}/{path}", content)
        self._list(path, hashlib.sha256(content).hexdigest(), len(content))

    def add_text(self, path: str, chunks: Iterable[bytes]) -> None:
        """A file composed on the way, below 4 GiB."""
        self._stream(path, chunks, 0)

    def add_original(self, path: str, chunks: Iterable[bytes], sha256: str, size: int) -> None:
        """A file whose hash and size are known, byte for byte.

        Raises `Broken(Code.EXHIBIT_DAMAGED)` if the bytes are others; what was written by then is no bag.
        """
        if self._stream(path, _at_most(chunks, size, sha256), size) != (sha256, size):
            raise Broken(Code.EXHIBIT_DAMAGED, sha256=sha256)

    def finish(self, info: Iterable[tuple[str, str]]) -> None:
        """Write `bag-info.txt`, the manifests and the padding, then the archive's directory."""
        oxum = ("Payload-Oxum", f"{self._payload_bytes}.{len(self._payload)}")
        self.add(layout.BAG_INFO, "".join(f"{label}: {value}\n" for label, value in (*info, oxum)).encode())
        self.add(layout.MANIFEST, _manifest(self._payload))
        # The padding's hash has the same length whatever its size, so the manifest of tags can be measured first.
        unpadded = len(_manifest([*self._tags, (layout.PADDING, "0" * 64)]))
        size = self._padding(unpadded)
        digest, crc = hashlib.sha256(), 0
        for chunk in _zeros(size):
            digest.update(chunk)
            crc = isal_zlib.crc32(chunk, crc)
        tags = _manifest([*self._tags, (layout.PADDING, digest.hexdigest())])
        self._archive.add(f"{self._top}/{layout.TAG_MANIFEST}", tags)
        self._archive.add_known(f"{self._top}/{layout.PADDING}", _zeros(size), size, crc)
        self._archive.finish()

    def _padding(self, tag_manifest_size: int) -> int:
        size = 0
        while True:
            names = ((layout.TAG_MANIFEST, tag_manifest_size), (layout.PADDING, size))
            total = self._archive.size_after([(f"{self._top}/{name}", length) for name, length in names])
            missing = layout.padded_size(total) - total
            if not missing:
                return size
            size += missing

    def _stream(self, path: str, chunks: Iterable[bytes], promised_size: int) -> tuple[str, int]:
        digest = hashlib.sha256()
        size = 0

        def counted() -> Iterator[bytes]:
            nonlocal size
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                yield chunk

        self._archive.add_stream(f"{self._top}/{path}", counted(), promised_size)
        self._list(path, digest.hexdigest(), size)
        return digest.hexdigest(), size

    def _list(self, path: str, sha256: str, size: int) -> None:
        if path.startswith(_PAYLOAD):
            self._payload.append((path, sha256))
            self._payload_bytes += size
        else:
            self._tags.append((path, sha256))


def _manifest(lines: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{sha256}  {path}\n" for path, sha256 in lines).encode()


def _at_most(chunks: Iterable[bytes], size: int, sha256: str) -> Iterator[bytes]:
    """A damaged store must not be able to write for ever."""
    for chunk in chunks:
        size -= len(chunk)
        if size < 0:
            raise Broken(Code.EXHIBIT_DAMAGED, sha256=sha256)
        yield chunk


def _zeros(size: int) -> Iterator[bytes]:
    block = bytes(min(size, CHUNK))
    for _ in range(size // CHUNK):
        yield block
    if size % CHUNK:
        yield block[: size % CHUNK]
