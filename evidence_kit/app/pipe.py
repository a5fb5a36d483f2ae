"""Messages between our own two processes: the nouns and jobs of this program, and nothing else.

A pickle can name anything that Python can import; here it may name the frozen dataclasses, enumerations and errors of
this package, and paths. So whoever takes over the window's process cannot run code in the one that has the keys.
"""

import io
import pickle
import socket
import struct
import threading
from dataclasses import is_dataclass
from enum import Enum
from importlib import import_module
from pathlib import PosixPath, PurePath, WindowsPath
from typing import Any, Final

from evidence_kit.errors import KitError, rebuild

_CAP: Final = 512 << 20
_LENGTH: Final = struct.Struct(">Q")
_PLAIN: Final[dict[tuple[str, str], object]] = {
    ("builtins", "bytearray"): bytearray,
    ("builtins", "frozenset"): frozenset,
    ("builtins", "set"): set,
    # Python 3.13 keeps them in a module of another name.
    **{(kind.__module__, kind.__name__): kind for kind in (PosixPath, WindowsPath)},
    ("evidence_kit.errors", "rebuild"): rebuild,
}


class _Strict(pickle.Unpickler):
    def find_class(self, module: str, name: str, /) -> Any:
        if (module, name) in _PLAIN:
            return _PLAIN[module, name]
        if module.startswith("evidence_kit.") and name.isidentifier():
            found = getattr(import_module(module), name, None)
            if isinstance(found, type) and found.__module__ == module and _is_noun(found):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} does not pass")


def _is_noun(found: type) -> bool:
    return is_dataclass(found) or issubclass(found, (Enum, KitError, PurePath))


class _Plain(pickle.Pickler):
    def reducer_override(self, message: Any, /) -> Any:
        # By its class and value, as most Pythons do it: that of Debian 12 (3.11.2) writes down a call of getattr.
        return (type(message), (message.value,)) if isinstance(message, Enum) else NotImplemented


class Pipe:
    """One end of a pair of sockets; `send` may be called from any thread, `receive` from one."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._sending = threading.Lock()

    def send(self, message: object) -> None:
        """Raises `OSError` where the other end is gone."""
        written = io.BytesIO()
        _Plain(written, protocol=5).dump(message)
        content = written.getbuffer()
        with self._sending:
            self._socket.sendall(_LENGTH.pack(len(content)))
            self._socket.sendall(content)

    def receive(self) -> Any:
        """The next message. Raises `EOFError` once the other end is gone, `pickle.UnpicklingError` for anything odd."""
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        if length > _CAP:
            raise pickle.UnpicklingError("too long")
        return _Strict(io.BytesIO(self._exactly(length))).load()

    def _exactly(self, length: int) -> bytes:
        content = bytearray(length)
        view = memoryview(content)
        while view:
            try:
                read = self._socket.recv_into(view)
            except OSError:
                read = 0
            if not read:
                raise EOFError
            view = view[read:]
        return bytes(content)

    def shut(self) -> None:
        """Wake whoever waits in `receive` at either end."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def close(self) -> None:
        self.shut()
        self._socket.close()
