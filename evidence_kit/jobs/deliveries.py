"""Jobs about what is on its way: the person's own decisions."""

from dataclasses import dataclass
from enum import Enum, auto

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.model.delivery import Delivery, DeliveryState


class Act(Enum):
    """What a person can decide about a delivery."""

    SEND_AGAIN = auto()
    ARRIVED = auto()
    PAUSE = auto()
    RESUME = auto()


@dataclass(frozen=True, slots=True)
class SettleDelivery(Job[Delivery]):
    """Carry out a person's decision about a delivery; its parts that are not open stay as they are.

    `part`, a role, restricts sending again and arrival to it: of two mails one can be there and the other lost.
    Raises `Refused` with "no-such-delivery", "no-such-part", or "delivery-settled" where nothing is open to decide,
    `Unavailable(Code.DELIVERY_BUSY)` while it is being sent.
    """

    delivery: str
    act: Act
    part: str | None = None

    def run(self, context: JobContext) -> Delivery:
        outbox = context.vault.outbox
        if self.act is Act.PAUSE:
            return outbox.pause(self.delivery)
        if self.act is Act.RESUME:
            return outbox.resume(self.delivery)
        open_states = {DeliveryState.UNCERTAIN}
        if self.act is Act.SEND_AGAIN:
            open_states.add(DeliveryState.NEEDS_ANOTHER_WAY)
        delivery = outbox.delivery(self.delivery)
        parts = [part for part in delivery.parts if self.part in {None, part.role}]
        if not parts:
            raise Refused(Code.NO_SUCH_PART, delivery=self.delivery, part=self.part)
        roles = [part.role for part in parts if part.state in open_states]
        if not roles:
            raise Refused(Code.DELIVERY_SETTLED, delivery=self.delivery)
        from evidence_kit.sync.sender import Sender  # with all ways to send, for who decides about one

        sender = Sender(outbox, None, context.clock)
        for role in roles:
            settle = sender.send_again if self.act is Act.SEND_AGAIN else sender.take_as_arrived
            delivery = settle(self.delivery, role)
        context.vault.absorb()
        return delivery
