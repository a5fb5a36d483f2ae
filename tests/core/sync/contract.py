"""What every way of sending must fulfil: one subclass for each type of destination, with a far side that is real.

A new type's tests begin with `class TestItsContract(TransportContract)`, its `TYPE` and a fixture `far`.
"""

import hashlib
import io
import socket
import tracemalloc
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, ClassVar

import pytest

from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.errors import Broken, KitError, Refused, Unavailable
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.destination_form import FieldKind
from evidence_kit.sync.connection import Direct
from evidence_kit.sync.destination_type import DestinationType
from evidence_kit.sync.metering import Meter, Unmetered
from evidence_kit.sync.network import Limits, Network, Opener
from evidence_kit.sync.transport import OutgoingMessage, SentState, Unanswered
from evidence_kit.sync.types import TYPES, faults_of, read_route, route_from, type_of
from evidence_kit.words.sentences import SENTENCES

CONTENT = bytes(range(256)) * 3000
PATIENT = Limits(connect_s=10, reply_s=10, stall_s=10, accept_s=10, total_s=60)
LARGE = 48_000_000
FLAT = 8_000_000


class FarSide(ABC):
    """A real place that messages arrive at, and what can be wrong with it."""

    @property
    @abstractmethod
    def url(self) -> str:
        """Its address as a person gives it, with a secret where such addresses can hold one."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must show nowhere, as it is written in the address and as it is meant."""
        return ()

    @abstractmethod
    def arrived(self) -> list[bytes]:
        """The ciphertexts that somebody at the far side finds, whole or not."""

    @abstractmethod
    def identifiers(self) -> list[str]:
        """By what the far side tells them apart, one for each."""

    @abstractmethod
    def away(self) -> AbstractContextManager[object]:
        """It cannot be reached for a while."""

    @abstractmethod
    def refusing(self) -> AbstractContextManager[object]:
        """It will not have a message of the size of `CONTENT`, and that is certain."""

    def silent(self) -> AbstractContextManager[object] | None:
        """It takes everything and never answers; None where our own second look leaves nothing uncertain."""
        return None


@dataclass
class Heard:
    """What a sender was told while sending, in order."""

    progress: list[int] = field(default_factory=list)
    handed_over: int = 0

    def progressed(self, done: int) -> None:
        self.progress.append(done)

    def handing_over(self) -> None:
        self.handed_over += 1


@dataclass
class Counting:
    """A meter that notes everything, and refuses it where it is told to."""

    refuses: bool = False
    asked: list[int] = field(default_factory=list)
    counted: list[tuple[int, int]] = field(default_factory=list)

    def allow(self, size: int) -> None:
        self.asked.append(size)
        if self.refuses:
            raise Unavailable(Code.DAILY_LIMIT)

    def count(self, sent: int, received: int) -> None:
        self.counted.append((sent, received))


@dataclass
class NoWayOut:
    """A proxy that does not answer."""

    asked: int = 0

    def open(self, host: str, port: int, timeout_s: float) -> socket.socket:
        self.asked += 1
        raise Unavailable(Code.PROXY_UNREACHABLE)


class Endless(io.RawIOBase):
    """So many bytes that lie nowhere in memory."""

    def __init__(self, size: int) -> None:
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), self._left)
        buffer[:count] = bytes(count)
        self._left -= count
        return count


def outgoing(ciphertext: bytes = CONTENT, **changed: object) -> OutgoingMessage:
    facts: dict[str, Any] = {
        "name": "0123456789abcdef.pgp",
        "message_id": "<one@two.invalid>",
        "sha256": hashlib.sha256(ciphertext).hexdigest(),
        "size": len(ciphertext),
        "content": io.BytesIO(ciphertext),
    }
    return OutgoingMessage(**{**facts, **changed})


def send(
    far: FarSide,
    message: OutgoingMessage | None = None,
    *,
    heard: Heard | None = None,
    opener: Opener | None = None,
    meter: Meter | None = None,
    handing_over: Callable[[], None] | None = None,
    progressed: Callable[[int], None] | None = None,
) -> SentState:
    heard = heard or Heard()
    network = Network(SystemClock(), opener or Direct(), PATIENT, meter or Unmetered())
    transport = read_route(far.url).transport(network)
    return transport.send(message or outgoing(), handing_over or heard.handing_over, progressed or heard.progressed)


def fault(far: FarSide, message: OutgoingMessage | None = None, **how: Any) -> KitError:
    with pytest.raises(KitError) as caught:
        send(far, message, **how)
    return caught.value


