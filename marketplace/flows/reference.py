"""What every market has before the first person comes: places, shelves, words, postage zones."""

from __future__ import annotations

from collections.abc import Callable

from marketplace.catalog.load import load_categories
from marketplace.core.db import db
from marketplace.core.regions import load_regions
from marketplace.core.work import transaction
from marketplace.orders import postage


def load(*, say: Callable[[str], None]) -> None:
    """Bring reference data up to date; what staff have edited since is left alone."""
    with transaction():
        regions = load_regions(db.session.connection())
        load_categories()
        zones = postage.load_starter()
    if regions or zones:
        say(f"{regions} wilayah, {zones} zona ongkir")
