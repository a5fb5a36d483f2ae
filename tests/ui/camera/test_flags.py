"""What Chromium is told before it starts."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evidence_kit.system import namespaces_allowed
from ui.camera.flags import chromium_flags, sandboxed, surroundings


def test_without_a_proxy_the_systems_proxies_are_not_used_either() -> None:
    assert "--no-proxy-server" in chromium_flags(None)


def test_with_a_proxy_no_name_is_looked_up_here_and_loopback_is_no_way_around() -> None:
    flags = chromium_flags("socks5://127.0.0.1:9050")
    assert "--proxy-server=socks5://127.0.0.1:9050" in flags
    assert "--proxy-bypass-list=<-loopback>" in flags
    assert "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1" in flags
    assert "--no-proxy-server" not in flags


def test_the_sandbox_is_off_for_root_alone() -> None:
    assert sandboxed() == (os.geteuid() != 0)
    assert ("--no-sandbox" in chromium_flags(None)) == (os.geteuid() == 0)


def test_nothing_of_the_desktop_but_language_and_paths_reaches_chromium() -> None:
    desktop = {
        "PATH": "/usr/bin",
        "LANG": "fa_IR.UTF-8",
        "LC_TIME": "C",
        "HOME": "/home/person",
        "HTTPS_PROXY": "http://proxy.invalid",
        "QTWEBENGINE_CHROMIUM_FLAGS": "--remote-debugging-port=1",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
        "DISPLAY": ":0",
    }
    kept = surroundings(desktop, Path("/run/ek-1"))
    assert (kept["PATH"], kept["LANG"], kept["LC_TIME"]) == ("/usr/bin", "fa_IR.UTF-8", "C")
    assert kept["HOME"] == kept["TMPDIR"] == kept["XDG_CACHE_HOME"] == "/run/ek-1"
    assert not {"HTTPS_PROXY", "QTWEBENGINE_CHROMIUM_FLAGS", "QTWEBENGINE_DISABLE_SANDBOX", "DISPLAY"} & kept.keys()


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or not shutil.which("unshare"), reason="namespaces are Linux's"
)
def test_a_system_that_forbids_the_sandbox_is_known_before_chromium_starts() -> None:
    if not namespaces_allowed():
        pytest.skip("this system forbids namespaces altogether")
    question = f"{sys.executable} -c 'from evidence_kit.system import namespaces_allowed; print(namespaces_allowed())'"
    told = subprocess.run(
        ["unshare", "-Ur", "sh", "-c", f"echo 0 > /proc/sys/user/max_user_namespaces && {question}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert told.stdout == "False\n"
