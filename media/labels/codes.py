"""Codes that a phone or a till reads: squares and bars in black ink, with their quiet margin."""

from __future__ import annotations

import segno
from reportlab.graphics.barcode.eanbc import Ean13BarcodeWidget
from reportlab.graphics.shapes import String
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from media.labels.inks import BLACK, PAPER_WHITE
from media.labels.letters import PLAIN

LEAST_MODULE = 0.5 * mm  # a square of a printed QR code
QUIET = 4  # modules of white around it
BAR = 0.264 * mm  # 80 % of the nominal 0.33 mm, the least that tills must read
BARS_WIDTH = 113 * BAR  # 95 bars, 11 white before and 7 after them
BARS_HEIGHT = 15 * mm


def square_side(address: str) -> float:
    """How wide the QR code of an address is in its smallest print, white margin included."""
    return float(_square(address).symbol_size(border=QUIET)[0] * LEAST_MODULE)


def draw_square(canvas: Canvas, address: str, x: float, y: float) -> None:
    """Draw it, its lower left corner here, in rectangles: no picture that a press could blur."""
    code = _square(address)
    rows = [list(row) for row in code.matrix_iter(border=QUIET)]
    side = len(rows) * LEAST_MODULE
    canvas.setFillColor(PAPER_WHITE)
    canvas.rect(x, y, side, side, stroke=0, fill=1)
    canvas.setFillColor(BLACK)
    for number, row in enumerate(rows):
        top = y + side - (number + 1) * LEAST_MODULE
        start = None
        for column, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                width = (column - start) * LEAST_MODULE
                canvas.rect(x + start * LEAST_MODULE, top, width, LEAST_MODULE, stroke=0, fill=1)
                start = None


def draw_bars(canvas: Canvas, number: str, x: float, y: float) -> None:
    """Draw an EAN-13 with its white margins, its lower left corner here."""
    canvas.setFillColor(PAPER_WHITE)
    canvas.rect(x, y, BARS_WIDTH, BARS_HEIGHT, stroke=0, fill=1)
    bars = Ean13BarcodeWidget(
        number[:12],
        barWidth=BAR,
        barHeight=BARS_HEIGHT - 3,
        barFillColor=BLACK,
        textColor=BLACK,
        fontName=PLAIN,
        fontSize=7,
        quiet=0,
    )
    # drawn by hand: the library's own page would name a typeface that the file does not carry
    canvas.setFillColor(BLACK)
    for shape in bars.draw().contents:
        if isinstance(shape, String):
            place = (x + 11 * BAR + shape.x, y + 1 + shape.y)
            canvas.setFont(shape.fontName, shape.fontSize)
            draw = canvas.drawCentredString if shape.textAnchor == "middle" else canvas.drawString
            draw(*place, shape.text)
        elif shape.fillColor:
            left = x + 11 * BAR + shape.x
            canvas.rect(left, y + 1 + shape.y, shape.width, shape.height, stroke=0, fill=1)


def _square(address: str) -> segno.QRCode:
    return segno.make_qr(address, error="m", boost_error=False)
