"""A desktop's tray on a session bus: where programs say that they have an icon (StatusNotifierWatcher)."""

import contextlib
import time
from collections.abc import Iterator

from jeepney import MessageType, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.low_level import HeaderFields

from tests.fakes.product import PATIENCE_S

NAME = "org.kde.StatusNotifierWatcher"


class TrayHost:
    """Answers only while it is waited for, which is enough for who registers and goes on."""

    def __init__(self, bus: DBusConnection) -> None:
        self._bus = bus

    def await_icon(self) -> str:
        """The bus name of the next program that shows an icon."""
        end = time.monotonic() + PATIENCE_S
        while True:
            message = self._bus.receive(timeout=end - time.monotonic())
            if message.header.message_type is not MessageType.method_call:
                continue
            if message.header.fields[HeaderFields.member] == "RegisterStatusNotifierItem":
                self._bus.send(new_method_return(message))
                return str(message.header.fields[HeaderFields.sender])
            self._bus.send(new_method_return(message, "v", (("b", True),)))


@contextlib.contextmanager
def tray_host(address: str) -> Iterator[TrayHost]:
    """From now on the desktop has a tray."""
    with open_dbus_connection(address) as bus:
        bus.send_and_get_reply(message_bus.RequestName(NAME))
        yield TrayHost(bus)
