"""The real page camera, QtWebEngine without a screen, against pages on loopback."""

import contextlib
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import PySide6
import pytest
import trustme

from evidence_kit.capture.child import Child
from evidence_kit.capture.page import CAMERA_COMMAND, Camera, PageShot
from evidence_kit.capture.picture import Picture
from evidence_kit.errors import Refused, Unavailable
from tests.ui.camera.web import Web, refused_port, traces

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


@pytest.fixture(scope="module")
def camera() -> Iterator[Camera]:
    with Camera() as camera:
        yield camera


def pixel(picture: Picture, x: int, y: int) -> str:
    at = (y * picture.width + x) * 4
    return picture.bgrx[at : at + 3][::-1].hex()


def names(shot: PageShot) -> list[str]:
    return [event.name for event in shot.loads]


def test_a_live_page_is_photographed_with_its_words_and_its_file(camera: Camera, web: Web) -> None:
    shot = camera.photograph(web.url + "/live")
    assert (shot.page_state, shot.http_status, shot.net_error, shot.net_error_code) == ("live", 200, None, 0)
    assert (shot.picture.width, shot.picture.height, shot.cut_at) == (1366, 768, None)
    assert pixel(shot.picture, 1300, 700) == "204060"
    assert (shot.title, shot.text) == ("A live page", "It works سلام")
    assert shot.address_final == web.url + "/live"
    assert names(shot) == ["started", "loaded"]
    assert shot.certificate.state == "none"
    assert "Chromium" in shot.camera
    assert shot.mhtml is not None
    assert b"multipart/related" in shot.mhtml
    assert b"It works" in shot.mhtml


def test_a_long_page_is_photographed_whole(camera: Camera, web: Web) -> None:
    shot = camera.photograph(web.url + "/long")
    assert (shot.picture.height, shot.cut_at) == (5000, None)
    assert pixel(shot.picture, 5, 4899) == "ffffff"
    assert pixel(shot.picture, 5, 4900) == "12ab34"
    assert pixel(shot.picture, 1365, 4999) == "12ab34"


def test_an_endless_page_is_cut_and_says_where(camera: Camera, web: Web) -> None:
    shot = camera.photograph(web.url + "/huge", max_height=6000)
    assert (shot.picture.height, shot.cut_at) == (6000, 6000)
    assert pixel(shot.picture, 700, 5999) == "aabbcc"


def test_a_page_measured_in_windows_does_not_grow_for_ever(camera: Camera, web: Web) -> None:
    shot = camera.photograph(web.url + "/windows-high", max_height=16_384)
    assert shot.picture.height <= 16_384
    assert pixel(shot.picture, 5, shot.picture.height - 1) == "00aa00"


def test_what_a_script_writes_after_the_load_is_in_the_picture(camera: Camera, web: Web) -> None:
    shot = camera.photograph(web.url + "/later")
    assert shot.picture.height == 2000
    assert pixel(shot.picture, 1000, 1999) == "0000c8"
    assert shot.text == "late words"


def test_an_image_that_loads_only_when_seen_is_in_the_picture(camera: Camera, web: Web) -> None:
    shot = camera.photograph(web.url + "/lazy")
    assert shot.picture.height == 3100
    assert pixel(shot.picture, 50, 3050) == "ffaa00"


def test_a_page_that_goes_elsewhere_is_followed(camera: Camera, web: Web) -> None:
    by_script, by_server = camera.photograph(web.url + "/moves"), camera.photograph(web.url + "/away")
    for shot in (by_script, by_server):
        assert (shot.address_final, shot.title) == (web.url + "/live", "A live page")
        assert pixel(shot.picture, 1300, 700) == "204060"
    assert by_script.address_asked == web.url + "/moves"


def test_a_refused_connection_gives_chromiums_own_page_and_its_name_for_the_error(camera: Camera) -> None:
    address = f"http://127.0.0.1:{refused_port()}/"
    shot = camera.photograph(address)
    assert (shot.page_state, shot.net_error, shot.net_error_code) == ("error-page", "ERR_CONNECTION_REFUSED", -102)
    assert (shot.http_status, shot.mhtml, shot.address_final) == (None, None, address)
    assert "ERR_CONNECTION_REFUSED" in shot.text
    assert not shot.picture.blank
    assert names(shot) == ["started", "failed"]


def test_a_sites_own_error_is_a_live_page_with_its_status(camera: Camera, web: Web) -> None:
    shot = camera.photograph(web.url + "/missing")
    assert (shot.page_state, shot.http_status, shot.net_error) == ("live", 404, None)
    assert shot.text == "404 of the site itself"


def test_an_error_without_words_gets_chromiums_page_and_keeps_its_status(camera: Camera, web: Web) -> None:
    shot = camera.photograph(web.url + "/empty-error")
    assert (shot.page_state, shot.http_status) == ("error-page", 503)
    assert "503" in shot.text


