"""Mark a text for the catalogue where it stands as a fact; whoever shows it translates it then."""


def marked(text: str) -> str:
    """`text` itself. packaging/setup/catalogues.py collects it."""
    return text