class TransportContract:
    """The promises. `LEAVES_SECOND_COPY`: a repeated message lies there twice, under one identifier."""

    TYPE: ClassVar[DestinationType]
    LEAVES_SECOND_COPY: ClassVar[bool]

    @pytest.fixture
    def far(self) -> FarSide:
        raise NotImplementedError

    @pytest.fixture
    def roomy(self, far: FarSide) -> FarSide:
        """A far side whose own memory is not this process's."""
        return far

    # What is sent

    @pytest.mark.parametrize("size", [1, 47, 48, 49, 192 * 1024, len(CONTENT)])
    def test_the_bytes_arrive_exactly_and_it_is_told_how_far_that_is_known(self, far: FarSide, size: int) -> None:
        content = (CONTENT * 2)[:size]
        assert send(far, outgoing(content)) is self.TYPE.reaches
        assert far.arrived() == [content]

    @pytest.mark.parametrize(
        "changed",
        [{"sha256": "0" * 64}, {"size": len(CONTENT) - 1}, {"size": len(CONTENT) + 1}],
        ids=["hash", "long", "short"],
    )
    def test_a_damaged_message_is_said_to_be_broken_and_never_arrives(
        self, far: FarSide, changed: dict[str, Any]
    ) -> None:
        error = fault(far, outgoing(**changed))
        assert (type(error), error.code.value) == (Broken, "parcel-damaged")
        assert far.arrived() == []

    def test_progress_grows_to_the_end(self, far: FarSide) -> None:
        heard = Heard()
        send(far, heard=heard)
        assert len(heard.progress) > 1
        assert heard.progress == sorted(set(heard.progress))
        assert heard.progress[-1] == len(CONTENT)

    def test_whoever_hears_the_progress_may_stop_it_and_nothing_arrives(self, far: FarSide) -> None:
        def stop(_done: int) -> None:
            raise Unavailable(Code.SENDING_STOPPED)

        assert fault(far, progressed=stop).code is Code.SENDING_STOPPED
        assert far.arrived() == []

    def test_after_a_stop_the_same_message_goes(self, far: FarSide) -> None:
        def stop(_done: int) -> None:
            raise Unavailable(Code.SENDING_STOPPED)

        fault(far, progressed=stop)
        assert send(far) is self.TYPE.reaches
        assert far.arrived() == [CONTENT]

    def test_the_same_message_sent_again_is_safe(self, far: FarSide) -> None:
        assert {send(far), send(far)} == {self.TYPE.reaches}
        assert far.arrived() == [CONTENT] * (2 if self.LEAVES_SECOND_COPY else 1)
        assert len(set(far.identifiers())) == 1

    def test_two_messages_are_told_apart(self, far: FarSide) -> None:
        send(far, outgoing(b"one" * 100, name="one.pgp", message_id="<one@a.invalid>"))
        send(far, outgoing(b"two" * 100, name="two.pgp", message_id="<two@a.invalid>"))
        assert sorted(far.arrived()) == [b"one" * 100, b"two" * 100]
        assert len(set(far.identifiers())) == 2

    def test_a_large_message_passes_through_little_memory(self, roomy: FarSide) -> None:
        digest = hashlib.sha256(bytes(LARGE)).hexdigest()
        content: BinaryIO = io.BufferedReader(Endless(LARGE))  # type: ignore[assignment]  # read alone
        tracemalloc.start()
        try:
            send(roomy, outgoing(content=content, sha256=digest, size=LARGE))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < FLAT

    # The moment after which nobody knows

    def test_it_is_handed_over_at_most_once_and_only_where_something_can_stay_unknown(self, far: FarSide) -> None:
        heard = Heard()
        state = send(far, heard=heard)
        assert heard.handed_over == (0 if state is DeliveryState.READ_BACK else 1)

    def test_where_handing_over_cannot_be_written_down_it_does_not_happen(self, far: FarSide) -> None:
        def no_room() -> None:
            raise Refused(Code.DISK_FULL)

        if self.TYPE.reaches is DeliveryState.READ_BACK:
            assert send(far, handing_over=no_room) is DeliveryState.READ_BACK  # it was never asked
        else:
            assert fault(far, handing_over=no_room).code is Code.DISK_FULL
            assert far.arrived() == []

    def test_no_answer_after_handing_over_is_said_to_be_unanswered(self, far: FarSide) -> None:
        silence = far.silent()
        assert (silence is None) == (self.TYPE.reaches is DeliveryState.READ_BACK)
        if silence is not None:
            heard = Heard()
            with silence:
                assert type(fault(far, outgoing(CONTENT[:1000]), heard=heard)) is Unanswered
            assert heard.handed_over == 1

    # What is wrong with the far side

    def test_a_far_side_out_of_reach_is_worth_another_try_and_says_so_for_all_its_messages(self, far: FarSide) -> None:
        heard = Heard()
        with far.away():
            error = fault(far, heard=heard)
            faults = faults_of(far.url)
        assert type(error) is Unavailable
        assert error.code in faults.of_destination
        assert heard.handed_over == 0
        assert send(far) is self.TYPE.reaches  # it is back

    def test_a_certain_refusal_is_refused_and_nothing_arrives(self, far: FarSide) -> None:
        heard = Heard()
        with far.refusing():
            error = fault(far, heard=heard)
        assert type(error) is Refused
        assert far.arrived() == []
        assert send(far) is self.TYPE.reaches

    def test_every_error_has_a_sentence(self, far: FarSide) -> None:
        with far.away():
            away = fault(far)
        with far.refusing():
            refused = fault(far)
        known = self.TYPE.faults.of_destination | self.TYPE.faults.may_pass
        assert known | {away.code, refused.code} <= SENTENCES.keys()

    # The network

    def test_a_connection_goes_through_the_way_out_or_not_at_all(self, far: FarSide) -> None:
        way = NoWayOut()
        if self.TYPE.by_network:
            assert fault(far, opener=way).code is Code.PROXY_UNREACHABLE
            assert far.arrived() == []
            assert way.asked == 1
        else:
            send(far, opener=way)
            assert way.asked == 0

    def test_what_it_takes_of_the_network_is_asked_for_and_counted(self, far: FarSide) -> None:
        meter = Counting()
        send(far, meter=meter)
        if self.TYPE.by_network:
            assert [size >= len(CONTENT) for size in meter.asked] == [True]
            assert sum(sent for sent, _ in meter.counted) >= len(CONTENT)
        else:
            assert (meter.asked, meter.counted) == ([], [])

    def test_where_the_meter_says_no_nothing_leaves(self, far: FarSide) -> None:
        if self.TYPE.by_network:
            way = NoWayOut()
            assert fault(far, meter=Counting(refuses=True), opener=way).code is Code.DAILY_LIMIT
            assert way.asked == 0

    # The address, and its form

    def test_the_type_is_known_by_its_address(self, far: FarSide) -> None:
        assert type_of(far.url) is self.TYPE
        assert self.TYPE in TYPES
        assert [one.name for one in TYPES].count(self.TYPE.name) == 1
        assert all(sum(scheme in one.schemes for one in TYPES) == 1 for scheme in self.TYPE.schemes)

    def test_an_address_is_read_as_the_same_however_often_it_is_written(self, far: FarSide) -> None:
        route = read_route(far.url)
        assert read_route(route.url()) == route

    def test_the_form_holds_the_whole_address(self, far: FarSide) -> None:
        route = read_route(far.url)
        values = {one.name: "" for one in self.TYPE.form.fields} | dict(route.values())
        assert values.keys() == {one.name for one in self.TYPE.form.fields}
        assert route_from(self.TYPE.name, values) == route

    def test_a_form_can_be_drawn(self) -> None:
        form = self.TYPE.form
        names = [one.name for one in form.fields]
        assert form.title
        assert len(set(names)) == len(names) > 0
        for one in form.fields:
            assert one.label
            assert (one.kind is FieldKind.CHOICE) == bool(one.choices)
            assert one.follows in {"", *names}
            assert {name for choice in one.choices for name, _ in choice.usual} <= set(names)
            assert not (one.behind and one.needed), "what is needed is in sight"

    def test_no_secret_shows_anywhere(self, far: FarSide) -> None:
        route = read_route(far.url)
        told = route.shown()
        secret_fields = {one.name for one in self.TYPE.form.fields if one.kind is FieldKind.SECRET}
        said = [repr(route), str(route), route.url_shown(), told.words, *told.facts.values()]
        said += [value for name, value in route.values().items() if name not in secret_fields]
        with far.away():
            said += everything_of(fault(far))
        with far.refusing():
            said += everything_of(fault(far))
        for secret in far.secrets:
            assert len(secret) > 5
            assert secret in far.url or secret in route.values().values()
            assert not [one for one in said if secret in one]


def everything_of(error: KitError) -> list[str]:
    """Whatever of an error could be written down, with what caused it."""
    said: list[str] = []
    one: BaseException | None = error
    while one is not None:
        said += [repr(one), str(one), repr(getattr(one, "facts", ""))]
        one = one.__cause__ or one.__context__
    return said
