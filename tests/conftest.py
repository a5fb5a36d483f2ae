"""Tests see the display that is made for them, and nothing of the person's own desktop where that is under Wayland.

Speed is the benchmark's business: no made-up example fails for having taken long.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings

import tests.registry  # noqa: F401 - refuses to be imported where an error has no words

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
    os.environ.pop(name, None)

# Files that take longest, longest first: begun last, one of them would keep one worker busy while the others have
# nothing left to do. `make test` prints the durations from which this list comes.
_LONG = (
    "journeys/test_commands.py",
    "journeys/test_disk_full.py",
    "journeys/test_faults.py",
    "core/watch/test_station.py",
    "journeys/test_kills.py",
    "ui/running/test_scheme.py",
    "journeys/test_journey.py",
    "journeys/test_window.py",
    "ui/guide/test_guide.py",
    "journeys/test_leaks.py",
    "core/sync/test_kills.py",
    "ui/first_run/test_first_run.py",
    "ui/whole/test_every_widget.py",
    "ui/guide/test_search.py",
    "ui/guide/test_every_widget.py",
    "ui/camera/test_camera.py",
    "core/cli/test_commands.py",
    "ui/missing/test_missing.py",
    "journeys/test_start.py",
    "journeys/test_proxy.py",
    "journeys/test_terminal.py",
    "ui/settings/test_settings.py",
)
_ORDER = {str(Path(__file__).parent / name): place for place, name in enumerate(_LONG)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; the order within a file stays (`--no-loadscope-reorder` keeps xdist from sorting anew)."""
    items.sort(key=lambda item: _ORDER.get(str(item.path), len(_LONG)))
