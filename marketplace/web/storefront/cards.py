"""A product as a card shows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from marketplace.photos.pictures import Picture, picture
from marketplace.web.formats import number


class Card(NamedTuple):
    """What components/product_card.html asks for."""

    url: str
    name: str
    cover: Picture | None
    price: int
    price_max: int
    shop: str
    place: str
    sold: str | None
    badge: str | None
    was: int | None = None
    rating: str | None = None


def cards(rows: Iterable[Any]) -> list[Card]:
    """The cards of these rows; addresses are written out, since a list needs many of them."""
    return [
        Card(
            f"/p/{row.slug}-{row.code}",
            row.name,
            picture(row.cover),
            row.price,
            row.price_to,
            row.shop,
            row.place,
            sold_words(row.sold) if row.sold else None,
            None if row.in_stock else "Habis",
        )
        for row in rows
    ]


def sold_words(sold: int) -> str:
    """86, 1,2 rb: how often something was sold, short."""
    return number(sold) if sold < 1000 else f"{number(round(sold / 1000, 1))} rb"
