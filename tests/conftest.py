"""Tests see the display that is made for them, and nothing of the person's own desktop where that is under Wayland."""

import os

for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
    os.environ.pop(name, None)
