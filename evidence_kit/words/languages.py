"""The languages that the product speaks: English, and those with a compiled catalogue."""

from pathlib import Path
from typing import Final

LOCALES: Final = Path(__file__).resolve().parents[2] / "resources" / "locale"


def spoken_languages(locales: Path = LOCALES) -> list[str]:
    """Their tags (BCP 47, with `_`), in order; not those that are made for tests, whose region begins with X."""
    translated = {path.parts[-3] for path in locales.glob("*/LC_MESSAGES/evidence-kit.mo")}
    return sorted({"en"} | {tag for tag in translated if not tag.partition("_")[2].startswith("X")})
