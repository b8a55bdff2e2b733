"""Orders of a shop: listed by what has to be done next, one decision a page."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer
from wtforms import HiddenField

from marketplace.core.errors import MarketError, NotFound
from marketplace.flows import parcels
from marketplace.flows.parcels import Hand
from marketplace.orders import shop_queries
from marketplace.orders.views import OrderView
from marketplace.photos.pictures import picture
from marketplace.web.access import SHOP, allow
from marketplace.web.buying import words
from marketplace.web.buying.words import badge_of, whatsapp
from marketplace.web.forms import Form, LongText, Text, shown_version
from marketplace.web.seller import order_words
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.pages import say
from marketplace.web.sentences import sentence

TABS = {
    "terima": "Perlu diterima",
    "kemas": "Perlu dikemas",
    "kirim": "Siap dikirim",
    "jalan": "Dalam perjalanan",
    "selesai": "Selesai",
}
EMPTY = {
    "terima": "Tidak ada pesanan baru.",
    "kemas": "Tidak ada yang perlu dikemas.",
    "kirim": "Tidak ada yang perlu dikirim.",
    "jalan": "Tidak ada paket di jalan.",
    "selesai": "Belum ada pesanan yang selesai.",
}
DONE = {
    "terima": "Pesanan diterima. Pembeli sudah kami kabari. Sekarang kemas barangnya.",
    "kemas": "Sudah dikemas. Tinggal diserahkan.",
    "bongkar": "Paket dibongkar. Barangnya bisa dikemas lagi.",
    "kirim": "Paket berangkat. Pembeli sudah kami kabari.",
    "siap": "Pembeli sudah kami kabari bahwa barangnya siap diambil.",
    "serahkan": "Sudah diserahkan. Terima kasih.",
    "tolak": "Pesanan dibatalkan. Uang pembeli kami kembalikan.",
    "batal-sebagian": "Sebagian dibatalkan. Uangnya kami kembalikan ke pembeli.",
    "ongkir": "Ongkirnya kami kembalikan ke pembeli.",
}


class VersionForm(Form):
    """A press on a button of an order as the page showed it."""

    version = HiddenField()

    def hand(self) -> Hand:
        """Who acts, on what they saw."""
        return Hand(g.shop.ikm_id, current_user.person_id, shown_version(self.version.data or ""))


class ParcelForm(VersionForm):
    """The same about one parcel; without a number, about the first that waits for it."""

    paket = HiddenField()

    def number(self) -> int | None:
        """The parcel's number as the page carried it; what is none was never shown."""
        typed = self.paket.data or ""
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit() and len(typed) < 5):
            raise NotFound()
        return int(typed)


class ShipForm(ParcelForm):
    """Who carries it, and by which number it is followed."""

    courier = Text("Kurir", longest=40, missing="Isi nama kurir. Contoh: JNE.")
    tracking = Text("Nomor resi", longest=40, optional=True)


class RefuseForm(VersionForm):
    """Why it cannot be done; the buyer reads it."""

    reason = LongText(
        "Alasan untuk pembeli", longest=200, shortest=5, missing="Tulis alasannya untuk pembeli."
    )


