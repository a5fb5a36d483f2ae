"""The promise of the outbox, with real processes: killed anywhere, nothing is doubled and nothing is lost."""

import email
import hashlib
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from evidence_kit.clock import SystemClock
from evidence_kit.files import write_whole
from evidence_kit.model.delivery import Delivery, DeliveryState, Part
from evidence_kit.sync.due import HOLD_S
from evidence_kit.sync.transport import new_message_id
from evidence_kit.vault.outbox import Outbox
from tests.fakes.mail import mail_process

S = DeliveryState
KILLS = int(os.environ.get("EVIDENCE_KIT_TORTURE", "6"))
DELIVERIES = 4


def fill(outbox: Outbox, number: int, sizes: tuple[int, ...]) -> None:
    parts = []
    for role, size in zip(("notice", "report"), sizes, strict=False):
        content = os.urandom(size)
        parcel = outbox.new_parcel()
        write_whole(outbox.parcel_path(parcel), content)
        parts.append(Part(role, parcel, hashlib.sha256(content).hexdigest(), size, new_message_id()))
    report = f"report-{number}"
    outbox.stage(report, [Delivery(f"delivery-{number}", report, "mail", SystemClock().read().wall_utc, tuple(parts))])
    outbox.settle([report])


def start(vault: Path, url: str, later_s: float = 0) -> "subprocess.Popen[bytes]":
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.core.sync.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    if child.stdin is None:
        raise RuntimeError("a pipe was asked for")
    child.stdin.write(json.dumps({"vault": str(vault), "url": url, "later_s": round(later_s)}).encode() + b"\n")
    child.stdin.flush()
    return child


def strike(child: "subprocess.Popen[bytes]", after_events: int, then_s: float) -> bool:
    """Kill -9 a moment after so many events; whether it was still alive then."""
    if child.stdout is None:
        raise RuntimeError("a pipe was asked for")
    child.stdout.read(after_events)
    strike_at = time.perf_counter() + then_s
    while time.perf_counter() < strike_at:
        pass
    killed = child.poll() is None
    child.kill()
    child.communicate()
    return killed


def finish(child: "subprocess.Popen[bytes]") -> bytes:
    told, _ = child.communicate(timeout=120)
    if child.returncode:
        raise RuntimeError("the sender ended with an error")
    return told


def received(folder: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    for path in folder.glob("*.eml"):
        found[str(email.message_from_bytes(path.read_bytes())["Message-ID"]).strip()] += 1
    return found


def parts(outbox: Outbox) -> list[tuple[str, Part]]:
    return [(delivery.id, part) for delivery in outbox.deliveries() for part in delivery.parts]


@pytest.mark.slow
@pytest.mark.torture
@pytest.mark.timeout(60 + 5 * KILLS)
@pytest.mark.parametrize("implicit_tls", [False, True], ids=["starttls", "implicit"])
def test_a_sender_killed_anywhere_neither_doubles_nor_loses_a_mail(tmp_path: Path, implicit_tls: bool) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    mails, vault = tmp_path / "mails", tmp_path / "vault"
    mails.mkdir()
    vault.mkdir()
    outbox = Outbox(vault)
    killed = filled = receipts = 0
    with mail_process(mails, implicit_tls=implicit_tls) as mail:
        while killed < KILLS:
            for _ in range(DELIVERIES):
                fill(outbox, filled, (700, draw.choice((3_000, 400_000, 3_000_000))))
                filled += 1
            for _ in range(6):
                killed += strike(start(vault, mail.url), draw.randrange(1, 25), draw.choice((0.0, 0.0, 0.001, 0.01)))
                assert max(received(mails).values(), default=1) == 1
            finish(start(vault, mail.url))
            # What is still uncertain only the recipient can settle: a receipt where the mail came, silence where not.
            mail.wait_for_end_of_connections()
            there = received(mails)
            for delivery_id, part in parts(outbox):
                if part.state is S.UNCERTAIN and there[part.message_id]:
                    outbox.move(delivery_id, part.role, S.RECEIPTED, at=SystemClock().read())
                    receipts += 1
            finish(start(vault, mail.url, HOLD_S + 5))
            assert {part.state for _, part in parts(outbox)} <= {S.CLAIMED, S.RECEIPTED}
            assert received(mails) == Counter(part.message_id for _, part in parts(outbox))
    print(f"{killed} kills, {filled * 2} mails, {receipts} settled by a receipt")


@pytest.mark.slow
@pytest.mark.torture
@pytest.mark.timeout(60 + 5 * KILLS)
def test_two_senders_killed_in_turn_over_one_outbox_send_each_mail_once(tmp_path: Path) -> None:
    draw = random.Random(7)
    mails, vault = tmp_path / "mails", tmp_path / "vault"
    mails.mkdir()
    vault.mkdir()
    outbox = Outbox(vault)
    for number in range(8):
        fill(outbox, number, (700, 300_000))
    with mail_process(mails) as mail:
        for _ in range(4):
            first, second = start(vault, mail.url), start(vault, mail.url)
            strike(first, draw.randrange(1, 12), 0)
            strike(second, draw.randrange(1, 12), 0)
            assert max(received(mails).values(), default=1) == 1
        there = received(mails)
        for delivery_id, part in parts(outbox):
            if part.state is S.UNCERTAIN and there[part.message_id]:
                outbox.move(delivery_id, part.role, S.RECEIPTED, at=SystemClock().read())
        children = [start(vault, mail.url, HOLD_S + 5) for _ in range(2)]
        for child in children:
            finish(child)
        finish(start(vault, mail.url, HOLD_S + 5))
    assert received(mails) == Counter(part.message_id for _, part in parts(outbox))


@pytest.mark.slow
def test_memory_stays_flat_however_large_the_report(tmp_path: Path) -> None:
    peaks = []
    mails = tmp_path / "mails"
    mails.mkdir()
    with mail_process(mails) as mail:
        for number, size in enumerate((1_000_000, 60_000_000)):
            vault = tmp_path / f"vault-{number}"
            vault.mkdir()
            fill(Outbox(vault), 0, (700, size))
            peaks.append(int(finish(start(vault, mail.url)).strip(b".")))
    assert peaks[1] - peaks[0] < 8_000  # KiB
