"""Pictures of QR codes, as a card or a phone shows them."""

import io
from collections.abc import Sequence

import zxingcpp
from PIL import Image


def code_picture(*contents: str | bytes, format: str = "PNG") -> bytes:
    """One picture with these codes beside each other; with none of them it is an empty sheet."""
    codes = [_code(content) for content in contents]
    size = (40 + sum(one.width + 40 for one in codes), 80 + max((one.height for one in codes), default=200))
    sheet = Image.new("RGB", size, "white")
    _put(sheet, codes)
    kept = io.BytesIO()
    sheet.save(kept, format)
    return kept.getvalue()


def _code(content: str | bytes) -> Image.Image:
    drawn = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4)
    height, width = drawn.shape
    return Image.frombytes("L", (width, height), bytes(memoryview(drawn).cast("B")))


def _put(sheet: Image.Image, codes: Sequence[Image.Image]) -> None:
    left = 40
    for one in codes:
        sheet.paste(one, (left, 40))
        left += one.width + 40
