"""What a package holds for each language that has a catalogue: Qt's own texts, and the lines that the desktop shows."""

import gettext
import re
from pathlib import Path
from xml.sax.saxutils import escape, unescape

DOMAIN = "evidence-kit"


def shipped(locales: Path) -> list[str]:
    """The languages beside English that have a compiled catalogue; those for tests, whose region begins with X, not."""
    found = {path.parts[-3] for path in locales.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return sorted(tag for tag in found if "_X" not in tag)


def qt_texts(locales: Path) -> re.Pattern[str]:
    """Files of Qt with its own texts, and those of Chromium's error pages, in English and every language shipped."""
    tags = {"en", "en_US"} | {name for tag in shipped(locales) for name in (tag, tag.partition("_")[0])}
    qt = "|".join(sorted(tags))
    return re.compile(rf"PySide6/Qt/translations/(qtbase_({qt})\.qm|qtwebengine_locales/({qt.replace('_', '-')})\.pak)")


def desktop_entry(text: str, locales: Path) -> str:
    """A desktop entry with its name and comment in every language shipped."""
    return re.sub(
        r"^(GenericName|Comment)=(.+)\n", lambda line: line[0] + _lines(line, locales), text, flags=re.MULTILINE
    )


def metainfo(text: str, locales: Path) -> str:
    """AppStream's description with its summary in every language shipped."""
    line = re.compile(r"^  <summary>(.+)</summary>\n", re.MULTILINE)
    return line.sub(lambda found: found[0] + _summaries(found[1], locales), text)


def _lines(line: re.Match[str], locales: Path) -> str:
    return "".join(f"{line[1]}[{tag}]={said}\n" for tag, said in _translated(line[2], locales))


def _summaries(text: str, locales: Path) -> str:
    return "".join(
        f'  <summary xml:lang="{tag.replace("_", "-")}">{escape(said)}</summary>\n'
        for tag, said in _translated(unescape(text), locales)
    )


def _translated(text: str, locales: Path) -> list[tuple[str, str]]:
    return [(tag, gettext.translation(DOMAIN, locales, [tag]).gettext(text)) for tag in shipped(locales)]
