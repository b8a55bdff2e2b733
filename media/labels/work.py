"""A label from order to answer, in the process that draws it."""

from __future__ import annotations

import io

from media.labels.drawing import draw
from media.labels.mockup import draw as on_packaging
from media.labels.order import DrawnLabel, packed, read, refused
from media.labels.proof import cut, previews, read_back
from media.labels.words import TooMuchText

SCENE_DPI = 200


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


def illustration(data: bytes) -> bytes:
    """The label on its packaging, as a JPEG; what does not fit is named."""
    label, _ = read(data)
    try:
        pdf = draw(label).pdf
    except TooMuchText as much:
        return refused(much.what)
    out = io.BytesIO()
    on_packaging(label.paper, cut(pdf, SCENE_DPI)).save(out, "JPEG", quality=90)
    return out.getvalue()
