"""Words as a square of dots, drawn here: no address outside ever learns them."""

from __future__ import annotations

import base64
import io
from functools import lru_cache

import segno

DARK = "#22140a"


@lru_cache(maxsize=64)
def picture(words: str) -> str:
    """The square as an address that a page can show; the same words are drawn once."""
    drawn = io.BytesIO()
    segno.make(words, error="m", micro=False).save(
        drawn, kind="svg", scale=4, border=4, dark=DARK, light="#ffffff", xmldecl=False, svgns=True
    )
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode()


@lru_cache(maxsize=16)
def png(words: str) -> bytes:
    """The square as a picture that a phone keeps among its photos."""
    drawn = io.BytesIO()
    segno.make(words, error="m", micro=False).save(drawn, kind="png", scale=10, border=4)
    return drawn.getvalue()
