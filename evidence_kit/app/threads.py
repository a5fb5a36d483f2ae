"""The threads of the window's process: a pool for what may take long, one that watches, and turns."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from evidence_kit.files import medium_errors
from evidence_kit.jobs.job import AnswerT

_POOL: Final = 4


class Threads:
    """`turn` is held by whoever starts, stops or moves what runs on them: that comes from several threads."""

    def __init__(self) -> None:
        self.turn = threading.RLock()
        self._pool = ThreadPoolExecutor(_POOL, thread_name_prefix="aside")
        self._watch = ThreadPoolExecutor(1, thread_name_prefix="watching")

    def aside(self, work: Callable[[], AnswerT]) -> Future[AnswerT]:
        """Do long work of this process on a thread of the pool."""
        return self._pool.submit(medium_errors()(work))

    def watch(self, work: Callable[[], AnswerT]) -> Future[AnswerT]:
        """Do it on the thread that watches, after what is there already."""
        return self._watch.submit(work)

    def close(self) -> None:
        """Wait for all that was begun."""
        self._pool.shutdown(wait=True)
        self._watch.shutdown(wait=True)
