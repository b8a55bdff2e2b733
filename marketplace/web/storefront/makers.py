"""Pages of shops and sentra: who makes the things."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, make_response, render_template, request
from werkzeug.exceptions import BadRequest

from marketplace.catalog import queries as products
from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.makers import queries
from marketplace.makers import rules as makers
from marketplace.makers.states import ShopState
from marketplace.photos.pictures import Picture, cover_of, picture
from marketplace.web import formats
from marketplace.web.access import EVERYONE, allow
from marketplace.web.storefront.blueprint import bp
from marketplace.web.storefront.cards import EAGER, cards
from marketplace.web.storefront.product import absolute

WIDE = (720, 405)
WIDTHS = (360, 540, 720, 1080)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
GONE = "Toko ini sudah tutup. Terima kasih sudah pernah belanja di sini."
NUMBER = re.compile(r"[0-9]{1,18}\Z")


@bp.get("/t/<slug>")
@allow(EVERYONE)
def shop(slug: str) -> str | Response:
    """A shop's own page, light enough to be the link in a profile."""
    row = queries.shop(slug)
    if row is None or row.state not in (ShopState.OPEN, ShopState.PAUSED, ShopState.CLOSED):
        raise NotFound()
    if row.state == ShopState.CLOSED:
        return make_response(render_template("errors/404.html", sentence=GONE), 410)
    resting = row.state == ShopState.PAUSED
    found, before = ((), None) if resting else products.of_shop(row.id, _before())
    today = clock.now().astimezone(formats.ZONES["WIB"]).date()
    return render_template(
        "storefront/shop.html",
        shop_row=row,
        picture=_wide(row),
        resting=resting,
        holiday=makers.on_holiday(row.closed_from, row.closed_to, today),
        hours=_hours(row.hours or {}),
        cards=cards(found, eager=0 if row.photo else EAGER),
        next_url=f"/t/{row.slug}?setelah={before}" if before else None,
        link=absolute(f"/t/{row.slug}"),
    )


@bp.get("/sentra")
@allow(EVERYONE)
def sentras() -> str:
    """Every sentra of the market."""
    found = [sentra_card(row) for row in queries.sentras()]
    return render_template("storefront/sentras.html", sentras=found)


@bp.get("/sentra/<slug>")
@allow(EVERYONE)
def sentra(slug: str) -> str:
    """A sentra: its story, its members, its shops and what they sell."""
    found = queries.sentra(slug)
    if found is None:
        raise NotFound()
    return render_template(
        "storefront/sentra.html",
        sentra=sentra_card(found.sentra),
        story=found.sentra.story,
        chair=found.sentra.chair,
        shops=[_shop_card(row) for row in found.shops],
        members=found.members,
        cards=cards(products.of_sentra(found.sentra.id), eager=0),
    )


def sentra_card(row: Any) -> dict[str, Any]:
    """A sentra as rails and lists show it."""
    place = (row.place or "").split(", ")
    return {
        "url": f"/sentra/{row.slug}",
        "name": row.name,
        "place": ", ".join(place[:1] + place[2:3]),
        "units": row.unit_count,
        "shops": row.shops,
        "story": row.story,
        "picture": _wide(row),
        "alt": row.photo_alt or "",
    }


def _shop_card(row: Any) -> dict[str, Any]:
    return {
        "url": f"/t/{row.slug}",
        "name": row.name,
        "place": row.place,
        "since": row.since,
        "picture": _wide(row),
    }


def _wide(row: Any) -> Picture | None:
    if row.photo is None:
        return None
    return picture(cover_of(row.photo, row.photo_version, row.photo_widths), WIDE, WIDTHS)


def _hours(kept: dict[str, Any]) -> list[tuple[str, str]]:
    """Opening hours by day as people read them; a day that is not named is closed."""
    if not kept:
        return []
    return [
        (name, f"{_clock(kept[day][0])}–{_clock(kept[day][1])}" if kept.get(day) else "Tutup")
        for day, name in zip(DAYS, formats.DAYS, strict=True)
    ]


def _clock(time: str) -> str:
    return time.replace(":", ".")


def _before() -> int | None:
    text = request.args.get("setelah", "")
    if not text:
        return None
    if not NUMBER.match(text):
        raise BadRequest()
    return int(text)
