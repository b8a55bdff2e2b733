"""The page of one product: pictures, price, what is left, postage, and who makes it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, session
from flask_login import current_user
from sqlalchemy import Row

from marketplace.accounts import consents
from marketplace.catalog import queries, shelves
from marketplace.catalog.queries import Offer
from marketplace.catalog.rules import stock_words
from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.makers import rules as makers
from marketplace.orders import postage
from marketplace.orders.reviews import queries as reviews
from marketplace.orders.reviews import rules
from marketplace.photos.pictures import cover_of, picture, share_picture
from marketplace.web import formats, review_rows
from marketplace.web.access import EVERYONE, allow
from marketplace.web.storefront.blueprint import bp

WIDTHS = (360, 540, 720, 1080)
GONE = "Produk ini sudah tidak dijual lagi. Coba cari yang mirip."


@bp.get("/p/<slug>-<string(length=10):code>")
@allow(EVERYONE)
def product(slug: str, code: str) -> Response | str | Any:
    """One product; an old name in the address leads to the new one."""
    try:
        offer = queries.offer(code)
    except queries.Removed:
        return make_response(render_template("errors/404.html", sentence=GONE), 410)
    if offer is None:
        raise NotFound()
    row = offer.product
    if slug != row.slug:
        return redirect(address(row), 301)
    sold_out = [{"id": one.variant_id, "name": one.name} for one in offer.variants if one.left <= 0]
    today = clock.now().astimezone(formats.ZONES["WIB"]).date()
    return render_template(
        "storefront/product.html",
        product=row,
        offer=offer,
        variants=[_choice(variant) for variant in offer.variants],
        first_choice=next((one.variant_id for one in offer.variants if one.left > 0), None),
        sold_out=sold_out,
        known=bool(sold_out) and current_user.is_authenticated,
        words=consents.WAITING.words,
        photos=_photos(offer),
        facts=_facts(row),
        trail=_trail(row),
        closed=_closed(row, today),
        buyable=_buyable(row, today) and offer.left > 0,
        postage=_postage(offer),
        address=address(row),
        data=_for_machines(offer),
        share=absolute(share_picture(row.cover)),
        rating=review_rows.average(row) if row.rating_count else "",
        reviews=[review_rows.row(one) for one in reviews.newest(row.id)]
        if row.rating_count
        else (),
    )


def address(row: Any) -> str:
    """Where a product's page is; written out, since lists need it many times."""
    return f"/p/{row.slug}-{row.code}"


def absolute(path: str | None) -> str | None:
    """The same address for somebody who is not here yet."""
    if path is None or path.startswith("http"):
        return path
    return f"{current_app.config['HOUSE'].base_url}{path}"


def _choice(variant: Row[Any]) -> dict[str, Any]:
    return {
        "id": variant.variant_id,
        "name": variant.variant_name,
        "price": variant.price,
        "weight": variant.weight_g,
        "left": variant.left,
        "stock": stock_words(variant.left),
    }


def _photos(offer: Offer) -> list[dict[str, Any]]:
    name = offer.product.name
    found = []
    for number, photo in enumerate(offer.photos, start=1):
        cover = cover_of(photo.code, photo.version, photo.widths)
        size = (photo.width or 720, photo.height or 720)
        found.append(
            {
                "big": picture(cover, size, WIDTHS),
                "small": picture(cover),
                "alt": photo.alt or (name if number == 1 else f"{name}, foto {number}"),
            }
        )
    return found


def _facts(row: Row[Any]) -> list[tuple[str, str]]:
    """What the maker answered about the product, then its size."""
    shelf = shelves.tree().get(row.category_id)
    answers = row.attributes or {}
    found = []
    for question in shelf.questions if shelf else ():
        words = _answer(answers.get(question.code), question.unit)
        if words:
            found.append((question.label, words))
    size = _centimetres(row.length_mm, row.width_mm, row.height_mm)
    return [*found, ("Ukuran", size)] if size else found


def _answer(answer: Any, unit: str) -> str:
    if answer is None or answer == "" or answer == []:
        return ""
    if isinstance(answer, bool):
        return "Ya" if answer else "Tidak"
    if isinstance(answer, list):
        return ", ".join(map(str, answer))
    words = formats.number(answer) if isinstance(answer, int | float) else str(answer)
    return f"{words} {unit}".strip()


def _centimetres(*sides: int | None) -> str:
    """200 × 110 cm; millimetres are kept, centimetres are read."""
    known = [formats.number(side / 10 if side % 10 else side // 10) for side in sides if side]
    return f"{' × '.join(known)} cm" if known else ""


def _trail(row: Row[Any]) -> list[tuple[str, str | None]]:
    tree = shelves.tree()
    path = tree[row.category_id].path if row.category_id in tree else ()
    return [
        ("Beranda", "/"),
        *((tree[id].name, f"/k/{tree[id].slug}") for id in path),
        (row.name, None),
    ]


def _buyable(row: Row[Any], today: date) -> bool:
    return makers.buyable(row.shop_state, row.closed_from, row.closed_to, today)


def _closed(row: Row[Any], today: date) -> dict[str, Any] | None:
    """The holiday of the shop, while it lasts."""
    if not makers.on_holiday(row.closed_from, row.closed_to, today):
        return None
    return {"to": row.closed_to, "note": row.closed_note}


def _postage(offer: Offer) -> dict[str, Any] | None:
    """The exact price to the chosen place, else the least it costs anywhere."""
    if not offer.variants or not offer.product.village_code:
        return None
    weight = min(variant.weight_g for variant in offer.variants)
    origin = offer.product.village_code
    place = session.get("place") if request.cookies else None
    if place:
        quote = postage.quote(origin, place, weight)
        return {"quote": quote, "place": session.get("place_name"), "least": None}
    least = postage.from_price(origin, weight)
    return None if least is None else {"quote": None, "place": None, "least": least}


def _for_machines(offer: Offer) -> dict[str, Any]:
    """The same facts in the words of schema.org, for search engines."""
    row = offer.product
    available = "InStock" if offer.left > 0 else "OutOfStock"
    offers: dict[str, Any] = {
        "@type": "AggregateOffer",
        "priceCurrency": "IDR",
        "lowPrice": row.price_from,
        "highPrice": row.price_to,
        "offerCount": len(offer.variants),
        "availability": f"https://schema.org/{available}",
        "url": absolute(address(row)),
        "seller": {"@type": "Organization", "name": row.shop},
    }
    if row.price_from == row.price_to:
        offers |= {"@type": "Offer", "price": row.price_from}
        for name in ("lowPrice", "highPrice", "offerCount"):
            del offers[name]
    found = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": row.name,
        "sku": row.code,
        "description": row.description[:500],
        "brand": {"@type": "Brand", "name": row.shop},
        "offers": offers,
    }
    if row.rating_count:
        found["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": rules.average(row.rating_sum, row.rating_count) / 10,
            "reviewCount": row.rating_count,
        }
    if row.cover:
        found["image"] = absolute(share_picture(row.cover))
    return found
