"""Which sizes a photo is kept in, and what a finished photo is.

The widths are those the pages offer: 180 and 360 on cards, up to 1080 on the product page. The
share picture is a JPEG, because chat programs, mail and feeds still expect one. The master is what
the photo studio starts from: the original is not kept.
"""

from dataclasses import dataclass

WIDTHS = (180, 360, 540, 720, 1080)
SHARE_SIDE = 1200
MASTER_SIDE = 2048
CARD_WIDTH = 360


@dataclass(frozen=True, slots=True)
class Rendition:
    """One size of a photo, ready to be stored and served."""

    name: str
    width: int
    height: int
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo in all its sizes; width and height are those of the photo as sent, upright."""

    width: int
    height: int
    renditions: tuple[Rendition, ...]

    def named(self, name: str) -> Rendition:
        """The rendition of that name; KeyError when the photo was too small to have it."""
        for rendition in self.renditions:
            if rendition.name == name:
                return rendition
        raise KeyError(name)


def widths_for(source_width: int) -> dict[int, int]:
    """A photo is never enlarged: larger widths are left out, but the card's picture always exists.

    Maps the width in the name to the width in pixels. They differ only when the photo is narrower
    than a card; then the card's file holds the photo's own width.
    """
    return {
        width: min(width, source_width)
        for width in WIDTHS
        if width <= source_width or width == CARD_WIDTH
    }


def fit_width(size: tuple[int, int], width: int) -> tuple[int, int]:
    """The same picture at that width: proportions are kept."""
    return width, max(1, round(size[1] * width / size[0]))


def fit_side(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The same picture with its longer side at most that long; never enlarged."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def working_scale(size: tuple[int, int], side: int = MASTER_SIDE) -> float:
    """How far a photo may shrink at once and still serve the master and the widest picture.

    Asks nothing about which way up the photo is, so it holds before and after the turn.
    """
    return min(1.0, max(side / max(size), WIDTHS[-1] / min(size)))
