"""What each kind of entry says, by what it is about. Importing any of it imports all: `BODIES` is always whole.

A new kind is one class in the module that it belongs to (`Body` says what it declares) and its words in
`words/kinds.py`.
"""

from evidence_kit.model.bodies import captures, disruptions, sharing, statements, vault_events

__all__ = ["captures", "disruptions", "sharing", "statements", "vault_events"]
