"""Tests see the display that is made for them, and nothing of the person's own desktop where that is under Wayland.

Speed is the benchmark's business: no made-up example fails for having taken long.
"""

import os

from hypothesis import settings

import tests.registry  # noqa: F401 - refuses to be imported where an error has no words

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
    os.environ.pop(name, None)
