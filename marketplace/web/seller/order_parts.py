"""An order in parts: some packed now and the rest later, some that will not come at all."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from marketplace.core.errors import Conflict, NotFound
from marketplace.flows import parcels, part_cancelling
from marketplace.flows.parcels import Hand
from marketplace.orders.states import OrderState
from marketplace.photos.pictures import picture
from marketplace.web import pieces
from marketplace.web.access import SHOP, allow
from marketplace.web.buying.words import PAID_AND_LIVING
from marketplace.web.forms import LongText, Tick
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.orders import ParcelForm, VersionForm, act, found, may_refuse, show
from marketplace.web.sentences import sentence


class PartForm(VersionForm):
    """Why these will not come, and whether the postage goes back as well."""

    reason = LongText(
        "Alasan untuk pembeli", longest=200, shortest=5, missing="Tulis alasannya untuk pembeli."
    )
    postage = Tick("Ongkirnya juga dikembalikan")


class PostageForm(VersionForm):
    """Why the postage goes back."""

    reason = LongText(
        "Alasan untuk pembeli", longest=200, shortest=5, missing="Tulis alasannya untuk pembeli."
    )


@bp.route(
    "/toko-saya/<shop>/pesanan/<string(length=10):code>/kemas-sebagian", methods=["GET", "POST"]
)
@allow(SHOP)
def pack_some(shop: str, code: str) -> Answer | str | tuple[str, int]:
    """Which pieces are ready now; the rest goes into a later parcel."""
    order, to = found(code)
    form = VersionForm(data={"version": order.version})
    if order.state != OrderState.ACCEPTED or not order.left:
        return show(order, to, fault="Tidak ada lagi yang perlu dikemas."), 409
    asked = pieces.asked(order, request.form, everything=True)
    if form.validate_on_submit() and asked.pieces:
        return act(code, "kemas", lambda hand: parcels.pack(code, hand, asked.pieces), form)
    page = render_template(
        "seller/order_pack.html",
        shop=g.shop,
        nav="pesanan",
        order=order,
        form=form,
        asked=asked,
        picture=picture,
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/toko-saya/<shop>/pesanan/<string(length=10):code>/bongkar")
@allow(SHOP)
def unpack_parcel(shop: str, code: str) -> Answer | tuple[str, int]:
    """A parcel that has not left is opened again."""
    number = ParcelForm().number()
    if number is None:
        raise NotFound()
    return act(code, "bongkar", lambda hand: parcels.unpack(code, hand, number))


@bp.route(
    "/toko-saya/<shop>/pesanan/<string(length=10):code>/batal-sebagian", methods=["GET", "POST"]
)
@allow(SHOP)
def cancel_some(shop: str, code: str) -> Answer | str | tuple[str, int]:
    """Which pieces there are none of; then why. The whole order is ended on its own page."""
    order, to = found(code)
    if order.state not in PAID_AND_LIVING or not order.left:
        return show(order, to, fault="Tidak ada lagi yang bisa dibatalkan."), 409
    asked = pieces.asked(order, request.values, everything=False)
    known = {"shop": g.shop, "nav": "pesanan", "order": order, "to": to, "asked": asked}
    if not asked.pieces and request.method == "POST" and not asked.faults:
        return show(order, to, fault=sentence(Conflict("pieces_gone"))), 409
    if not asked.pieces:
        page = render_template("seller/order_cancel_some.html", **known, picture=picture)
        return page, 422 if asked.faults else 200
    if asked.everything and may_refuse(order):
        return redirect(url_for("seller.refuse_order", shop=g.shop.code, code=code), 303)
    form = PartForm(data={"version": order.version})
    if form.validate_on_submit():

        def cancel(hand: Hand) -> None:
            part_cancelling.shop_cancels(
                code, hand, asked.pieces, reason=str(form.reason.data), postage=form.postage.data
            )

        return act(code, "batal-sebagian", cancel, form)
    page = render_template("seller/order_cancel_these.html", **known, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.route("/toko-saya/<shop>/pesanan/<string(length=10):code>/ongkir", methods=["GET", "POST"])
@allow(SHOP)
def give_postage(shop: str, code: str) -> Answer | str | tuple[str, int]:
    """The postage goes back by itself, with a reason."""
    order, to = found(code)
    if order.state not in PAID_AND_LIVING or not to.postage_held:
        return show(order, to, fault="Ongkir pesanan ini tidak bisa dikembalikan lagi."), 409
    form = PostageForm(data={"version": order.version})
    if form.validate_on_submit():
        reason = str(form.reason.data)
        return act(
            code,
            "ongkir",
            lambda hand: part_cancelling.shop_gives_postage(code, hand, reason=reason),
            form,
        )
    page = render_template(
        "seller/order_postage.html", shop=g.shop, nav="pesanan", order=order, to=to, form=form
    )
    return page, 422 if form.is_submitted() else 200
