"""The page cameras of one process: warm from page to page, and ended once nobody has used them for a while."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Final

from evidence_kit.capture.page import Camera

# Chromium takes some 200 MB; starting it again takes about a second.
IDLE_S: Final = 180.0


class Cameras:
    """For any number of threads; each camera takes one page at a time. `idle_s` None keeps them until `close`."""

    def __init__(self, idle_s: float | None = None, *, make: Callable[..., Camera] = Camera) -> None:
        self._idle_s = idle_s
        self._make = make
        self._turn = threading.Lock()
        self._warm: dict[bool, tuple[str | None, Camera]] = {}
        self._users = 0
        self._rest: threading.Timer | None = None

    @contextlib.contextmanager
    def lent(self, proxy: str | None, *, script: bool) -> Iterator[Camera]:
        """A camera that goes through `proxy` and no other way; `script` lets pages run theirs. Raises as `Camera`."""
        with self._turn:
            camera = self._camera(proxy, script)
            self._users += 1
        try:
            yield camera
        finally:
            with self._turn:
                self._users -= 1
                self._begin_rest()

    def _camera(self, proxy: str | None, script: bool) -> Camera:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
        known = self._warm.get(script)
        if known is not None and known[0] == proxy:
            return known[1]
        made = self._make(proxy=proxy, javascript=script)
        if known is not None:
            known[1].close()  # the person chose another way since
        self._warm[script] = proxy, made
        return made

    def _begin_rest(self) -> None:
        if self._users or self._idle_s is None:
            return
        self._rest = threading.Timer(self._idle_s, self._end_rest)
        self._rest.daemon = True
        self._rest.start()

    def _end_rest(self) -> None:
        with self._turn:
            if not self._users:
                self._end()

    def _end(self) -> None:
        while self._warm:
            self._warm.popitem()[1][1].close()

    def close(self) -> None:
        """End them now; a page under way becomes `Unavailable(Code.PAGE_CAMERA)`, the next one starts one again."""
        with self._turn:
            if self._rest is not None:
                self._rest.cancel()
                self._rest = None
            self._end()
