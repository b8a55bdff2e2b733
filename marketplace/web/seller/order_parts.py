"""An order in parts: some of it packed now and the rest later, or a box opened again."""

from __future__ import annotations

from flask import g, render_template, request
from werkzeug.wrappers import Response as Answer

from marketplace.core.errors import NotFound
from marketplace.flows import parcels
from marketplace.orders.states import OrderState
from marketplace.photos.pictures import picture
from marketplace.web import pieces
from marketplace.web.access import SHOP, allow
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.orders import ParcelForm, VersionForm, act, found, show


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
