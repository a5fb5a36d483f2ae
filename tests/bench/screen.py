"""Screen: from nothing to a committed, synced exhibit, beside what any program would have to do at the least."""

import os

import mss

from evidence_kit.capture.png import encode
from evidence_kit.capture.screen import capture
from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.keeper import JournalKeeper
from evidence_kit.jobs.look import ListEntries
from evidence_kit.model.bodies.captures import ScreenCaptured
from tests.bench.display import HEIGHT, WIDTH, shown_desk
from tests.bench.row import Row, against, in_turn
from tests.bench.stage import Group, Stage, new_vault, open_kit


def rows(stage: Stage) -> Group:
    yield "screen capture", lambda: _screen(stage)


def _screen(stage: Stage) -> Row:
    folder = stage.room("screen")
    with shown_desk(folder), open_kit(new_vault(folder / "vault")) as kit, Capturing(JournalKeeper(kit)) as capturing:
        body = capturing.screen().body
        assert isinstance(body, ScreenCaptured)
        assert (body.width, body.height, body.blank) == (WIDTH, HEIGHT, False)
        png = encode(capture().picture).png

        def bare() -> None:
            with mss.MSS(backend="xshmgetimage") as desktop:
                desktop.grab(desktop.monitors[0])
            with (folder / "bare").open("wb") as out:
                out.write(png)
                out.flush()
                os.fsync(out.fileno())

        ours, peer = in_turn([capturing.screen, bare], stage.rounds, warm=2)
        kept = {entry.body.picture.sha256 for entry in kit.run(ListEntries()) if isinstance(entry.body, ScreenCaptured)}
        assert len(kept) > stage.rounds, "the same picture was kept again, which is less work"
    return against(f"screen {WIDTH}×{HEIGHT} → committed, synced", ours, "mss grab + write + fsync", peer, 2)
