"""The picture of a sentra: taken in like a shop's, shown on the public pages at once."""

from __future__ import annotations

from datetime import datetime

from marketplace.core.work import transaction
from marketplace.flows import photo_work
from marketplace.makers import sentra
from marketplace.photos import photos


def replace(slug: str, data: bytes, *, alt: str, by: int, now: datetime) -> None:
    """Show another picture of a sentra; the old one goes once the new one stands."""
    sentra.of_slug(slug)  # an unknown sentra costs no work on pictures
    code = photo_work.take_in(data, ikm_id=None, alt=alt, by=by)
    with transaction():
        old = sentra.show_picture(slug, code, by=by, now=now)
        if old is not None:
            photos.take_down(None, old, now=now)
