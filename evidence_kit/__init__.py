"""Evidence Kit: notice, capture, keep, prove, report and deliver what an internet shutdown does."""

from typing import Final

VERSION: Final = "0.1.0"
