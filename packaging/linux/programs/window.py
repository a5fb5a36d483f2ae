"""The frozen `evidence-kit-window`."""

import ui.__main__  # noqa: F401 - being imported is what runs it
