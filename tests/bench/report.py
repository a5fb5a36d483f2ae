"""Hiding: one large file beside gpg itself, and a whole report through the pipe; memory at two sizes."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.keeper import JournalKeeper
from evidence_kit.jobs.people import AddDestination, AddRecipient
from evidence_kit.sync.folder.route import FolderRoute
from tests.bench.apart import apart
from tests.bench.row import Row, against, collected, flat, sized, spoken, taken
from tests.bench.stage import Group, Stage, new_vault, open_kit, ran
from tests.fakes.correspondent import Correspondent


def rows(stage: Stage) -> Group:
    yield "encrypting", lambda: _encrypting(stage, "unsigned")
    yield "encrypting and signing", lambda: _encrypting(stage, "signed")
    yield "whole report", lambda: _whole(stage)


def _encrypting(stage: Stage, sign: str) -> list[Row]:
    plain = stage.large_file(stage.large)
    small = stage.large // 4
    out = stage.folder / "ours.pgp"
    with Correspondent() as recipient:
        peaks: list[int] = []

        def ours() -> float:
            seconds, peak = apart("encrypt", str(plain), str(out), str(recipient.certificate), sign)
            peaks.append(peak)
            return seconds

        options = ["--encrypt", *(["--sign"] if sign == "signed" else [])]
        peer, synced = _gpg(recipient, plain, stage.folder / "peer.pgp", options)
        times = collected([ours, peer, synced], stage.few, warm=1)
        _, before = apart("encrypt", str(stage.large_file(small)), str(out), str(recipient.certificate), sign)
    out.unlink()
    work = f"encrypt{' and sign' if sign == 'signed' else ''} {sized(stage.large)}, synced"
    command = f"gpg {' '.join(reversed(options))} -z 0"
    return [
        against(work, times[0], f"{command} + fsync", times[2], 1.1),
        against(f"{work}; gpg's is not", times[0], command, times[1], 1.1),
        flat(f"peak memory, {work.removesuffix(', synced')}", (small, before), (stage.large, max(peaks))),
    ]


def _gpg(
    recipient: Correspondent, plain: Path, out: Path, options: list[str]
) -> tuple[Callable[[], float], Callable[[], float]]:
    """What gpg takes, start and end of its process included; without and with its file synced."""
    command = ["gpg", "--homedir", str(recipient.home), "--batch", "--yes", "--no-tty", "--quiet", "-z", "0"]
    command += ["--pinentry-mode", "loopback", "--passphrase", "", "--trust-model", "always", "--output", str(out)]

    def run() -> None:
        out.unlink(missing_ok=True)
        ran(*command, "--recipient", recipient.fingerprint, *options, str(plain))

    def run_and_sync() -> None:
        run()
        sync(out)

    return lambda: taken(run), lambda: taken(run_and_sync)


def sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _whole(stage: Stage) -> list[Row]:
    peaks: dict[int, int] = {}
    seconds: dict[int, float] = {}
    for size in (stage.large // 4, stage.large):
        # gpg's sockets want short paths.
        with tempfile.TemporaryDirectory(prefix="ek-report-", dir=stage.folder) as folder, Correspondent() as recipient:
            vault = _with_exhibit(Path(folder), recipient, stage.large_file(size))
            seconds[size], peaks[size] = apart("report", str(vault), "desk")
    (small, large) = peaks
    rate = large / 2**20 / seconds[large]
    return [
        Row(
            f"whole report of {sized(large)} (read, bagged, signed, encrypted, synced, sealed)",
            f"{spoken(seconds[large])} (n=1), {rate:.0f} MiB/s",
        ),
        flat("peak memory, whole report", (small, peaks[small]), (large, peaks[large])),
    ]


def _with_exhibit(folder: Path, recipient: Correspondent, file: Path) -> Path:
    vault = new_vault(folder / "vault")
    (folder / "stick").mkdir()
    with open_kit(vault) as kit, Capturing(JournalKeeper(kit)) as capturing:
        capturing.file(file)
        kit.run(AddRecipient(recipient.certificate.read_bytes(), recipient.fingerprint))
        kit.run(AddDestination("desk", FolderRoute(folder / "stick").url(), (recipient.fingerprint,)))
    return vault
