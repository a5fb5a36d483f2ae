"""What a delivery takes of the network is counted as the kernel saw it, and the meter's word comes first."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from evidence_kit.codes import Code
from evidence_kit.drill.mail_server import Inbox, PostOffice
from evidence_kit.errors import KitError, Unavailable
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.sync.connection import Direct, Socks
from evidence_kit.sync.metering import passed
from evidence_kit.sync.network import Network, Opener
from evidence_kit.sync.sender import Sender
from evidence_kit.sync.smtp.armour import armoured_size
from evidence_kit.sync.transport import Transport
from evidence_kit.sync.types import read_route
from tests.core.sync.test_sender import QUICK, JobContext, scripted
from tests.core.sync.test_smtp import CONTENT, PATIENT, outgoing
from tests.fakes.clock import FakeClock
from tests.fakes.mail import Authority, ScriptedServer, SocksProxy


@dataclass
class Noted:
    """A meter that notes everything; it refuses what is larger than `most`."""

    most: int = 10**12
    asked: list[int] = field(default_factory=list)
    counted: list[tuple[int, int]] = field(default_factory=list)

    def allow(self, size: int) -> None:
        self.asked.append(size)
        if size > self.most:
            raise Unavailable(Code.DAILY_LIMIT)

    def count(self, sent: int, received: int) -> None:
        self.counted.append((sent, received))


def mail(url: str, meter: Noted, opener: Opener | None = None) -> Transport:
    return read_route(url).transport(Network(FakeClock(), opener or Direct(), PATIENT, meter))


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
        with near, far:
            yield near, far


def test_the_kernel_tells_what_passed_both_ways(line: tuple[socket.socket, socket.socket]) -> None:
    near, far = line
    near.sendall(bytes(70_000))
    assert len(far.recv(70_000, socket.MSG_WAITALL)) == 70_000
    far.sendall(bytes(7))
    assert len(near.recv(7, socket.MSG_WAITALL)) == 7
    assert passed(near) == (70_000, 7)


def test_where_the_kernel_does_not_tell_nothing_is_made_up() -> None:
    ends = socket.socketpair()
    with ends[0], ends[1]:
        assert passed(ends[0]) is None


@pytest.mark.parametrize("implicit_tls", [False, True], ids=["starttls", "implicit"])
def test_a_mail_is_counted_with_its_armour_and_its_encryption(tmp_path: Path, implicit_tls: bool) -> None:
    meter = Noted()
    with PostOffice(Inbox(tmp_path), tmp_path / "ca.pem", implicit_tls=implicit_tls) as office:
        mail(office.url(), meter).send(outgoing(), lambda: None, lambda _done: None)
    ((sent, received),) = meter.counted
    (announced,) = meter.asked
    assert armoured_size(len(CONTENT)) < announced < sent < announced + 30_000
    assert 1000 < received < 30_000


def test_what_a_failed_try_took_is_counted_too(authority: Authority) -> None:
    meter = Noted()
    with ScriptedServer(authority, {"AUTH": b"535 no\r\n"}) as server, pytest.raises(KitError, match="auth-refused"):
        mail(server.url(), meter).send(outgoing(), lambda: None, lambda _done: None)
    ((sent, received),) = meter.counted
    assert sent > 200
    assert received > 200


def test_what_went_through_a_proxy_is_counted(authority: Authority) -> None:
    meter = Noted()
    with ScriptedServer(authority, {}) as server, SocksProxy(server.port) as proxy:
        mail(server.url(), meter, Socks(proxy.url)).send(outgoing(), lambda: None, lambda _done: None)
    assert meter.counted[0][0] > armoured_size(len(CONTENT))


def test_over_the_limit_nobody_is_even_called_and_the_part_waits(desk: JobContext, authority: Authority) -> None:
    meter = Noted(most=20_000)
    with scripted(desk, authority) as server:
        desk.add("delivery-large", "mail", report=bytes(100_000))
        sender = Sender(desk.outbox, desk.routes, desk.clock, limits=QUICK, meter=meter)
        attempts = {one.role: one for one in sender.run_once()}
    assert attempts["notice"].state is DeliveryState.CLAIMED
    assert (attempts["report"].state, attempts["report"].error) == (DeliveryState.WAITING, Code.DAILY_LIMIT)
    assert server.connections == 1
    assert len(meter.counted) == 1


@pytest.fixture
def desk(tmp_path: Path) -> JobContext:
    return JobContext(tmp_path)


def test_a_folder_asks_no_meter(desk: JobContext) -> None:
    meter = Noted(most=0)
    desk.folder("stick")
    desk.add("delivery-1", "stick")
    Sender(desk.outbox, desk.routes, desk.clock, limits=QUICK, meter=meter).run_once()
    assert (meter.asked, meter.counted) == ([], [])
    assert set(desk.states("delivery-1")) == {DeliveryState.READ_BACK}
