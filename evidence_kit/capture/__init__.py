"""Capture what a person sees: the screen, pages, photos and files; the originals, byte for byte."""
