"""The orders of who is signed in."""

from __future__ import annotations

from flask import render_template, request
from flask_login import current_user

from marketplace.flows.order_letters import token_for
from marketplace.orders import queries
from marketplace.web.access import SIGNED_IN, allow
from marketplace.web.buying.blueprint import bp
from marketplace.web.buying.words import badge_of


@bp.get("/akun/pesanan")
@allow(SIGNED_IN)
def my_orders() -> str:
    """Newest first, a page at a time."""
    asked = request.args.get("sebelum", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else None
    groups, more = queries.my_orders(current_user.person_id, before)
    for group in groups:
        group["token"] = token_for(group["code"], group["token_hash"])
    return render_template("buying/my_orders.html", groups=groups, more=more, badge_of=badge_of)
