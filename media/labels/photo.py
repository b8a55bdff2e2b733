"""The photo on a label: cut to its window and turned into four inks."""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageOps

SHARP_DPI = 300.0  # below it a printed photo is visibly soft
JPEG_QUALITY = 92


def for_press(data: bytes, width: float, height: float) -> tuple[bytes, float]:
    """A photo cut to a window of this shape, as a CMYK JPEG, and its sharpness in dots an inch.

    `width` and `height` are the window in points. The grey part of each colour is printed in black
    ink, so that dark places take far less ink than three colours over each other would.
    """
    with Image.open(io.BytesIO(data)) as image:
        picture = image.convert("RGB")
    picture = ImageOps.fit(picture, _largest(picture.size, width / height))
    most = round(width / 72 * SHARP_DPI)
    dpi = picture.width / (width / 72)
    if picture.width > most:
        picture = picture.resize(
            (most, max(1, round(most * height / width))), Image.Resampling.LANCZOS
        )
    out = io.BytesIO()
    _inks(picture).save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return out.getvalue(), dpi


def _largest(size: tuple[int, int], shape: float) -> tuple[int, int]:
    width, height = size
    if width / height > shape:
        return max(1, round(height * shape)), height
    return width, max(1, round(width / shape))


def _inks(picture: Image.Image) -> Image.Image:
    cyan, magenta, yellow = ImageOps.invert(picture).split()
    grey = ImageChops.darker(ImageChops.darker(cyan, magenta), yellow)
    without = [ImageChops.subtract(ink, grey) for ink in (cyan, magenta, yellow)]
    return Image.merge("CMYK", (*without, grey))
