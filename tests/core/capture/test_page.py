"""The client of the page camera: a camera that fails in any way costs one capture, and never more."""

import json
import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from evidence_kit.capture.page import Camera
from evidence_kit.codes import Code
from evidence_kit.errors import Refused, Unavailable
from tests.core.capture import stub_camera

ADDRESS = "http://example.org/"


@dataclass
class Stub:
    """Stub cameras and what they wrote down."""

    log: Path

    def command(self, *behaviours: str) -> list[str]:
        return [sys.executable, "-I", stub_camera.__file__, ",".join(behaviours), str(self.log)]

    def camera(self, *behaviours: str, **options: Any) -> Camera:
        return Camera(self.command(*behaviours), **options)

    def lines(self, kind: str) -> list[list[Any]]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in map(json.loads, lines) if line[0] == kind]


@pytest.fixture
def stub(tmp_path: Path) -> Stub:
    return Stub(tmp_path / "log")


def reason_of(camera: Camera, deadline_s: float = 20.0) -> object:
    with pytest.raises(Unavailable) as failed:
        camera.photograph(ADDRESS, deadline_s, width=stub_camera.WIDTH, height=1, max_height=stub_camera.HEIGHT)
    assert failed.value.code is Code.PAGE_CAMERA
    assert failed.value.facts["address"] == ADDRESS
    return failed.value.facts["reason"]


def photograph(camera: Camera) -> Any:
    return camera.photograph(ADDRESS, 20.0, width=stub_camera.WIDTH, height=1, max_height=stub_camera.HEIGHT)


def test_a_good_answer_becomes_a_shot_with_its_pixels_in_order(stub: Stub) -> None:
    with stub.camera("good") as camera:
        shot = photograph(camera)
    assert b"".join(shot.picture.bands(1)) == b"\x03\x02\x01" * stub_camera.WIDTH * stub_camera.HEIGHT
    assert (shot.mhtml, shot.title, shot.http_status, shot.text) == (b"MIME", "Title", 200, "words")
    assert shot.address_asked == ADDRESS


def test_one_process_takes_many_pages_and_is_gone_after_closing(stub: Stub) -> None:
    with stub.camera("good") as camera:
        photograph(camera)
        photograph(camera)
    [(_, pid, folder, _)] = stub.lines("start")
    assert not Path(folder).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_address_travels_on_the_wire_and_never_on_the_command_line(stub: Stub) -> None:
    with stub.camera("good", proxy="socks5h://127.0.0.1:9050", javascript=False) as camera:
        photograph(camera)
    [(_, _, _, arguments)] = stub.lines("start")
    assert arguments[2:] == ["--proxy", "socks5://127.0.0.1:9050", "--no-javascript"]
    assert stub.lines("request")[0][1]["address"] == ADDRESS


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("die", "died"),
        ("die-in-pixels", "died"),
        ("rubbish", "rubbish"),
        ("few-pixels", "rubbish"),
        ("endless-line", "too-much"),
        ("huge-pixels", "too-much"),
        ("huge-mhtml", "too-much"),
        ("error:made-up:", "rubbish"),
        ("error:page-camera:made-up", "rubbish"),
        ("error:page-camera:no-sandbox", "no-sandbox"),
    ],
)
def test_a_bad_camera_costs_one_capture_and_the_next_gets_a_fresh_one(stub: Stub, behaviour: str, reason: str) -> None:
    with stub.camera(behaviour, "good") as camera:
        assert reason_of(camera) == reason
        assert photograph(camera).title == "Title"
    assert len({pid for _, pid, _, _ in stub.lines("start")}) == 2


@pytest.mark.parametrize("behaviour", ["hang", "hang-in-pixels", "hang-with-grandchild"])
def test_a_hanging_camera_is_ended_at_the_deadline_with_all_it_started(stub: Stub, behaviour: str) -> None:
    with stub.camera(behaviour, "good") as camera:
        assert reason_of(camera, 0.4) == "deadline"
        assert photograph(camera).title == "Title"


def test_a_camera_that_says_why_a_page_failed_is_kept(stub: Stub) -> None:
    with stub.camera("error:page-camera:page-crashed") as camera:
        assert reason_of(camera) == "page-crashed"
        assert reason_of(camera) == "page-crashed"
    assert len(stub.lines("start")) == 1


def test_an_address_that_is_a_download_is_refused_and_not_tried_again(stub: Stub) -> None:
    with stub.camera("error:page-is-download:") as camera, pytest.raises(Refused, match="page-is-download"):
        photograph(camera)


def test_a_camera_that_was_spent_is_replaced(stub: Stub) -> None:
    with stub.camera("spent", "good") as camera:
        assert photograph(camera).mhtml is None
        assert photograph(camera).mhtml == b"MIME"
    assert len(stub.lines("start")) == 2


def test_a_camera_that_cannot_be_started_says_so() -> None:
    assert reason_of(Camera(["/nowhere/camera"])) == "not-started"


@pytest.mark.parametrize(
    "behaviour", [f"wrong:{name}:{index}" for name, values in stub_camera.WRONG.items() for index in range(len(values))]
)
def test_every_field_that_does_not_fit_makes_the_answer_rubbish(behaviour: str) -> None:
    _, name, index = behaviour.split(":")
    from evidence_kit.capture.answer import read_answer

    line = json.dumps({**stub_camera.FIELDS, name: stub_camera.WRONG[name][int(index)]}).encode()
    with pytest.raises(Unavailable) as failed:
        read_answer(line, stub_camera.WIDTH, stub_camera.HEIGHT)
    assert failed.value.facts["reason"] == "rubbish"


def test_what_a_page_calls_itself_is_cut_and_made_fit_for_the_journal(stub: Stub) -> None:
    with stub.camera("text") as camera:
        shot = photograph(camera)
    assert shot.title.startswith("a\ufffdb cddd")
    assert len(shot.title.encode()) == 1000
    assert shot.text == "e\n" * 100_000


def test_closing_during_a_capture_ends_the_capture(stub: Stub) -> None:
    camera = stub.camera("hang")
    camera.warm()
    found: list[object] = []
    asking = threading.Thread(target=lambda: found.append(reason_of(camera)))
    asking.start()
    while not stub.lines("request"):
        pass
    camera.close()
    asking.join(20)
    assert found == ["died"]


@pytest.mark.parametrize(
    "proxy",
    ["socks4://127.0.0.1:1", "socks5://me:secret@127.0.0.1:1", "127.0.0.1:1", "socks5://127.0.0.1", "socks5://h:x"],
)
def test_a_proxy_that_chromium_cannot_use_is_refused_and_never_left_out(proxy: str) -> None:
    with pytest.raises(Refused, match="proxy-unsupported"):
        Camera(proxy=proxy)
