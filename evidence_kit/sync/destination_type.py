"""What a type of destination must tell of itself, so that nobody else needs to know that it exists.

Facts and functions alone: the window draws the form, the sender asks for the transport, the command line for the usage.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from evidence_kit.codes import Code
from evidence_kit.model.destination_form import Form, ShownAddress
from evidence_kit.sync.network import Network
from evidence_kit.sync.transport import SentState, Transport


@dataclass(frozen=True, slots=True)
class Faults:
    """What its errors mean beyond their branch.

    `of_destination` are about the destination, not about one message: the rest of a round need not try it again.
    `may_pass` are refusals that are shown at once and tried again all the same, as a login page, a wrong clock or a man
    in the middle goes away. An account or an address does not mend itself, and trying can lock it.
    """

    of_destination: frozenset[Code] = frozenset()
    may_pass: frozenset[Code] = frozenset()


class Route(Protocol):
    """An address that was read and is right as far as one can see without going there. Its `repr` holds no secret."""

    def url(self) -> str:
        """The address that `DestinationType.read` reads as this route; holds the secrets."""
        ...

    def url_shown(self) -> str:
        """The address as a line of text with the secrets left out."""
        ...

    def shown(self) -> ShownAddress: ...

    def values(self) -> Mapping[str, str]:
        """What the form's fields hold for it, by their names; holds the secrets."""
        ...

    def transport(self, network: Network) -> Transport: ...


@dataclass(frozen=True, slots=True)
class DestinationType:
    """One type of destination. `types.TYPES` has them all.

    `schemes` begin its addresses; `usage` shows one on the command line. `read` takes such an address and `from_values`
    what a person wrote into the form's fields, by their names; both raise `Refused` with what is wrong, and no fact of
    theirs holds a secret. `reaches` is the state of a part whose sending went well. `by_network` says that it opens
    connections, through `Network.opener` and nothing else.
    """

    schemes: tuple[str, ...]
    usage: str
    form: Form
    read: Callable[[str], Route]
    from_values: Callable[[Mapping[str, str]], Route]
    reaches: SentState
    by_network: bool
    faults: Faults

    @property
    def name(self) -> str:
        """Its name, the same in every language."""
        return self.form.type
