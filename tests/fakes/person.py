"""A person at a desktop: reads what a screen reader is told, moves the mouse, clicks, and types. Nothing else.

What stands where comes over the accessibility bus (AT-SPI), so whatever has no name there does not exist for this
person. All that they do is X events (xdotool, XTEST): no widget is called, and no method of the product.
"""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from jeepney import DBusAddress, MatchRule, MessageType, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.fakes.desktop import SCREEN, Desktop
from tests.fakes.product import PATIENCE_S

Box = tuple[int, int, int, int]

_ACCESSIBLE = "org.a11y.atspi.Accessible"
_COMPONENT = "org.a11y.atspi.Component"
_TEXT = "org.a11y.atspi.Text"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_ROOT = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
_NOBODY = "/org/a11y/atspi/null"
# AtspiStateType (at-spi2-core, atspi-constants.h).
_ENABLED, _FOCUSABLE, _FOCUSED, _SHOWING = 8, 11, 12, 25
# Whatever changes on the screen is told by an event; one that is missed costs this much.
_LOOK_AGAIN_S = 0.25

# The keystroke-level model (Card, Moran, Newell 1980): a key of an average typist who is no secretary, to point, to
# press and release a button, to move a hand between mouse and keys, to make up one's mind.
_KEY_S, _POINT_S, _PRESS_S, _HAND_S, _MIND_S = 0.28, 1.1, 0.2, 0.4, 1.35
# Silent reading of ordinary text in English (Brysbaert 2019): 238 words a minute.
_READ_S = 60 / 238


class Gone(Exception):
    """It was taken off the screen while it was looked at."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing on the screen: `box` where it is, `window` the part of the screen that it can be seen in."""

    bus: str
    path: str
    role: str
    name: str
    states: frozenset[int]
    box: Box
    window: Box

    @property
    def enabled(self) -> bool:
        return _ENABLED in self.states

    @property
    def focused(self) -> bool:
        return _FOCUSED in self.states

    @property
    def takes_keys(self) -> bool:
        return _FOCUSABLE in self.states and self.enabled

    @property
    def middle(self) -> tuple[int, int]:
        left, top, width, height = self.box
        return left + width // 2, top + height // 2

    @property
    def in_sight(self) -> bool:
        x, y = self.middle
        left, top, width, height = self.window
        return left <= x < left + width and top <= y < top + height


