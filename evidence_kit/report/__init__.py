"""Chosen entries become a standard archive that anyone can open and check; sealing and sending it are others' work."""
