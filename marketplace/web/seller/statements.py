"""Laporan bulanan: a month of the shop's money to keep, for the owner alone."""

from __future__ import annotations

from flask import g, render_template
from werkzeug.wrappers import Response as Answer

from marketplace.web import statement_files
from marketplace.web.access import SHOP_OWNER, allow
from marketplace.web.seller.blueprint import bp


@bp.get("/toko-saya/<shop>/uang/laporan")
@allow(SHOP_OWNER)
def statements(shop: str) -> str:
    """Every month with its balance, and the way to its files."""
    found = statement_files.listed(g.shop.ikm_id, "seller.statements", shop=shop)
    return render_template("seller/statements.html", shop=g.shop, nav="uang", **found)


@bp.get("/toko-saya/<shop>/uang/laporan.<any(pdf, xlsx):kind>")
@allow(SHOP_OWNER)
def statement_file(shop: str, kind: str) -> Answer:
    """One month as PDF or table."""
    return statement_files.file_of(g.shop.ikm_id, kind)
