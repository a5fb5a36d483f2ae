"""Words that must not be found anywhere, in the shapes that bytes take when nobody hides them; and where they are."""

import base64
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

_CHUNK = 1 << 20


# One beginning for all, so that looking for many costs no more than looking for one.
_BEGINNING = f"Canary{secrets.token_hex(5)}"


def new_word(what: str) -> str:
    """A word that stands nowhere else on this machine."""
    return f"{_BEGINNING}{what}{secrets.token_hex(4)}"


def shapes(word: str) -> dict[str, bytes]:
    """The same word in UTF-8, UTF-16, hex, and base64 at each of the three places where it can begin."""
    plain = word.encode()
    found = {
        "utf-8": plain,
        "utf-16le": word.encode("utf-16le"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
    }
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + plain)
        # The first and last letters also depend on what stands around the word.
        found[f"base64+{shift}"] = encoded[-(-shift * 8 // 6) : (shift + len(plain)) * 8 // 6]
    return found


@dataclass(slots=True)
class Cage:
    """The canaries of one test, by what they stand for."""

    words: dict[str, str] = field(default_factory=dict)

    def new(self, what: str) -> str:
        self.words[what] = new_word(what)
        return self.words[what]

    def sightings(self, places: Iterable[Path]) -> Iterator[tuple[str, str, str]]:
        """Each canary that can be seen in a name or in the content of a file: its kind, its shape, and where."""
        for place in places:
            for path in [place, *place.rglob("*")]:
                for what, shape in self.seen_in(str(path.relative_to(place.parent)).encode()):
                    yield what, shape, str(path)
                if path.is_file() and not path.is_symlink():
                    with path.open("rb") as source:
                        before = b""
                        while chunk := source.read(_CHUNK):
                            for what, shape in self.seen_in(before + chunk):
                                yield what, shape, str(path)
                            before = chunk[-200:]

    def seen_in(self, content: bytes) -> Iterator[tuple[str, str]]:
        any_new = any(needle in content for needle in shapes(_BEGINNING).values())
        for what, word in self.words.items():
            if not any_new and word.startswith(_BEGINNING):
                continue
            for shape, needle in shapes(word).items():
                if needle in content:
                    yield what, shape