@bp.get("/toko-saya/<shop>/pesanan")
@allow(SHOP)
def orders(shop: str) -> str:
    """What waits for the shop, the first task first."""
    counts = shop_queries.shop_counts(g.shop.ikm_id)
    first = next((tab for tab in ("terima", "kemas", "kirim") if counts[tab]), "terima")
    tab = request.args.get("lihat", first)
    if tab not in TABS:
        raise NotFound()
    asked = request.args.get("sejak", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else None
    rows, more = shop_queries.shop_orders(g.shop.ikm_id, tab, before)
    return render_template(
        "seller/orders.html",
        shop=g.shop,
        nav="pesanan",
        tabs=TABS,
        tab=tab,
        counts=counts,
        rows=rows,
        more=more,
        empty=EMPTY[tab],
        badge_of=badge_of,
    )


@bp.get("/toko-saya/<shop>/pesanan/<string(length=10):code>")
@allow(SHOP)
def order(shop: str, code: str) -> str:
    return show(*found(code))


def show(order: OrderView, to: Any, *, fault: str = "") -> str:
    """The order with what has to be done next, perhaps with what could not be done."""
    chat = f"Halo {to.recipient}, kami dari {g.shop.name} tentang pesanan {order.code.upper()}."
    return render_template(
        "seller/order.html",
        shop=g.shop,
        nav="pesanan",
        order=order,
        to=to,
        fault=fault,
        picture=picture,
        badge=badge_of(order.state, order.parcel, order.pickup),
        words=words,
        next_parcel=order_words.next_parcel(order),
        chat=whatsapp(to.phone, chat),
        label=order_words.label(order, to),
        steps=order_words.steps(order),
        send_by=order_words.send_by(order),
        may_refuse=may_refuse(order),
        gets=order_words.gets(order, to),
    )


@bp.post("/toko-saya/<shop>/pesanan/<string(length=10):code>/terima")
@allow(SHOP)
def accept_order(shop: str, code: str) -> Answer | tuple[str, int]:
    return act(code, "terima", lambda hand: parcels.accept(code, hand))


@bp.post("/toko-saya/<shop>/pesanan/<string(length=10):code>/kemas")
@allow(SHOP)
def pack_order(shop: str, code: str) -> Answer | tuple[str, int]:
    return act(code, "kemas", lambda hand: parcels.pack(code, hand))


@bp.post("/toko-saya/<shop>/pesanan/<string(length=10):code>/siap")
@allow(SHOP)
def order_ready(shop: str, code: str) -> Answer | tuple[str, int]:
    return act(code, "siap", lambda hand: parcels.ready(code, hand, ParcelForm().number()))


@bp.post("/toko-saya/<shop>/pesanan/<string(length=10):code>/serahkan")
@allow(SHOP)
def hand_over_order(shop: str, code: str) -> Answer | tuple[str, int]:
    return act(code, "serahkan", lambda hand: parcels.hand_over(code, hand, ParcelForm().number()))


@bp.route("/toko-saya/<shop>/pesanan/<string(length=10):code>/kirim", methods=["GET", "POST"])
@allow(SHOP)
def ship_order(shop: str, code: str) -> Answer | str | tuple[str, int]:
    """Courier and number on a page of their own."""
    order, to = found(code)
    asked = request.args.get("paket", "")
    form = ShipForm(data={"version": order.version, "courier": order.courier, "paket": asked})
    if form.validate_on_submit():

        def ship(hand: Hand) -> None:
            courier, tracking = str(form.courier.data), form.tracking.data or ""
            parcels.ship(code, hand, courier=courier, tracking=tracking, number=form.number())

        return act(code, "kirim", ship, form)
    page = render_template(
        "seller/order_ship.html",
        shop=g.shop,
        nav="pesanan",
        order=order,
        to=to,
        form=form,
        parcel=order_words.to_ship(order, form.number()),
        words=words,
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/toko-saya/<shop>/pesanan/<string(length=10):code>/tolak", methods=["GET", "POST"])
@allow(SHOP)
def refuse_order(shop: str, code: str) -> Answer | str | tuple[str, int]:
    """The shop cannot do it: asked once more, with a reason."""
    order, to = found(code)
    form = RefuseForm(data={"version": order.version})
    if not may_refuse(order):
        return show(order, to, fault="Pesanan ini sudah tidak bisa dibatalkan."), 409
    if form.validate_on_submit():
        reason = form.reason.data
        return act(code, "tolak", lambda hand: parcels.refuse(code, hand, reason=reason), form)
    page = render_template(
        "seller/order_refuse.html", shop=g.shop, nav="pesanan", order=order, to=to, form=form
    )
    return page, 422 if form.is_submitted() else 200


def act(code: str, what: str, do: Any, form: VersionForm | None = None) -> Any:
    """Do it and go back to the order; when it moved meanwhile, show how it stands."""
    order, to = found(code)
    try:
        do((form or VersionForm()).hand())
    except NotFound:
        raise
    except MarketError as refusal:
        order, to = found(code)
        return show(order, to, fault=sentence(refusal)), 409
    say(DONE[what])
    return redirect(url_for("seller.order", shop=g.shop.code, code=order.code), 303)


def found(code: str) -> tuple[OrderView, Any]:
    """An order of the shop at hand, and where it goes; another shop's is not there."""
    order = shop_queries.shop_order(g.shop.ikm_id, code)
    if order is None:
        raise NotFound()
    return order


def may_refuse(order: OrderView) -> bool:
    """Whether the shop may still end the whole order."""
    return order.state in words.PAID_AND_LIVING and order.may_be_cancelled_by("shop")
