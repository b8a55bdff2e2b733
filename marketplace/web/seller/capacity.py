"""How much a maker can finish in a week: one page for all, one for each."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from marketplace.catalog import capacity
from marketplace.catalog.capacity import MOST_HORIZON, MOST_PER_WEEK, Sheet, Wish
from marketplace.core import clock
from marketplace.core.errors import Invalid
from marketplace.core.work import transaction
from marketplace.web.access import SHOP, allow
from marketplace.web.forms import Count, Day, Form, Text, keeps_typed
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.pages import say
from marketplace.web.sentences import sentence


class CapacityForm(Form):
    """What is made, how much of it a week, and how far ahead."""

    name = Text("Nama kapasitas", longest=80, missing="Isi namanya. Contoh: Batik tulis.")
    per_week = Count("Tiap minggu", most=MOST_PER_WEEK, missing="Isi berapa potong tiap minggu.")
    horizon = Count("Pesanan diterima untuk", most=MOST_HORIZON, missing="Isi berapa minggu.")


class WeekForm(Form):
    """One week that is not as usual."""

    week = Day("Minggu")
    pieces = Count("Kapasitas", least=0, most=MOST_PER_WEEK)


@bp.get("/toko-saya/<shop>/kapasitas")
@allow(SHOP)
def capacities(shop: str) -> str:
    """Everything the shop counts by the week, with how full this week is."""
    return render_template(
        "seller/capacities.html",
        shop=g.shop,
        nav="produk",
        rows=capacity.of_shop(g.shop.ikm_id, clock.now()),
        made_to_order=bool(capacity.products(g.shop.ikm_id)),
    )


@bp.route("/toko-saya/<shop>/kapasitas/baru", methods=["GET", "POST"])
@allow(SHOP)
@keeps_typed
def new_capacity(shop: str) -> Answer | str | tuple[str, int]:
    """Begin to count a craft by the week."""
    return _edit(None)


@bp.route("/toko-saya/<shop>/kapasitas/<int:quota>", methods=["GET", "POST"])
@allow(SHOP)
@keeps_typed
def one_capacity(shop: str, quota: int) -> Answer | str | tuple[str, int]:
    """Change it, and see week by week what is promised."""
    return _edit(capacity.sheet(g.shop.ikm_id, quota, clock.now()))


@bp.post("/toko-saya/<shop>/kapasitas/<int:quota>/minggu")
@allow(SHOP)
@keeps_typed
def set_week(shop: str, quota: int) -> Answer | tuple[str, int]:
    """Another number for one week: a holiday, or more hands."""
    sheet = capacity.sheet(g.shop.ikm_id, quota, clock.now())
    form = WeekForm()
    if not form.validate_on_submit():
        return _page(sheet, _form(sheet), fault=(form.week.data, _first(form))), 422
    try:
        with transaction():
            capacity.set_week(
                g.shop.ikm_id, quota, form["week"].data, form["pieces"].data, now=clock.now()
            )
    except Invalid as refused:
        return _page(sheet, _form(sheet), fault=(form.week.data, sentence(refused))), 422
    say("Kapasitas minggu itu sudah disimpan.")
    return redirect(_url(quota), 303)


@bp.post("/toko-saya/<shop>/kapasitas/<int:quota>/hapus")
@allow(SHOP)
def end_capacity(shop: str, quota: int) -> Answer:
    """Stop counting; products are then limited by their stock alone."""
    with transaction():
        capacity.end(g.shop.ikm_id, quota, now=clock.now())
    say("Kapasitas dihapus. Janji yang sudah ada tetap berlaku.")
    return redirect(url_for("seller.capacities", shop=shop), 303)


def _edit(sheet: Sheet | None) -> Answer | str | tuple[str, int]:
    form = _form(sheet, fresh=request.method == "GET")
    if request.method == "GET":
        return _page(sheet, form)
    if form.validate_on_submit():
        chosen = frozenset(request.form.getlist("produk"))
        known = {row.code for row in capacity.products(g.shop.ikm_id)}
        wish = Wish(form["name"].data, form["per_week"].data, form["horizon"].data, chosen & known)
        try:
            with transaction():
                id = sheet.quota.id if sheet else None
                saved = capacity.save(g.shop.ikm_id, id, wish, now=clock.now())
        except Invalid as refused:
            form.refuse(refused)
        else:
            say("Kapasitas disimpan. Pembeli melihat minggu pembuatannya di keranjang.")
            return redirect(_url(saved), 303)
    return _page(sheet, form), 422


def _form(sheet: Sheet | None, *, fresh: bool = True) -> CapacityForm:
    data: dict[str, Any] = {"horizon": 8}
    if sheet:
        quota = sheet.quota
        data = {"name": quota.name, "per_week": quota.per_week, "horizon": quota.horizon}
    return CapacityForm(formdata=None, data=data) if fresh else CapacityForm(data=data)


def _page(sheet: Sheet | None, form: CapacityForm, *, fault: tuple[Any, str] | None = None) -> str:
    chosen = set(request.form.getlist("produk")) if "name" in request.form else None
    return render_template(
        "seller/capacity.html",
        shop=g.shop,
        nav="produk",
        sheet=sheet,
        form=form,
        fault=fault,
        products=[_product(row, sheet, chosen) for row in capacity.products(g.shop.ikm_id)],
    )


def _product(row: Any, sheet: Sheet | None, chosen: set[str] | None) -> dict[str, Any]:
    """A box to tick; a product that shares another quota says so."""
    here = sheet is not None and row.quota_id == sheet.quota.id
    return {
        "kind": "checkbox",
        "name": "produk",
        "id": f"produk-{row.code}",
        "value": row.code,
        "label": row.name,
        "checked": row.code in chosen if chosen is not None else here,
        "hint": f"Sekarang di {row.quota}" if row.quota and not here else None,
    }


def _first(form: Form) -> str:
    return str(next(iter(form.errors.values()))[0])


def _url(quota: int) -> str:
    return url_for("seller.one_capacity", shop=g.shop.code, quota=quota)
