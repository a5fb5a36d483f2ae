"""People and keyrings shared by the tests of the seal; module-wide where nobody changes them."""

from collections.abc import Iterator

import pytest

from evidence_kit.seal.pgp import Keyring, SecretKey
from tests.core.seal.person import Person, person


@pytest.fixture
def desk() -> Iterator[Person]:
    with person() as someone:
        yield someone


@pytest.fixture
def ring() -> Iterator[Keyring]:
    with Keyring() as keyring:
        yield keyring


@pytest.fixture(scope="session")
def key() -> SecretKey:
    """A vault's key, made by the kit."""
    with Keyring() as keyring:
        return keyring.generate()
