"""Message catalogues: collect the product's words, keep the .po files in step, compile them.

`collect` updates resources/locale/*.po from the code, `compile` makes the .mo files that the product reads, `check`
fails where a language lacks a text. Two languages for tests are made from English: en_XA (longer by two thirds, with
marks at both ends, so that cut words show) and ar_XB (the same, written from right to left).
"""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
LOCALES = ROOT / "resources" / "locale"
DOMAIN = "evidence-kit"
PSEUDO = {"en_XA": "ltr", "ar_XB": "rtl"}
SPEAKERS = {"say": 1, "say_many": 2, "marked": 1, "marked_many": 2}  # how many texts each takes
_NOISE = (b'"POT-C', b'"PO-R', b'"Report-', b'"Last-T', b'"Language-T', b'"Generated', b"#, python")
STRETCH = str.maketrans("aeiouncszyAEIOUNCSZY", "áéíóúñçšžýÁÉÍÓÚÑÇŠŽÝ")


def messages() -> Iterator[str | tuple[str, str]]:
    """Every text of window, command line, report, checker, shared tables and desktop entry, in a stable order."""
    for folder in ("ui", "evidence_kit"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield from texts_in(ast.parse(path.read_text(encoding="utf-8")), within=path.parent.name)
    sys.path.insert(0, str(ROOT))
    from evidence_kit.words import findings, sentences, states
    from ui import sentences as of_the_window

    for module in (sentences, findings, states, of_the_window):
        for value in (value for name, value in vars(module).items() if name.isupper()):
            yield from value.values() if isinstance(value, Mapping) else (value,)
    # The summary in the metainfo is the same as the comment.
    entry = (ROOT / "packaging/linux/share/evidence-kit.desktop").read_text(encoding="utf-8")
    yield from re.findall(r"^(?:GenericName|Comment)=(.+)$", entry, re.MULTILINE)


def texts_in(tree: ast.AST, within: str = "") -> Iterator[str | tuple[str, str]]:
    """What a module says, in the order of its lines; of the command line also what its options say of themselves.

    By the tree: a reader of tokens, as Babel's is, does not see a text that is said within an f-string.
    """
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
        match call.func:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                takes = SPEAKERS.get(name, 0)
            case _:
                takes = 0
        texts = [str(one.value) for one in call.args[:takes] if isinstance(one, ast.Constant)]
        if within == "cli":
            helps = (one.value for one in call.keywords if one.arg == "help")
            yield from (str(one.value) for one in helps if isinstance(one, ast.Constant) and one.value)
        if len(texts) == 2:
            yield texts[0], texts[1]
        elif texts and texts[0]:
            yield texts[0]


def template() -> Catalog:
    catalogue = Catalog(domain=DOMAIN, project="Evidence Kit", charset="utf-8", fuzzy=False)
    for text in messages():
        catalogue.add(text)
    return catalogue


def languages() -> list[Path]:
    return sorted(LOCALES.glob("*.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=path.stem, domain=DOMAIN)


def collected(path: Path) -> bytes:
    """A .po file in step with the code; what is new is left empty, what is gone goes."""
    catalogue = read(path)
    catalogue.update(template(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    written = BytesIO()
    write_po(written, catalogue, width=120, no_location=True, sort_output=True)
    # Dates and empty names would make every collection a change.
    return b"".join(line for line in written.getvalue().splitlines(keepends=True) if not line.startswith(_NOISE))


def collect() -> None:
    """Bring every .po file in step with the code."""
    for path in languages():
        path.write_bytes(collected(path))


def compile_all() -> None:
    """Make every .mo file anew."""
    for path in languages():
        write(path.stem, read(path))
    for name, direction in PSEUDO.items():
        catalogue = template()
        for message in catalogue:
            if message.id:
                made = tuple(stretched(text, direction) for text in ids_of(message.id))
                message.string = made if len(made) > 1 else made[0]
        write(name, catalogue)


def write(language: str, catalogue: Catalog) -> None:
    out = LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    out.parent.mkdir(parents=True, exist_ok=True)
    # Babel would write down the time of making, and no two packages would be the same.
    catalogue.creation_date = datetime.fromtimestamp(0, UTC)
    with out.open("wb") as stream:
        write_mo(stream, catalogue)


def ids_of(found: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (found,) if isinstance(found, str) else tuple(found)


def stretched(text: str, direction: str) -> str:
    """`text` longer and marked, its {facts} as they were."""
    parts = re.split(r"(\{[^{}]*\}|&|\n)", text)
    spoken = "".join(part if at % 2 else part.translate(STRETCH) for at, part in enumerate(parts))
    longer = spoken + " " + "ẋ" * max(2, len(text) * 2 // 3)
    # Long filler breaks like words do.
    longer = re.sub(r"ẋ{9}", "ẋẋẋẋẋẋẋẋ ", longer)
    # The mark at the beginning makes Qt align it as it does a text in Arabic letters.
    return f"\u200f\u202e[{longer}]\u202c" if direction == "rtl" else f"[{longer}]"


def flaws(path: Path) -> Iterator[str]:
    """What a language lacks, and translations that say other facts or commands than the original."""
    wanted = {message.id for message in template() if message.id}
    found = {message.id: message for message in read(path) if message.id}
    for text in sorted(map(str, wanted - found.keys())):
        yield f"not there: {text[:80]!r}"
    for text, message in found.items():
        if text in wanted:
            yield from (f"{flaw}: {str(text)[:80]!r}" for flaw in flaws_of(message))


def flaws_of(message: Message) -> Iterator[str]:
    """What is wrong with one translation."""
    said, made = ids_of(message.id)[-1], ids_of(message.string)
    if not all(made) or message.fuzzy:
        yield "not translated"
        return
    # Where the number is one, a form may leave it out; the last form is for every other number.
    if not all(facts(one) <= facts(said) for one in made) or facts(made[-1]) != facts(said):
        yield "other facts"
    if any(one.count("\n") != said.count("\n") or one[-1].isspace() != said[-1].isspace() for one in made):
        yield "other lines"
    if any(commands(one) != commands(said) for one in made):
        yield "other commands"


def check() -> int:
    """1 where a language lacks a text, or a translation's facts differ from the original's."""
    wrong = [f"{path.name}: {flaw}" for path in languages() for flaw in flaws(path)]
    print(*wrong, sep="\n")
    return 1 if wrong else 0


def facts(text: str) -> set[str]:
    return set(re.findall(r"\{[^{}]*\}", text))


def commands(text: str) -> set[str]:
    """What is to be typed as it stands: in backticks, options, addresses."""
    return set(re.findall(r"`[^`]*`|(?<![\w-])--[a-z-]+|\b\w+://[\w.:/]+", text))


def main() -> int:
    match sys.argv[1:]:
        case ["collect"]:
            collect()
        case ["compile"]:
            compile_all()
        case ["check"]:
            return check()
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
