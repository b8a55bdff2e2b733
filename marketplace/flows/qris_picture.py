"""The picture of a QRIS code becomes the text that it says."""

from __future__ import annotations

import structlog

from marketplace.core.errors import Invalid
from media import darkroom
from media.checks import PictureRefused

log = structlog.get_logger()

BEGINNING = "000201"  # of every code for payments


def payload(picture: bytes) -> str:
    """What the payment code in this picture says; a poster may show other squares beside it.

    Raises Invalid at "foto" when nothing can be read.
    """
    try:
        found = darkroom.squares(picture)
    except PictureRefused as refused:
        raise Invalid(f"photo_{refused.code}", field="foto") from None
    except darkroom.DarkroomBroken as broken:
        log.error("darkroom_broken", error=str(broken))
        raise Invalid("qris_no_square", field="foto") from broken
    if not found:
        raise Invalid("qris_no_square", field="foto")
    return next((text for text in found if text.startswith(BEGINNING)), found[0])
