import dataclasses
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from evidence_kit.codes import Code
from evidence_kit.drill.mail_server import Inbox, PostOffice
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.events import DeliveryMoved, Event, SendingHeld, SendingResumed, WorkProgressed
from evidence_kit.files import write_whole
from evidence_kit.model.delivery import Delivery, DeliveryState, Destination, Part, PartError, PartRole
from evidence_kit.sync.due import HOLD_S
from evidence_kit.sync.folder.route import FolderRoute
from evidence_kit.sync.network import Limits
from evidence_kit.sync.pending import PendingOutcomes
from evidence_kit.sync.sender import AttemptResult, Sender
from evidence_kit.sync.transport import new_message_id
from evidence_kit.vault.outbox import Outbox
from tests.fakes.clock import FakeClock
from tests.fakes.mail import Authority, Reply, ScriptedServer, Wire

S = DeliveryState
QUICK = Limits(connect_s=10, reply_s=10, stall_s=10, accept_s=10, total_s=30)


class Killed(BaseException):
    """Stands for the end of the process: nothing in the product catches it, so no state is written after it."""


class MortalOutbox(Outbox):
    """The real outbox; the process "dies" right before or after one of its moves."""

    def __init__(self, folder: Path, state: DeliveryState, *, before: bool) -> None:
        super().__init__(folder)
        self._fatal, self._before = state, before

    def move(self, delivery_id: str, role: str, state: DeliveryState, **facts: Any) -> Delivery:
        if state is self._fatal and self._before:
            raise Killed
        moved = super().move(delivery_id, role, state, **facts)
        if state is self._fatal:
            raise Killed
        return moved


