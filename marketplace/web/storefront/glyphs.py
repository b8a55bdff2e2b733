"""Which drawing stands beside a category."""

from __future__ import annotations

DRAWINGS = (
    ("batik", "batik"),
    ("kain", "batik"),
    ("lurik", "batik"),
    ("busana", "jahit"),
    ("bordir", "jahit"),
    ("jahit", "jahit"),
    ("anyam", "anyaman"),
    ("serat", "anyaman"),
    ("bambu", "anyaman"),
    ("gerabah", "gerabah"),
    ("semen", "gerabah"),
    ("teh", "minuman"),
    ("kopi", "minuman"),
    ("minum", "minuman"),
    ("salak", "buah"),
    ("buah", "buah"),
    ("kebun", "buah"),
    ("camilan", "camilan"),
    ("makanan", "camilan"),
    ("keripik", "camilan"),
    ("herbal", "daun"),
    ("kelor", "daun"),
    ("rumah", "rumah"),
    ("tas", "keranjang"),
    ("hampers", "hadiah"),
    ("hadiah", "hadiah"),
    ("cendera", "hadiah"),
)


def glyph(slug: str) -> str:
    """The drawing whose word stands in the category's address."""
    return next((drawing for word, drawing in DRAWINGS if word in slug), "menu")
