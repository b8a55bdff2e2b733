"""Motifs drawn with few strokes, in the manner of batik and plaiting of the region.

Each fills a rectangle with tiles of one size. Truntum, kawung and plaiting are shared heritage;
parijotho is the fruit that the batik of Sleman is known for. Parang is left out on purpose: at the
courts of Yogyakarta it was not for everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, sin

from reportlab.lib.colors import CMYKColor
from reportlab.pdfgen.canvas import Canvas

Tile = Callable[[Canvas, float], None]


def fill(
    canvas: Canvas, motif: str, box: tuple[float, float, float, float], ink: CMYKColor, tile: float
) -> None:
    """Cover a rectangle (x, y, width, height in points) with a motif; "" covers nothing."""
    if not motif:
        return
    x, y, width, height = box
    canvas.saveState()
    edge = canvas.beginPath()
    edge.rect(x, y, width, height)
    canvas.clipPath(edge, stroke=0, fill=0)
    canvas.setFillColor(ink)
    canvas.setStrokeColor(ink)
    draw = MOTIFS[motif]
    for row in range(int(height / tile) + 2):
        for column in range(int(width / tile) + 2):
            canvas.saveState()
            canvas.translate(x + (column + 0.5) * tile, y + (row + 0.5) * tile)
            draw(canvas, tile)
            canvas.restoreState()
    canvas.restoreState()


def kawung(canvas: Canvas, size: float) -> None:
    """Four seeds of the sugar palm around a cross."""
    for turn in (45, 135, 225, 315):
        canvas.saveState()
        canvas.rotate(turn)
        canvas.ellipse(size * 0.10, -size * 0.17, size * 0.62, size * 0.17, stroke=0, fill=1)
        canvas.restoreState()
    canvas.circle(size / 2, 0, size * 0.045, stroke=0, fill=1)
    canvas.circle(0, size / 2, size * 0.045, stroke=0, fill=1)


def truntum(canvas: Canvas, size: float) -> None:
    """Stars that begin to shine again: eight rays, a small one between four."""
    for x, y, reach in ((0.0, 0.0, 0.34), (size / 2, size / 2, 0.2)):
        for turn in range(0, 360, 45):
            along = reach * size * (1 if turn % 90 == 0 else 0.68)
            canvas.saveState()
            canvas.translate(x, y)
            canvas.rotate(turn)
            canvas.ellipse(size * 0.05, -size * 0.035, along, size * 0.035, stroke=0, fill=1)
            canvas.restoreState()
        canvas.circle(x, y, size * 0.035, stroke=0, fill=1)


def parijotho(canvas: Canvas, size: float) -> None:
    """A twig with a bunch of berries and two leaves."""
    canvas.setLineWidth(size * 0.03)
    canvas.line(0, -size * 0.02, 0, size * 0.4)
    for side in (-1, 1):
        canvas.saveState()
        canvas.translate(0, size * 0.22)
        canvas.rotate(90 - side * 58)
        canvas.ellipse(0, -size * 0.075, size * 0.36, size * 0.075, stroke=0, fill=1)
        canvas.restoreState()
    for ring, count in ((0.0, 1), (0.13, 5)):
        for number in range(count):
            angle = radians(90 + 360 * number / count)
            canvas.circle(
                ring * size * cos(angle),
                -size * 0.17 + ring * size * sin(angle),
                size * 0.058,
                stroke=0,
                fill=1,
            )


def anyaman(canvas: Canvas, size: float) -> None:
    """Strips over and under each other."""
    half, strip = size / 2, size * 0.36
    for x, y, lying in ((-half, -half, True), (0, 0, True), (-half, 0, False), (0, -half, False)):
        long, thick = half * 0.94, strip
        wide, high = (long, thick) if lying else (thick, long)
        canvas.roundRect(
            x + (half - wide) / 2, y + (half - high) / 2, wide, high, size * 0.05, stroke=0, fill=1
        )


MOTIFS: dict[str, Tile] = {
    "kawung": kawung,
    "truntum": truntum,
    "parijotho": parijotho,
    "anyaman": anyaman,
}
