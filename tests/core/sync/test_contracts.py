"""Both ways of sending keep the promises of every way of sending, each with a far side that is real."""

import base64
import email
import resource
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from evidence_kit.drill.mail_server import Inbox, PostOffice
from evidence_kit.sync import folder, smtp
from evidence_kit.sync.folder.route import FolderRoute
from evidence_kit.sync.types import TYPES
from tests.core.sync.contract import CONTENT, FarSide, TransportContract
from tests.fakes.mail import Authority, ScriptedServer, Wire, mail_process


class Stick(FarSide):
    """A folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()

    @property
    def url(self) -> str:
        return FolderRoute(self.path).url()

    def arrived(self) -> list[bytes]:
        return [path.read_bytes() for path in self.path.iterdir()]

    def identifiers(self) -> list[str]:
        return [path.name for path in self.path.iterdir()]

    @contextmanager
    def away(self) -> Iterator[None]:
        self.path.rename(self.path.with_name("pulled out"))
        yield
        self.path.with_name("pulled out").rename(self.path)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """A disk that takes no file of that size."""
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(CONTENT) // 2, limits[1]))
        yield
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


class Mailbox(FarSide):
    """What a real server accepts."""

    def __init__(self, url: str, mails: Path, authority: Authority) -> None:
        self._url = url
        self._inbox = Inbox(mails)
        self._authority = authority

    @property
    def url(self) -> str:
        return self._url

    @property
    def secrets(self) -> tuple[str, ...]:
        written = urlsplit(self._url).password or ""
        return tuple({written, unquote(written)})

    def arrived(self) -> list[bytes]:
        return [ciphertext_of(path.read_bytes()) for path in self._inbox.received()]

    def identifiers(self) -> list[str]:
        received = (email.message_from_bytes(path.read_bytes()) for path in self._inbox.received())
        return [str(one["Message-ID"]).strip() for one in received]

    @contextmanager
    def _instead(self, url: str) -> Iterator[None]:
        self._url, mine = url, self._url
        yield
        self._url = mine

    @contextmanager
    def away(self) -> Iterator[None]:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        with self._instead(self._url.replace(f":{urlsplit(self._url).port}/", f":{port}/")):
            yield

    def refusing(self) -> AbstractContextManager[None]:
        """The account's password is another one."""
        written = urlsplit(self._url).password or ""
        return self._instead(self._url.replace(f":{written}@", f":{written[::-1]}@"))

    @contextmanager
    def silent(self) -> Iterator[None]:
        with ScriptedServer(self._authority, {"dot": Wire.reset}) as server, self._instead(server.url()):
            yield


def ciphertext_of(mail: bytes) -> bytes:
    """What a mail program hands to OpenPGP, out of its armour."""
    _, encrypted = email.message_from_bytes(mail).get_payload()
    armour = encrypted.get_payload(decode=True)  # type: ignore[union-attr]  # two parts, both messages
    lines = armour.decode("ascii").split("\r\n\r\n", 1)[1].splitlines()  # type: ignore[union-attr]
    return base64.b64decode("".join(line for line in lines if line[:1] not in {"=", "-"}))


class TestFolder(TransportContract):
    TYPE = folder.TYPE
    LEAVES_SECOND_COPY = False

    @pytest.fixture
    def far(self, tmp_path: Path) -> FarSide:
        return Stick(tmp_path / "My stick 100% ä?#")


class TestMail(TransportContract):
    TYPE = smtp.TYPE
    LEAVES_SECOND_COPY = True

    @pytest.fixture(params=[False, True], ids=["starttls", "implicit"])
    def far(self, request: pytest.FixtureRequest, tmp_path: Path, authority: Authority) -> Iterator[FarSide]:
        with PostOffice(
            Inbox(tmp_path), tmp_path / "ca.pem", implicit_tls=request.param, password="pass/wörd:1"
        ) as office:
            yield Mailbox(office.url(), tmp_path, authority)

    @pytest.fixture
    def roomy(self, tmp_path: Path, authority: Authority) -> Iterator[FarSide]:
        with mail_process(tmp_path) as mail:
            yield Mailbox(mail.url, tmp_path, authority)


def test_every_type_of_destination_keeps_the_promises_of_all() -> None:
    assert {one.TYPE.name for one in TransportContract.__subclasses__()} == {one.name for one in TYPES}
