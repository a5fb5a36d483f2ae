"""Run a check in a child process with limits on time and memory; what comes back is data, read under caps."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from evidence_kit import programs
from evidence_kit.clock import Deadline
from evidence_kit.codes import Code
from evidence_kit.errors import Broken, KitError, Refused, read_error
from evidence_kit.model import codec
from evidence_kit.model.codec import Json
from evidence_kit.model.finding import Finding
from evidence_kit.plain_text import plain_line
from evidence_kit.system import kill_family
from evidence_kit.verify.names import NAME_SHOWN

REPLY_CAP: Final = 16 << 20
# A recipient may have to type a passphrase, and a slow disk gives 10 MB/s, read twice.
PATIENCE_S: Final = 300.0
SLOWEST: Final = 10_000_000
_LOOK_S: Final = 0.2
_MALFORMED: Final = frozenset(
    {
        Code.JSON_TOO_LONG,
        Code.JSON_TOO_DEEP,
        Code.JSON_DUPLICATE_KEY,
        Code.JSON_NUMBER,
        Code.JSON_MALFORMED,
        Code.FORMAT,
    }
)


def check_in_child(
    path: Path,
    *,
    home: Path | None = None,
    expected: str | None = None,
    patience_s: float = PATIENCE_S,
    keep_on: Callable[[], None] | None = None,
) -> list[Finding]:
    """As `check.check`, in a child; `home` is the recipient's gpg home.

    `keep_on` is asked now and then and raises where nobody wants the check any more.

    Raises what `check` and `keep_on` raise, and `Refused` with "check-took-too-long" or "check-gave-up" (memory, or a
    crash).
    """
    arguments = [str(path.absolute()), str(home.absolute()) if home else "", expected or ""]
    deadline = Deadline(patience_s + 2 * _weight(path) / SLOWEST)
    child = subprocess.Popen(
        [*programs.program("evidence_kit.verify"), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with child:
        try:
            untrusted = _heard(child, deadline, keep_on, path)
        finally:
            if child.poll() is None:
                kill_family(child.pid)  # and the gpg that it may have started
    return findings_of(untrusted, path)


def _heard(
    child: "subprocess.Popen[bytes]", deadline: Deadline, keep_on: Callable[[], None] | None, path: Path
) -> bytes:
    while True:
        try:
            return child.communicate(timeout=_LOOK_S)[0]
        except subprocess.TimeoutExpired:
            if keep_on is not None:
                keep_on()
            if deadline.is_over():
                raise Refused(Code.CHECK_TOOK_TOO_LONG, name=plain_line(path.name, NAME_SHOWN)) from None


def _weight(path: Path) -> int:
    """Bytes to read; a folder's are not counted beforehand."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def findings_of(untrusted: bytes, path: Path) -> list[Finding]:
    """The findings of a whole, sound reply. Raises what the child says, or `Refused(Code.CHECK_GAVE_UP)`."""
    gave_up = Refused(Code.CHECK_GAVE_UP, name=plain_line(path.name, NAME_SHOWN))
    if len(untrusted) > REPLY_CAP:
        raise gave_up
    findings: list[Finding] = []
    try:
        for line in untrusted.splitlines():
            said = codec.parse(line)
            if said == {"done": True}:
                return findings
            if isinstance(said, dict) and "branch" in said:
                raise _error(said)
            findings.append(_shown(codec.from_json(Finding, _with_pairs(said))))
    except Broken as error:
        if error.code in _MALFORMED:
            raise gave_up from error
        raise
    raise gave_up


def _with_pairs(said: Json) -> Json:
    """The codec's tuples have any length; these have two."""
    pairs = said.get("facts") if isinstance(said, dict) else None
    if not isinstance(pairs, list) or any(not isinstance(pair, list) or len(pair) != 2 for pair in pairs):
        raise Broken(Code.FORMAT, field="facts")
    return said


def _shown(untrusted: Finding) -> Finding:
    facts = tuple((plain_line(name, NAME_SHOWN), plain_line(value, NAME_SHOWN)) for name, value in untrusted.facts)
    return Finding(untrusted.code, untrusted.verdict, plain_line(untrusted.subject, 240), facts)


def _error(said: dict[str, Json]) -> KitError:
    facts = said.get("facts")
    if isinstance(facts, dict):
        facts = {
            name: plain_line(value, NAME_SHOWN) if isinstance(value, str) else value for name, value in facts.items()
        }
    try:
        return read_error(said.get("branch"), said.get("code"), facts)
    except ValueError:
        return Refused(Code.CHECK_GAVE_UP)
