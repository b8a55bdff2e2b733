"""From what a label says to a file for the press: cut and bleed told, four inks, letters embedded.

The same words give the same bytes. Nothing is left out to make room: what does not fit in letters
of six points is refused by name, and the maker takes a larger paper or fewer words.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from media.labels.inks import BLACK, LOOKS, PAPER_WHITE, Look
from media.labels.letters import LEAST, PLAIN, load_letters
from media.labels.panels import Box, draw_panel
from media.labels.paper import BLEED, PAPERS, Paper
from media.labels.words import Label

MARK, AWAY = 5 * mm, 3.5 * mm  # length of a cutting mark, and how far from the corner it begins
MARGIN = 12 * mm  # around a single label, with room for the marks
SHEET_EDGE, GAP = 8 * mm, 4 * mm  # of a sheet of stickers: what printers cannot reach, and between
HAIR = 0.25


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished file; `dpi` is the sharpness of its photo, none when it has none."""

    pdf: bytes
    pages: int
    on_sheet: int  # labels on one page
    dpi: float | None


def draw(label: Label, *, sheet: bool = False) -> Drawn:
    """One label with marks to cut it by, or an A4 sheet full of them; raises `TooMuchText`."""
    load_letters()
    paper, look = PAPERS[label.paper], LOOKS[label.look]
    out = io.BytesIO()
    # the same label is the same file: no date of making, no random name
    canvas = Canvas(
        out, pagesize=A4, lang="id", invariant=1, enforceColorSpace="CMYK", initialFontName=PLAIN,
        initialFontSize=LEAST, pageCompression=1,
    )  # fmt: skip
    canvas.setTitle(f"Label {label.name}")
    canvas.setAuthor(label.maker)
    canvas.setCreator("Guyub")
    dpi = _forms(canvas, paper, look, label)
    places = _places(paper) if sheet else []
    for number in range(len(paper.pages)):
        if sheet:
            _sheet(canvas, paper, number, places)
        else:
            _single(canvas, paper, number)
        canvas.showPage()
    canvas.save()
    return Drawn(out.getvalue(), len(paper.pages), len(places) or 1, dpi)


def _forms(canvas: Canvas, paper: Paper, look: Look, label: Label) -> float | None:
    """Draw each page of the label once; sheets repeat the drawing by its name."""
    dpi = None
    bleed = BLEED * mm
    for number, panels in enumerate(paper.pages):
        width, height = paper.width * mm, paper.height * mm
        canvas.beginForm(f"page{number}", -bleed, -bleed, width + 2 * bleed, height + 2 * bleed)
        canvas.setFillColor(look.ground)
        canvas.rect(-bleed, -bleed, width + 2 * bleed, height + 2 * bleed, stroke=0, fill=1)
        for panel in panels:
            box = Box(panel.x * mm, panel.y * mm, panel.width * mm, panel.height * mm)
            found = draw_panel(canvas, panel.role, box, Box(0, 0, width, height), look, label)
            dpi = found if dpi is None else dpi
        if paper.hole:
            x, y, across = (one * mm for one in paper.hole)
            canvas.setFillColor(PAPER_WHITE)
            canvas.setStrokeColor(BLACK)
            canvas.setLineWidth(HAIR)
            canvas.circle(x, y, across / 2, stroke=1, fill=1)
        canvas.endForm()
    return dpi


def _single(canvas: Canvas, paper: Paper, number: int) -> None:
    """One label in the middle of a page of its own size, for a printing house."""
    width, height = paper.width * mm, paper.height * mm
    canvas.setPageSize((width + 2 * MARGIN, height + 2 * MARGIN))
    bleed = BLEED * mm
    trim = (MARGIN, MARGIN, MARGIN + width, MARGIN + height)
    canvas.setTrimBox(trim)
    canvas.setBleedBox((trim[0] - bleed, trim[1] - bleed, trim[2] + bleed, trim[3] + bleed))
    canvas.saveState()
    canvas.translate(MARGIN, MARGIN)
    canvas.doForm(f"page{number}")
    _marks(canvas, width, height)
    canvas.restoreState()


def _places(paper: Paper) -> list[tuple[float, float]]:
    """Where labels stand on an A4 sheet, in the middle of it; a large one stands there once."""
    across, up = (
        max(1, int((long - 2 * SHEET_EDGE + GAP) // (side * mm + GAP)))
        for long, side in zip(A4, (paper.width, paper.height), strict=True)
    )
    left = (A4[0] - across * (paper.width * mm + GAP) + GAP) / 2
    low = (A4[1] - up * (paper.height * mm + GAP) + GAP) / 2
    return [
        (left + column * (paper.width * mm + GAP), low + row * (paper.height * mm + GAP))
        for row in range(up)
        for column in range(across)
    ]


def _sheet(canvas: Canvas, paper: Paper, number: int, places: list[tuple[float, float]]) -> None:
    """Many labels on a sheet to print at a copy shop; colour bleeds half way to the neighbour."""
    canvas.setPageSize(A4)
    for box in (canvas.setTrimBox, canvas.setBleedBox):
        box((0, 0, *A4))
    width, height = paper.width * mm, paper.height * mm
    for x, y in places:
        canvas.saveState()
        canvas.translate(x, y)
        edge = canvas.beginPath()
        edge.rect(-GAP / 2, -GAP / 2, width + GAP, height + GAP)
        canvas.saveState()
        canvas.clipPath(edge, stroke=0, fill=0)
        canvas.doForm(f"page{number}")
        canvas.restoreState()
        canvas.restoreState()
    columns = sorted({x for x, _ in places})
    rows = sorted({y for _, y in places})
    canvas.setStrokeColor(BLACK)
    canvas.setLineWidth(HAIR)
    for x in (one for left in columns for one in (left, left + width)):
        for low, high in ((1 * mm, 5 * mm), (A4[1] - 5 * mm, A4[1] - 1 * mm)):
            canvas.line(x, low, x, high)
    for y in (one for low in rows for one in (low, low + height)):
        for left, right in ((1 * mm, 5 * mm), (A4[0] - 5 * mm, A4[0] - 1 * mm)):
            canvas.line(left, y, right, y)


def _marks(canvas: Canvas, width: float, height: float) -> None:
    """Where to cut: two short lines at each corner, outside of what bleeds."""
    canvas.setStrokeColor(BLACK)
    canvas.setLineWidth(HAIR)
    for x, out in ((0.0, -1), (width, 1)):
        for y, up in ((0.0, -1), (height, 1)):
            canvas.line(x + out * AWAY, y, x + out * (AWAY + MARK), y)
            canvas.line(x, y + up * AWAY, x, y + up * (AWAY + MARK))