def test_a_certificate_that_nobody_vouches_for_is_rejected_and_described(camera: Camera) -> None:
    with Web(trustme.CA().issue_cert("127.0.0.1")) as secure:
        shot = camera.photograph(secure.url + "/live")
    assert (shot.page_state, shot.net_error) == ("error-page", "ERR_CERT_AUTHORITY_INVALID")
    assert shot.certificate.state == "rejected"
    assert shot.certificate.error == "CertificateAuthorityInvalid"
    assert shot.certificate.sha256 is not None
    assert shot.certificate.not_after is not None
    assert secure.asked == []


def test_a_server_that_never_answers_is_told_as_such_within_the_deadline(camera: Camera, web: Web) -> None:
    shot = camera.photograph(web.url + "/hang", 3.0)
    assert (shot.page_state, shot.net_error, shot.http_status) == ("no-answer", None, None)
    assert names(shot)[:2] == ["started", "gave-up"]
    assert shot.address_final == web.url + "/hang"
    assert shot.picture.blank


def test_half_a_page_is_photographed_when_the_rest_does_not_come(camera: Camera, web: Web) -> None:
    shot = camera.photograph(web.url + "/half", 4.0)
    assert shot.page_state == "live"
    assert "gave-up" in names(shot)
    assert pixel(shot.picture, 1300, 700) == "0077aa"
    assert shot.text == "first half"


def test_a_page_that_hangs_in_a_script_still_gives_a_picture_and_the_next_page_is_sound(
    camera: Camera, web: Web
) -> None:
    shot = camera.photograph(web.url + "/loop", 4.0)
    assert "unresponsive" in names(shot)
    assert shot.page_state == "live"
    assert camera.photograph(web.url + "/live").title == "A live page"


def test_dialogs_answer_themselves(camera: Camera, web: Web) -> None:
    assert camera.photograph(web.url + "/alert").title == "after"


def test_no_window_opens_and_no_other_program_is_called(camera: Camera, web: Web) -> None:
    web.asked.clear()
    assert camera.photograph(web.url + "/popup").title == "opened false"
    assert web.paths() == ["/popup"]


def test_a_download_is_refused_and_nothing_is_kept(camera: Camera, web: Web) -> None:
    with pytest.raises(Refused, match="page-is-download"):
        camera.photograph(web.url + "/download")
    assert camera.photograph(web.url + "/live").title == "A live page"


_LATE_WORD_OF_DOWNLOADS = """
import ui.camera.__main__ as camera

flags = camera.chromium_flags

def late(*given):
    from PySide6.QtCore import QTimer
    from ui.camera.story import Story
    told = Story._download
    Story._download = lambda story, download: QTimer.singleShot(400, lambda: told(story, download))
    return flags(*given)

camera.chromium_flags = late
camera.main()
"""


def test_a_download_that_chromium_tells_late_is_still_refused(web: Web) -> None:
    # On a busy machine the word of the download comes after the load's own end.
    late = [sys.executable, "-c", _LATE_WORD_OF_DOWNLOADS]
    with Camera(late) as camera, pytest.raises(Refused, match="page-is-download"):
        camera.photograph(web.url + "/download")


def test_a_page_is_given_no_powers(camera: Camera, web: Web) -> None:
    assert camera.photograph(web.url + "/powers").title == "false,denied,no,false"


def test_a_page_cannot_reach_the_persons_files(camera: Camera, web: Web) -> None:
    shot = camera.photograph(web.url + "/reaches")
    assert shot.page_state == "live"
    # Its first line, "root:…", is long enough not to be in a boundary of MHTML by chance.
    first = Path("/etc/passwd").read_text().splitlines()[0]
    assert first not in shot.text
    assert shot.mhtml is not None
    assert first.encode() not in shot.mhtml


def test_a_title_that_is_no_text_does_not_cost_the_capture(camera: Camera, web: Web) -> None:
    assert camera.photograph(web.url + "/surrogate").page_state == "live"


def test_no_cookie_passes_from_one_capture_to_the_next(camera: Camera, web: Web) -> None:
    assert camera.photograph(web.url + "/cookie").title == "seen"
    assert camera.photograph(web.url + "/cookie").title == "seen"


def test_the_camera_looks_like_any_chromium_and_asks_for_nothing_but_the_page(web: Web) -> None:
    web.asked.clear()
    with Camera() as camera:
        camera.photograph(web.url + "/live")
    assert web.paths() == ["/live"]
    assert "QtWebEngine" not in web.asked[0][2]
    assert ".0.0.0 " in web.asked[0][2]


def test_with_a_proxy_everything_goes_through_it_and_nothing_beside_it(web: Web) -> None:
    web.asked.clear()
    with Web() as proxy, Camera(proxy=proxy.url) as camera:
        shot = camera.photograph("http://seen.invalid/live")
        beside = camera.photograph(web.url + "/other")
    assert shot.title == "A live page"
    assert beside.http_status == 404
    assert [(host, path) for host, path, _ in proxy.asked] == [
        ("seen.invalid", "http://seen.invalid/live"),
        (web.url.removeprefix("http://"), web.url + "/other"),
    ]
    assert web.asked == []


