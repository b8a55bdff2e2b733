"""What every market has before the first person comes: places, shelves, words, postage zones."""

from __future__ import annotations

from collections.abc import Callable

from marketplace.catalog.load import load_categories
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.regions import all_there, load_regions
from marketplace.core.work import transaction
from marketplace.orders import postage
from marketplace.orders.commission import rates


def load(*, say: Callable[[str], None], thorough: bool = True) -> None:
    """Bring reference data up to date; what staff have edited since is left alone.

    Not `thorough`: places are only loaded when their number differs from the file's.
    """
    with transaction():
        connection = db.session.connection()
        regions = load_regions(connection) if thorough or not all_there(connection) else 0
        load_categories()
        zones = postage.load_starter()
        rates.load_starter(clock.now())
    if regions or zones:
        say(f"{regions} wilayah, {zones} zona ongkir")
