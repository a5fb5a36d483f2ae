"""Long work beside the writer thread, which says how far it is and can be called off."""

import threading
from typing import Protocol, TypeVar

from evidence_kit.errors import Refused
from evidence_kit.jobs.kit import Kit

Answer_co = TypeVar("Answer_co", covariant=True)


class CancelToken:
    """Whether an errand is still wanted."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def call_off(self) -> None:
        self._over.set()

    def check(self) -> None:
        """Raises `Refused(what="called-off")` once nobody wants the work; to be asked between small pieces of it."""
        if self._over.is_set():
            raise Refused(what="called-off")


class LongJob(Protocol[Answer_co]):
    """A frozen dataclass that says what to do with a kit, on a thread of the pool."""

    def perform(self, kit: Kit, cancel: CancelToken) -> Answer_co: ...
