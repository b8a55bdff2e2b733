"""The shop itself: what it says about its maker, when it is open, and how it closes."""

from __future__ import annotations

from flask import Response, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.core import clock
from marketplace.core.errors import Conflict, Invalid
from marketplace.flows import shop_life
from marketplace.makers import sheets
from marketplace.makers.sheets import ShopSheet
from marketplace.makers.states import ShopState
from marketplace.orders import shop_queries
from marketplace.web.access import SHOP, SHOP_OWNER, allow
from marketplace.web.forms import keeps_typed
from marketplace.web.seller import shop_parts
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.pages import say
from marketplace.web.seller.shop_forms import CloseForm
from marketplace.web.seller.shop_parts import ANY_PART, Frame
from marketplace.web.seller.start import STATE_WORDS

PART = f"/toko-saya/<shop>/toko/{ANY_PART}"


@bp.get("/toko-saya/<shop>/toko", endpoint="shop")
@allow(SHOP)
def settings(shop: str) -> str:
    """Everything the shop says about itself, each line with its way to change it."""
    sheet = sheets.of_shop(g.shop.ikm_id)
    parts = [
        (word, part.title, shop_parts.summary(sheet, word))
        for word, part in shop_parts.PARTS.items()
    ]
    return render_template(
        "seller/shop.html", shop=g.shop, nav="toko", sheet=sheet, parts=parts, states=STATE_WORDS
    )


@bp.get(PART)
@allow(SHOP)
def shop_part(shop: str, part: str) -> str:
    """One thing about the shop, filled with what is known."""
    sheet = sheets.of_shop(g.shop.ikm_id)
    _must_not_be_closed(sheet)
    return shop_parts.show(sheet, part, _frame(sheet, part))


@bp.post(PART)
@allow(SHOP)
@keeps_typed
def save_part(shop: str, part: str) -> Response | tuple[str, int]:
    """Keep one thing about the shop."""
    sheet = sheets.of_shop(g.shop.ikm_id)
    _must_not_be_closed(sheet)
    return shop_parts.save(sheet, part, _frame(sheet, part), now=clock.now())


@bp.post("/toko-saya/<shop>/toko/jeda")
@allow(SHOP_OWNER)
def pause(shop: str) -> Answer:
    """Off the market until the maker opens again."""
    shop_life.pause(g.shop.ikm_id, by=current_user.person_id, now=clock.now())
    say("Toko tutup sementara. Pesanan yang sudah masuk tetap berjalan.")
    return redirect(url_for("seller.shop", shop=shop), 303)


@bp.post("/toko-saya/<shop>/toko/buka")
@allow(SHOP_OWNER)
def resume(shop: str) -> Answer:
    """Back on the market."""
    shop_life.resume(g.shop.ikm_id, by=current_user.person_id, now=clock.now())
    say("Toko sudah buka lagi.")
    return redirect(url_for("seller.shop", shop=shop), 303)


@bp.get("/toko-saya/<shop>/toko/tutup")
@allow(SHOP_OWNER)
def close(shop: str) -> str:
    """What closing means, and the name to type."""
    _must_not_be_closed(sheets.of_shop(g.shop.ikm_id))
    return _close_page(CloseForm(formdata=None))


@bp.post("/toko-saya/<shop>/toko/tutup")
@allow(SHOP_OWNER)
@keeps_typed
def close_now(shop: str) -> Answer | tuple[str, int]:
    """Close for good."""
    form = CloseForm()
    if not form.validate_on_submit():
        return _close_page(form), 422
    try:
        shop_life.close(
            g.shop.ikm_id, typed=form.typed.data, by=current_user.person_id, now=clock.now()
        )
    except Invalid as error:
        form.refuse(error)
        return _close_page(form), 422
    say("Toko sudah ditutup.")
    return redirect(url_for("seller.tasks", shop=shop), 303)


def _close_page(form: CloseForm) -> str:
    return render_template(
        "seller/close.html",
        shop=g.shop,
        nav="toko",
        form=form,
        open_orders=sum(shop_queries.shop_counts(g.shop.ikm_id).values()),
    )


def _frame(sheet: ShopSheet, word: str) -> Frame:
    home = "seller.tasks" if sheet.applying and word in shop_parts.APPLICATION else "seller.shop"
    return Frame(
        template="seller/shop_part.html",
        url_of=lambda part: url_for("seller.shop_part", shop=sheet.code, part=part),
        back=url_for(home, shop=sheet.code),
        by=current_user.person_id,
        beside=None,
        tell=say,
        surroundings={"shop": g.shop, "nav": "tugas" if sheet.applying else "toko"},
    )


def _must_not_be_closed(sheet: ShopSheet) -> None:
    if sheet.state == ShopState.CLOSED:
        raise Conflict("shop_is_closed")
