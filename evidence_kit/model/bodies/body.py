"""What every kind of entry's body declares, and the kinds that there are."""

from collections.abc import Iterator
from dataclasses import fields
from typing import ClassVar, Final

from evidence_kit.model.exhibit import Exhibit


class Body:
    """What an entry says. Each kind is a frozen dataclass derived from this, and declares what readers go by.

    `KIND` is its name in the line; `SEARCHED` the fields whose words can be searched (text, or nouns with a `text`);
    `REPORTABLE` whether it may leave with a report: what is the person's or the network's may, and what tells of
    recipients, destinations and deliveries may not. The dataclass's fields are the format's fields. Left out, any of
    them is a `TypeError` when the class is made, and so is a kind that another class has.
    """

    __slots__ = ()
    KIND: ClassVar[str]
    SEARCHED: ClassVar[tuple[str, ...]]
    REPORTABLE: ClassVar[bool]
    # Fields that name an exhibit whose words can be searched too (UTF-8).
    SEARCHED_EXHIBITS: ClassVar[tuple[str, ...]] = ()
    # Whether it tells the course of the disruption that it is linked to.
    IS_STEP: ClassVar[bool] = False

    def __init_subclass__(cls, *, is_kind: bool = True) -> None:
        if not is_kind:
            return
        for name in ("KIND", "SEARCHED", "REPORTABLE"):
            if name not in cls.__dict__:
                raise TypeError(f"{cls.__name__} does not say its {name}")
        # A dataclass with slots is made twice, the second time from the first.
        known = BODIES.setdefault(cls.KIND, cls)
        if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"{cls.__name__} has the kind of {known.__name__}")
        BODIES[cls.KIND] = cls

    @property
    def link(self) -> str | None:
        """The id of the disruption that it names as the one it belongs to."""
        return None

    @property
    def texts(self) -> Iterator[str]:
        """What can be searched in it, as it was written."""
        for name in self.SEARCHED:
            value = getattr(self, name)
            values = value if isinstance(value, tuple) else (value or "",)
            yield from (one if isinstance(one, str) else one.text for one in values)

    @property
    def exhibits(self) -> Iterator[Exhibit]:
        """Every exhibit that it names, in the order of its fields."""
        for one in fields(self):  # type: ignore[arg-type]  # every kind is a dataclass
            value = getattr(self, one.name)
            if isinstance(value, Exhibit):
                yield value


BODIES: Final[dict[str, type[Body]]] = {}


class Linked(Body, is_kind=False):
    """A kind with a field `disruption`: the id of the one that was open, or suspected, at that moment."""

    __slots__ = ()
    disruption: str | None

    @property
    def link(self) -> str | None:
        return self.disruption


class Step(Linked, is_kind=False):
    """A kind that tells the course of a disruption."""

    __slots__ = ()
    disruption: str
    IS_STEP = True
