"""The child that looks for QR codes in one untrusted picture: limits first, then stdin to stdout, then the end.

Started as `python -m evidence_kit.seal.qr_reading`. Whatever it cannot read ends it, and it has answered nothing then.
"""

import base64
import io
import json
import sys
from typing import Final

from evidence_kit.seal.qr_code import CODES_CAP, PICTURE_CAP, POINTS_CAP
from evidence_kit.system import limit_this_process

_MEMORY: Final = 1 << 30
_CPU_S: Final = 15
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP")


def main() -> None:
    """Answer one JSON line: {"codes": [base64]} or {"refused": code}."""
    limit_this_process(memory=_MEMORY, cpu_s=_CPU_S, file=0)
    sys.stdout.write(json.dumps(answer(sys.stdin.buffer.read(PICTURE_CAP + 1))) + "\n")


def answer(untrusted_picture: bytes) -> dict[str, object]:
    """What is found; whatever Pillow raises goes through."""
    # Both parse what strangers made: they are loaded here alone, below the limits.
    import zxingcpp
    from PIL import Image

    with Image.open(io.BytesIO(untrusted_picture), formats=_FORMATS) as picture:
        if picture.width * picture.height > POINTS_CAP:
            return {"refused": "code-picture-too-large"}
        grey = picture.convert("L")
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return {"codes": [base64.b64encode(one.bytes).decode() for one in found[:CODES_CAP]]}


if __name__ == "__main__":
    main()
