"""No thread but the widgets' own collects cyclic garbage."""

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

from ui.gui_thread_gc import GuiThreadGc


class Cycle:
    """Held by nobody but itself; notes on which thread it went."""

    def __init__(self, went: list[int]) -> None:
        self.myself = self
        weakref.finalize(self, lambda: went.append(threading.get_ident()))


def test_garbage_goes_on_the_widgets_thread_and_on_no_other(gui_gc: GuiThreadGc) -> None:
    went: list[int] = []

    def litter() -> None:
        for _ in range(20 * gc.get_threshold()[0]):
            Cycle(went)

    with ThreadPoolExecutor(1) as aside:
        aside.submit(litter).result()
    assert went == []
    gui_gc.look()
    assert set(went) == {threading.get_ident()}
