"""A drawn label is looked at before anybody prints it: as a picture, and through a reader's eye."""

from __future__ import annotations

import io

import pypdfium2
from PIL import Image
from zxingcpp import BarcodeFormat, read_barcodes

from media.labels.drawing import MARGIN
from media.labels.words import Label

PRESS_DPI = 300
SCREEN_DPI = 120
QUALITY = 82


class Unreadable(RuntimeError):
    """A code on the label cannot be read back: our own fault, nothing may be printed."""


def pages(pdf: bytes, dpi: int = PRESS_DPI) -> list[Image.Image]:
    """The pages as a printer at this sharpness would put them on paper."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / 72).to_pil() for page in document]
    finally:
        document.close()


def read_back(pdf: bytes, label: Label) -> None:
    """Read every code from the printed picture; raises `Unreadable` when one says another thing."""
    wanted = {text for text in (label.address, label.ean) if text}
    found = {code.text for picture in pages(pdf) for code in read_barcodes(picture)
             if code.format in (BarcodeFormat.QRCode, BarcodeFormat.EAN13)}  # fmt: skip
    if wanted - found:
        raise Unreadable(f"not read back: {sorted(wanted - found)}")


def cut(pdf: bytes, dpi: int) -> list[Image.Image]:
    """The pages without what is cut away."""
    away = round(MARGIN / 72 * dpi)
    return [
        page.convert("RGB").crop((away, away, page.width - away, page.height - away))
        for page in pages(pdf, dpi)
    ]


def previews(pdf: bytes) -> list[bytes]:
    """Each page as a WebP picture for the screen."""
    shown = []
    for picture in pages(pdf, SCREEN_DPI):
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=QUALITY, method=4)
        shown.append(out.getvalue())
    return shown
