"""Take a report apart and put it together again, as a forger would."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.report.archive import Archive

HERE = Path(__file__).parent
FIXTURE = HERE / "report-v1.zip"
FINGERPRINT = (HERE / "report-v1.fingerprint").read_text().strip()
TOP = "evidence-report-c0ffee01"

Files = dict[str, bytes]
Change = Callable[[Files], None]


def files() -> Files:
    """The fixture's files by their path in the bag, in the zip's order."""
    with zipfile.ZipFile(FIXTURE) as archive:
        return {name.removeprefix(f"{TOP}/"): archive.read(name) for name in archive.namelist()}


def rebagged(changed: Mapping[str, bytes]) -> Files:
    """Manifests and counts made to fit whatever was changed: what somebody without a key can do."""
    whole = {path: content for path, content in changed.items() if path != "tagmanifest-sha256.txt"}
    payload = {path: content for path, content in whole.items() if path.startswith("data/")}
    oxum = f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}"
    lines = whole["bag-info.txt"].decode().splitlines()[:-1]
    whole["bag-info.txt"] = "\n".join([*lines, oxum, ""]).encode()
    whole["manifest-sha256.txt"] = manifest(payload)
    tags = {path: content for path, content in whole.items() if not path.startswith("data/")}
    return whole | {"tagmanifest-sha256.txt": manifest(tags)}


def manifest(listed: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in listed.items()).encode()


def zipped(changed: Mapping[str, bytes], top: str = TOP) -> bytes:
    """In the report's own profile of zip."""
    out = io.BytesIO()
    archive = Archive(out)
    for path, content in changed.items():
        archive.add(f"{top}/{path}" if top else path, content)
    archive.finish()
    return out.getvalue()


def unpack(changed: Mapping[str, bytes], folder: Path) -> Path:
    for path, content in changed.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def document(changed: Mapping[str, bytes]) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(changed["data/report.json"])
    return parsed


def put_document(changed: Files, parsed: dict[str, Any]) -> None:
    changed["data/report.json"] = json.dumps(parsed, ensure_ascii=False, separators=(",", ":")).encode()


def broken(findings: list[Finding]) -> dict[str, str]:
    """Subjects of what does not hold, by code (the last one of each)."""
    return {finding.code.value: finding.subject for finding in findings if finding.verdict is Verdict.BROKEN}


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 0x20]) + content[place + 1 :]
