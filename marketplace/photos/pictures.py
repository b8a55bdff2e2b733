"""Where browsers find a picture, told from the short note a row carries.

The note, called cover, is "code/version/widths": "k3x9p2m7qa/1/180,360,540". A list of cards is
drawn from such notes alone, without asking for the photos.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TypedDict

CARD = (180, 360)  # lists offer no more: phones would take files twice as heavy
SQUARE = (360, 360)

_base = "/media/p"


class Picture(TypedDict):
    """What an img element needs."""

    src: str
    srcset: str
    width: int
    height: int


def hang(base: str) -> None:
    """Say once, at start, where the pictures hang: the store's address of "p"."""
    global _base
    _base = base
    picture.cache_clear()


def cover_of(code: str, version: int, widths: Iterable[int]) -> str:
    """The note that a row keeps about its picture."""
    return f"{code}/{version}/{','.join(map(str, sorted(widths)))}"


@lru_cache(maxsize=512)
def picture(
    cover: str | None, size: tuple[int, int] = SQUARE, offered: tuple[int, ...] = CARD
) -> Picture | None:
    """The addresses of a picture in the widths this place offers; none while there is no photo.

    `size` is the shape of the place on the page: cards are square.
    """
    if not cover:
        return None
    code, version, noted = cover.split("/")
    kept = [int(width) for width in noted.split(",") if width]
    widths = [width for width in kept if width in offered] or kept[:1]
    if not widths:
        return None
    where = f"{_base}/{code}/{version}"
    return {
        "src": f"{where}/w{min(widths, key=lambda width: abs(width - 360))}.webp",
        "srcset": ", ".join(f"{where}/w{width}.webp {width}w" for width in widths),
        "width": size[0],
        "height": size[1],
    }


def share_picture(cover: str | None) -> str | None:
    """The JPEG that chat programs show beside a link."""
    if not cover:
        return None
    code, version, _ = cover.split("/")
    return f"{_base}/{code}/{version}/share.jpg"
