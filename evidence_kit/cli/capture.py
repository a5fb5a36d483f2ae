"""`capture`: the screen, an offline page, photos and files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from evidence_kit.cli.language import say, say_marked, size_words
from evidence_kit.cli.output import show, show_json, warn
from evidence_kit.cli.session import check_words, session_of
from evidence_kit.cli.shapes import kept_shape, kept_where
from evidence_kit.cli.words import sentence
from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused
from evidence_kit.jobs.capturing import Capturing, opens_pages_without_sandbox
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import DisplayServer, FileAdded, PageCaptured, ScreenCaptured
from evidence_kit.model.entry import Entry
from evidence_kit.words.captures import PAGES_CAPTURED


def add_to(app: typer.Typer) -> None:
    captures = typer.Typer(no_args_is_help=True)
    captures.command("screen", help="The screen: all monitors, one, or a region in pixels.")(screen)
    captures.command("page", help="A page as the page camera sees it, also when it does not load.")(page)
    captures.command("file", help="Photos and files, byte for byte.")(files)
    app.add_typer(captures, name="capture")


_SEALED = typer.Option(False, "--sealed", help="Without unlocking: sealed, and in the journal at the next unlock.")


def screen(
    context: typer.Context,
    monitor: int | None = typer.Option(None, min=1, help="One monitor, counted from 1."),
    region: str | None = typer.Option(None, metavar="X,Y,W,H", help="A region in pixels."),
    choose: bool = typer.Option(False, "--choose", help="Under Wayland: pick a part in the desktop's own dialog."),
    sealed: bool = _SEALED,
) -> None:
    area = _region(region)

    def take(capturing: Capturing[Entry | Body], _: str) -> Entry | Body:
        return capturing.screen(monitor=monitor, region=area, choose=choose, left_behind=_left_behind)

    _each(context, ["screen"], sealed, take)


def _left_behind(error: KitError) -> None:
    warn(sentence(error))


def _region(text: str | None) -> tuple[int, int, int, int] | None:
    if text is None:
        return None
    try:
        left, top, width, height = (int(part) for part in text.split(","))
    except ValueError:
        raise Refused(Code.REGION_FORMAT) from None
    if width < 1 or height < 1:
        raise Refused(Code.REGION_FORMAT)
    return left, top, width, height


def page(
    context: typer.Context,
    addresses: list[str] = typer.Argument(..., metavar="URL…"),
    deadline: float = typer.Option(30.0, min=1, max=600, help="Seconds that each page may take."),
    script: bool = typer.Option(True, help="Let the page run its scripts."),
    sealed: bool = _SEALED,
) -> None:
    def take(capturing: Capturing[Entry | Body], address: str) -> Entry | Body:
        return capturing.page(check_words(address), deadline_s=deadline, script=script)

    if opens_pages_without_sandbox() and not session_of(context).json:
        warn(say("You are root: pages are opened without the browser's sandbox. Work as an ordinary user."))
    _each(context, addresses, sealed, take)


def files(
    context: typer.Context,
    paths: list[Path] = typer.Argument(..., metavar="PATH…"),
    sealed: bool = _SEALED,
) -> None:
    _each(context, [str(path) for path in paths], sealed, lambda capturing, one: capturing.file(Path(one)))


def _each(
    context: typer.Context, names: list[str], sealed: bool, take: Callable[[Capturing[Any], str], Entry | Body]
) -> None:
    """Take one after the other; a failure costs its own capture alone, and the first one decides the exit code."""
    session = session_of(context)
    kept: list[Entry | Body] = []
    failed: list[KitError] = []
    with session.keeper(sealed=sealed) as keeper, Capturing(keeper) as capturing:
        for name in names:
            try:
                kept.append(take(capturing, name))
            except KitError as error:
                failed.append(error)
                if len(names) > 1:
                    warn(say("{what}: {told}").format(what=name, told=sentence(error)))
    if session.json:
        show_json([kept_shape(one) for one in kept])
    else:
        for one in kept:
            _tell(one)
    if failed:
        raise failed[0]


def _tell(kept: Entry | Body) -> None:
    where = kept_where(kept)
    match kept.body if isinstance(kept, Entry) else kept:
        case ScreenCaptured() as body:
            show(say("Screen {width}×{height}.").format(width=body.width, height=body.height), where)
            if body.blank:
                warn(say("The picture is one single colour. The desktop may be refusing captures: look at it."))
            if body.display_server is DisplayServer.WAYLAND:
                warn(
                    say(
                        "The desktop wrote this picture to the disk in clear before it was kept. What it wrote may be "
                        "found there later, also after its file is removed."
                    )
                )
        case PageCaptured() as body:
            show(_page_words(body).format(address=body.address_asked, name=body.net_error), where)
            if body.net_error and "PROXY" in body.net_error:
                warn(say("Your proxy does not work: this picture says nothing about the page."))
        case FileAdded() as body:
            show(say("{name}, {size}.").format(name=body.name, size=size_words(body.original.size)), where)
            if any(fact.name == "GPSPosition" for fact in body.metadata):
                warn(say("This photo tells where it was taken; so will a report that holds it."))
        case _:
            show(where)


def _page_words(body: PageCaptured) -> str:
    """What the page camera saw."""
    return say_marked(PAGES_CAPTURED[body.page_state])
