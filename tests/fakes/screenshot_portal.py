"""A desktop's portal that takes pictures: on a thread and a connection of its own, so that whoever asks may wait.

What its attributes say is what it answers; `asked` has the options of every Screenshot call, `askers` the command
lines of those who called, `closed` the requests that were taken back.
"""

import contextlib
import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, Message, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.low_level import HeaderFields
from PIL import Image

from tests.fakes.portal import NAME, ROOT, Variant

SCREENSHOT = "org.freedesktop.portal.Screenshot"
REQUEST = "org.freedesktop.portal.Request"
Answer = tuple[int, dict[str, Variant]]


class ScreenshotPortal:
    """`answer` is called at every request and says what comes back; None says nothing for ever."""

    def __init__(self, address: str, answer: Callable[[], Answer | None], name: str) -> None:
        self.version: Variant | None = ("u", 2)
        self.answer = answer
        self.refuses = False
        self.asked: list[dict[str, Variant]] = []
        self.askers: list[tuple[str, ...]] = []
        self.closed: list[str] = []
        self.waiting = threading.Event()
        self.taken_back = threading.Event()
        self._bus: DBusConnection = open_dbus_connection(address)
        self._bus.send_and_get_reply(message_bus.RequestName(name))
        self._open = ("", "")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def leave(self) -> None:
        """End, as a program that crashed."""
        self._over.set()
        self._thread.join()
        with contextlib.suppress(OSError):
            self._bus.close()

    def _serve(self) -> None:
        with contextlib.suppress(ConnectionError, OSError):
            while not self._over.is_set():
                with contextlib.suppress(TimeoutError):
                    message = self._bus.receive(timeout=0.02)
                    if message.header.message_type is MessageType.method_call:
                        self._take(message)

    def _take(self, message: Message) -> None:
        fields = message.header.fields
        match fields[HeaderFields.member]:
            case "Get" if self.version is not None:
                self._bus.send(new_method_return(message, "v", (self.version,)))
            case "Get":
                self._bus.send(
                    new_error(message, "org.freedesktop.DBus.Error.InvalidArgs", "s", ("no such interface",))
                )
            case "Screenshot" if self.refuses:
                self._bus.send(new_error(message, "org.freedesktop.portal.Error.NotAllowed", "s", ("no",)))
            case "Screenshot":
                self._shoot(message)
            case "Close":
                self.closed.append(fields[HeaderFields.path])
                self.taken_back.set()

    def _shoot(self, message: Message) -> None:
        caller, options = message.header.fields[HeaderFields.sender], message.body[1]
        who = self._bus.send_and_get_reply(message_bus.GetConnectionUnixProcessID(caller)).body[0]
        self.askers.append(tuple(Path(f"/proc/{who}/cmdline").read_text().split("\0")))
        self.asked.append(options)
        token = options["handle_token"][1]
        path = f"{ROOT}/request/{caller.lstrip(':').replace('.', '_')}/{token}"
        self._bus.send(new_method_return(message, "o", (path,)))
        answer = self.answer()
        self._open = (caller, path)
        if answer is not None:
            self.respond(caller, path, answer)
        self.waiting.set()

    def answer_now(self, answer: Answer) -> None:
        """The answer to the newest request, which was left open."""
        self.respond(*self._open, answer)

    def respond(self, caller: str, path: str, answer: tuple[Any, ...], sign: str = "ua{sv}") -> None:
        signal = new_signal(DBusAddress(path, interface=REQUEST), "Response", sign, answer)
        signal.header.fields[HeaderFields.destination] = caller
        self._bus.send(signal)


@contextlib.contextmanager
def screenshot_portal(
    address: str, answer: Callable[[], Answer | None], name: str = NAME
) -> Iterator[ScreenshotPortal]:
    made = ScreenshotPortal(address, answer, name)
    try:
        yield made
    finally:
        made.leave()


def hands_over(place: Path, content: bytes | None = None) -> Callable[[], Answer]:
    """Writes a picture to `place` when it is asked, as a desktop does, and says where."""

    def answer() -> Answer:
        place.write_bytes(png() if content is None else content)
        return 0, {"uri": ("s", place.as_uri())}

    return answer


def says(uri: str) -> Callable[[], Answer]:
    """Names an address and writes nothing."""
    return lambda: (0, {"uri": ("s", uri)})


def png(mode: str = "RGBA", size: tuple[int, int] = (130, 70)) -> bytes:
    """A picture that is not of one colour, with words in it that only a PNG as it was given still has."""
    out = io.BytesIO()
    picture = Image.linear_gradient("L").resize(size).convert(mode)
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()
