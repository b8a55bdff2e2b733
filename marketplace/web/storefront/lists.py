"""Categories and search: the same list, with the same filters, found in two ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Response, current_app, redirect, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import BadRequest

from marketplace.catalog import lists, search, shelves
from marketplace.catalog.counts import Counts
from marketplace.catalog.shelves import Shelf
from marketplace.catalog.wishes import PAGE, After, Sort, Wish
from marketplace.core.errors import NotFound
from marketplace.web import limits
from marketplace.web.access import EVERYONE, allow
from marketplace.web.storefront.asking import address, query_of, wish_of
from marketplace.web.storefront.blueprint import bp
from marketplace.web.storefront.cards import cards
from marketplace.web.storefront.facets import facets_of
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

    return render_template(
        "storefront/category.html",
        shelf=shelf,
        trail=_trail(shelf),
        **_around(wish, shown.rows, shown.after, shown.counts, BROWSING),
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
        limits.limit_searches(current_app.config["HOUSE"].search_per_second)
        found = search.search(typed, replace(wish, page=max(wish.page, 1)))

    around = _around(
        wish, found.rows, found.after, found.counts, sorts, asked=found.text, capped=found.capped
    )
    everywhere = wish.without(shelf_id=shelves.MARKET, answers=())
    return render_template(
        "storefront/search.html",
        typed=typed,
        found=found,
        shelf=shelf,
        everywhere=_address(everywhere, sorts[0], found.text),
        tops=[(name, f"/k/{slug}", glyph(slug)) for slug, name in shelves.tops()[:6]],
        **around,
    )


def _around(
    wish: Wish,
    rows: Sequence[Any],
    after: After | None,
    counts: Counts,
    sorts: tuple[Sort, ...],
    *,
    asked: str | None = None,
    capped: bool = False,
) -> dict[str, Any]:
    """What every list page shows beside its heading; `asked` are the words of a search."""
    total = counts.get("all", {}).get("", 0)
    seen = (wish.page - 1) * PAGE + len(rows)
    figures = tuple((facet, tuple(values.items())) for facet, values in counts.items())
    default = sorts[0]
    return {
        "wish": wish,
        "cards": cards(rows, level=2),
        "total": total,
        "seen": min(seen, total),
        "beside": _beside(
            shelves.here(wish.shelf_id), wish.without(), figures, sorts, asked, capped
        ),
        "next_url": _address(replace(wish, after=after, page=wish.page + 1), default, asked)
        if after
        else None,
        "first_url": _address(wish.without(), default, asked)
        if wish.page > 1 or wish.after
        else None,
    }


class Beside(NamedTuple):
    """What stands beside and above the cards, drawn."""

    filters: Markup
    toolbar: Markup
    narrowed: bool
    clear_url: str


@lru_cache(maxsize=64)
def _beside(
    shelf: Shelf | None,
    wish: Wish,
    figures: tuple[tuple[str, tuple[tuple[str, int], ...]], ...],
    sorts: tuple[Sort, ...],
    asked: str | None,
    capped: bool,
) -> Beside:
    """Drawn once for the same wish and the same figures: most visitors see the same shelf."""
    counts = {facet: dict(values) for facet, values in figures}
    facets = facets_of(wish, counts, lambda other: _address(other, sorts[0], asked))
    clear_url = _address(Wish(shelf_id=wish.shelf_id, sort=wish.sort), sorts[0], asked)
    total = counts.get("all", {}).get("", 0)
    path = f"/k/{shelf.slug}" if asked is None and shelf else "/cari"
    words = {
        "typed": asked or "",
        "kategori": shelf.slug if asked is not None and shelf else "",
    }
    named = [(one.value, SORT_WORDS[one]) for one in sorts]
    draw: Any = current_app.jinja_env.get_template("storefront/_list.html").module
    kept = _kept(wish)
    return Beside(
        filters=draw.filters(path, wish, facets, kept, **words),
        toolbar=draw.toolbar(
            path, wish, facets, kept, named, total, capped=capped, clear_url=clear_url, **words
        ),
        narrowed=bool(facets.applied),
        clear_url=clear_url,
    )


def _address(wish: Wish, default: Sort, asked: str | None) -> str:
    """Where a list stands: a shelf's own page, or the search page with its words and shelf."""
    shelf = shelves.tree().get(wish.shelf_id)
    if asked is None and shelf:
        return address(f"/k/{shelf.slug}", wish, default)
    return address("/cari", wish, default, q=asked or "", kategori=shelf.slug if shelf else "")


def _kept(wish: Wish) -> list[tuple[str, str]]:
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
