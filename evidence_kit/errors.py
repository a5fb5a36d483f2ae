"""Every foreseen failure, as one tree of three branches; sentences live with the faces.

An error carries a code and facts, never a sentence. Facts may name what the person gave (an address, a file name), so
they are for the person's eyes: `str()` of an error holds the code alone, and logs must not go further. Whatever is
outside this tree is a bug.
"""

from collections.abc import Mapping
from typing import ClassVar, Final, Self

from evidence_kit.codes import Branch, Code

Fact = str | int | Code | None


class KitError(Exception):
    """A foreseen failure, made only as one of its branches.

    Raises `TypeError` for a code of another branch, and for facts other than those that the registry has for the code.
    """

    branch: ClassVar = Branch(0)
    exit_code: ClassVar[int]

    def __init__(self, code: Code, /, **facts: Fact) -> None:
        if not self.branch or self.branch not in code.branches:
            raise TypeError(f"{code} is not {self.branch}")
        why = facts.get("why")
        behind = why.facts | why.details if isinstance(why, Code) else frozenset()
        if not code.facts <= facts.keys() <= code.facts | code.details | behind:
            raise TypeError(f"{code} has other facts than {sorted(facts)}")
        super().__init__(code.value)
        self.code = code
        self.facts: dict[str, Fact] = facts

    def __reduce__(self) -> tuple[object, ...]:
        return (rebuild, (type(self), self.code, self.facts))

    def retold(self, code: Code, /, **more: Fact) -> Self:
        """This failure, of the same branch, with another code or with more facts."""
        return type(self)(code, **{**self.facts, **more})


def rebuild(branch: type[KitError], code: Code, facts: dict[str, Fact]) -> KitError:
    """An error as another process raised it."""
    return branch(code, **facts)


class Refused(KitError):
    """The person can change something: another passphrase, a full fingerprint, more room on the disk."""

    branch = Branch.REFUSED
    exit_code = 2


class Unavailable(KitError):
    """The world is in the way: no connection, a dead camera, a busy server. The only branch ever retried."""

    branch = Branch.UNAVAILABLE
    exit_code = 3


class Broken(KitError):
    """Evidence does not hold: a hash, a signature, a tree or a page of the database. Never hidden."""

    branch = Branch.BROKEN
    exit_code = 4


_BY_NAME: Final[Mapping[str, type[KitError]]] = {one.__name__: one for one in (Refused, Unavailable, Broken)}


def read_error(branch: object, code: object, facts: object) -> KitError:
    """An error as another process wrote it down: its branch's name, its code's text, its facts.

    Raises `ValueError` where this is no error of the registry.
    """
    if not isinstance(branch, str) or not isinstance(code, str) or not isinstance(facts, Mapping):
        raise ValueError("not an error")
    if branch not in _BY_NAME or not all(value is None or isinstance(value, str | int) for value in facts.values()):
        raise ValueError("not an error")
    read = {str(name): Code(value) if name == "why" else value for name, value in facts.items()}
    try:
        return _BY_NAME[branch](Code(code), **read)
    except TypeError as error:
        raise ValueError("not an error") from error


def written_facts(error: KitError) -> dict[str, str | int | None]:
    """The facts as they are written down for another program."""
    return {name: fact.value if isinstance(fact, Code) else fact for name, fact in error.facts.items()}
