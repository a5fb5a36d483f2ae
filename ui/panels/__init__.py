"""Pieces of a screen that ask the core for something, for more than one screen or dialog."""
