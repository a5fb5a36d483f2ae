"""Keeps Python 3.11 alive under PySide6 6.12, which hands out None, True and False without counting them.

Its wheels are built for the stable interface of 3.12, where these objects never die (PEP 683) and returning them takes
no reference. On 3.11 each call of a Qt method that returns nothing therefore takes one reference of None too many, and
after some thousand calls the interpreter ends with "none_dealloc: deallocating None". So they get references that no
process lives long enough to use up.
"""

import ctypes
import sys
from typing import Final

_MANY: Final = 1 << 40
_CONSTANTS: Final = (None, True, False, Ellipsis, NotImplemented)


def keep_constants() -> None:
    """To be called before anything of Qt is; does nothing where the constants do not die."""
    if sys.implementation.name == "cpython" and sys.version_info < (3, 12):
        for one in _CONSTANTS:
            # The count is the first field of every object (PyObject.ob_refcnt).
            ctypes.c_ssize_t.from_address(id(one)).value += _MANY
