import json
from pathlib import Path

import pytest

from evidence_kit.errors import Broken, Refused
from evidence_kit.watch.network import NetworkChoice, read_choice, write_choice


def test_without_a_choice_the_way_is_direct(tmp_path: Path) -> None:
    assert read_choice(tmp_path) == NetworkChoice(proxy=None)


def test_a_proxy_is_kept_for_whoever_starts_locked(tmp_path: Path) -> None:
    write_choice(tmp_path, NetworkChoice(proxy="socks5h://127.0.0.1:9050"))
    assert read_choice(tmp_path).proxy == "socks5h://127.0.0.1:9050"


@pytest.mark.parametrize(
    ("proxy", "code"),
    [
        ("socks5://127.0.0.1:9050", "proxy-scheme"),
        ("http://127.0.0.1:8080", "proxy-scheme"),
        ("socks5h://proxy.example:9050", "proxy-address"),
        ("socks5h://127.0.0.1", "proxy-address"),
        ("socks5h://me:secret@127.0.0.1:9050", "proxy-password"),
    ],
)
def test_a_proxy_that_could_leak_is_refused_and_the_old_choice_stays(tmp_path: Path, proxy: str, code: str) -> None:
    write_choice(tmp_path, NetworkChoice(proxy="socks5h://127.0.0.1:9050"))
    with pytest.raises(Refused, match=code):
        write_choice(tmp_path, NetworkChoice(proxy=proxy))
    assert read_choice(tmp_path).proxy == "socks5h://127.0.0.1:9050"


def choice_file(**changed: object) -> bytes:
    """A network.json as docs/format.md gives it, with some members changed."""
    members = {"proxy": None, "checks": True, "sending": True, "checks_cap": 20_000_000, "sending_cap": None, "v": 1}
    return json.dumps({**members, **changed}).encode()


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b'{"v":1}'),
        *(choice_file(proxy=3), choice_file(x=1), choice_file(checks=1), choice_file(v=0)),
        *(choice_file(checks_cap=-1), choice_file(sending_cap="5")),
    ],
)
def test_a_choice_that_cannot_be_read_is_never_taken_for_no_proxy(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "network.json").write_bytes(content)
    with pytest.raises(Broken, match="network-choice"):
        read_choice(tmp_path)


def test_a_proxy_that_somebody_else_wrote_into_the_folder_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "network.json").write_bytes(choice_file(proxy="socks5h://proxy.example:9050"))
    with pytest.raises(Refused, match="proxy-address"):
        read_choice(tmp_path)


def test_no_choice_is_kept_where_there_is_no_vault(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no-vault"):
        write_choice(tmp_path / "nowhere", NetworkChoice())


def test_a_newer_choice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "network.json").write_bytes(b'{"proxy":null,"v":2}')
    with pytest.raises(Refused, match="newer-version"):
        read_choice(tmp_path)
