"""What stands on one panel of a label: the face with photo and name, the facts with their codes."""

from __future__ import annotations

import io
from typing import NamedTuple

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from media.labels import codes, letters, motifs
from media.labels.inks import BLACK, Look
from media.labels.letters import BOLD, LEADING, LEAST, PLAIN, lines_of, printable
from media.labels.paper import BLEED, SAFE, Role
from media.labels.photo import for_press
from media.labels.words import Label, TooMuchText

LARGEST_FACT = 9.5
BETWEEN = 0.4  # of the letters' size, between two facts
FACE_SHARE = 0.54  # of a panel that carries face and facts, one over the other
STRIP = 6 * mm  # of the motif at the foot of a page that holds nothing but facts
WIDE = 1.2  # a face wider than this carries photo and words side by side


class Box(NamedTuple):
    """A rectangle in points, from its lower left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def top(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    def inside(self, space: float) -> Box:
        """The same with so much left free on each side."""
        return Box(self.x + space, self.y + space, self.width - 2 * space, self.height - 2 * space)


def draw_panel(
    canvas: Canvas, role: Role, box: Box, page: Box, look: Look, label: Label
) -> float | None:
    """Draw it; gives the sharpness of its photo in dots an inch, if it has one."""
    if role == Role.FACTS:
        _facts(canvas, _above_strip(canvas, box, page, look), label)
        return None
    if role == Role.FACE:
        return _face(canvas, box, page, look, label)
    split = box.height * FACE_SHARE
    face = Box(box.x, box.top - split, box.width, split)
    dpi = _face(canvas, face, page, look, label)
    _facts(canvas, Box(box.x, box.y, box.width, box.height - split), label)
    return dpi


# --- The face -------------------------------------------------------------------------------------


def _face(canvas: Canvas, box: Box, page: Box, look: Look, label: Label) -> float | None:
    """A band with the motif and the maker, the photo, the name as large as it goes, the rest."""
    band = Box(box.x, box.top - max(11 * mm, box.height * 0.2), box.width, 0)
    band = band._replace(height=box.top - band.y)
    _band(canvas, band, page, look, label)
    room = Box(box.x, box.y, box.width, band.y - box.y).inside(SAFE * mm)
    dpi = None
    if label.photo:
        window, room = _beside(room) if room.width > WIDE * room.height else _below(room)
        dpi = _photo(canvas, window, label.photo)
    foot = _foot(canvas, room, label)
    room = Box(room.x, foot, room.width, room.top - foot)
    size, lines = letters.largest(
        "name", printable(label.name), BOLD, room.width, room.height, most=30, least=9
    )
    slack = room.height - len(lines) * size * LEADING
    canvas.setFillColor(BLACK)
    letters.write(
        canvas, lines, room.middle, room.top - slack / 2, font=BOLD, size=size, centred=True
    )
    return dpi


def _beside(room: Box) -> tuple[Box, Box]:
    """A square photo to the left, the words to the right of it."""
    side = min(room.height, room.width * 0.48)
    window = Box(room.x, room.y + (room.height - side) / 2, side, side)
    taken = side + 2 * mm
    return window, room._replace(x=room.x + taken, width=room.width - taken)


def _below(room: Box) -> tuple[Box, Box]:
    """The photo above, the words below it."""
    high = room.height * 0.55
    window = Box(room.x, room.top - high, room.width, high)
    return window, room._replace(height=room.height - high - 1 * mm)


def _band(canvas: Canvas, band: Box, page: Box, look: Look, label: Label) -> None:
    """The band runs into the bleed wherever it meets the cut."""
    over = BLEED * mm
    left = band.x - (over if band.x <= page.x else 0)
    right = band.x + band.width + (over if band.x + band.width >= page.x + page.width else 0)
    top = band.top + (over if band.top >= page.top else 0)
    whole = Box(left, band.y, right - left, top - band.y)
    canvas.setFillColor(look.band)
    canvas.rect(*whole, stroke=0, fill=1)
    motifs.fill(canvas, look.motif, whole, look.motif_ink, 7 * mm)
    if not look.motif:
        canvas.setStrokeColor(BLACK)
        canvas.setLineWidth(0.6)
        canvas.line(band.x + SAFE * mm, band.y, band.x + band.width - SAFE * mm, band.y)
    inner = band.inside(SAFE * mm)
    words = printable(label.maker)
    size, lines = letters.largest(
        "maker", words, BOLD, inner.width - 6 * mm, inner.height + 2 * mm, most=13, least=LEAST
    )
    wide = max(letters.width_of(line, BOLD, size) for line in lines) + 6 * mm
    high = len(lines) * size * LEADING + 1.6 * mm
    plaque = Box(band.middle - wide / 2, band.y + (band.height - high) / 2, wide, high)
    canvas.setFillColor(look.band)
    canvas.roundRect(*plaque, high / 2, stroke=0, fill=1)
    canvas.setFillColor(look.on_band)
    top_line = plaque.top - 0.8 * mm
    letters.write(canvas, lines, band.middle, top_line, font=BOLD, size=size, centred=True)


def _foot(canvas: Canvas, box: Box, label: Label) -> float:
    """Kind, contents and place at the lower end; gives where they begin, from below."""
    rows = [
        (words, font, size)
        for words, font, size in (
            (label.size, BOLD, 9.0),
            (label.net, BOLD, 9.0),
            (label.place, PLAIN, 7.0),
        )
        if words
    ]
    y = box.y
    canvas.setFillColor(BLACK)
    for words, font, most in reversed(rows):
        size, lines = letters.largest(
            "place", printable(words), font, box.width, box.height / 3, most=most, least=LEAST
        )
        high = len(lines) * size * LEADING
        letters.write(canvas, lines, box.middle, y + high, font=font, size=size, centred=True)
        y += high
    return y + float(0.8 * mm)


def _photo(canvas: Canvas, window: Box, data: bytes) -> float:
    picture, dpi = for_press(data, window.width, window.height)
    canvas.saveState()
    edge = canvas.beginPath()
    edge.roundRect(*window, 2 * mm)
    canvas.clipPath(edge, stroke=0, fill=0)
    canvas.drawImage(ImageReader(io.BytesIO(picture)), *window)
    canvas.restoreState()
    return dpi


# --- The facts ------------------------------------------------------------------------------------


def _above_strip(canvas: Canvas, box: Box, page: Box, look: Look) -> Box:
    """The back of a card ends in a strip of the motif; gives what is left above it."""
    if box.width < page.width or not look.motif:
        return box
    over = BLEED * mm
    strip = Box(box.x - over, box.y - over, box.width + 2 * over, STRIP + over)
    canvas.setFillColor(look.band)
    canvas.rect(*strip, stroke=0, fill=1)
    motifs.fill(canvas, look.motif, strip, look.motif_ink, 7 * mm)
    return Box(box.x, box.y + STRIP, box.width, box.height - STRIP)


def _facts(canvas: Canvas, box: Box, label: Label) -> None:
    """Story and facts from the top, the codes at the foot."""
    box = box.inside(SAFE * mm)
    floor = box.y + _codes(canvas, box, label)
    size, rows = _fitting(label, box.width, box.top - floor)
    canvas.setFillColor(BLACK)
    y = box.top
    for heading, lines in rows:
        y = letters.write(canvas, lines, box.x, y, font=PLAIN, size=size)
        if heading:  # over its own plain letters' place, which were set as spaces
            canvas.setFont(BOLD, size)
            first = y + len(lines) * size * LEADING - size
            canvas.drawString(box.x, first, heading)
        y -= BETWEEN * size


def _fitting(
    label: Label, width: float, height: float
) -> tuple[float, list[tuple[str, list[str]]]]:
    """The largest letters in which everything has room, with the lines that they make."""
    told = [("", printable(label.story))] if label.story else []
    told += [(f"{printable(head)}:", printable(words)) for head, words in label.facts]
    size = LARGEST_FACT
    while size >= LEAST:
        rows = [(head, _indented(head, words, size, width)) for head, words in told]
        count = sum(len(lines) for _, lines in rows)
        if (count * LEADING + len(rows) * BETWEEN) * size <= height:
            return size, rows
        size -= 0.5
    raise TooMuchText("facts")


def _indented(head: str, words: str, size: float, width: float) -> list[str]:
    """Lines of the words, the first of them moved behind its heading by blanks."""
    if not head:
        return lines_of(words, PLAIN, size, width)
    blank = letters.width_of(" ", PLAIN, size)
    taken = -(-letters.width_of(f"{head} ", BOLD, size) // blank)
    spaces = " " * int(taken)
    rest, lines = words.split(), []
    line = spaces
    for word in rest:
        longer = f"{line}{'' if line.endswith(' ') or not line else ' '}{word}"
        if letters.width_of(longer, PLAIN, size) <= width or not line.strip():
            line = longer
        else:
            lines.append(line)
            line = word
    lines.append(line)
    return lines


def _codes(canvas: Canvas, box: Box, label: Label) -> float:
    """The QR code to the left, the bars to the right or above it; gives how high they stand."""
    high = 0.0
    if label.address:
        high = codes.square_side(label.address)
        if high > box.width:
            raise TooMuchText("codes")
        codes.draw_square(canvas, label.address, box.x, box.y)
    if label.ean:
        if box.width < codes.BARS_WIDTH:
            raise TooMuchText("codes")
        beside = high + codes.BARS_WIDTH + 2 * mm <= box.width
        y = box.y if beside or not high else box.y + high + 1 * mm
        codes.draw_bars(canvas, label.ean, box.x + box.width - codes.BARS_WIDTH, y)
        high = max(high, y - box.y + codes.BARS_HEIGHT)
    return high + (1.5 * mm if high else 0)
