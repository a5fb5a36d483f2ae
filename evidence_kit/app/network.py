"""How the network may be used for the vault in use, and what was used of it."""

from collections.abc import Callable

from evidence_kit.app.vault_places import VaultPlaces
from evidence_kit.app.watching import Watch
from evidence_kit.clock import Clock
from evidence_kit.watch.network import NetworkChoice, read_choice, try_proxy, write_choice
from evidence_kit.watch.traffic import Traffic, read_traffic


class NetworkSettings:
    """The person's choice for the vault at `places`; `end_cameras` ends what goes the way of an older one."""

    def __init__(self, places: VaultPlaces, clock: Clock, watch: Watch, end_cameras: Callable[[], object]) -> None:
        self._places = places
        self._clock = clock
        self._watch = watch
        self._end_cameras = end_cameras

    def choice(self) -> NetworkChoice:
        """Which uses of the network are wanted, and through which way. Raises as `read_choice`."""
        return read_choice(self._places.folder)

    def choose(self, choice: NetworkChoice) -> None:
        """Keep a choice and have it hold for what is under way, too: watch, sending and cameras begin anew.

        May take as long as one look at the connection. Raises as `write_choice`, and then nothing has changed.
        """

        def change() -> None:
            write_choice(self._places.folder, choice)
            self._end_cameras()

        self._watch.begin_anew(change)

    @staticmethod
    def try_proxy(proxy: str) -> None:
        """Whether a proxy answers there; takes some seconds. Raises as `watch.network.try_proxy`."""
        try_proxy(proxy)

    def traffic(self) -> Traffic:
        """How many bytes were sent and received until now."""
        return read_traffic(self._places.folder, self._clock)
