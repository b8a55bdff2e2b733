"""Cards of the storefront are drawn anew when something sells out or comes back."""

from __future__ import annotations

from marketplace.catalog import listings
from marketplace.core import clock
from marketplace.core.work import transaction


def relist(product_ids: list[int]) -> None:
    """The job that stock asks for; drawing the same card twice is fine."""
    for product_id in product_ids:
        with transaction():
            listings.relist(product_id, clock.now())
