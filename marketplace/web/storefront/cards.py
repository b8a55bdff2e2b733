"""Products as cards: drawn once, shown as often as they are asked for while nothing changes.

A card is wholly told by its row, so the row is the key; a new price is a new key.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app
from markupsafe import Markup

from marketplace.photos.pictures import Picture, picture
from marketplace.web.formats import number

KEPT = 1024  # cards, about two kilobytes each
EAGER = 2  # pictures of the first screen
# What the component says of a picture further down, and of the very first one of a page.
LATER, FIRST = ' loading="lazy" ', ' fetchpriority="high" '


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


def cards(rows: Iterable[Any], *, level: int = 3, eager: int = EAGER) -> list[Markup]:
    """The cards of these rows under a heading of this level; the first ones load at once."""
    drawn = [
        _drawn(
            row.code,
            row.slug,
            row.name,
            row.price,
            row.price_to,
            row.in_stock,
            row.sold,
            row.cover,
            row.shop,
            row.place,
            level,
        )
        for row in rows
    ]
    for place, card in enumerate(drawn[:eager]):
        drawn[place] = Markup(str(card).replace(LATER, " " if place else FIRST, 1))  # noqa: S704
    return drawn


@lru_cache(maxsize=KEPT)
def _drawn(
    code: str,
    slug: str,
    name: str,
    price: int,
    price_to: int,
    in_stock: bool,
    sold: int,
    cover: str | None,
    shop: str,
    place: str,
    level: int,
) -> Markup:
    card = Card(
        f"/p/{slug}-{code}",
        name,
        picture(cover),
        price,
        price_to,
        shop,
        place,
        sold_words(sold) if sold else None,
        None if in_stock else "Habis",
    )
    component: Any = current_app.jinja_env.get_template("components/product_card.html").module
    drawn: Markup = component.product_card(card, level=level)
    return drawn


def sold_words(sold: int) -> str:
    """86, 1,2 rb: how often something was sold, short."""
    return number(sold) if sold < 1000 else f"{number(round(sold / 1000, 1))} rb"