class JobContext:
    """An outbox with a clock and destinations, as the station has them."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "vault"
        self.home.mkdir()
        self.outbox = Outbox(self.home)
        self.clock = FakeClock()
        self.routes: dict[str, Destination] = {}
        self.told: list[Event] = []
        self._folder = folder

    def destination(self, name: str, url: str) -> str:
        self.routes[name] = Destination(id=name, name=name, url=url, recipients=())
        return name

    def folder(self, name: str) -> Path:
        path = self._folder / name
        path.mkdir()
        self.destination(name, FolderRoute(path).url())
        return path

    def add(
        self, id: str, destination: str, report: bytes = b"report" * 100, notice: bytes | None = b"notice"
    ) -> Delivery:
        parts = []
        for role, content in (("notice", notice), ("report", report)):
            if content is not None:
                parcel = self.outbox.new_parcel()
                write_whole(self.outbox.parcel_path(parcel), content)
                digest = hashlib.sha256(content).hexdigest()
                parts.append(Part(role, parcel, digest, len(content), new_message_id()))
        delivery = Delivery(id, "report-id", destination, self.clock.read().wall_utc, tuple(parts))
        self.outbox.stage(delivery.report, [delivery])
        self.outbox.settle([delivery.report])
        return delivery

    def sender(self, outbox: Outbox | None = None, pending: PendingOutcomes | None = None) -> Sender:
        return Sender(
            outbox or self.outbox,
            self.routes,
            self.clock,
            listener=self.told.append,
            limits=QUICK,
            draw=lambda _low, high: high,
            pending=pending,
        )

    def run(self, now_online: bool = True) -> list[AttemptResult]:
        return self.sender().run_once(now_online)

    def part(self, delivery_id: str, role: str = "report") -> Part:
        return next(part for part in self.outbox.delivery(delivery_id).parts if part.role == role)

    def states(self, delivery_id: str) -> list[DeliveryState]:
        return [part.state for part in self.outbox.delivery(delivery_id).parts]


@pytest.fixture
def desk(tmp_path: Path) -> JobContext:
    return JobContext(tmp_path)


@contextmanager
def scripted(desk: JobContext, authority: Authority, **replies: Reply) -> Iterator[ScriptedServer]:
    with ScriptedServer(authority, replies) as server:
        desk.destination("mail", server.url())
        yield server


def identifiers(texts: list[bytes]) -> list[str]:
    return [text.split(b"Message-ID:\r\n ")[1].split(b"\r\n")[0].decode() for text in texts]


def test_all_notices_go_first_then_reports_from_small_to_large(desk: JobContext) -> None:
    stick = desk.folder("stick")
    desk.add("delivery-large", "stick", report=bytes(50_000))
    desk.add("delivery-small", "stick", report=bytes(100))
    desk.add("delivery-middle", "stick", report=bytes(5_000))
    attempts = desk.run()
    assert [(one.role, one.delivery_id) for one in attempts] == [
        ("notice", "delivery-large"),
        ("notice", "delivery-middle"),
        ("notice", "delivery-small"),
        ("report", "delivery-small"),
        ("report", "delivery-middle"),
        ("report", "delivery-large"),
    ]
    assert all(one.state is S.READ_BACK for one in attempts)
    assert sorted(path.name for path in stick.iterdir()) == [
        "delivery-large-notice.pgp",
        "delivery-large.pgp",
        "delivery-middle-notice.pgp",
        "delivery-middle.pgp",
        "delivery-small-notice.pgp",
        "delivery-small.pgp",
    ]


def test_what_is_delivered_is_not_sent_again(desk: JobContext, authority: Authority) -> None:
    with scripted(desk, authority) as server:
        desk.add("delivery-1", "mail")
        assert [one.state for one in desk.run()] == [S.CLAIMED, S.CLAIMED]
        assert desk.run() == []
    assert len(server.texts) == 2


def test_a_mail_bears_the_identifier_that_the_outbox_keeps(desk: JobContext, authority: Authority) -> None:
    with scripted(desk, authority) as server:
        delivery = desk.add("delivery-1", "mail")
        desk.run()
    assert identifiers(server.texts) == [part.message_id for part in delivery.parts]


def test_one_delivery_that_cannot_go_does_not_hold_up_the_others(desk: JobContext) -> None:
    desk.folder("stick")
    desk.destination("gone", "folder:/nowhere/at/all")
    desk.destination("wrong", "gopher://example")
    damaged = desk.add("delivery-damaged", "stick")
    missing = desk.add("delivery-missing", "stick")
    desk.add("delivery-gone", "gone")
    desk.add("delivery-wrong", "wrong")
    desk.add("delivery-unknown", "nobody")
    desk.add("delivery-good", "stick")
    desk.outbox.parcel_path(damaged.parts[1].parcel).write_bytes(b"other" * 100)
    desk.outbox.parcel_path(missing.parts[1].parcel).unlink()
    (desk.home / "outbox" / "deliveries" / "delivery-broken.json").write_text("{")
    desk.run()
    assert desk.states("delivery-good") == [S.READ_BACK, S.READ_BACK]
    assert (desk.part("delivery-damaged").state, desk.part("delivery-damaged").error.code) == (
        S.NEEDS_ANOTHER_WAY,
        Code.PARCEL_DAMAGED,
    )
    assert desk.part("delivery-missing").error.code == Code.PARCEL_MISSING
    assert (desk.part("delivery-gone", "notice").state, desk.part("delivery-gone", "notice").error.code) == (
        S.WAITING,
        Code.FOLDER_MISSING,
    )
    assert desk.part("delivery-wrong").error.code == Code.DESTINATION_SCHEME
    assert desk.part("delivery-unknown").error.code == Code.ROUTE_MISSING
    assert [one for one in desk.run(now_online=False) if one.delivery_id == "delivery-damaged"] == []


def test_without_addresses_everything_waits_and_says_why(desk: JobContext) -> None:
    desk.folder("stick")
    desk.add("delivery-1", "stick")
    sender = desk.sender()
    sender.routes = None
    assert {(one.state, one.error) for one in sender.run_once()} == {(S.WAITING, Code.ROUTES_LOCKED)}
    assert desk.part("delivery-1").error.code == Code.ROUTES_LOCKED
    before = len(desk.told)
    sender.run_once()
    assert len(desk.told) == before  # not written again and again
    sender.routes = desk.routes
    sender.run_once(now_online=False)
    assert desk.states("delivery-1") == [S.READ_BACK, S.READ_BACK]
    assert desk.part("delivery-1").error is None


def test_a_paused_delivery_is_left_alone(desk: JobContext) -> None:
    desk.folder("stick")
    desk.add("delivery-1", "stick")
    desk.outbox.pause("delivery-1")
    assert desk.run() == []
    desk.outbox.resume("delivery-1")
    assert len(desk.run()) == 2


def test_failures_wait_longer_each_time_until_the_connection_returns(desk: JobContext, authority: Authority) -> None:
    desk.add("delivery-1", "mail", notice=None)
    with scripted(desk, authority, MAIL=b"451 later\r\n") as server:
        desk.run(now_online=False)
        assert (desk.part("delivery-1").attempts, desk.part("delivery-1").error.code) == (1, Code.MAIL_LATER)
        desk.clock.pass_time(59)
        assert desk.run(now_online=False) == []
        desk.clock.pass_time(1)
        desk.run(now_online=False)
        desk.clock.pass_time(119)
        assert desk.run(now_online=False) == []
        assert desk.sender().due_in() == pytest.approx(1)
        desk.run(now_online=True)
        assert desk.part("delivery-1").attempts == 3
        desk.clock.step_wall(-400 * 86400)
        assert desk.sender().due_in() == 0
        desk.run(now_online=False)
        assert desk.part("delivery-1").attempts == 4
    assert server.connections == 4


def test_a_destination_out_of_reach_is_tried_once_a_round(desk: JobContext, authority: Authority) -> None:
    with scripted(desk, authority):
        pass
    for number in range(5):
        desk.add(f"delivery-{number}", "mail")
    assert len(desk.run()) == 1
    assert sum(part.attempts for delivery in desk.outbox.deliveries() for part in delivery.parts) == 1


def test_a_wrong_password_is_tried_once_not_for_every_mail(desk: JobContext, authority: Authority) -> None:
    with scripted(desk, authority, AUTH=b"535 wrong\r\n") as server:
        for number in range(3):
            desk.add(f"delivery-{number}", "mail")
        assert {(one.state, one.error) for one in desk.run()} == {(S.NEEDS_ANOTHER_WAY, Code.AUTH_REFUSED)}
        assert desk.run() == []
        assert desk.sender().due_in() is None
    assert server.connections == 1


def test_a_wrong_certificate_shows_at_once_and_is_tried_again_when_the_network_is_another(
    desk: JobContext, authority: Authority, tmp_path: Path
) -> None:
    with ScriptedServer(authority, {}) as server:
        stranger = Authority(tmp_path / "other.pem")
        desk.destination("mail", server.url().replace(str(authority.ca_file), str(stranger.ca_file)))
        desk.add("delivery-1", "mail")
        assert {one.state for one in desk.run()} == {S.NEEDS_ANOTHER_WAY}
        assert desk.part("delivery-1").error.code == Code.CERTIFICATE_BAD
        assert desk.run(now_online=False) == []
        authority.ca.cert_pem.write_to_path(stranger.ca_file)
        assert [one.state for one in desk.run()] == [S.CLAIMED, S.CLAIMED]


def test_a_report_too_large_needs_another_way_and_its_notice_goes(desk: JobContext, authority: Authority) -> None:
    with scripted(desk, authority, EHLO=b"250-mail\r\n250-STARTTLS\r\n250-SIZE 5000\r\n250 AUTH PLAIN\r\n") as server:
        desk.add("delivery-1", "mail", report=bytes(5000))
        desk.run()
        assert desk.states("delivery-1") == [S.CLAIMED, S.NEEDS_ANOTHER_WAY]
        assert desk.part("delivery-1").error.code == Code.MESSAGE_TOO_LARGE
        assert desk.run() == []
    assert len(server.texts) == 1


def test_no_answer_holds_the_part_for_an_hour_and_sends_it_again_under_the_same_identifier(
    desk: JobContext, authority: Authority
) -> None:
    with scripted(desk, authority, dot=Wire.reset) as server:
        delivery = desk.add("delivery-1", "mail", notice=None)
        assert desk.run() == [AttemptResult("delivery-1", "report", S.UNCERTAIN, Code.DELIVERY_NO_ANSWER)]
        assert desk.run() == []
        desk.clock.pass_time(HOLD_S - 1)
        assert desk.run() == []
        assert desk.sender().due_in() == pytest.approx(1)
    with scripted(desk, authority) as again:
        desk.clock.pass_time(1)
        assert [one.state for one in desk.run(now_online=False)] == [S.CLAIMED]
    assert identifiers(server.texts) == identifiers(again.texts) == [delivery.parts[0].message_id]


def test_a_clock_that_steps_back_does_not_hold_a_part_for_years_nor_lets_it_go_at_once(
    desk: JobContext, authority: Authority
) -> None:
    desk.add("delivery-1", "mail", notice=None)
    with scripted(desk, authority, dot=Wire.reset):
        desk.run()
    with scripted(desk, authority) as again:
        desk.clock.step_wall(-400 * 86400)
        assert desk.run() == []
        desk.clock.pass_time(HOLD_S - 1)
        assert desk.run() == []
        desk.clock.pass_time(1)
        assert [one.state for one in desk.run()] == [S.CLAIMED]
    assert len(again.texts) == 1


def test_a_receipt_settles_an_uncertain_part(desk: JobContext, authority: Authority) -> None:
    desk.add("delivery-1", "mail", notice=None)
    with scripted(desk, authority, dot=Wire.reset):
        desk.run()
        desk.outbox.move("delivery-1", "report", S.RECEIPTED, at=desk.clock.read())
        desk.clock.pass_time(10 * HOLD_S)
        assert desk.run() == []


def test_the_person_may_send_an_uncertain_part_again_or_take_it_as_arrived(
    desk: JobContext, authority: Authority
) -> None:
    desk.add("delivery-1", "mail")
    with scripted(desk, authority, dot=Wire.reset):
        desk.run()
    desk.sender().take_as_arrived("delivery-1", "notice")
    desk.sender().send_again("delivery-1", "report")
    assert desk.states("delivery-1") == [S.CLAIMED, S.WAITING]
    with scripted(desk, authority) as again:
        desk.run()
    assert len(again.texts) == 1
    with pytest.raises(Refused, match="delivery-moved-on"):
        desk.sender().send_again("delivery-1", "report")


@pytest.mark.parametrize(
    ("state", "before"),
    [
        (S.SENDING, True),
        (S.SENDING, False),
        (S.UNCERTAIN, True),
        (S.UNCERTAIN, False),
        (S.CLAIMED, True),
        (S.CLAIMED, False),
    ],
)
def test_a_death_at_any_move_neither_doubles_nor_loses_the_mail(
    desk: JobContext, authority: Authority, state: DeliveryState, before: bool
) -> None:
    with scripted(desk, authority) as server:
        desk.add("delivery-1", "mail", notice=None)
        with pytest.raises(Killed):
            desk.sender(MortalOutbox(desk.home, state, before=before)).run_once()
        desk.run()
        if desk.part("delivery-1").state is S.UNCERTAIN:
            # Only here nobody can know. The recipient can: with the mail there is a receipt, without it none.
            if server.texts:
                desk.outbox.move("delivery-1", "report", S.RECEIPTED, at=desk.clock.read())
            desk.clock.pass_time(HOLD_S)
            desk.run()
        assert desk.part("delivery-1").state in {S.CLAIMED, S.RECEIPTED}
    assert len(server.texts) == 1


def test_the_uncertain_state_is_on_the_disk_before_the_dot_leaves(desk: JobContext, authority: Authority) -> None:
    def look(wire: Wire) -> None:
        seen.append(desk.part("delivery-1").state)
        wire.say(b"250 kept\r\n")

    seen: list[DeliveryState] = []
    with scripted(desk, authority, dot=look):
        desk.add("delivery-1", "mail", notice=None)
        desk.run()
    assert seen == [S.UNCERTAIN]
    assert desk.part("delivery-1").state is S.CLAIMED


def test_a_part_whose_sender_died_is_taken_up_at_once_but_not_for_ever(desk: JobContext, authority: Authority) -> None:
    with scripted(desk, authority) as server:
        desk.add("delivery-1", "mail", notice=None)
        for _ in range(3):
            with pytest.raises(Killed):
                desk.sender(MortalOutbox(desk.home, S.UNCERTAIN, before=True)).run_once()
        with pytest.raises(Killed):
            desk.sender(MortalOutbox(desk.home, S.UNCERTAIN, before=True)).run_once()
        assert desk.run() == []
        desk.clock.pass_time(6 * 3600)
        assert [one.state for one in desk.run()] == [S.CLAIMED]
    assert len(server.texts) == 1


def test_two_senders_at_once_never_send_twice(desk: JobContext, tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    with PostOffice(inbox, tmp_path / "ca.pem") as office:
        desk.destination("mail", office.url())
        for number in range(6):
            desk.add(f"delivery-{number}", "mail", report=bytes(20_000))
        start = threading.Barrier(3)

        def work() -> None:
            sender = Sender(Outbox(desk.home), desk.routes, desk.clock)
            start.wait()
            while sender.run_once():
                pass

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        desk.run()
    received = identifiers([path.read_bytes() for path in inbox.received()])
    assert sorted(received) == sorted(part.message_id for one in desk.outbox.deliveries() for part in one.parts)


def test_what_another_sender_did_between_plan_and_claim_is_seen(desk: JobContext, authority: Authority) -> None:
    class LateOutbox(Outbox):
        """Its list is from before the other sender came."""

        def deliveries(self) -> list[Delivery]:
            return earlier

    with scripted(desk, authority) as server:
        desk.add("delivery-1", "mail")
        earlier = desk.outbox.deliveries()
        desk.run()
        assert desk.sender(LateOutbox(desk.home)).run_once() == []
    assert len(server.texts) == 2


def test_while_another_sender_has_a_delivery_it_is_left_alone(desk: JobContext) -> None:
    desk.folder("stick")
    desk.add("delivery-1", "stick")
    with desk.outbox.claim("delivery-1"):
        assert desk.run() == []
        with pytest.raises(Unavailable, match="delivery-busy"):
            desk.sender().send_again("delivery-1", "report")
    assert len(desk.run()) == 2


def test_stopping_ends_the_round_and_loses_nothing(desk: JobContext, authority: Authority) -> None:
    with scripted(desk, authority) as server:
        desk.add("delivery-1", "mail")
        sender = desk.sender()
        heard = desk.told.append

        def stop_at_progress(event: Event) -> None:
            heard(event)
            if isinstance(event, DeliveryMoved) and (event.part, event.state) == (PartRole.REPORT, S.SENDING):
                sender.stop()

        sender = Sender(desk.outbox, desk.routes, desk.clock, listener=stop_at_progress, limits=QUICK)
        sender.run_once()
        assert desk.states("delivery-1") == [S.CLAIMED, S.WAITING]
        assert desk.part("delivery-1").error.code == Code.SENDING_STOPPED
        assert len(desk.run()) == 1
    assert len(server.texts) == 2


def test_every_move_is_told_and_progress_not_too_often(desk: JobContext) -> None:
    desk.folder("stick")
    desk.add("delivery-1", "stick", report=bytes(3_000_000), notice=None)
    desk.run()
    moves = [event.state for event in desk.told if isinstance(event, DeliveryMoved)]
    progress = [event for event in desk.told if isinstance(event, WorkProgressed)]
    assert moves == [S.SENDING, S.READ_BACK]
    assert {type(state) for state in moves} == {S}
    assert len(progress) == 2  # the clock stands still: the first and the last
    assert progress[-1] == WorkProgressed("send/delivery-1/report", 3_000_000, 3_000_000)


def test_the_outbox_in_clear_learns_no_address_and_no_password(desk: JobContext, authority: Authority) -> None:
    with scripted(desk, authority, RCPT=b"550 5.1.1 desk@newsroom.example is unknown here\r\n"):
        desk.add("delivery-1", "mail")
        desk.run()
    written = b"".join(path.read_bytes() for path in desk.home.rglob("*.json"))
    assert desk.part("delivery-1").error == PartError(Code.RECIPIENT_REFUSED, 550)
    assert not any(
        word in written for word in (b"newsroom", b"here.example", b"127.0.0.1", b"p\xc3\xa4ss", b"unknown here")
    )


def test_a_full_disk_under_the_outbox_is_told_for_each_and_ends_nothing(desk: JobContext) -> None:
    class FullOutbox(Outbox):
        def move(self, delivery_id: str, role: str, state: DeliveryState, **facts: Any) -> Delivery:
            raise Refused(Code.DISK_FULL)

    desk.folder("stick")
    desk.add("delivery-1", "stick")
    desk.add("delivery-2", "stick")
    attempts = desk.sender(FullOutbox(desk.home)).run_once()
    assert [(one.error, one.state) for one in attempts] == [(Code.DISK_FULL, S.WAITING)] * 4
    assert len(desk.run()) == 4


def test_a_removed_destination_can_be_replaced(desk: JobContext) -> None:
    desk.folder("stick")
    delivery = desk.add("delivery-1", "other")
    desk.run()
    desk.routes["other"] = dataclasses.replace(desk.routes["stick"], id="other")
    assert [one.state for one in desk.run(now_online=False)] == [S.READ_BACK] * len(delivery.parts)


class MovingDisk(Outbox):
    """The real outbox on a disk that takes everything but the states in `refused`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.refused: set[DeliveryState] = set()
        self.only: str | None = None

    def move(self, delivery_id: str, role: str, state: DeliveryState, **facts: Any) -> Delivery:
        if state in self.refused and self.only in {None, delivery_id}:
            raise Refused(Code.DISK_FULL)
        return super().move(delivery_id, role, state, **facts)


