"""A maker's products: the list, the check page, and what may become of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, redirect, request, url_for
from flask_login import current_user

from marketplace.catalog import prices, products, questions, sheets
from marketplace.catalog.product_rules import UNDO_DAYS
from marketplace.catalog.sheets import Sheet
from marketplace.catalog.states import ProductState
from marketplace.core import clock
from marketplace.core.errors import Invalid, NotFound
from marketplace.core.work import transaction
from marketplace.web.access import SHOP, allow
from marketplace.web.seller import earnings
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.pages import STATES, lacking, page, product_url, say, tasks

FILTERS = {
    "tayang": ProductState.LIVE,
    "draf": ProductState.DRAFT,
    "diperiksa": ProductState.REVIEW,
    "diperbaiki": ProductState.RETURNED,
    "disembunyikan": ProductState.HIDDEN,
    "dihapus": ProductState.REMOVED,
}
LONGEST_SEARCH = 80


@bp.get("/toko-saya/<shop>/produk", endpoint="products")
@allow(SHOP)
def listed(shop: str) -> str:
    """Everything this shop sells or is about to sell, the newest first."""
    words = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    chosen = request.args.get("keadaan", "")
    rows, after = products.listed(
        g.shop.ikm_id, state=FILTERS.get(chosen), words=words, before=_before()
    )
    here: dict[str, Any] = {"shop": shop, "q": words or None, "keadaan": chosen or None}
    return page(
        "products.html",
        rows=rows,
        q=words,
        chosen=chosen if chosen in FILTERS else "",
        filters={key: STATES[state][0] for key, state in FILTERS.items()},
        more_url=url_for("seller.products", **here, sesudah=after) if after else None,
        first=_before() is None,
    )


@bp.get("/toko-saya/<shop>/produk/<code>")
@allow(SHOP)
def product(shop: str, code: str) -> str:
    """The product as buyers see it, each line with its own way to change it."""
    return check_page(_standing(code))


@bp.get("/toko-saya/<shop>/produk/<code>/riwayat-harga")
@allow(SHOP)
def price_history(shop: str, code: str) -> str:
    """Every price this product had: when, who, from what to what."""
    sheet = _standing(code)
    return page("product_prices.html", sheet=sheet, changes=prices.history_of(sheet.id))


@bp.post("/toko-saya/<shop>/produk/<code>/tayangkan")
@allow(SHOP)
def publish(shop: str, code: str) -> Response | tuple[str, int]:
    """Send the finished product to the market, or to the dinas while the shop is new."""
    try:
        with transaction():
            there = products.submit(g.shop.ikm_id, code, by=current_user.person_id, now=clock.now())
    except Invalid as refused:
        return check_page(_standing(code), refused=refused), 422
    say(
        "Produk sudah tayang. Pembeli bisa memesannya sekarang."
        if there == ProductState.LIVE
        else "Terima kasih. Petugas dinas memeriksa dulu, biasanya 1 hari kerja."
    )
    return _to(code)


@bp.post("/toko-saya/<shop>/produk/<code>/sembunyikan")
@allow(SHOP)
def hide(shop: str, code: str) -> Response:
    """Take the product off the market for a while."""
    _act(products.hide, code)
    say("Produk disembunyikan dari pembeli.", undo=_url("show", code))
    return _to(code)


@bp.post("/toko-saya/<shop>/produk/<code>/tampilkan")
@allow(SHOP)
def show(shop: str, code: str) -> Response:
    """Put a hidden product back on the market."""
    _act(products.show, code)
    say("Produk tayang lagi.")
    return _to(code)


@bp.post("/toko-saya/<shop>/produk/<code>/hapus")
@allow(SHOP)
def remove(shop: str, code: str) -> Response:
    """Remove a product; it may come back for a month."""
    _act(products.remove, code)
    say(
        f"Produk dihapus. Masih bisa dikembalikan selama {UNDO_DAYS} hari.",
        undo=_url("restore", code),
    )
    return redirect(_url("products"), 303)  # type: ignore[return-value]


@bp.post("/toko-saya/<shop>/produk/<code>/kembalikan")
@allow(SHOP)
def restore(shop: str, code: str) -> Response:
    """Bring a removed product back to where it was."""
    _act(products.restore, code)
    say("Produk sudah kembali.")
    return _to(code)


def check_page(sheet: Sheet, *, refused: Invalid | None = None) -> str:
    """The last page of the making, and the page to change a live product."""
    asked = questions.of_category(sheet.category_id)
    return page(
        "product.html",
        sheet=sheet,
        tasks=tasks(sheet),
        lacking=lacking(sheet),
        refused=refused is not None,
        answers=[
            (question.label, question.words(sheet.attributes[question.code]))
            for question in asked
            if question.code in sheet.attributes
        ],
        asked=bool(asked),
        alts=sheet.alts(),
        you_get=earnings.for_each_choice(sheet),
        url_of=lambda part: product_url(sheet, part),
    )


def _standing(code: str) -> Sheet:
    """A product of this shop that was not removed."""
    sheet = sheets.of_shop(g.shop.ikm_id, code)
    if sheet.state == ProductState.REMOVED:
        raise NotFound()
    return sheet


def _act(act: Callable[..., None], code: str) -> None:
    with transaction():
        act(g.shop.ikm_id, code, by=current_user.person_id, now=clock.now())


def _before() -> int | None:
    """The last product of the page before, if the address names one."""
    text = request.args.get("sesudah", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        abort(404)
    return int(text)


def _url(endpoint: str, code: str | None = None) -> str:
    more: dict[str, Any] = {"code": code} if code else {}
    return url_for(f"seller.{endpoint}", shop=g.shop.code, **more)


def _to(code: str) -> Response:
    return redirect(_url("product", code), 303)  # type: ignore[return-value]
