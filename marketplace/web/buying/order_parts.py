"""A buyer gives up some pieces of a paid order: which, then whether, with what goes back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.core.errors import Conflict, NotFound
from marketplace.flows import part_cancelling
from marketplace.orders.views import GroupView, OrderView
from marketplace.photos.pictures import picture
from marketplace.web import pieces
from marketplace.web.access import LINK, allow
from marketplace.web.buying import words
from marketplace.web.buying.blueprint import bp
from marketplace.web.buying.order import opened, page
from marketplace.web.forms import shown_version
from marketplace.web.sentences import sentence


@bp.route("/pesanan/<token>/batal-sebagian", methods=["GET", "POST"])
@allow(LINK)
def cancel_some(token: str) -> Answer | str | tuple[str, int]:
    """Counts first, then the question; all of an order is asked for on its own page."""
    group = opened(token)
    order = _order(group, request.values.get("pesanan", ""))
    if not words.may_cancel_some(order):
        fault = "Semua barang pesanan ini sudah dikemas atau dibatalkan."
        return page(token, group, fault=fault), 409
    asked = pieces.asked(order, request.values, everything=False)
    if not asked.pieces and request.method == "POST" and not asked.faults:
        return page(token, group, fault=sentence(Conflict("pieces_gone"))), 409
    if not asked.pieces:
        shown = render_template(
            "buying/cancel_some.html",
            token=token, group=group, order=order, asked=asked, picture=picture,
        )  # fmt: skip
        return shown, 422 if asked.faults else 200
    if asked.everything and words.may_cancel(order):
        return redirect(url_for("buying.cancel", token=token, pesanan=order.code), 303)
    if request.method == "GET":
        return render_template(
            "buying/cancel_these.html", token=token, group=group, order=order, asked=asked
        )
    try:
        part_cancelling.buyer_cancels(
            group,
            order.code,
            asked.pieces,
            by=current_user.person_id,
            version=shown_version(request.form.get("version", "")),
        )
    except Conflict as refusal:
        return page(token, opened(token), fault=sentence(refusal)), 409
    flash(f"Dibatalkan: {asked.named}. Uangnya kami kembalikan.")
    return redirect(url_for("buying.order", token=token), 303)


def _order(group: GroupView, code: str) -> OrderView:
    found = next((order for order in group.orders if order.code == code), None)
    if found is None:
        raise NotFound()
    return found
