"""What a person decides about a delivery, and that nothing else of it changes."""

from dataclasses import dataclass, replace

import pytest

from evidence_kit.errors import Refused
from evidence_kit.jobs.deliveries import Act, SettleDelivery
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.look import ListEntries
from evidence_kit.jobs.report_gathering import GatherReport
from evidence_kit.jobs.report_sealing import CreateReport
from evidence_kit.model.bodies.sharing import DeliveryNoted
from evidence_kit.model.delivery import Delivery, DeliveryState

pytestmark = pytest.mark.slow

S = DeliveryState


@pytest.fixture
def delivery(kit: Kit, desk: str) -> Delivery:
    kit.run(WriteNote("on its way"))
    choice = GatherReport(disruption=None, entries=(), destinations=(desk,), text="")
    ((delivery, _),) = kit.run(CreateReport(choice)).deliveries
    return delivery


@dataclass(frozen=True, slots=True)
class Came(Job[None]):
    """As a sender would leave the parts: `notice` and `report` each got as far as that."""

    delivery: str
    notice: DeliveryState
    report: DeliveryState

    def run(self, context: JobContext) -> None:
        for role, reached in (("notice", self.notice), ("report", self.report)):
            for state in (S.SENDING, reached):
                context.vault.outbox.move(self.delivery, role, state, at=context.clock.read())
        context.vault.absorb()


def states(delivery: Delivery) -> tuple[DeliveryState, ...]:
    return tuple(part.state for part in delivery.parts)


def told(kit: Kit) -> list[tuple[str, str]]:
    bodies = [entry.body for entry in kit.run(ListEntries())]
    return [(body.part, body.state) for body in bodies if isinstance(body, DeliveryNoted)]


@pytest.mark.parametrize(
    ("act", "came", "left"),
    [
        (Act.SEND_AGAIN, (S.CLAIMED, S.UNCERTAIN), (S.CLAIMED, S.WAITING)),
        (Act.SEND_AGAIN, (S.UNCERTAIN, S.NEEDS_ANOTHER_WAY), (S.WAITING, S.WAITING)),
        (Act.ARRIVED, (S.UNCERTAIN, S.UNCERTAIN), (S.CLAIMED, S.CLAIMED)),
        (Act.ARRIVED, (S.UNCERTAIN, S.NEEDS_ANOTHER_WAY), (S.CLAIMED, S.NEEDS_ANOTHER_WAY)),
    ],
)
def test_only_what_is_open_is_settled_and_the_journal_hears_of_it(
    kit: Kit,
    delivery: Delivery,
    act: Act,
    came: tuple[DeliveryState, DeliveryState],
    left: tuple[DeliveryState, DeliveryState],
) -> None:
    kit.run(Came(delivery.id, *came))
    before = told(kit)
    assert states(kit.run(SettleDelivery(delivery.id, act))) == left
    roles = ("notice", "report")
    changed = [(role, new.value) for role, old, new in zip(roles, came, left, strict=True) if old is not new]
    assert told(kit) == [*before, *changed]


@pytest.mark.parametrize(
    ("act", "came"),
    [(Act.SEND_AGAIN, (S.CLAIMED, S.CLAIMED)), (Act.ARRIVED, (S.CLAIMED, S.NEEDS_ANOTHER_WAY))],
)
def test_where_nothing_is_open_there_is_nothing_to_decide(
    kit: Kit, delivery: Delivery, act: Act, came: tuple[DeliveryState, DeliveryState]
) -> None:
    kit.run(Came(delivery.id, *came))
    with pytest.raises(Refused, match="delivery-settled"):
        kit.run(SettleDelivery(delivery.id, act))


def test_one_part_is_settled_without_the_other(kit: Kit, delivery: Delivery) -> None:
    kit.run(Came(delivery.id, S.UNCERTAIN, S.UNCERTAIN))
    assert states(kit.run(SettleDelivery(delivery.id, Act.ARRIVED, "notice"))) == (S.CLAIMED, S.UNCERTAIN)
    with pytest.raises(Refused, match="delivery-settled"):
        kit.run(SettleDelivery(delivery.id, Act.ARRIVED, "notice"))
    with pytest.raises(Refused, match="no-such-part"):
        kit.run(SettleDelivery(delivery.id, Act.ARRIVED, "letter"))
    assert states(kit.run(SettleDelivery(delivery.id, Act.SEND_AGAIN, "report"))) == (S.CLAIMED, S.WAITING)


def test_a_delivery_is_held_back_and_let_go_on(kit: Kit, delivery: Delivery) -> None:
    assert kit.run(SettleDelivery(delivery.id, Act.PAUSE)) == replace(delivery, paused=True)
    assert kit.run(SettleDelivery(delivery.id, Act.RESUME)) == delivery
    with pytest.raises(Refused, match="no-such-delivery"):
        kit.run(SettleDelivery("00000000", Act.PAUSE))
