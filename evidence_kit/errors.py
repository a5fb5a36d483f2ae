"""Every foreseen failure, as one tree of three branches; sentences live with the faces.

An error carries a code (`what`) and facts, never a sentence. Facts may name what the person gave
(an address, a file name), so they are for the person's eyes: `str()` of an error holds the code alone,
and logs must not go further. Whatever is outside this tree is a bug.
"""

from typing import ClassVar

Fact = str | int | None


class KitError(Exception):
    """A foreseen failure: `what` is a stable code such as "wrong-passphrase", `facts` its particulars."""

    exit_code: ClassVar[int] = 1

    def __init__(self, *, what: str, **facts: Fact) -> None:
        super().__init__(what)
        self.what = what
        self.facts: dict[str, Fact] = facts

    def __reduce__(self) -> tuple[object, ...]:
        return (rebuild, (type(self), self.what, self.facts))


def rebuild(branch: type[KitError], what: str, facts: dict[str, Fact]) -> KitError:
    """An error as another process raised it."""
    return branch(what=what, **facts)


class Refused(KitError):
    """The person can change something: another passphrase, a full fingerprint, more room on the disk."""

    exit_code = 2


class Unavailable(KitError):
    """The world is in the way: no connection, a dead camera, a busy server. The only branch ever retried."""

    exit_code = 3


class Broken(KitError):
    """Evidence does not hold: a hash, a signature, a tree or a page of the database. Never hidden."""

    exit_code = 4
