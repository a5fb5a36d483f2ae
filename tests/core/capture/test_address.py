"""What a person types, and what the camera is sent to."""

import pytest

from evidence_kit.capture.address import normal_address
from evidence_kit.codes import Code
from evidence_kit.errors import Refused


@pytest.mark.parametrize(
    ("typed", "visited"),
    [
        ("example.org", "https://example.org"),
        (" example.org/a?b#c ", "https://example.org/a?b#c"),
        ("//example.org/a", "https://example.org/a"),
        ("example.org:8080/a", "https://example.org:8080/a"),
        ("192.168.1.1", "https://192.168.1.1"),
        ("[::1]:81/x", "https://[::1]:81/x"),
        ("http://example.org", "http://example.org"),
        ("HTTPS://Example.org/A", "https://Example.org/A"),
        ("http://пример.рф/путь", "http://пример.рф/путь"),
        ("example.org/?to=http://other.org/", "https://example.org/?to=http://other.org/"),
    ],
)
def test_an_address_gets_the_scheme_it_lacks_and_keeps_all_else(typed: str, visited: str) -> None:
    assert normal_address(typed) == visited


@pytest.mark.parametrize(
    ("typed", "scheme"),
    [
        ("file:///etc/passwd", "file"),
        ("javascript:alert(1)", "javascript"),
        ("data:text/html,x", "data"),
        ("chrome://crash", "chrome"),
        ("FTP://example.org", "ftp"),
        ("view-source:http://example.org", "view-source"),
        ("about:blank", "about"),
    ],
)
def test_only_http_and_https_are_visited(typed: str, scheme: str) -> None:
    with pytest.raises(Refused) as refused:
        normal_address(typed)
    assert refused.value.code is Code.ADDRESS_SCHEME
    assert refused.value.facts["scheme"] == scheme


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "address-malformed"),
        ("http://", "address-malformed"),
        ("http://exa mple.org", "address-malformed"),
        ("http://example.org\\@other.org", "address-malformed"),
        ("http://example.org/\u202egnp.exe", "address-malformed"),
        ("http://[::1", "address-malformed"),
        ("http://example.org:99999", "address-malformed"),
        ("http://me:secret@example.org/", "address-has-password"),
        ("https://example.org/" + "a" * 9000, "address-too-long"),
    ],
)
def test_what_is_no_address_is_refused_with_its_own_reason(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        normal_address(typed)
    assert refused.value.code.value == code
    assert "secret" not in repr(refused.value.facts)
