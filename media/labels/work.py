"""A label from order to answer, in the process that draws it."""

from __future__ import annotations

from media.labels.drawing import draw
from media.labels.order import DrawnLabel, packed, read, refused
from media.labels.proof import previews, read_back
from media.labels.words import TooMuchText


def answer(data: bytes) -> bytes:
    """Draw, read the codes back, and hand over; what does not fit is named."""
    label, sheet = read(data)
    try:
        single = draw(label)
    except TooMuchText as much:
        return refused(much.what)
    read_back(single.pdf, label)
    wanted = draw(label, sheet=True) if sheet else single
    dpi = None if single.dpi is None else round(single.dpi)
    pictures = tuple(previews(single.pdf))
    return packed(DrawnLabel(wanted.pdf, pictures, wanted.on_sheet, dpi))
