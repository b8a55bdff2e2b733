"""The page of an order: opens by its link alone, says where everything stands, lets pay again."""

from __future__ import annotations

from flask import Response, current_app, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.core.ids import token_hash
from marketplace.flows import buying, payments
from marketplace.orders import queries
from marketplace.orders.bank import queries as bank
from marketplace.orders.payments import ON_OUR_ACCOUNT, QRIS
from marketplace.orders.ports import GatewayDown
from marketplace.orders.qris import codes
from marketplace.orders.qris.codes import Code
from marketplace.orders.states import PaymentState
from marketplace.orders.views import GroupView
from marketplace.photos.pictures import picture
from marketplace.web import qr
from marketplace.web.access import EVERYONE, LINK, allow
from marketplace.web.buying import road, words
from marketplace.web.buying.blueprint import bp, placed_here


def opened(token: str) -> GroupView:
    """The order behind this link; a wrong link is no page at all."""
    group = queries.group_by_token(token_hash(token)) if 20 <= len(token) <= 64 else None
    if group is None:
        raise NotFound()
    return group


@bp.get("/pesanan/<token>")
@allow(LINK)
def order(token: str) -> str:
    return page(token, opened(token))


def page(token: str, group: GroupView, *, fault: str = "") -> str:
    """The page, perhaps with what could not be done."""
    config = current_app.config["HOUSE"]
    glyph, title, line = words.headline(group)
    scanned = to_scan(group)
    return render_template(
        "buying/order.html",
        token=token,
        group=group,
        glyph=glyph,
        title=title,
        line=line,
        words=words,
        road=road,
        picture=picture,
        fault=fault,
        waits="tunggu" in request.args,
        declined="batal" in request.args,
        late=bank.of_group(group.id) if _may_have_come(group) else (),
        token_of=buying.token_of,
        code=scanned,
        square=qr.picture(scanned.for_amount(group.last_payment.amount)) if scanned else "",
        bank=(config.bank_name, config.bank_account, config.bank_holder),
        ways=[(name, *words.WAYS[name]) for name in payments.ways().providers],
        link=f"{config.base_url}{url_for('buying.order', token=token)}",
        stranger=not current_user.is_authenticated and group.person_id is None,
        now=clock.now(),
    )


def _may_have_come(group: GroupView) -> bool:
    """Whether money may lie on our account for an order that is over: only then it is looked up."""
    ended = not group.waiting and group.paid is None
    return ended and any(payment.provider in ON_OUR_ACCOUNT for payment in group.payments)


def to_scan(group: GroupView) -> Code | None:
    """The QRIS code to pay this order with; none when it waits for no QRIS, or none is offered."""
    payment = group.last_payment
    return codes.current() if group.waiting and payment.live and payment.provider == QRIS else None


@bp.get("/pesanan/<token>/qris.png")
@allow(LINK)
def qris_picture(token: str) -> Answer:
    """The code as a picture for the phone's album: who buys there cannot scan the own screen."""
    group = opened(token)
    scanned = to_scan(group)
    if scanned is None:
        raise NotFound()
    answer = Response(qr.png(scanned.for_amount(group.last_payment.amount)), mimetype="image/png")
    answer.headers.set("Content-Disposition", "attachment", filename=f"qris-{group.code}.png")
    return answer


@bp.get("/pesanan/<token>/bukti")
@allow(LINK)
def receipt(token: str) -> str:
    """The paper: what was paid, to whom, when; made for the printer."""
    group = opened(token)
    if group.paid is None:
        raise NotFound()
    return render_template(
        "buying/receipt.html", token=token, group=group, paid_by=words.PAID_BY[group.paid.provider]
    )


@bp.get("/bayar/kembali/<string(length=10):payment_code>")
@allow(EVERYONE)
def come_back(payment_code: str) -> Answer | str:
    """Back from the provider: the truth is asked for, the address alone proves nothing.

    Only the browser that placed the order is led to it; anybody else learns nothing.
    """
    row = payments.look(payment_code)
    if row is None or not (
        placed_here(row.group_code)
        or (current_user.is_authenticated and row.person_id == current_user.person_id)
    ):
        return render_template("buying/come_back.html")
    left = "batal" in request.args
    waits = False
    try:
        waits = payments.settle(payment_code) is not PaymentState.PAID and not left
    except GatewayDown:
        waits = True
    token = buying.token_of(row.group_code)
    more = "?tunggu=1" if waits else "?batal=1" if left else ""
    return redirect(url_for("buying.order", token=token) + more, 303)
