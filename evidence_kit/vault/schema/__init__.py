"""Numbered steps of the database; a step once released is never edited."""
