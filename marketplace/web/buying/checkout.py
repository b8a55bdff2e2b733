"""Checkout on two screens: where it goes, then one look at everything and the way of paying."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer
from wtforms import HiddenField
from wtforms.validators import StopValidation

from marketplace.accounts import addresses
from marketplace.accounts.consents import PROMO_BY_EMAIL
from marketplace.core import clock, regions
from marketplace.core.errors import Conflict, TooMany
from marketplace.core.ids import new_token
from marketplace.flows import buying, failed_cards, payments
from marketplace.orders.checkout import CartMoved, Placed, Wish
from marketplace.orders.payments import ON_OUR_ACCOUNT
from marketplace.orders.ports import GatewayDown
from marketplace.orders.shopping import Shopping, shopping
from marketplace.photos.pictures import picture
from marketplace.web import limits
from marketplace.web.access import EVERYONE, allow
from marketplace.web.buying.basket import basket
from marketplace.web.buying.blueprint import (
    bp,
    buyer,
    count,
    pick_up,
    pickups,
    remember_order,
    village,
)
from marketplace.web.buying.words import WAYS
from marketplace.web.forms import (
    Email,
    Form,
    LongText,
    PersonName,
    Phone,
    Text,
    Tick,
    keeps_typed,
)
from marketplace.web.sentences import sentence

DELIVERY = "antar_"
KEY = re.compile(r"[A-Za-z0-9_-]{20,64}\Z")
MOST_PLACES = 12


class PlaceText(Text):
    """What is typed for the place; may be left out only when the village is known already."""

    def pre_validate(self, form: Any) -> None:
        if not self.data and form.village.data:
            raise StopValidation()
        super().pre_validate(form)


class AddressForm(Form):
    """Who gets it and where; six questions at most, and one a shop about delivery."""

    recipient = PersonName("Nama penerima")
    phone = Phone("Nomor HP penerima")
    place = PlaceText(
        "Kalurahan, desa, atau kecamatan", longest=120, missing="Isi kalurahan atau desa Anda."
    )
    village = HiddenField()
    address = LongText(
        "Alamat, RT/RW, patokan", longest=300, shortest=5, missing="Isi alamat, RT/RW, patokan."
    )
    email = Email("Email", optional=True)

    maybe: Sequence[regions.Place] = ()

    def find_place(self) -> tuple[regions.Place | None, list[regions.Place]]:
        """The village that was meant, or the villages it may be."""
        typed = (self.place.data or "").strip()
        chosen = _village(self.village.data or "")
        if chosen and typed in ("", chosen.full_name):
            return chosen, []
        found = _candidates(typed)
        if chosen and chosen in found:
            return chosen, []
        return (found[0], []) if len(found) == 1 else (None, found)


class PayForm(AddressForm):
    """Both screens together, as the second one sends them."""

    checkout_key = HiddenField()
    shown = HiddenField()
    cara = HiddenField()
    promo = Tick(PROMO_BY_EMAIL.words)


@bp.get("/bayar")
@allow(EVERYONE)
def checkout() -> Answer | str:
    """Where it goes: open to everybody, filled in for who has an address here."""
    found = basket()
    if not found.paying:
        return redirect(url_for("buying.cart"))
    known: dict[str, Any] = {"place": found.place, "village": found.village}
    if current_user.is_authenticated:
        known |= _known(found)
    return _where(AddressForm(formdata=None, data=known), found)


@bp.post("/bayar")
@allow(EVERYONE)
@keeps_typed
def review() -> Answer | str | tuple[str, int]:
    """One look at everything; nothing is placed yet."""
    form = AddressForm()
    chosen = _deliveries()
    place, fault = _judge(form, chosen)
    if place is None or fault:
        return _where(form, basket(), fault), 422
    found = _towards(place)
    if not found.paying:
        return redirect(url_for("buying.cart"))
    if found.unreachable:
        return _where(form, found, _unreachable(found)), 422
    return _look(form, found, place, new_token(), payments.ways().providers[0])


@bp.post("/bayar/kirim")
@allow(EVERYONE)
@keeps_typed
def place() -> Answer | str | tuple[str, int]:
    """Place the order and go to pay; the same page sent twice is the same order."""
    form = PayForm()
    where, fault = _judge(form, {})
    key = form.checkout_key.data or ""
    if where is None or fault or not KEY.match(key):
        return _where(form, basket(), fault), 422
    cara = form.cara.data or ""
    if cara not in payments.ways():
        words = "Pilih cara bayar dari daftar."
        return _look(form, _towards(where), where, key, cara, fault=words), 422
    who = buyer()
    limits.limit("checkout", who.key if who.known else limits.address())
    asked_from = failed_cards.asked_from(limits.address())
    try:
        failed_cards.refuse_when_too_many(
            cara, person_id=who.person_id, phone=form.phone.data, asked_from=asked_from
        )
        placed = buying.place(
            who,
            Wish(
                checkout_key=key,
                shown=(form.shown.data or "")[:8000],
                recipient=form.recipient.data,
                phone=form.phone.data,
                email=form.email.data or None,
                village=where.code,
                address=form.address.data,
                pickups=pickups(),
                provider=cara,
                promo=form.promo.data,
                asked_from=asked_from,
            ),
        )
    except TooMany as enough:
        return _look(form, _towards(where), where, key, cara, fault=sentence(enough)), 429
    except CartMoved as moved:
        now_stands = moved.now_stands
        count(now_stands.pieces)
        if not now_stands.paying or now_stands.unreachable:
            return render_template("buying/moved.html", cart=now_stands, picture=picture), 409
        return _look(form, now_stands, where, key, cara, moved=True), 409
    except Conflict as refusal:
        if refusal.code not in ("transfer_full", "bill_too_large"):
            raise
        return _look(form, _towards(where), where, key, cara, fault=sentence(refusal)), 409
    remember_order(placed.group_code)
    session["n"] = 0
    return redirect(_next(placed), 303)


def _next(placed: Placed) -> str:
    """The provider's page; the order's own page when it needs no other or none answers."""
    token = placed.token or buying.token_of(placed.group_code)
    ours = url_for("buying.order", token=token)
    if placed.provider in ON_OUR_ACCOUNT:
        return ours
    try:
        return payments.open_page(placed.payment_code, tries=2) or ours
    except GatewayDown:
        return f"{ours}?tunggu=1"


def _judge(
    form: AddressForm, chosen: dict[str, str]
) -> tuple[regions.Place | None, str]:  # fmt: skip
    """The place if everything is right, else the faults stand at their fields."""
    right = form.validate_on_submit()
    where, maybe = form.find_place()
    form.maybe = maybe
    if where is None and not form.place.errors:
        form.place.errors = [*form.place.errors, _which(form.place.data or "", maybe)]
    for code, way in chosen.items():
        if way not in ("kirim", "ambil"):
            return None, "Pilih cara kirim dari daftar."
        pick_up(code, way == "ambil")
    return (where if right and where else None), ""


def _which(typed: str, maybe: list[regions.Place]) -> str:
    if maybe:
        return "Ada beberapa tempat dengan nama itu. Pilih kalurahan atau desa Anda."
    return f'Tidak ada tempat bernama "{typed[:60]}". Periksa ejaannya, atau tulis kecamatannya.'


def _unreachable(found: Shopping) -> str:
    names = ", ".join(part.name for part in found.unreachable)
    return f"Belum ada kurir dari {names} ke {found.place}. Pilih ambil di toko, atau ubah alamat."


def _deliveries() -> dict[str, str]:
    return {
        name.removeprefix(DELIVERY): value
        for name, value in request.form.items()
        if name.startswith(DELIVERY) and len(name) == len(DELIVERY) + 10
    }


def _towards(where: regions.Place) -> Shopping:
    found = shopping(buyer(), village=where.code, pickups=pickups(), now=clock.now())
    count(found.pieces)
    return found


def _village(code: str) -> regions.Place | None:
    found = regions.place(code[:13]) if code else None
    return found if found and found.level == regions.VILLAGE else None


def _candidates(typed: str) -> list[regions.Place]:
    """Villages of that name, and the villages of a district of that name."""
    found = regions.find(typed, MOST_PLACES, near=village() or "")
    exact = [one for one in found if one.full_name == typed]
    villages = exact or [one for one in found if one.level == regions.VILLAGE]
    for district in [one for one in found if one.level == regions.DISTRICT][:1]:
        villages += [one for one in regions.children(district.code) if one not in villages]
    return villages


def _known(found: Shopping) -> dict[str, Any]:
    """The usual address of who is signed in."""
    home = addresses.usual(current_user.person_id)
    if home is None:
        return {"recipient": current_user.name, "email": current_user.email}
    here = found.village in (None, home.village_code)
    return {
        "recipient": home.recipient,
        "phone": home.phone,
        "email": current_user.email,
        "place": home.place if here else found.place,
        "village": home.village_code if here else found.village,
        "address": home.line if here else "",
    }


def _where(form: AddressForm, found: Shopping, fault: str = "") -> str:
    return render_template(
        "buying/where.html",
        form=form,
        cart=found,
        fault=fault,
        maybe=form.maybe,
    )


def _look(
    form: AddressForm,
    found: Shopping,
    where: regions.Place,
    key: str,
    way: str,
    *,
    moved: bool = False,
    fault: str = "",
) -> str:
    offered = payments.ways().providers
    return render_template(
        "buying/look.html",
        form=form,
        cart=found,
        where=where,
        key=key,
        way=way if way in offered else offered[0],
        ways=[(name, *WAYS[name]) for name in offered],
        moved=moved,
        fault=fault,
        promo=(PROMO_BY_EMAIL.words, isinstance(form, PayForm) and form.promo.data),
        picture=picture,
    )
