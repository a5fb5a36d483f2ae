"""Compose a report: chosen entries, their exhibits and proofs as one padded BagIt zip, streamed."""

from collections.abc import Iterable, Iterator

from evidence_kit.model import codec
from evidence_kit.model import report as layout
from evidence_kit.model.exhibit import ExhibitRole
from evidence_kit.model.report import ReportDocument, ReportedExhibit
from evidence_kit.report import howto, page, stop
from evidence_kit.report.archive import Writer
from evidence_kit.report.bag import Bag
from evidence_kit.report.contents import SOFTWARE, ReportContents, Source, document_of


def write_report(contents: ReportContents, source: Source, out: Writer) -> None:
    """Write the whole report into `out`, which need not seek; memory stays flat whatever the exhibits weigh.

    Proofs come before exhibits, so that a checker meets each picture with its seed in hand. Raises
    `Broken(Code.EXHIBIT_DAMAGED)` where the source's bytes are not those of the entry, and `Broken` as `document_of`
    does; what was written by then has no central directory and opens nowhere, and the caller throws it away.
    """
    document = document_of(contents)
    bag = Bag(out, layout.folder_of(contents.id))
    bag.add(layout.DOCUMENT, document_bytes(document))
    bag.add_text(layout.ENTRIES, (one.entry.line + b"\n" for one in contents.entries))
    bag.add_text(layout.INCLUSION, _inclusion_lines(contents))
    bag.add(layout.CHECKPOINT, contents.checkpoint)
    bag.add(layout.CHECKPOINT_SIGNATURE, contents.signature)
    bag.add(layout.CERTIFICATE, contents.certificate)
    bag.add(layout.TILE_SEEDS, _tile_seed_lines(contents, document, source))
    bag.add(layout.HOW_TO_CHECK, howto.text(document).encode())
    bag.add_text(layout.PAGE, page.html(contents, document, source))
    bag.add(layout.STOP_ROWS, stop.rows(contents).encode())
    bag.add_text(layout.MEASUREMENTS, measurement_lines(document, source))
    for exhibit in files_of(document):
        if exhibit.path is not None:
            bag.add_original(exhibit.path, source.read_exhibit(exhibit.sha256), exhibit.sha256, exhibit.size)
    bag.finish(
        (
            ("Bag-Software-Agent", SOFTWARE),
            ("Bagging-Date", contents.created.wall_utc[:10]),
            ("External-Identifier", contents.id),
        )
    )


def document_bytes(document: ReportDocument) -> bytes:
    """`report.json`: RFC 8785, with its version on the outside."""
    body = codec.to_json(document)
    if not isinstance(body, dict):
        raise TypeError("a report is an object")
    return codec.canonical({"v": layout.VERSION, "kind": "report", **body})


def files_of(document: ReportDocument) -> Iterator[ReportedExhibit]:
    """Every exhibit that lies in the bag, once, in the order in which the entries name them."""
    seen: set[str] = set()
    for entry in document.entries:
        for exhibit in entry.exhibits:
            if exhibit.path is not None and exhibit.path not in seen:
                seen.add(exhibit.path)
                yield exhibit


def measurement_lines(document: ReportDocument, source: Source) -> Iterator[bytes]:
    """The measurements' own bytes one after the other, each ended by a line feed where it had none."""
    for exhibit in files_of(document):
        if exhibit.role == ExhibitRole.MEASUREMENT:
            yield from ended_lines(source.read_exhibit(exhibit.sha256))


def ended_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """`chunks`, and a line feed if the last byte is none; nothing for nothing."""
    last = b""
    for chunk in chunks:
        yield chunk
        last = chunk[-1:] or last
    if last not in {b"", b"\n"}:
        yield b"\n"


def _inclusion_lines(contents: ReportContents) -> Iterator[bytes]:
    for one in contents.entries:
        yield " ".join([str(one.entry.sequence), *(hash_.hex() for hash_ in one.inclusion)]).encode() + b"\n"


def _tile_seed_lines(contents: ReportContents, document: ReportDocument, source: Source) -> bytes:
    """`SHA-256 seed` of every disclosed picture with a tile commitment, in hex."""
    disclosed = {exhibit.sha256 for exhibit in files_of(document)}
    lines: dict[str, str] = {}
    for one in contents.entries:
        for exhibit in one.entry.body.exhibits:
            if exhibit.tiles is not None and exhibit.sha256 in disclosed:
                seed = source.tile_seed(exhibit.sha256)
                if seed is not None:
                    lines[exhibit.sha256] = f"{exhibit.sha256} {seed.hex()}\n"
    return "".join(lines.values()).encode()
