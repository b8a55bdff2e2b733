"""Pencairan: what was sent to the shop's account, and what became of it."""

from __future__ import annotations

from flask import g, render_template, url_for

from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.makers.members import MyShop
from marketplace.makers.states import ShopState
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.payouts import accounts, closed, queries
from marketplace.orders.rule_rows import rule_rows
from marketplace.orders.rule_rows.rules import PAYOUT_EVERY_DAYS, PAYOUT_MINIMUM
from marketplace.web import payout_words
from marketplace.web.access import SHOP_OWNER, allow
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.money import before_in_address


@bp.get("/toko-saya/<shop>/uang/pencairan")
@allow(SHOP_OWNER)
def payouts(shop: str) -> str:
    """Every payout of the shop, the newest first, and what the next one waits for."""
    now, before = clock.now(), before_in_address()
    rows, more = queries.of_shop(g.shop.ikm_id, before)
    account = accounts.shown(g.shop.ikm_id)
    return render_template(
        "seller/payouts.html",
        shop=g.shop,
        nav="uang",
        rows=[payout_words.one(row) for row in rows],
        account=account,
        held=_held(g.shop),
        waits=account is not None and account.waits(now),
        ready=ledger.shop_money(g.shop.ikm_id).ready,
        least=rule_rows.value(PAYOUT_MINIMUM, now=now),
        every=rule_rows.value(PAYOUT_EVERY_DAYS, now=now),
        page_size=queries.PAGE,
        more_url=url_for("seller.payouts", shop=shop, sesudah=more) if more else None,
    )


def _held(shop: MyShop) -> str:
    """Why nothing is sent; empty while nothing stands in the way."""
    if shop.state is ShopState.SUSPENDED:
        return "Toko dihentikan sementara oleh dinas. Uangnya dikirim sesudah toko dibuka lagi."
    if shop.state is ShopState.CLOSED and not closed.is_let_go(shop.ikm_id):
        return "Toko sudah tutup. Hubungi dinas; sesudah diperiksa, sisanya dikirim."
    return ""


@bp.get("/toko-saya/<shop>/uang/pencairan/<string(length=10):code>")
@allow(SHOP_OWNER)
def payout(shop: str, code: str) -> str:
    """One payout: where it went, and every booking it is made of."""
    row = queries.payout_of_shop(g.shop.ikm_id, code)
    if row is None:
        raise NotFound()
    lines, more = payout_words.lines(row.id, before_in_address())
    return render_template(
        "seller/payout.html",
        shop=g.shop,
        nav="uang",
        row=payout_words.one(row),
        lines=lines,
        page_size=queries.LINES,
        more_url=url_for("seller.payout", shop=shop, code=code, sesudah=more) if more else None,
    )
