"""The papers a label is printed on: their sizes, and what stands where. All lengths in millimetres.

A page of a paper is cut into panels that do not touch: the face that sells, the facts that the law
and the buyer ask for. Sizes are what copy shops and printers in small towns cut without asking.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BLEED = 3.0  # colour beyond the cut, so that no white edge shows
SAFE = 3.5  # nothing that must be read stands nearer to the cut


class Role(StrEnum):
    """What a panel is for."""

    FACE = "face"
    FACTS = "facts"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Panel:
    """A rectangle of a page, from its lower left corner."""

    role: Role
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Paper:
    """One form of packaging: its cut size and its pages."""

    code: str
    name: str
    width: float
    height: float
    pages: tuple[tuple[Panel, ...], ...]
    hole: tuple[float, float, float] | None = None  # centre and width of the hole for the string


def _wrap(code: str, name: str, width: float, height: float) -> Paper:
    """A strip around a vessel: the face in the middle, the facts behind it."""
    face = width * 0.46
    return Paper(
        code,
        name,
        width,
        height,
        (
            (
                Panel(Role.FACE, 0, 0, face, height),
                Panel(Role.FACTS, face, 0, width - face, height),
            ),
        ),
    )


def _two_sides(code: str, name: str, width: float, height: float, hole: float = 0) -> Paper:
    whole = (0.0, 0.0, width, height - (hole * 2 if hole else 0))
    return Paper(
        code,
        name,
        width,
        height,
        ((Panel(Role.FACE, *whole),), (Panel(Role.FACTS, *whole),)),
        (width / 2, height - hole, 4.0) if hole else None,
    )


PAPERS: dict[str, Paper] = {
    paper.code: paper
    for paper in (
        Paper("pouch", "Kantong berdiri", 100, 150, ((Panel(Role.BOTH, 0, 0, 100, 150),),)),
        _wrap("stoples", "Stoples", 190, 60),
        _wrap("botol", "Botol", 160, 70),
        Paper(
            "kotak",
            "Kotak",
            140,
            100,
            ((Panel(Role.FACE, 0, 0, 74, 100), Panel(Role.FACTS, 74, 0, 66, 100)),),
        ),
        _two_sides("gantungan", "Label gantung", 60, 110, hole=7),
        _two_sides("kartu", "Kartu batik", 105, 148),
    )
}
