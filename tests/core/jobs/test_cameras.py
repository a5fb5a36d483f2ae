"""The page cameras of a process: warm between pages, gone when idle, and never beside the proxy chosen now."""

import threading
from dataclasses import dataclass, field

import pytest

from evidence_kit.capture.page import Camera
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.jobs.cameras import Cameras

PATIENCE_S = 20.0


class FakeCamera(Camera):
    """Starts nothing; says when it is closed."""

    def __init__(self, proxy: str | None, javascript: bool) -> None:
        if proxy == "bad":
            raise Refused(Code.PROXY_UNSUPPORTED)
        self.made_for = proxy, javascript
        self.closed = threading.Event()

    def close(self) -> None:
        self.closed.set()


@dataclass
class Shop:
    made: list[FakeCamera] = field(default_factory=list)

    def make(self, *, proxy: str | None, javascript: bool) -> Camera:
        self.made.append(FakeCamera(proxy, javascript))
        return self.made[-1]


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_a_camera_stays_warm_from_page_to_page_and_each_way_of_scripts_has_its_own(shop: Shop) -> None:
    cameras = Cameras(make=shop.make)
    for script in (True, True, False):
        with cameras.lent(None, script=script):
            pass
    assert [one.made_for for one in shop.made] == [(None, True), (None, False)]
    cameras.close()
    assert all(one.closed.is_set() for one in shop.made)


def test_an_idle_camera_is_ended_and_the_next_page_starts_another(shop: Shop) -> None:
    cameras = Cameras(0.001, make=shop.make)
    with cameras.lent(None, script=True):
        pass
    assert shop.made[0].closed.wait(PATIENCE_S)
    with cameras.lent(None, script=True) as again:
        assert again is shop.made[1]
    cameras.close()


def test_a_camera_in_use_is_not_idle_however_long_it_takes(shop: Shop) -> None:
    cameras = Cameras(0.001, make=shop.make)
    with cameras.lent(None, script=True):
        with cameras.lent(None, script=False):
            pass
        cameras._end_rest()  # what the timer does
        assert not any(one.closed.is_set() for one in shop.made)
    assert shop.made[0].closed.wait(PATIENCE_S)
    assert shop.made[1].closed.wait(PATIENCE_S)


def test_a_proxy_that_was_chosen_since_is_used_from_the_next_page_on(shop: Shop) -> None:
    cameras = Cameras(make=shop.make)
    for proxy in (None, "socks5h://127.0.0.1:9050"):
        with cameras.lent(proxy, script=True) as camera:
            assert camera is shop.made[-1]
    assert [one.closed.is_set() for one in shop.made] == [True, False]
    cameras.close()


def test_a_proxy_that_no_camera_can_use_costs_that_page_alone(shop: Shop) -> None:
    cameras = Cameras(0.001, make=shop.make)
    with pytest.raises(Refused), cameras.lent("bad", script=True):
        pass
    with cameras.lent(None, script=True):
        pass
    assert shop.made[0].closed.wait(PATIENCE_S)
