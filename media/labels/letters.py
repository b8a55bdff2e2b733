"""Words on a label: our own letters, embedded, as large as their box lets them be."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from media.labels.words import TooMuchText

PLAIN, BOLD = "GuyubLabel", "GuyubLabel-Bold"
LEAST = 6.0  # points; smaller letters are not read on a shelf, nor by old eyes
LEADING = 1.22
FOLDER = Path(__file__).parent / "fonts"


@cache
def load_letters() -> frozenset[int]:
    """Make the letters known to the printer, once in a process; give the signs they have."""
    for name, file in ((PLAIN, "regular"), (BOLD, "bold")):
        font = TTFont(name, str(FOLDER / f"plus-jakarta-sans-{file}.ttf"))
        pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


def printable(words: str) -> str:
    """The words in signs that our letters have: accents go, what has no shape becomes "?"."""
    known = load_letters()
    found = []
    for sign in unicodedata.normalize("NFC", " ".join(words.split())):
        if ord(sign) not in known:
            sign = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode() or "?"
        found.append(sign)
    return "".join(found)


def width_of(words: str, font: str, size: float) -> float:
    """How wide the words are, in points."""
    return float(pdfmetrics.stringWidth(words, font, size))


def lines_of(words: str, font: str, size: float, width: float) -> list[str]:
    """The words in lines no wider than this; a word wider than a line is cut."""
    lines: list[str] = []
    for line in simpleSplit(words, font, size, width):
        while width_of(line, font, size) > width:
            keep = len(line)
            while keep > 1 and width_of(line[:keep], font, size) > width:
                keep -= 1
            lines.append(line[:keep])
            line = line[keep:]
        lines.append(line)
    return lines


def largest(
    what: str, words: str, font: str, width: float, height: float, *, most: float, least: float
) -> tuple[float, list[str]]:
    """The largest letters, in half points, in which the words fit a box; raises `TooMuchText`."""
    size = most
    while size >= least:
        lines = lines_of(words, font, size, width)
        whole = not any(word not in " ".join(lines).split() for word in words.split())
        if len(lines) * size * LEADING <= height and whole:
            return size, lines
        size -= 0.5
    raise TooMuchText(what)


def write(
    canvas: Canvas,
    lines: Iterable[str],
    x: float,
    top: float,
    *,
    font: str,
    size: float,
    centred: bool = False,
) -> float:
    """Set lines from the top down; give the height where the next thing may begin."""
    y = top
    canvas.setFont(font, size)
    for line in lines:
        y -= size * LEADING
        place = (x, y + size * (LEADING - 1))
        canvas.drawCentredString(*place, line) if centred else canvas.drawString(*place, line)
    return y
