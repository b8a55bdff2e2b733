"""Uang saya: what is held, what is ready, every movement in plain words; for the owner alone."""

from __future__ import annotations

from typing import Any

from flask import abort, g, render_template, request, url_for

from marketplace.orders.ledger import queries
from marketplace.orders.ledger.rules import Fact
from marketplace.orders.payouts import accounts
from marketplace.orders.rules import COMPLETE_AFTER_SHIPPING
from marketplace.web.access import SHOP_OWNER, allow
from marketplace.web.money_words import FACTS
from marketplace.web.seller.blueprint import bp


@bp.get("/toko-saya/<shop>/uang")
@allow(SHOP_OWNER)
def money(shop: str) -> str:
    """The shop's money, in one reading for the sums and one for the movements."""
    rows, more = queries.shop_entries(g.shop.ikm_id, before_in_address())
    return render_template(
        "seller/money.html",
        shop=g.shop,
        nav="uang",
        sums=queries.shop_money(g.shop.ikm_id),
        rows=[_words(row) for row in rows],
        first=before_in_address() is None,
        page_size=queries.PAGE,
        more_url=url_for("seller.money", shop=shop, sesudah=more) if more else None,
        days=COMPLETE_AFTER_SHIPPING.days,
        account=accounts.shown(g.shop.ikm_id),
    )


def _words(row: Any) -> dict[str, Any]:
    return {
        "at": row.at,
        "what": FACTS[Fact(row.fact)],
        "order": row.order_code,
        "url": url_for("seller.order", shop=g.shop.code, code=row.order_code)
        if row.order_code
        else None,
        "amount": row.amount,
    }


def before_in_address() -> int | None:
    """The last row of the page before, if the address names one."""
    text = request.args.get("sesudah", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        abort(404)
    return int(text)
