"""The cart: what is in it, what it costs on the way to one's place, and every change to it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answer

from marketplace.core import clock
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.work import transaction
from marketplace.orders import cart
from marketplace.orders.rules import MOST_PIECES
from marketplace.orders.shopping import Shopping, shopping
from marketplace.photos.pictures import picture
from marketplace.web.access import EVERYONE, allow
from marketplace.web.buying.blueprint import bp, buyer, count, pick_up, pickups, village
from marketplace.web.forms import Count, Form
from marketplace.web.sentences import sentence


class PiecesForm(Form):
    """How many of which variant; the form's token is judged at the door."""

    class Meta:
        csrf = False

    variant = Count("Barang", least=1, most=2**53)
    quantity = Count("Jumlah", least=1, most=MOST_PIECES)

    def wish(self) -> tuple[int, int]:
        """The variant and the number of a form that was right."""
        return int(self.variant.data or 0), int(self.quantity.data or 0)


def basket() -> Shopping:
    """The visitor's cart as it stands, counted for the head of the page."""
    found = shopping(buyer(), village=village(), pickups=pickups(), now=clock.now())
    count(found.pieces)
    return found


@bp.get("/keranjang", endpoint="cart")
@allow(EVERYONE)
def show() -> str:
    return _page()


def _page(**faults: Any) -> str:
    return render_template(
        "buying/cart.html",
        cart=basket(),
        picture=picture,
        removed=session.pop("removed", None),
        **{"fault": None, "typed": {}, **faults},
    )


@bp.post("/keranjang/tambah")
@allow(EVERYONE)
def add() -> Answer | tuple[str, int]:
    form = PiecesForm()
    if not form.validate():
        if form.variant.data is None:
            raise NotFound()
        return render_template("buying/add.html", form=form), 422
    with transaction():
        added = cart.add(
            buyer(begin=True),
            *form.wish(),
            village=village(),
            now=clock.now(),
        )
    if added.quantity < added.wanted:
        flash(f"Tinggal {added.quantity}. Jumlah {added.name} kami ubah jadi {added.quantity}.")
    session["n"] = int(session.get("n", 0)) + added.more
    return redirect(url_for("buying.cart"), 303)


@bp.post("/keranjang/ubah")
@allow(EVERYONE)
def change() -> Answer | tuple[str, int]:
    form = PiecesForm()
    if not form.validate():
        variant = form.variant.data
        if variant is None:
            raise NotFound()
        words = form.quantity.errors[0] if form.quantity.errors else ""
        return _page(fault=(variant, words), typed={variant: form.quantity.raw_data}), 422
    try:
        with transaction():
            set_to = cart.change(buyer(), *form.wish(), now=clock.now())
    except Conflict as gone:
        return _page(fault=(form.variant.data, sentence(gone))), 409
    if set_to.quantity < set_to.wanted:
        flash(f"Tinggal {set_to.quantity}. Jumlah {set_to.name} kami ubah jadi {set_to.quantity}.")
    return redirect(url_for("buying.cart"), 303)


@bp.post("/keranjang/hapus")
@allow(EVERYONE)
def remove() -> Answer:
    variant = _variant()
    with transaction():
        gone = cart.remove(buyer(), variant)
    if gone is not None:
        session["removed"] = {
            "variant": gone.variant_id,
            "quantity": gone.quantity,
            "name": gone.name,
        }
    return redirect(url_for("buying.cart"), 303)


@bp.post("/keranjang/kembalikan")
@allow(EVERYONE)
def put_back() -> Answer | tuple[str, int]:
    form = PiecesForm()
    if not form.validate():
        raise NotFound()
    with transaction():
        cart.add(
            buyer(begin=True),
            *form.wish(),
            village=village(),
            now=clock.now(),
        )
    return redirect(url_for("buying.cart"), 303)


@bp.post("/keranjang/antar")
@allow(EVERYONE)
def delivery() -> Answer:
    """How one shop's things travel: by courier, or fetched."""
    shop, way = request.form.get("toko", ""), request.form.get("cara", "")
    if len(shop) != 10 or way not in ("kirim", "ambil"):
        raise NotFound()
    pick_up(shop, way == "ambil")
    return redirect(url_for("buying.cart"), 303)


def _variant() -> int:
    form = PiecesForm()
    form.validate()
    if form.variant.data is None:
        raise NotFound()
    return int(form.variant.data)
