"""What the settings decide: which ways out there are, which limits, and how a count of bytes reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from evidence_kit.model.purpose import Purpose
from evidence_kit.watch.traffic import Traffic
from evidence_kit.words.purposes import PURPOSES
from ui.words import say, say_marked, size

TOR: Final = "socks5h://127.0.0.1:9050"
TOR_BROWSER: Final = "socks5h://127.0.0.1:9150"
SCHEME: Final = "socks5h://"
_MB: Final = 1_000_000
CHECKS_CAPS: Final = (5 * _MB, 10 * _MB, 20 * _MB, 50 * _MB, 100 * _MB)
SENDING_CAPS: Final = (10 * _MB, 50 * _MB, 200 * _MB, 1000 * _MB)


def proxy_of(typed: str) -> str | None:
    """The proxy that was typed, with or without its scheme; None for nothing."""
    bare = typed.strip()
    if not bare:
        return None
    return bare if "://" in bare else SCHEME + bare


def proxy_words(proxy: str | None) -> str:
    """Through where everything goes."""
    if proxy is None:
        return say("Connections go out directly, without a proxy.")
    return say("Everything goes through {proxy}, or not at all.").format(proxy=proxy.removeprefix(SCHEME))


def caps(offered: tuple[int, ...], kept: int | None) -> Iterator[tuple[str, int | None]]:
    """Limits to choose from, in words; a kept one that is not among them is offered, too."""
    for cap in sorted({*offered, *(() if kept is None else (kept,))}):
        yield say("At most {size} a day").format(size=size(cap)), cap
    yield say("No limit"), None


@dataclass(frozen=True, slots=True)
class Use:
    """One use of the network in the table of bytes."""

    purpose: Purpose
    words: str
    today: str
    total: str


def uses(traffic: Traffic) -> tuple[Use, ...]:
    """All uses, in the table's order."""
    return tuple(
        Use(purpose, say_marked(words), size(traffic.of(purpose).today), size(traffic.of(purpose).total))
        for purpose, words in PURPOSES.items()
    )


def used_up(traffic: Traffic, purpose: Purpose, cap: int | None) -> bool:
    """Whether a day's limit is reached."""
    return cap is not None and traffic.of(purpose).today >= cap
