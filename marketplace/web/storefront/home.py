"""The first page: what this is, what is new, who makes it, where to begin."""

from __future__ import annotations

from flask import render_template, request, session

from marketplace.catalog import lists, shelves
from marketplace.catalog.rules import district_of
from marketplace.catalog.wishes import Wish
from marketplace.makers import queries as makers
from marketplace.photos.pictures import picture
from marketplace.web.access import EVERYONE, allow
from marketplace.web.storefront.blueprint import bp
from marketplace.web.storefront.cards import EAGER, cards
from marketplace.web.storefront.glyphs import glyph
from marketplace.web.storefront.makers import sentra_card

NEAR = 8
NEW = 12


@bp.get("/")
@allow(EVERYONE)
def home() -> str:
    """Home: at most four blocks; what is near comes before what is new once a place is chosen."""
    counts = lists.shelf_counts(Wish())
    district = district_of(session.get("place")) if request.cookies else ""
    near = lists.newest(district=district, limit=NEAR) if district else ()
    newest = lists.newest(limit=NEW)
    on_shelves = counts.get("shelf", {})
    return render_template(
        "storefront/home.html",
        total=counts.get("all", {}).get("", 0),
        shops=makers.open_shops(),
        near=cards(near),
        newest=cards(newest, eager=0 if near else EAGER),
        shown=[picture(row.cover) for row in newest if row.cover][:2],
        sentras=[sentra_card(row) for row in makers.sentras()[:8]],
        tops=[
            (shelf.name, f"/k/{shelf.slug}", glyph(shelf.slug), on_shelves.get(str(shelf.id), 0))
            for shelf in shelves.tree().values()
            if shelf.parent_id is None
        ],
    )