def held(desk: JobContext) -> list[Event]:
    return [event for event in desk.told if isinstance(event, (SendingHeld, SendingResumed))]


@pytest.fixture
def disk(desk: JobContext) -> MovingDisk:
    return MovingDisk(desk.home)


def test_what_cannot_be_noted_as_begun_is_not_sent_until_there_is_room(
    desk: JobContext, disk: MovingDisk, authority: Authority
) -> None:
    with scripted(desk, authority) as server:
        desk.add("delivery-1", "mail", notice=None)
        sender = desk.sender(disk)
        disk.refused = set(S)
        for _ in range(3):
            assert [one.error for one in sender.run_once(False)] == [Code.DISK_FULL]
            assert sender.due_in() == 5.0, "neither in a tight loop nor in minutes"
            desk.clock.pass_time(5)
        assert server.texts == []
        assert held(desk) == [SendingHeld(Code.DISK_FULL, 0)]
        assert sender.write_down() == SendingHeld(Code.DISK_FULL, 0)
        disk.refused = set()
        assert [one.state for one in sender.run_once(False)] == [S.CLAIMED]
        assert held(desk)[1:] == [SendingResumed()]
        assert sender.fault is None
        assert len(server.texts) == 1


def test_what_was_due_at_the_connection_s_return_and_found_no_room_goes_when_there_is_some(
    desk: JobContext, disk: MovingDisk, authority: Authority
) -> None:
    with scripted(desk, authority, MAIL=b"451 later\r\n"):
        desk.add("delivery-1", "mail", notice=None)
        sender = desk.sender(disk)
        sender.run_once()
    with ScriptedServer(authority, {}) as server:
        desk.destination("mail", server.url())
        disk.refused = set(S)
        sender.run_once(True)
        disk.refused = set()
        assert [one.state for one in sender.run_once(False)] == [S.CLAIMED]
        assert len(server.texts) == 1


