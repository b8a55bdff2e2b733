"""Categories and search: the same list, with the same filters, found in two ways."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, redirect, render_template, request
from werkzeug.exceptions import BadRequest

from marketplace.catalog import lists, search, shelves
from marketplace.catalog.shelves import Shelf
from marketplace.catalog.wishes import PAGE, After, Sort, Wish
from marketplace.core.errors import NotFound
from marketplace.web.access import EVERYONE, allow
from marketplace.web.storefront import pace
from marketplace.web.storefront.asking import address, query_of, wish_of
from marketplace.web.storefront.blueprint import bp
from marketplace.web.storefront.cards import cards
from marketplace.web.storefront.facets import AddressOf, facets_of
from marketplace.web.storefront.glyphs import glyph

BROWSING = (Sort.NEWEST, Sort.CHEAPEST, Sort.MOST_SOLD)
SEARCHING = (Sort.SUITABLE, *BROWSING)
SORT_WORDS = {
    Sort.SUITABLE: "Paling sesuai",
    Sort.NEWEST: "Terbaru",
    Sort.CHEAPEST: "Termurah",
    Sort.MOST_SOLD: "Terlaris",
}


@bp.get("/kategori")
@allow(EVERYONE)
def categories() -> str:
    """Every shelf of the market with what stands on it."""
    counts = lists.shelf_counts(Wish()).get("shelf", {})
    tops = [
        {
            "name": shelf.name,
            "url": f"/k/{shelf.slug}",
            "drawing": glyph(shelf.slug),
            "count": counts.get(str(shelf.id), 0),
            "below": _below(shelf),
        }
        for shelf in shelves.tree().values()
        if shelf.parent_id is None
    ]
    return render_template("storefront/categories.html", tops=tops)


@bp.get("/k/<slug>")
@allow(EVERYONE)
def category(slug: str) -> str:
    """The products of one shelf and those below it."""
    shelf = shelves.by_slug(slug)
    if shelf is None:
        raise NotFound()
    wish = wish_of(request.args, shelf.id, BROWSING)
    shown = lists.shelf_page(wish)

    def to(other: Wish) -> str:
        return address(f"/k/{shelves.tree()[other.shelf_id].slug}", other, Sort.NEWEST)

    return render_template(
        "storefront/category.html",
        shelf=shelf,
        trail=_trail(shelf),
        **_around(wish, shown.rows, shown.after, shown.counts, to, BROWSING),
    )


@bp.get("/cari", endpoint="search")
@allow(EVERYONE)
def find() -> str | Response | Any:
    """Products for what was typed; with nothing typed, the whole market."""
    typed = query_of(request.args)
    shelf = _chosen_shelf()
    sorts = SEARCHING if typed else BROWSING
    wish = wish_of(request.args, shelf.id if shelf else shelves.MARKET, sorts)
    if not typed:
        if shelf:
            return redirect(address(f"/k/{shelf.slug}", wish, Sort.NEWEST))
        shown = lists.shelf_page(wish)
        found = search.Found(shown.rows, shown.after, shown.counts, "")
    else:
        pace.keep()
        found = search.search(typed, replace(wish, page=max(wish.page, 1)))

    def to(other: Wish) -> str:
        chosen = shelves.tree().get(other.shelf_id)
        slug = chosen.slug if chosen else ""
        return address("/cari", other, sorts[0], q=found.text, kategori=slug)

    return render_template(
        "storefront/search.html",
        typed=typed,
        found=found,
        shelf=shelf,
        everywhere=to(wish.without(shelf_id=shelves.MARKET, answers=())),
        tops=[(name, f"/k/{slug}", glyph(slug)) for slug, name in shelves.tops()[:6]],
        **_around(wish, found.rows, found.after, found.counts, to, sorts),
    )


def _around(
    wish: Wish,
    rows: Any,
    after: After | None,
    counts: lists.Counts,
    to: AddressOf,
    sorts: tuple[Sort, ...],
) -> dict[str, Any]:
    """What every list page shows beside its heading."""
    facets = facets_of(wish, counts, to)
    total = counts.get("all", {}).get("", 0)
    seen = (wish.page - 1) * PAGE + len(rows)
    return {
        "wish": wish,
        "cards": cards(rows),
        "total": total,
        "seen": min(seen, total),
        "facets": facets,
        "sorts": [(one.value, SORT_WORDS[one]) for one in sorts],
        "kept": _kept(wish, sorts[0]),
        "next_url": to(replace(wish, after=after, page=wish.page + 1)) if after else None,
        "first_url": to(wish.without()) if wish.page > 1 or wish.after else None,
        "clear_url": to(Wish(shelf_id=wish.shelf_id, sort=wish.sort)),
    }


def _kept(wish: Wish, default: Sort) -> list[tuple[str, str]]:
    """What the forms of the page carry along unseen."""
    found = [(f"p-{code}", value) for code, value in wish.answers]
    if wish.district:
        found.append(("kecamatan", wish.district))
    if wish.ready:
        found.append(("siap", "1"))
    return found


def _chosen_shelf() -> Shelf | None:
    slug = request.args.get("kategori", "").strip()
    if not slug:
        return None
    shelf = shelves.by_slug(slug)
    if shelf is None:
        raise BadRequest()
    return shelf


def _below(shelf: Shelf) -> list[tuple[str, str]]:
    tree = shelves.tree()
    return [(tree[id].name, f"/k/{tree[id].slug}") for id in shelf.children]


def _trail(shelf: Shelf) -> list[tuple[str, str | None]]:
    tree = shelves.tree()
    above = [(tree[id].name, f"/k/{tree[id].slug}") for id in shelf.path[:-1]]
    return [("Beranda", "/"), ("Kategori", "/kategori"), *above, (shelf.name, None)]
