"""The vault: the only SQL, the only keys. `Vault` is for the unlocked; `Intake` and `Outbox` need no key."""
