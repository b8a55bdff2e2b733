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
from marketplace.orders import ending, rules, shop_queries
from marketplace.orders.states import OrderState, ParcelState
from marketplace.orders.views import OrderView
from marketplace.photos.pictures import picture
from marketplace.web import formats
from marketplace.web.access import SHOP, allow
from marketplace.web.buying.words import badge_of, whatsapp
from marketplace.web.forms import Form, LongText, Text
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
    "kirim": "Paket berangkat. Pembeli sudah kami kabari.",
    "siap": "Pembeli sudah kami kabari bahwa barangnya siap diambil.",
    "serahkan": "Sudah diserahkan. Terima kasih.",
    "tolak": "Pesanan dibatalkan. Uang pembeli kami kembalikan.",
}


class VersionForm(Form):
    """A press on a button of an order as the page showed it."""

    version = HiddenField()

    def hand(self) -> Hand:
        """Who acts, on what they saw."""
        typed = self.version.data or ""
        version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
        return Hand(g.shop.ikm_id, current_user.person_id, version)


class ShipForm(VersionForm):
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
    return _page(*_found(code))


def _page(order: OrderView, to: Any, *, fault: str = "") -> str:
    chat = f"Halo {to.recipient}, kami dari {g.shop.name} tentang pesanan {order.code.upper()}."
    return render_template(
        "seller/order.html",
        shop=g.shop,
        nav="pesanan",
        order=order,
        to=to,
        fault=fault,
        picture=picture,
        badge=badge_of(order.state, order.parcel),
        chat=whatsapp(to.phone, chat),
        label=_label(order, to),
        steps=_steps(order),
        send_by=_send_by(order),
        may_refuse=_may_refuse(order),
    )


@bp.post("/toko-saya/<shop>/pesanan/<string(length=10):code>/terima")
@allow(SHOP)
def accept_order(shop: str, code: str) -> Answer | tuple[str, int]:
    return _act(code, "terima", lambda hand: parcels.accept(code, hand))


@bp.post("/toko-saya/<shop>/pesanan/<string(length=10):code>/kemas")
@allow(SHOP)
def pack_order(shop: str, code: str) -> Answer | tuple[str, int]:
    return _act(code, "kemas", lambda hand: parcels.pack(code, hand))


@bp.post("/toko-saya/<shop>/pesanan/<string(length=10):code>/siap")
@allow(SHOP)
def order_ready(shop: str, code: str) -> Answer | tuple[str, int]:
    return _act(code, "siap", lambda hand: parcels.ready(code, hand))


@bp.post("/toko-saya/<shop>/pesanan/<string(length=10):code>/serahkan")
@allow(SHOP)
def hand_over_order(shop: str, code: str) -> Answer | tuple[str, int]:
    return _act(code, "serahkan", lambda hand: parcels.hand_over(code, hand))


@bp.route("/toko-saya/<shop>/pesanan/<string(length=10):code>/kirim", methods=["GET", "POST"])
@allow(SHOP)
def ship_order(shop: str, code: str) -> Answer | str | tuple[str, int]:
    """Courier and number on a page of their own."""
    order, to = _found(code)
    form = ShipForm(data={"version": order.version, "courier": order.courier})
    if form.validate_on_submit():
        typed = {"courier": form.courier.data, "tracking": form.tracking.data or ""}
        return _act(code, "kirim", lambda hand: parcels.ship(code, hand, **typed), form)
    page = render_template(
        "seller/order_ship.html", shop=g.shop, nav="pesanan", order=order, to=to, form=form
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/toko-saya/<shop>/pesanan/<string(length=10):code>/tolak", methods=["GET", "POST"])
@allow(SHOP)
def refuse_order(shop: str, code: str) -> Answer | str | tuple[str, int]:
    """The shop cannot do it: asked once more, with a reason."""
    order, to = _found(code)
    form = RefuseForm(data={"version": order.version})
    if not _may_refuse(order):
        return _page(order, to, fault="Pesanan ini sudah tidak bisa dibatalkan."), 409
    if form.validate_on_submit():
        reason = form.reason.data
        return _act(code, "tolak", lambda hand: parcels.refuse(code, hand, reason=reason), form)
    page = render_template(
        "seller/order_refuse.html", shop=g.shop, nav="pesanan", order=order, to=to, form=form
    )
    return page, 422 if form.is_submitted() else 200


def _act(code: str, act: str, do: Any, form: VersionForm | None = None) -> Any:
    """Do it and go back to the order; when it moved meanwhile, show how it stands."""
    order, to = _found(code)
    try:
        do((form or VersionForm()).hand())
    except NotFound:
        raise
    except MarketError as refusal:
        order, to = _found(code)
        return _page(order, to, fault=sentence(refusal)), 409
    say(DONE[act])
    return redirect(url_for("seller.order", shop=g.shop.code, code=order.code), 303)


def _found(code: str) -> tuple[OrderView, Any]:
    found = shop_queries.shop_order(g.shop.ikm_id, code)
    if found is None:
        raise NotFound()
    return found


def _may_refuse(order: OrderView) -> bool:
    live = order.state in (OrderState.NEW, OrderState.ACCEPTED)
    return live and order.parcel in ending.may_cancel("shop")


def _label(order: OrderView, to: Any) -> str:
    """What is written on the parcel."""
    return "\n".join(
        (
            f"Kepada: {to.recipient}",
            formats.phone(to.phone),
            to.address,
            to.place,
            "",
            f"Dari: {order.shop_name}",
            order.shop_place,
            f"Pesanan {order.code.upper()}",
        )
    )


def _send_by(order: OrderView) -> Any:
    """Until which day an accepted order should be on its way."""
    accepted = order.when("accepted")
    if accepted is None or order.parcel not in (ParcelState.OPEN, ParcelState.PACKED):
        return None
    ready = rules.made_by(line.made_in for line in order.lines)
    return rules.send_by(accepted, rules.zone_of(order.shop_village), ready=ready)


WORDS = {
    "paid": "Dibayar pembeli",
    "accepted": "Pesanan diterima",
    "packed": "Dikemas",
    "shipped": "Dikirim",
    "ready": "Siap diambil",
    "handed_over": "Diserahkan ke pembeli",
    "received": "Pembeli sudah menerima",
    "completed": "Selesai sendiri, tidak ada keluhan",
    "cancelled": "Dibatalkan",
    "expired": "Tidak jadi dibayar",
}


def _steps(order: OrderView) -> list[dict[str, Any]]:
    return [
        {
            "title": WORDS[step.what],
            "state": "stop" if step.what in ("cancelled", "expired") else "done",
            "when": formats.short_date(step.at),
            "text": step.detail.get("reason")
            or " ".join(filter(None, (step.detail.get("courier"), step.detail.get("tracking"))))
            or None,
        }
        for step in order.steps
        if step.what in WORDS
    ]
