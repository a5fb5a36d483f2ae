"""The little internet for these tests."""

from tests.fakes.internet import internet, shared_internet, targets

__all__ = ["internet", "shared_internet", "targets"]
