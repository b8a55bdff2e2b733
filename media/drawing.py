"""From upright pixels to the files that are kept: every rendition is encoded anew."""

import io

from PIL import Image

from media.reading import read
from media.renditions import (
    MASTER_SIDE,
    SHARE_SIDE,
    Picture,
    Rendition,
    fit_side,
    fit_width,
    widths_for,
)

# Bytes a picture may weigh, so that a list of cards stays affordable on a village's signal. A photo
# full of fine pattern is encoded a little more coarsely until it fits; the last step is final.
CEILINGS = {360: 25_000, 720: 45_000}
QUALITIES = (72, 62, 52)
MASTER_QUALITY = 88
SHARE_QUALITY = 82

# WebP's most thorough method makes a picture 5 to 14 % lighter and takes twice as long. It is spent
# on the small pictures that every visitor loads; for all sizes it would double the cost of a photo.
THOROUGH_WIDTH = 720


def draw(data: bytes) -> Picture:
    """An upload becomes the set of pictures that pages, feeds and the studio use."""
    image, (width, height) = read(data)
    widths = [
        _webp(f"w{name}.webp", _resized(image, fit_width(image.size, pixels)), CEILINGS.get(name))
        for name, pixels in widths_for(min(width, image.width)).items()
    ]
    share = _resized(image, fit_side(image.size, SHARE_SIDE))
    master = _resized(image, fit_side(image.size, MASTER_SIDE))
    return Picture(width, height, (*widths, _share(share), _master(master)))


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if size == image.size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _webp(name: str, image: Image.Image, ceiling: int | None) -> Rendition:
    method = 6 if image.width <= THOROUGH_WIDTH else 4
    for quality in QUALITIES:
        data = _encoded(image, "WEBP", quality=quality, method=method)
        if ceiling is None or len(data) <= ceiling:
            break
    return Rendition(name, image.width, image.height, "image/webp", data)


def _share(image: Image.Image) -> Rendition:
    data = _encoded(image, "JPEG", quality=SHARE_QUALITY, progressive=True, optimize=True)
    return Rendition("share.jpg", image.width, image.height, "image/jpeg", data)


def _master(image: Image.Image) -> Rendition:
    data = _encoded(image, "WEBP", quality=MASTER_QUALITY, method=4)
    return Rendition("master.webp", image.width, image.height, "image/webp", data)


def _encoded(image: Image.Image, kind: str, **options: int) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
