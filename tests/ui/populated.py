"""A vault as somebody has it after a first blackout: made with the real core, for pictures and for tests."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image, ImageDraw

from evidence_kit.capture.picture import Picture
from evidence_kit.capture.png import encode
from evidence_kit.clock import SystemClock
from evidence_kit.clock.reading import moment_of, wall_text
from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.jobs.keep import Bytes, Keep, WriteNote
from evidence_kit.jobs.keeper import JournalKeeper
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.people import AddDestination, AddRecipient
from evidence_kit.jobs.report_gathering import GatherReport
from evidence_kit.jobs.report_sealing import CreateReport
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import CertificateSeen, PageCaptured, ScreenCaptured
from evidence_kit.model.bodies.disruptions import DisruptionClosed, DisruptionOpened
from evidence_kit.model.disruption import DisruptionGrade, Interval, Moment, NetworkState
from evidence_kit.model.entry import Entry
from evidence_kit.model.identity import new_id
from evidence_kit.seal.pgp import Keyring
from evidence_kit.sync.folder.route import FolderRoute


@dataclass(frozen=True, slots=True)
class Append(Job[Entry]):
    """Put a body into the journal as it is."""

    body: Body

    def run(self, context: JobContext) -> Entry:
        return context.vault.append(self.body)


def fill(kit: Kit, place: Path, certificate: bytes) -> None:
    """A disruption with a page, a screen, a photo and notes; a recipient, a destination and a report on its way."""
    clock = SystemClock()
    now = clock.read()
    opened = _opened(now.wall_utc, moment_of(now))
    kit.run(WriteNote("Radio says that exams begin today. Everything still works here."))
    kit.run(Append(opened))
    _page(kit, opened.disruption)
    _screen(kit, opened.disruption)
    with Capturing(JournalKeeper(kit)) as capturing:
        capturing.file(_photo(place / "street.jpg"))
    kit.run(WriteNote("The bank's card machine is dead too; people queue for cash.", pseudonym="M."))
    ended = Interval(_before(moment_of(now), minutes=12), _before(moment_of(now), minutes=11))
    kit.run(Append(DisruptionClosed(opened.disruption, ended, ("anchors.authenticated=6/6",))))
    with Keyring() as keyring:
        fingerprint = keyring.load_certificate(certificate)
    kit.run(AddRecipient(certificate, fingerprint))
    (place / "stick").mkdir(exist_ok=True)
    kit.run(AddDestination("News desk, USB stick", FolderRoute(place / "stick").url(), (fingerprint,)))
    kit.run(
        CreateReport(
            GatherReport(
                disruption="last", entries=(), destinations=("News desk, USB stick",), text="What we saw today."
            )
        )
    )


def _opened(wall_utc: str, moment: Moment) -> DisruptionOpened:
    return DisruptionOpened(
        disruption=new_id(SystemClock().read()),
        state=NetworkState.BEYOND_PROVIDER,
        grade=DisruptionGrade.PROBABLE,
        methods=("blackout.total",),
        started=Interval(_before(moment, minutes=150), _before(moment, minutes=149)),
        network="0" * 16,
        reasons=("anchors.authenticated=0/6", "gateway.alive", "rounds.failed=3"),
    )


def _before(moment: Moment, *, minutes: int) -> Moment:
    wall = datetime.fromisoformat(moment.wall_utc) - timedelta(minutes=minutes)
    text = wall_text(int(wall.timestamp() * 1_000_000_000))
    return replace(moment, wall_utc=text, boottime_ns=max(0, moment.boottime_ns - minutes * 60 * 1_000_000_000))


def _drawn(lines: list[str], width: int, height: int) -> Picture:
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((80, 120 + 44 * number), line, fill="#202124", font_size=30 if number else 40)
    blue, green, red = image.split()[::-1]
    bgrx = Image.merge("RGBX", (blue, green, red, Image.new("L", image.size, 255))).tobytes()
    return Picture(width, height, bgrx)


def _kept(picture: Picture, role: str) -> Bytes:
    encoded = encode(picture)
    return Bytes((encoded.png,), "image/png", role, encoded.tiles, encoded.tile_seed)


def _page(kit: Kit, disruption: str) -> None:
    picture = _drawn(
        ["This site can't be reached", "news.example's server could not be found.", "ERR_NAME_NOT_RESOLVED"], 1366, 768
    )
    kit.run(
        Keep(
            (_kept(picture, "page-picture"),),
            lambda exhibits, _disruption: PageCaptured(
                picture=exhibits[0],
                mhtml=None,
                address_asked="https://news.example/",
                address_final="https://news.example/",
                title="news.example",
                page_state="error-page",
                net_error="ERR_NAME_NOT_RESOLVED",
                net_error_code=-105,
                http_status=None,
                loads=(),
                certificate=CertificateSeen("none"),
                camera="QtWebEngine, Chromium",
                disruption=disruption,
            ),
            SystemClock().read(),
        )
    )


def _screen(kit: Kit, disruption: str) -> None:
    picture = _drawn(["Messages", "Not delivered. No connection."], 1366, 768)
    kit.run(
        Keep(
            (_kept(picture, "screenshot"),),
            lambda exhibits, _disruption: ScreenCaptured(
                picture=exhibits[0],
                monitor="all",
                left=0,
                top=0,
                width=1366,
                height=768,
                blank=False,
                display_server="x11",
                backend="mss",
                disruption=disruption,
            ),
            SystemClock().read(),
        )
    )


def _photo(path: Path) -> Path:
    image = Image.new("RGB", (1600, 1200), "#7a8b99")
    draw = ImageDraw.Draw(image)
    draw.rectangle((200, 500, 1400, 1200), fill="#4a4f57")
    draw.ellipse((1100, 120, 1300, 320), fill="#e8d9a0")
    exif = Image.Exif()
    exif[0x010F] = "Phone maker"
    exif[0x0110] = "Model 7"
    exif[0x0132] = "2026:11:23 14:05:09"
    image.save(path, exif=exif)
    return path