class Person:
    """Every `sees` comes back when it is so on the screen, or fails with what stands there instead.

    `acted_s` is what all of it would have cost a human being: thinking, pointing and typing; `read_s`, on top of that,
    reading every word on every page once. `nameless` is what took the keyboard and had no name, as place and role.
    """

    def __init__(self, desktop: Desktop) -> None:
        self._environment = desktop.environment
        self._bus = open_dbus_connection(desktop.accessibility)
        self._changes = self._bus.filter(MatchRule(type="signal"), bufsize=1)
        self._read: set[str] = set()
        self.acted_s = 0.0
        self.read_s = 0.0
        self.nameless: set[tuple[str, str]] = set()

    def __enter__(self) -> Self:
        self._queue = self._changes.__enter__()
        registry = DBusAddress("/org/a11y/atspi/registry", _ROOT[0], "org.a11y.atspi.Registry")
        for kind in ("Object", "Window"):
            rule = MatchRule(type="signal", interface=f"org.a11y.atspi.Event.{kind}")
            self._bus.send_and_get_reply(message_bus.AddMatch(rule))
            self._bus.send_and_get_reply(new_method_call(registry, "RegisterEvent", "s", (f"{kind.lower()}:",)))
        return self

    def __exit__(self, *_: object) -> None:
        self._changes.close()
        self._bus.close()

    # Seeing

    def screen(self) -> list[Seen]:
        """All that shows, in the order of the programs, their windows and what is in them."""
        return [
            seen
            for program in self._children(*_ROOT)
            for window in self._children(*program)
            for seen in self._below(*window, (0, 0, *SCREEN))
        ]

    def _ask(self, bus: str, path: str, interface: str, member: str, sign: str | None = None, *body: Any) -> Any:
        message = new_method_call(DBusAddress(path, bus, interface), member, sign, body)
        answer = self._bus.send_and_get_reply(message, timeout=PATIENCE_S)
        if answer.header.message_type is MessageType.error:
            raise Gone
        return answer.body[0] if len(answer.body) == 1 else answer.body

    def _children(self, bus: str, path: str) -> list[tuple[str, str]]:
        try:
            children = self._ask(bus, path, _ACCESSIBLE, "GetChildren")
        except Gone:
            return []
        return [(there, child) for there, child in children if child != _NOBODY]

    def _below(self, bus: str, path: str, window: Box) -> Iterator[Seen]:
        try:
            low, high = self._ask(bus, path, _ACCESSIBLE, "GetState")
            states = frozenset(at for at in range(64) if (low | high << 32) >> at & 1)
            if _SHOWING not in states:
                return
            role = self._ask(bus, path, _ACCESSIBLE, "GetRoleName")
            # Qt tells what is chosen in a box in place of its name.
            called = "Description" if role == "combo box" else "Name"
            _, name = self._ask(bus, path, _PROPERTIES, "Get", "ss", _ACCESSIBLE, called)
            left, top, width, height = self._ask(bus, path, _COMPONENT, "GetExtents", "u", 0)
        except Gone:
            return
        yield Seen(bus, path, role, name, states, (left, top, width, height), window)
        inside = _cut(window, (left, top, width, height))
        for child in self._children(bus, path):
            yield from self._below(*child, inside)

    def _text_of(self, seen: Seen) -> str:
        try:
            return str(self._ask(seen.bus, seen.path, _TEXT, "GetText", "ii", 0, -1))
        except Gone:
            return ""

    def _waits(self, what: str, look: Callable[[list[Seen]], Seen | None]) -> Seen:
        until = time.monotonic() + PATIENCE_S
        while True:
            screen = self.screen()
            found = look(screen)
            if found is not None:
                return found
            there = "\n".join(f"  {one.role}: {one.name}" for one in screen if one.name)
            assert time.monotonic() < until, f"not on the screen: {what}. What is there:\n{there}"
            try:
                self._bus.recv_until_filtered(self._queue, timeout=_LOOK_AGAIN_S)
            except TimeoutError:
                continue

    def sees(self, name: str, role: str = "label", *, focused: bool = False) -> Seen:
        """Wait for what has a name like this pattern and can be used; the last where there are several."""

        def fits(one: Seen) -> bool:
            return bool(
                one.role == role
                and one.enabled
                and (one.focused or not focused)
                and re.fullmatch(name, one.name, re.DOTALL)
            )

        wanted = f"{role} “{name}”{' with the keyboard' if focused else ''}"
        return self._waits(wanted, lambda screen: next(filter(fits, reversed(screen)), None))

    def reads(self, title: str) -> list[str]:
        """Wait for a page with this title and read it: every label on it."""
        self.sees(title)
        screen = self.screen()
        said = [one.name for one in screen if one.role == "label" and one.name]
        words = sum(len(label.split()) for label in said if label not in self._read)
        self._read.update(said)
        self.read_s += words * _READ_S
        self.nameless.update((title, one.role) for one in screen if one.takes_keys and not one.name)
        return said

    # Acting

    def clicks(self, name: str, role: str = "push button") -> None:
        """Bring it into sight and click on it."""
        seen = self._still(name, role)
        while not seen.in_sight:
            left, top, width, height = seen.window
            wheel = "5" if seen.middle[1] >= top + height else "4"
            self._does("mousemove", f"{left + width // 2}", f"{top + height // 2}", "click", wheel)
            self.acted_s += _POINT_S + _PRESS_S
            seen = self._still(name, role, before=seen)
        x, y = seen.middle
        self._does("mousemove", f"{x}", f"{y}", "click", "1")
        self.acted_s += _MIND_S + _HAND_S + _POINT_S + _PRESS_S

    def _still(self, name: str, role: str, before: Seen | None = None) -> Seen:
        """It, once it no longer moves: two looks in a row have it at the same place, which is not where it was."""
        seen = self.sees(name, role)
        until = time.monotonic() + PATIENCE_S
        while True:
            again = self.sees(name, role)
            if again.box == seen.box and (before is None or again.box != before.box):
                return again
            assert time.monotonic() < until, f"it moves, or does not want to: {name}"
            seen = again

    def fills(self, name: str, text: str, role: str = "text") -> None:
        """Click into a field unless the keyboard is there already, and type; what stood there goes."""
        if not self.sees(name, role).focused:
            self.clicks(name, role)
        field = self.sees(name, role, focused=True)
        if self._text_of(field):
            self._does("key", "ctrl+a")
        self._does("type", "--delay", "4", "--file", "-", given=text)
        self.acted_s += _MIND_S + _HAND_S + _KEY_S * len(text)
        # A secret field shows as many dots.
        written = re.compile(f"{re.escape(text)}|[^ -~]{{{len(text)}}}")
        self._waits(f"“{name}” filled", lambda _: field if written.fullmatch(self._text_of(field)) else None)

    def presses(self, key: str) -> None:
        """Press a key, or several of them together: "ctrl+l"."""
        self._does("key", key)
        self.acted_s += _MIND_S + _KEY_S * (1 + key.count("+"))

    def _does(self, *arguments: str, given: str | None = None) -> None:
        subprocess.run(["xdotool", *arguments], env=self._environment, input=given, text=True, check=True, timeout=60)


def _cut(one: Box, other: Box) -> Box:
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right, bottom = min(one[0] + one[2], other[0] + other[2]), min(one[1] + one[3], other[1] + other[3])
    return left, top, max(0, right - left), max(0, bottom - top)
