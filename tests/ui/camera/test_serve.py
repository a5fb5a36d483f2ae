"""The end of the camera's process: nothing of a page stays, whatever other threads are doing at that moment."""

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
