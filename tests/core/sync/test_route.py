from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_kit.errors import Refused
from evidence_kit.sync.folder.route import FolderRoute
from evidence_kit.sync.smtp.route import MailRoute
from evidence_kit.sync.types import read_route, route_from


def test_a_mail_address_is_read_with_everything_it_can_hold() -> None:
    url = "smtps://me%40post.example:p%2F%C3%A4%23@mail.example:2465/?to=desk+tips@news.example,b@c.example&to=d%2Be@f.example"
    assert read_route(url + "&from=x@y.example&ca_file=/etc/my%20ca.pem") == MailRoute(
        host="mail.example",
        port=2465,
        implicit_tls=True,
        sender="x@y.example",
        to=("desk+tips@news.example", "b@c.example", "d+e@f.example"),
        user="me@post.example",
        password="p/ä#",
        ca_file=Path("/etc/my ca.pem"),
    )


@pytest.mark.parametrize(("scheme", "port", "implicit"), [("smtp", 587, False), ("smtps", 465, True)])
def test_each_scheme_has_its_port(scheme: str, port: int, implicit: bool) -> None:
    route = read_route(f"{scheme}://me%40a.example:x@mail.example?to=b@c.example")
    assert isinstance(route, MailRoute)
    assert (route.port, route.implicit_tls, route.sender) == (port, implicit, "me@a.example")


def test_a_password_never_shows() -> None:
    assert "secret" not in repr(read_route("smtps://me%40a.example:secret@mail.example?to=b@c.example"))


@pytest.mark.parametrize("path", ["/media/stick", "/media/My stick 100%/ä?#", "/x"])
def test_any_folder_has_an_address_that_leads_back_to_it(path: str) -> None:
    assert read_route(FolderRoute(Path(path)).url()) == FolderRoute(Path(path))


def test_a_folder_may_be_written_with_slashes_or_a_plain_space() -> None:
    assert read_route("folder:///media/my stick") == FolderRoute(Path("/media/my stick"))


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("", "destination-format"),
        ("mail.example", "destination-format"),
        ("ftp://mail.example/", "destination-scheme"),
        ("folder:reports", "folder-not-absolute"),
        ("folder:/a%00b", "destination-format"),
        ("smtp://", "destination-format"),
        ("smtps://a.example:99999?to=b@c.example&from=d@e.example", "destination-format"),
        ("smtps://-?to=b@c.example&from=d@e.example", "destination-format"),
        ("smtps://u:pass/word@a.example?to=b@c.example&from=d@e.example", "destination-format"),
        ("smtps://u:pass#word@a.example?to=b@c.example&from=d@e.example", "destination-format"),
        ("smtps://u:a%00b@a.example?to=b@c.example&from=d@e.example", "destination-format"),
        ("smtps://a.example?to=b@c.example&from=d@e.example\r\nRCPT", "destination-format"),
        ("smtps://a.example?from=d@e.example", "mail-recipient-missing"),
        ("smtps://user@a.example?to=b@c.example", "mail-sender-missing"),
        ("smtps://a.example?to=b@c.example&from=d", "mail-address"),
        ("smtps://a.example?to=b@c.example%0d%0aDATA&from=d@e.example", "mail-address"),
        ("smtps://a.example?to=<b@c.example>&from=d@e.example", "mail-address"),
        ("smtps://a.example?to=b@c.example&from=d@e.example&cafile=/x", "destination-option"),
        ("smtps://a.example?to=b@c.example&from=d@e.example&from=f@e.example", "destination-option"),
        ("smtps://a.example?to=b@c.example&from=d@e.example&ca_file=x", "folder-not-absolute"),
    ],
)
def test_a_typing_error_shows_when_the_destination_is_added(url: str, what: str) -> None:
    with pytest.raises(Refused) as error:
        read_route(url)
    assert error.value.code.value == what


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60)


@given(NAMES)
def test_whatever_a_folder_is_called_its_address_and_its_form_lead_back_to_it(name: str) -> None:
    route = FolderRoute(Path("/") / name)
    assert read_route(route.url()) == route
    assert route_from("folder", route.values()) == route


@given(NAMES, NAMES)
def test_whatever_an_account_is_called_its_address_and_its_form_lead_back_to_it(user: str, password: str) -> None:
    route = MailRoute("mail.example", 465, True, "a@b.example", ("c@d.example",), user.strip() or "u", password)
    assert read_route(route.url()) == route
    assert route_from("mail", {"ca_file": "", **route.values()}) == route
    assert route.url_shown() == replace(route, password="***").url()
    assert repr(route) == repr(replace(route, password=None))
