"""Checks side by side: the one file of this room that starts threads."""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NoReturn, Protocol, TypeVar

_Found = TypeVar("_Found")

Lock = threading.Lock


class Start(Protocol):
    """Start a check beside the others; its result is asked of what comes back."""

    def __call__(self, check: Callable[[], _Found], /) -> Future[_Found]: ...


@contextlib.contextmanager
def side_by_side(most: int) -> Iterator[Start]:
    """Checks at the same time, at most so many; all have ended when this ends."""
    with ThreadPoolExecutor(most, "probe") as pool:
        yield pool.submit


def within(limit_s: float, call: Callable[[], _Found]) -> _Found:
    """What a call that cannot be cancelled brings within `limit_s`; past it, its thread is left to end by itself.

    Raises `TimeoutError`, and the `OSError` or `ValueError` that the call raises.
    """
    answered: queue.SimpleQueue[Callable[[], _Found]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = call()
        except (OSError, ValueError) as error:
            answered.put(_raiser(error))
        else:
            answered.put(lambda: found)

    threading.Thread(target=ask, name="left behind at its deadline", daemon=True).start()
    try:
        answer = answered.get(timeout=limit_s)
    except queue.Empty:
        raise TimeoutError("deadline") from None
    return answer()


def _raiser(error: Exception) -> Callable[[], NoReturn]:
    def fail() -> NoReturn:
        raise error

    return fail
