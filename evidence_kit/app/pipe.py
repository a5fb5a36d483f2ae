"""Messages between our own two processes: the nouns and jobs of this program, and nothing else.

A pickle can name anything that Python can import; here it may name the frozen dataclasses, enumerations and errors of
this package, and paths. So whoever takes over the window's process cannot run code in the one that has the keys.

What a message carries in a `bytearray` is a secret. It never enters a pickle, whose buffers nobody can wipe: it goes
from the sender's array to the socket and from the socket into the receiver's array, and each side wipes its own.
"""

import io
import pickle
import socket
import struct
import threading
from collections.abc import Sequence
from dataclasses import is_dataclass
from enum import Enum
from importlib import import_module
from pathlib import PosixPath, PurePath, WindowsPath
from typing import Any, Final

from evidence_kit.errors import KitError, rebuild

_CAP: Final = 512 << 20
_SECRETS: Final = 8
_SECRET_CAP: Final = 1 << 16
_HEAD: Final = struct.Struct(">QI")
"""Bytes of the pickle, number of secrets. Then come the secrets' lengths, the pickle, and the secrets."""
_LENGTH: Final = struct.Struct(">I")
_PLAIN: Final[dict[tuple[str, str], object]] = {
    ("builtins", "frozenset"): frozenset,
    ("builtins", "set"): set,
    # Python 3.13 keeps them in a module of another name.
    **{(kind.__module__, kind.__name__): kind for kind in (PosixPath, WindowsPath)},
    ("evidence_kit.errors", "rebuild"): rebuild,
}


class _Strict(pickle.Unpickler):
    def __init__(self, content: bytearray, secrets: Sequence[bytearray]) -> None:
        super().__init__(io.BytesIO(content))
        self._secrets = secrets

    def persistent_load(self, number: Any, /) -> bytearray:
        if type(number) is not int or not 0 <= number < len(self._secrets):
            raise pickle.UnpicklingError("no such secret")
        return self._secrets[number]

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
    def __init__(self, out: io.BytesIO) -> None:
        super().__init__(out, protocol=5)
        self.secrets: list[bytearray] = []

    def persistent_id(self, message: Any, /) -> int | None:
        if type(message) is not bytearray:
            return None
        self.secrets.append(message)
        return len(self.secrets) - 1

    def reducer_override(self, message: Any, /) -> Any:
        # By its class and value, as most Pythons do it: that of Debian 12 (3.11.2) writes down a call of getattr.
        return (type(message), (message.value,)) if isinstance(message, Enum) else NotImplemented


class Pipe:
    """One end of a pair of sockets; `send` may be called from any thread, `receive` from one."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._sending = threading.Lock()

    def send(self, message: object) -> None:
        """Raises `OSError` where the other end is gone, `pickle.PicklingError` for what cannot pass."""
        written = io.BytesIO()
        pickler = _Plain(written)
        try:
            pickler.dump(message)
        except (TypeError, AttributeError) as error:
            raise pickle.PicklingError("cannot pass") from error
        content, secrets = written.getbuffer(), pickler.secrets
        with self._sending:
            self._socket.sendall(_HEAD.pack(len(content), len(secrets)))
            self._socket.sendall(b"".join(_LENGTH.pack(len(secret)) for secret in secrets))
            self._socket.sendall(content)
            for secret in secrets:
                self._socket.sendall(secret)

    def receive(self) -> Any:
        """The next message. Raises `EOFError` once the other end is gone, `pickle.UnpicklingError` for anything odd."""
        length, count = _HEAD.unpack(self._exactly(_HEAD.size))
        if length > _CAP or count > _SECRETS:
            raise pickle.UnpicklingError("too long")
        lengths = [_LENGTH.unpack(self._exactly(_LENGTH.size))[0] for _ in range(count)]
        if any(one > _SECRET_CAP for one in lengths):
            raise pickle.UnpicklingError("too long")
        content = self._exactly(length)
        return _Strict(content, [self._exactly(one) for one in lengths]).load()

    def _exactly(self, length: int) -> bytearray:
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
        return content

    def shut(self) -> None:
        """Wake whoever waits in `receive` at either end."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def close(self) -> None:
        self.shut()
        self._socket.close()