def test_without_a_note_that_it_is_handed_over_the_dot_does_not_leave(
    desk: JobContext, disk: MovingDisk, authority: Authority
) -> None:
    with scripted(desk, authority) as server:
        desk.add("delivery-1", "mail", notice=None)
        sender = desk.sender(disk)
        disk.refused = set(S) - {S.SENDING}
        assert [(one.state, one.error) for one in sender.run_once()] == [(S.WAITING, Code.DISK_FULL)]
        assert server.texts == []
        assert held(desk) == [SendingHeld(Code.DISK_FULL, 1)]
        assert desk.states("delivery-1") == [S.SENDING]
        disk.refused = set()
        assert sender.run_once(False) == [], "it waits its turn, as after any failure"
        assert desk.part("delivery-1").error.code == Code.DISK_FULL
        assert held(desk)[1:] == [SendingResumed()]
        assert [one.state for one in sender.run_once(True)] == [S.CLAIMED]
        assert len(server.texts) == 1


@pytest.mark.parametrize("state", [S.CLAIMED, S.READ_BACK])
def test_what_arrived_and_could_not_be_noted_is_not_sent_again_by_anybody(
    state: DeliveryState, desk: JobContext, disk: MovingDisk, authority: Authority
) -> None:
    with scripted(desk, authority) as server:
        if state is S.CLAIMED:
            desk.add("delivery-1", "mail", notice=None)
        else:
            desk.folder("stick")
            desk.add("delivery-1", "stick", notice=None)
        pending = PendingOutcomes()
        sender = desk.sender(disk, pending)
        disk.refused = {state}
        arrived = desk.clock.read()
        assert [one.state for one in sender.run_once()] == [state]
        assert held(desk) == [SendingHeld(Code.DISK_FULL, 1)]
        assert state not in desk.states("delivery-1")
        # Long after an uncertain mail would be sent once more: by this sender, the next one here, and another process.
        for _ in range(3):
            desk.clock.pass_time(HOLD_S + 60)
            assert sender.run_once() == []
            assert desk.sender(disk, pending).run_once() == []
            assert desk.sender().run_once() == []
        with pytest.raises(Unavailable, match="delivery-busy"):
            desk.sender().send_again("delivery-1", "report")
        assert sender.write_down() == SendingHeld(Code.DISK_FULL, 1)
        disk.refused = set()
        assert sender.write_down() is None
        assert desk.states("delivery-1") == [state]
        ((_, news),) = desk.outbox.news()
        assert news[-1].at == arrived, "the time is that of the answer, not of the writing"
        assert desk.sender().run_once() == []
        assert len(server.texts) == (state is S.CLAIMED)


