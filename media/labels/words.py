"""What a label says, word for word, and in which dress."""

from __future__ import annotations

from dataclasses import dataclass


class TooMuchText(ValueError):
    """A text does not fit its place in letters that can be read; `what` names it."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Everything that is printed; empty words are not."""

    paper: str  # a code of `paper.PAPERS`
    look: str  # a code of `inks.LOOKS`
    name: str
    size: str = ""  # the kind or flavour of this one: "Pedas"
    net: str = ""  # "Berat bersih 250 g"
    maker: str
    place: str
    story: str = ""  # a sentence or two about motif and making
    facts: tuple[tuple[str, str], ...] = ()  # heading and words, in order
    address: str = ""  # what the QR code opens
    ean: str = ""  # 13 digits
    photo: bytes | None = None