def test_a_dead_proxy_stops_the_capture_and_not_the_proxy(web: Web) -> None:
    web.asked.clear()
    with Camera(proxy=f"socks5h://127.0.0.1:{refused_port()}") as camera:
        shot = camera.photograph(web.url + "/live")
    assert (shot.page_state, shot.net_error) == ("error-page", "ERR_PROXY_CONNECTION_FAILED")
    assert web.asked == []


def test_without_javascript_pages_stay_still_and_error_pages_still_speak(web: Web) -> None:
    with Camera(javascript=False) as camera:
        assert camera.photograph(web.url + "/alert").title == "before"
        shot = camera.photograph(f"http://127.0.0.1:{refused_port()}/")
    assert "ERR_CONNECTION_REFUSED" in shot.text
    assert not shot.picture.blank
    assert "no JavaScript" in shot.camera


def test_nothing_of_a_page_is_left_anywhere(web: Web) -> None:
    with Camera() as camera:
        assert "PLANTED" in camera.photograph(web.url + "/marker").text
        folder = _child(camera).folder
        assert list(folder.iterdir()) != []
        assert traces(folder, b"PLANTED-4f1a-MARKER") == []
    assert not folder.exists()


def _child(camera: Camera) -> Child:
    assert camera._child is not None
    return camera._child


def _processes(camera: Camera) -> list[psutil.Process]:
    parent = psutil.Process(_child(camera)._process.pid)
    return [parent, *parent.children(recursive=True)]


def _statuses(camera: Camera) -> Iterator[str]:
    """What the kernel says of each process of the camera but the first (proc(5))."""
    for process in _processes(camera)[1:]:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            yield Path(f"/proc/{process.pid}/status").read_text()


def test_a_camera_killed_on_the_way_costs_that_capture_alone(web: Web) -> None:
    import threading

    with Camera() as camera:
        web.waiting.clear()
        main, *_ = _processes(camera)
        killer = threading.Thread(target=lambda: (web.waiting.wait(30), os.kill(main.pid, signal.SIGKILL)))
        killer.start()
        with pytest.raises(Unavailable) as failed:
            camera.photograph(web.url + "/hang")
        killer.join()
        assert failed.value.facts["reason"] == "died"
        assert camera.photograph(web.url + "/live").title == "A live page"


def test_closing_ends_every_process_of_the_camera(web: Web) -> None:
    with Camera() as camera:
        camera.photograph(web.url + "/live")
        processes = _processes(camera)
        assert len(processes) > 1
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert alive == []


def test_a_camera_whose_parent_is_gone_ends_by_itself_and_empties_its_folder(web: Web) -> None:
    with Camera() as camera:
        camera.photograph(web.url + "/live")
        processes, folder = _processes(camera), _child(camera).folder
        assert folder.exists()
        _child(camera)._questions.close()
        _, alive = psutil.wait_procs(processes, timeout=10)
        assert alive == []
        # The answers end with the last process that could give one.
        assert _child(camera)._answers.read() == b""
        assert not folder.exists()


def test_the_camera_leaves_no_core_dump_and_closes_its_memory(web: Web) -> None:
    with Camera() as camera:
        camera.photograph(web.url + "/live")
        main, *_ = _processes(camera)
        limits = Path(f"/proc/{main.pid}/limits").read_text()
        assert limits.split("Max core file size")[1].split()[:2] == ["0", "0"]
        if os.geteuid() != 0:
            with pytest.raises(PermissionError):
                Path(f"/proc/{main.pid}/environ").read_bytes()


def namespaces_allowed_here() -> bool:
    """Asked in a process of its own: the question forks, and there are threads in this one."""
    question = "import sys; from evidence_kit.system import namespaces_allowed; sys.exit(not namespaces_allowed())"
    return subprocess.run([sys.executable, "-c", question], check=False).returncode == 0


def test_a_page_runs_in_namespaces_of_its_own_behind_a_system_call_filter(web: Web) -> None:
    if not namespaces_allowed_here():
        pytest.skip("this system forbids namespaces altogether")
    if os.geteuid() == 0 and not all(folder.stat().st_mode & stat.S_IXOTH for folder in Path(PySide6.__file__).parents):
        pytest.skip("Chromium lies in a folder that is closed to nobody, such as root's own home")
    # As root Chromium has no sandbox at all, so root becomes nobody.
    command = (sys.executable, "-m", "tests.ui.camera.as_nobody") if os.geteuid() == 0 else CAMERA_COMMAND
    with Camera(command) as camera:
        assert "no sandbox" not in camera.photograph(web.url + "/live").camera
        # A page's process ends with its picture: it is looked at while the page waits for a script.
        seen: list[str] = []
        web.while_held = lambda: seen.extend(_statuses(camera))
        camera.photograph(web.url + "/held")
        web.while_held = lambda: None
        pages = [status for status in seen if "Seccomp:\t2" in status]
        assert pages
        assert all(len(status.split("NSpid:")[1].splitlines()[0].split()) > 1 for status in pages)
