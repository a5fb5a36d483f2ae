"""A session's bus of a test's own, and a desktop's portal on it."""

import shutil
from collections.abc import Iterator

import pytest

from tests.fakes.portal import Portal, session_bus


@pytest.fixture
def address() -> Iterator[str]:
    """The address of a bus on which nobody is."""
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("no dbus-daemon here")
    with session_bus(program) as made:
        yield made


@pytest.fixture
def portal(address: str, qapp: object) -> Iterator[Portal]:
    made = Portal(address)
    yield made
    made.leave()
