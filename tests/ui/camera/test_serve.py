"""The end of the camera's process: nothing of a page stays, whatever other threads are doing at that moment."""

import subprocess
import sys
import threading
from pathlib import Path

from ui.camera.serve import remove


def test_a_folder_is_gone_even_if_another_thread_makes_something_in_it_meanwhile(tmp_path: Path) -> None:
    folder = tmp_path / "camera"
    folder.mkdir()
    pages = [folder / f"{number}" for number in range(3000)]
    for page in pages:
        page.touch()

    def chromium() -> None:
        while all(page.exists() for page in pages[:3]):
            pass
        (folder / "Downloads").mkdir(parents=True, exist_ok=True)

    thread = threading.Thread(target=chromium)
    thread.start()
    remove(folder)
    thread.join()
    assert list(tmp_path.iterdir()) == []


_BUSY = """
import sys, threading
from pathlib import Path
from ui.camera.serve import leave_nothing

folder = Path(sys.argv[1])

def chromium():
    while True:
        (folder / "Downloads").mkdir(parents=True, exist_ok=True)

for _ in range(8):
    threading.Thread(target=chromium, daemon=True).start()
leave_nothing(folder)
"""


def test_a_thread_that_makes_the_folder_anew_until_the_very_end_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "camera"
    # Its output ends with the last process that has it.
    told = subprocess.run([sys.executable, "-c", _BUSY, str(folder)], capture_output=True, timeout=60, check=True)
    assert (told.stdout, told.stderr) == (b"", b"")
    assert list(tmp_path.iterdir()) == []
