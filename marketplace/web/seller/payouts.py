"""Pencairan: what was sent to the shop's account, and what became of it."""

from __future__ import annotations

from flask import g, render_template, url_for

from marketplace.core import clock
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.payouts import accounts, queries
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
        waits=account is not None and account.waits(now),
        ready=ledger.shop_money(g.shop.ikm_id).ready,
        least=rule_rows.value(PAYOUT_MINIMUM, now=now),
        every=rule_rows.value(PAYOUT_EVERY_DAYS, now=now),
        page_size=queries.PAGE,
        more_url=url_for("seller.payouts", shop=shop, sesudah=more) if more else None,
    )
