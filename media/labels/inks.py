"""The colours of our labels, as parts of cyan, magenta, yellow and black ink.

Text is black ink alone: four inks printed a hair apart would blur small letters. No colour takes
more than 300 % of ink together, which cheap paper no longer dries.
"""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.colors import CMYKColor

BLACK = CMYKColor(0, 0, 0, 1)
PAPER_WHITE = CMYKColor(0, 0, 0, 0)
MOST_INK = 3.0


@dataclass(frozen=True, slots=True)
class Look:
    """A dress for a label: its ground, its band with the motif, and the letters on each."""

    code: str  # its name for people stands in `catalogue`
    motif: str  # a name of `motifs.MOTIFS`, or "" for none
    ground: CMYKColor
    band: CMYKColor
    on_band: CMYKColor
    motif_ink: CMYKColor


LOOKS: dict[str, Look] = {
    look.code: look
    for look in (
        Look(
            "gading",
            "kawung",
            CMYKColor(0.01, 0.03, 0.10, 0),
            CMYKColor(0.30, 0.62, 0.85, 0.42),
            PAPER_WHITE,
            CMYKColor(0.22, 0.50, 0.72, 0.28),
        ),
        Look(
            "nila",
            "truntum",
            PAPER_WHITE,
            CMYKColor(0.92, 0.72, 0.18, 0.30),
            PAPER_WHITE,
            CMYKColor(0.68, 0.45, 0.08, 0.12),
        ),
        Look(
            "daun",
            "parijotho",
            CMYKColor(0.03, 0, 0.08, 0),
            CMYKColor(0.75, 0.28, 0.80, 0.32),
            PAPER_WHITE,
            CMYKColor(0.55, 0.15, 0.60, 0.15),
        ),
        Look(
            "kunyit",
            "anyaman",
            PAPER_WHITE,
            CMYKColor(0.02, 0.30, 0.85, 0),
            BLACK,
            CMYKColor(0.02, 0.20, 0.60, 0),
        ),
        Look(
            "polos",
            "",
            PAPER_WHITE,
            PAPER_WHITE,
            BLACK,
            PAPER_WHITE,
        ),
    )
}
