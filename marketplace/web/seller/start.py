"""How a shop begins: five lines, a name, and a task list that waits as long as it takes."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.core import clock
from marketplace.core.errors import Invalid
from marketplace.flows import shop_life
from marketplace.makers import members
from marketplace.makers.application import UNFINISHED
from marketplace.makers.members import MyShop
from marketplace.makers.states import ShopState
from marketplace.web.access import EVERYONE, SIGNED_IN, allow
from marketplace.web.forms import keeps_typed
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.shop_forms import StartForm

STATE_WORDS = {
    ShopState.DRAFT: ("Belum dikirim", "info"),
    ShopState.REVIEW: ("Sedang diperiksa dinas", "wait"),
    ShopState.RETURNED: ("Perlu diperbaiki", "stop"),
    ShopState.OPEN: ("Buka", "ok"),
    ShopState.PAUSED: ("Tutup sementara", ""),
    ShopState.SUSPENDED: ("Dihentikan dinas", "stop"),
    ShopState.CLOSED: ("Ditutup", ""),
}


@bp.get("/buka-toko")
@allow(EVERYONE)
def start() -> str:
    """What opening a shop takes; whoever has begun goes on."""
    return _page(StartForm(formdata=None))


@bp.post("/buka-toko")
@allow(SIGNED_IN)
@keeps_typed
def begin() -> Answer | tuple[str, int]:
    """Begin an application with the name of the shop."""
    form = StartForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        code = shop_life.start(current_user.person_id, form.name.data, now=clock.now())
    except Invalid as error:
        form.refuse(error)
        return _page(form), 422
    return redirect(url_for("seller.tasks", shop=code), 303)


@bp.get("/toko-saya")
@allow(SIGNED_IN)
def my_shops() -> Answer | str:
    """Straight to the only shop; a choice when there are several."""
    mine = members.shops_of(current_user.person_id)
    if len(mine) == 1:
        return redirect(url_for("seller.tasks", shop=mine[0].code))
    if not mine:
        return redirect(url_for("seller.start"))
    return render_template("seller/shops.html", shops=mine, states=STATE_WORDS)


def _page(form: StartForm) -> str:
    mine: list[MyShop] = []
    if current_user.is_authenticated:
        mine = members.shops_of(current_user.person_id)
    begun = [shop for shop in mine if shop.state in UNFINISHED]
    return render_template("seller/start.html", form=form, begun=begun, states=STATE_WORDS)
