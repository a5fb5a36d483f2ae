"""Bind bytes to each other (Merkle trees), to a moment (checkpoints) and to a key (OpenPGP)."""
