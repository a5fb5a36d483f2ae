import hashlib
import io
import os
import resource
from pathlib import Path
from typing import Any

import pytest

from evidence_kit.errors import Broken, Refused, Unavailable
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.sync.folder.transport import FolderTransport
from evidence_kit.sync.transport import OutgoingMessage

CONTENT = bytes(range(256)) * 3000


def outgoing(content: bytes = CONTENT, **changed: object) -> OutgoingMessage:
    facts = {
        "name": "0123.pgp",
        "message_id": "<a@b>",
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }
    return OutgoingMessage(content=io.BytesIO(content), **{**facts, **changed})  # type: ignore[arg-type]  # changed by name


def send(folder: Path, what: OutgoingMessage) -> DeliveryState:
    def never() -> None:
        raise AssertionError("nothing is uncertain in a folder")

    return FolderTransport(folder).send(what, never, lambda _done: None)


def test_the_file_arrives_whole_and_is_read_back(tmp_path: Path) -> None:
    assert send(tmp_path, outgoing()) is DeliveryState.READ_BACK
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"0123.pgp": CONTENT}


def test_the_same_file_already_there_is_success_and_stays_untouched(tmp_path: Path) -> None:
    send(tmp_path, outgoing())
    before = (tmp_path / "0123.pgp").stat()
    assert send(tmp_path, outgoing()) is DeliveryState.READ_BACK
    after = (tmp_path / "0123.pgp").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("other", [b"x", CONTENT[:-1] + b"x", b""])
def test_another_file_of_that_name_is_never_overwritten(tmp_path: Path, other: bytes) -> None:
    (tmp_path / "0123.pgp").write_bytes(other)
    with pytest.raises(Refused) as error:
        send(tmp_path, outgoing())
    assert (error.value.code.value, error.value.facts) == ("other-file-there", {"name": "0123.pgp"})
    assert (tmp_path / "0123.pgp").read_bytes() == other


def test_a_file_that_comes_while_ours_is_written_is_never_overwritten(tmp_path: Path) -> None:
    def somebody_writes(_done: int) -> None:
        (tmp_path / "0123.pgp").write_bytes(b"theirs")

    with pytest.raises(Unavailable, match="folder-failed"):
        FolderTransport(tmp_path).send(outgoing(), lambda: None, somebody_writes)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"0123.pgp": b"theirs"}


def test_a_link_of_that_name_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(CONTENT)
    (tmp_path / "0123.pgp").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="other-file-there"):
        send(tmp_path, outgoing())


def test_a_missing_folder_is_worth_another_try_and_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="folder-missing"):
        send(tmp_path / "stick", outgoing())
    assert not (tmp_path / "stick").exists()


def test_a_folder_pulled_out_while_writing_is_worth_another_try(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()

    def pull_out(_done: int) -> None:
        if stick.exists():
            stick.rename(tmp_path / "gone")

    with pytest.raises(Unavailable):
        FolderTransport(stick).send(outgoing(), lambda: None, pull_out)
    assert not stick.exists()


@pytest.mark.parametrize(
    "changed",
    [{"sha256": "0" * 64}, {"size": len(CONTENT) - 1}, {"size": len(CONTENT) + 1}],
    ids=["hash", "long", "short"],
)
def test_a_damaged_parcel_never_becomes_a_file(tmp_path: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(Broken, match="parcel-damaged"):
        send(tmp_path, outgoing(**changed))
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_attempt_left_is_replaced_not_gathered(tmp_path: Path) -> None:
    (tmp_path / ".0123.pgp.part").write_bytes(b"half")
    send(tmp_path, outgoing())
    assert [path.name for path in tmp_path.iterdir()] == ["0123.pgp"]


def test_a_file_that_the_medium_cannot_take_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(CONTENT) // 2, limits[1]))
    try:
        with pytest.raises(Refused, match="too-large-for-disk"):
            send(tmp_path, outgoing())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_changed_on_the_medium_are_found_and_taken_away(tmp_path: Path) -> None:
    class Liar(Path(tmp_path).__class__):  # type: ignore[misc]  # a path whose file reads otherwise than it was written
        def open(self, *_args: object, **_kwargs: object) -> object:
            other = tmp_path / "other"
            other.write_bytes(b"?")
            return other.open("rb")

        def is_symlink(self) -> bool:
            return False

        def is_file(self) -> bool:
            return True

    with pytest.raises(Refused, match="read-back-differs"):
        send(Liar(tmp_path), outgoing())
    assert not os.path.lexists(tmp_path / "0123.pgp")
