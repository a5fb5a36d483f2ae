"""Secrets on the pipe: from one byte array to the other, with no copy that nobody can wipe."""

import pickle
import secrets
import socket
import struct
import subprocess
import sys

import pytest

from evidence_kit.app.pipe import Pipe
from evidence_kit.app.vault_process import Ask
from evidence_kit.errors import Refused
from evidence_kit.jobs.care import ChangePassphrase, ProveSecret
from evidence_kit.jobs.job import wipe_secrets
from evidence_kit.jobs.kit import Kit
from tests.core.memory import written_memory

SECRET = b"seven harbour lanterns"

BOTH_ENDS = """
import os, socket
from evidence_kit.app.pipe import Pipe
from evidence_kit.app.vault_process import Ask, Open
from evidence_kit.jobs.care import ChangePassphrase
from evidence_kit.jobs.job import wipe_secrets
from pathlib import Path

secret = bytearray(64)
assert os.readv(0, [secret]) == 64
ours, theirs = socket.socketpair()
job = ChangePassphrase(secret)
Pipe(ours).send(Ask(1, job))
Pipe(ours).send(Open(Path("/vault"), secret))
asked, opening = Pipe(theirs).receive(), Pipe(theirs).receive()
assert asked.job.new == opening.secret == secret
for one in (job, asked.job):
    wipe_secrets(one)
opening.secret[:] = bytes(64)
assert not any(secret) and not any(asked.job.new)
os.write(1, b"wiped")
os.read(0, 1)
"""


def test_nothing_of_a_secret_is_left_in_a_process_that_sent_received_and_wiped_it() -> None:
    secret = secrets.token_bytes(64)
    with subprocess.Popen(
        [sys.executable, "-c", BOTH_ENDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(secret)
        assert child.stdout.read(5) == b"wiped"
        found = [start for start, held in written_memory(child.pid) if secret in held]
        child.stdin.write(b".")
    assert child.returncode == 0
    assert found == []


def test_a_secret_is_no_part_of_the_pickle() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        Pipe(ours).send(Ask(1, ProveSecret(bytearray(SECRET))))
        wire = theirs.recv(1 << 16)
    length, count = struct.unpack_from(">QI", wire)
    assert count == 1
    assert wire[-len(SECRET) :] == SECRET
    assert SECRET not in wire[: -len(SECRET)]
    assert len(wire) == 12 + 4 + length + len(SECRET)


@pytest.mark.parametrize(
    "wire",
    [
        struct.pack(">QI", 4, 1 << 20),
        struct.pack(">QII", 4, 1, 1 << 30),
        struct.pack(">QI", 5, 0) + b"\x80\x04K\x00Q",
        struct.pack(">QII", 5, 1, 0) + b"\x80\x04K\x07Q",
        struct.pack(">QII", 5, 1, 0) + b"\x80\x04\x88Q.",
    ],
    ids=["too-many", "too-long", "none-there", "beyond-the-last", "no-number"],
)
def test_a_message_whose_secrets_are_odd_is_refused(wire: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(wire)
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(pickle.UnpicklingError):
            Pipe(ours).receive()


def test_the_kit_wipes_the_secrets_of_a_job_that_is_done_or_refused(kit: Kit) -> None:
    new, short = bytearray(SECRET), bytearray(b"short")
    kit.run(ChangePassphrase(new))
    with pytest.raises(Refused, match="passphrase-too-short"):
        kit.run(ChangePassphrase(short))
    assert not any(new) and not any(short)
    kit.run(ProveSecret(bytearray(SECRET)))


def test_wiping_leaves_what_is_no_secret() -> None:
    job = ProveSecret(bytearray(SECRET))
    wipe_secrets(job)
    assert job == ProveSecret(bytearray(len(SECRET)))
