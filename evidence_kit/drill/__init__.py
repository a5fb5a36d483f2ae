"""The drill: a rehearsal of the whole journey against a fake internet on loopback."""
