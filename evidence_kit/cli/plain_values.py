"""Take what needs no conversion as it was typed.

Typer converts every value through Pydantic, whose import alone takes longer than most commands. Text, a path that can
be read, and a value that was not given are what they are; numbers, and everything that Typer may have to refuse, go its
way.
"""

import os
from functools import partial
from pathlib import Path
from typing import Any, Final, get_args, get_origin

import typer.core

_NOT_PLAIN: Final = object()


class _PlainFirst:
    """How the values of one parameter are converted; Typer's own conversion is made when it is needed."""

    def __init__(self, make: Any, descriptor: Any) -> None:
        self._make = partial(make, descriptor)
        of = descriptor.annotation
        self._type: Any = get_args(of)[0] if get_origin(of) is list else of

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value as the command takes it. Raises what Typer raises."""
        many = param.multiple or param.nargs == -1
        if value is None:
            return () if many else None
        taken = [self._plain(one) for one in (value if many else [value])]
        if _NOT_PLAIN in taken:
            return self._make().coerce(value, param=param, ctx=ctx)
        return taken if many else taken[0]

    def _plain(self, value: Any) -> Any:
        if type(value) is self._type:
            return value
        if self._type is Path and isinstance(value, str) and os.access(value, os.R_OK):
            return Path(value)
        return _NOT_PLAIN


def take_plain_values() -> None:
    """Have Typer convert only what must be: it has no option for that, but this one place where all go through."""
    room = vars(typer.core)
    room["build_runtime_param"] = partial(_PlainFirst, room["build_runtime_param"])
