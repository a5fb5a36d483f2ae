"""The bag: a stored zip that every common tool opens, padded, streamed, and never half a report."""

import hashlib
import io
import os
import subprocess
import sys
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import bagit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from isal import isal_zlib

from evidence_kit.codes import Code
from evidence_kit.errors import Broken
from evidence_kit.model.report import padded_size
from evidence_kit.report.archive import Archive
from evidence_kit.report.bag import Bag
from evidence_kit.report.compose import write_report
from tests.fakes.report import FakeJournal, contents_of, lived_through


class Sink:
    """A writer that can do nothing but write."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, data: bytes, /) -> None:
        self.size += len(data)


def packed() -> bytes:
    journal = FakeJournal()
    out = io.BytesIO()
    write_report(contents_of(journal, lived_through(journal)), journal, out)
    return out.getvalue()


# bagit 1.9.0 still calls re.sub in the way that Python 3.13 would rather not see.
@pytest.mark.filterwarnings("ignore:'count' is passed as positional argument:DeprecationWarning:bagit")
def test_unzip_bagit_and_sha256sum_accept_the_bag_as_it_comes(tmp_path: Path) -> None:
    (tmp_path / "report.zip").write_bytes(packed())
    subprocess.run(["unzip", "-q", "report.zip"], cwd=tmp_path, check=True)
    (folder,) = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert folder.name == "evidence-report-c0ffee01"
    bagit.Bag(str(folder)).validate()
    tool = [sys.executable, "-m", "bagit", "--validate", str(folder)]
    assert subprocess.run(tool, capture_output=True, check=False).returncode == 0
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--strict", "--quiet", "-c", manifest], cwd=folder, check=True)
    assert subprocess.run(["unzip", "-tq", "report.zip"], cwd=tmp_path, capture_output=True).returncode == 0


def test_nothing_in_the_zip_tells_when_or_by_whom_it_was_packed() -> None:
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        for member in archive.infolist():
            assert member.date_time == (1980, 1, 1, 0, 0, 0)
            assert member.compress_type == zipfile.ZIP_STORED
            assert member.extra == b""
            assert member.external_attr >> 16 == 0o100644
        assert archive.comment == b""


def test_the_size_of_the_zip_is_a_padme_bucket() -> None:
    size = len(packed())
    assert padded_size(size) == size


@given(st.integers(min_value=0, max_value=200_000), st.integers(min_value=0, max_value=40))
@settings(max_examples=60, deadline=None)
def test_any_amount_of_content_is_padded_into_a_bucket(size: int, files: int) -> None:
    sink = Sink()
    bag = Bag(sink, "evidence-report-00000000")
    for number in range(files):
        bag.add(f"data/{number}", b"x" * (size // files))
    bag.finish(())
    assert padded_size(sink.size) == sink.size


def test_padme_gives_the_published_buckets() -> None:
    assert [padded_size(size) for size in (0, 1, 2, 9, 17, 33, 1000, 1025, 10_000, 1_000_000, 2**30 + 1)] == [
        *(0, 1, 2, 10, 18, 36, 1024, 1088, 10_240, 1_015_808, 2**30 + 2**25),
    ]


def test_a_damaged_exhibit_stops_the_report_and_leaves_nothing_that_opens() -> None:
    journal = FakeJournal()
    contents = contents_of(journal, lived_through(journal))
    photo = next(sha for sha, content in journal.kept.items() if content.startswith(b"a photo"))
    journal.kept[photo] = journal.kept[photo].replace(b"photo", b"phony", 1)
    out = io.BytesIO()
    with pytest.raises(Broken) as caught:
        write_report(contents, journal, out)
    assert caught.value.code is Code.EXHIBIT_DAMAGED
    assert caught.value.facts == {"sha256": photo}
    assert not zipfile.is_zipfile(out)


def test_nothing_of_an_undisclosed_entry_is_in_the_report() -> None:
    journal = FakeJournal()
    contents = contents_of(journal, lived_through(journal))
    hidden = journal.entries[4]
    assert hidden.id in contents.disruptions[0].entries
    kept = tuple(one for one in contents.entries if one.entry.id != hidden.id)
    out = io.BytesIO()
    write_report(replace(contents, entries=kept), journal, out)
    secrets = [entry.id for entry in (journal.entries[0], journal.entries[1], hidden)]
    for secret in (*secrets, "a private note"):
        assert secret.encode() not in out.getvalue()


@pytest.mark.parametrize("change", [b"", b"a", b"far longer than promised" * 100])
def test_an_exhibit_of_another_length_stops_the_report(change: bytes) -> None:
    bag = Bag(io.BytesIO(), "x")
    with pytest.raises(Broken) as caught:
        bag.add_original("data/exhibits/a", iter([change]), hashlib.sha256(b"right").hexdigest(), 5)
    assert caught.value.code is Code.EXHIBIT_DAMAGED


def test_a_wrong_inclusion_proof_never_leaves() -> None:
    journal = FakeJournal()
    contents = contents_of(journal, lived_through(journal))
    first, *rest = contents.entries
    shortened = replace(contents, entries=(replace(first, inclusion=first.inclusion[:-1]), *rest))
    swapped = replace(contents, entries=(replace(first, inclusion=first.inclusion[::-1]), *rest))
    for wrong in (shortened, swapped):
        with pytest.raises(Broken) as caught:
            write_report(wrong, journal, Sink())
        assert caught.value.code is Code.INCLUSION_PROOF


def test_memory_stays_flat_with_a_large_exhibit() -> None:
    block = bytes(range(256)) * 4096
    times = 64
    digest = hashlib.sha256(block * times).hexdigest()
    bag = Bag(Sink(), "evidence-report-00000000")
    tracemalloc.start()
    bag.add_original("data/exhibits/0001-file/large.bin", (block for _ in range(times)), digest, len(block) * times)
    bag.finish(())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


@pytest.mark.slow
def test_members_and_offsets_beyond_four_gigabytes_open_with_unzip(tmp_path: Path) -> None:
    """Zeros are written as holes, so the file takes no room."""
    path = tmp_path / "large.zip"
    block = bytes(1 << 20)
    size = (4 << 30) + 5

    def zeros() -> Iterator[bytes]:
        for _ in range(size >> 20):
            yield block
        yield block[: size % (1 << 20)]

    class Sparse:
        def __init__(self) -> None:
            self.file = path.open("wb")

        def write(self, data: bytes, /) -> None:
            if data is block:
                self.file.seek(len(data), os.SEEK_CUR)
            else:
                self.file.write(data)

    out = Sparse()
    archive = Archive(out)
    archive.add_stream("a/large.bin", zeros(), size)
    archive.add("a/after.txt", b"behind the limit")
    expected = archive.size_after([("a/last", 3)])
    archive.add_known("a/last", [b"abc"], 3, zlib.crc32(b"abc"))
    archive.finish()
    out.file.close()
    assert path.stat().st_size == expected
    with zipfile.ZipFile(path) as read:
        assert read.getinfo("a/large.bin").file_size == size
        crc = 0
        for chunk in zeros():
            crc = isal_zlib.crc32(chunk, crc)
        assert crc == read.getinfo("a/large.bin").CRC
        assert read.read("a/after.txt") == b"behind the limit"
    # The sum over the large member, made anew by unzip, would take longer than all the rest of this file.
    told = subprocess.run(["unzip", "-tq", path.name, "a/after.txt", "a/last"], cwd=tmp_path, capture_output=True)
    assert told.returncode == 0, told.stdout
