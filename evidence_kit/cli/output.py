"""Print for people and for scripts; text from outside is made printable first."""

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

from evidence_kit.errors import KitError, written_facts
from evidence_kit.plain_text import plain_line, plain_text

_CELL_CAP: Final = 4000


def show(*columns: str) -> None:
    """One line on standard output, its columns two spaces apart; an empty first one moves the line in."""
    print(plain_text("  ".join(columns)), flush=True)


def warn(line: str) -> None:
    """One line on standard error, for what a script does not read."""
    print(plain_text(line), file=sys.stderr, flush=True)


def show_json(value: Any) -> None:
    """One JSON document on standard output, ASCII-safe."""
    print(json.dumps(value, indent=2), flush=True)


def show_json_line(value: Mapping[str, Any]) -> None:
    """One JSON line on standard output, for streams of events."""
    print(json.dumps(value), flush=True)


def show_error(error: KitError, *, as_json: bool) -> None:
    """The sentence of an error on standard error; in JSON in English, with its code and facts."""
    from evidence_kit.cli.words import sentence  # the sentences of all errors, for who meets one

    if as_json:
        from evidence_kit.cli.language import as_written

        told = {
            "error": error.code.value,
            "exit": error.exit_code,
            "facts": written_facts(error),
            "message": sentence(error, as_written),
        }
        print(json.dumps(told), file=sys.stderr, flush=True)
    else:
        warn(sentence(error))


def table(rows: Iterable[tuple[str, ...]]) -> None:
    """Columns as wide as their widest cell."""
    kept = [tuple(plain_line(cell, _CELL_CAP) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*kept, strict=True)]
    for row in kept:
        show("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
