"""Mark a text for the catalogue where it stands as a fact; whoever shows it translates it then."""


def marked(text: str) -> str:
    """`text` itself. packaging/setup/catalogues.py collects it."""
    return text


def marked_many(one: str, many: str) -> tuple[str, str]:
    """The forms of a text for one and for many, likewise."""
    return one, many
