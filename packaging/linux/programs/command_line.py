"""The frozen `evidence-kit`: the command line, the vault's process and the readers of untrusted bytes."""

import evidence_kit.__main__  # noqa: F401 - being imported is what runs it