def test_a_delivery_whose_state_cannot_be_written_does_not_stop_the_others(
    desk: JobContext, disk: MovingDisk, authority: Authority
) -> None:
    with scripted(desk, authority) as server:
        for name in ("delivery-1", "delivery-2", "delivery-3"):
            desk.add(name, "mail", notice=None)
        disk.refused, disk.only = set(S), "delivery-2"
        told = desk.sender(disk).run_once()
        assert [(one.delivery_id, one.state) for one in told] == [
            ("delivery-1", S.CLAIMED),
            ("delivery-2", S.WAITING),
            ("delivery-3", S.CLAIMED),
        ]
        assert len(server.texts) == 2


def test_what_the_outbox_settled_meanwhile_is_not_overwritten(
    desk: JobContext, disk: MovingDisk, authority: Authority
) -> None:
    with scripted(desk, authority):
        desk.add("delivery-1", "mail", notice=None)
        sender = desk.sender(disk)
        disk.refused = {S.CLAIMED}
        sender.run_once()
        desk.outbox.move("delivery-1", "report", S.RECEIPTED, at=desk.clock.read())
        disk.refused = set()
        assert sender.run_once() == []
        assert desk.states("delivery-1") == [S.RECEIPTED]
        with desk.outbox.claim("delivery-1"):
            pass
