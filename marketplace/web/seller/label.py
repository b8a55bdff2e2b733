"""Label kemasan: what it says, how it looks, and a file that any printer can print."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from flask import g, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.catalog import sheets
from marketplace.catalog.labels import labels, rules
from marketplace.catalog.labels.labels import Kept, Wish
from marketplace.catalog.labels.rules import Item, Kind
from marketplace.catalog.sheets import Choice, Sheet
from marketplace.catalog.states import ProductState
from marketplace.core import clock, regions
from marketplace.core.errors import Conflict, Invalid, NotFound, OutsideFailed, TooMany
from marketplace.core.work import transaction
from marketplace.flows import label_printing
from marketplace.flows.label_printing import Order
from marketplace.orders.rules import WIB
from marketplace.web import limits
from marketplace.web.access import SHOP, allow
from marketplace.web.formats import MONTHS
from marketplace.web.forms import Choice as ChoiceField
from marketplace.web.forms import Count, Day, Form, LongText, Text, keeps_typed
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.pages import product_url, say
from marketplace.web.sentences import sentence
from media.labels.catalogue import LOOK_NAMES, PAPER_NAMES, SIDES

ITEMS = {
    Item.NAME: ("Nama produk", "nama"),
    Item.ADDRESS: ("Alamat tempat usaha", ""),
    Item.NET: ("Berat atau isi bersih", "#net"),
    Item.INGREDIENTS: ("Komposisi", "#ingredients"),
    Item.PERMIT: ("Nomor P-IRT atau BPOM", "#permit"),
    Item.HALAL: ("Nomor sertifikat halal", "#halal"),
    Item.BATCH: ("Kode produksi", "#batch"),
    Item.BEST_BEFORE: ("Baik digunakan sebelum", "#best_before"),
}


class LabelForm(Form):
    """Everything on the label that is not known from product and shop."""

    version = Count("Versi", least=0)
    size = Count("Ukuran", least=0)
    paper = ChoiceField("Kemasan", choices=list(PAPER_NAMES.items()))
    look = ChoiceField("Hiasan", choices=list(LOOK_NAMES.items()))
    net = Text("Berat atau isi bersih", longest=30, optional=True)
    ingredients = LongText("Komposisi", longest=600, optional=True)
    permit = Text("Nomor P-IRT atau BPOM", longest=40, optional=True)
    halal = Text("Nomor sertifikat halal", longest=40, optional=True)
    batch = Text("Kode produksi", longest=30, optional=True)
    best_before = Day("Baik digunakan sebelum", optional=True)
    care = Text("Cara simpan", longest=200, optional=True)
    story = LongText("Cerita singkat", longest=280, optional=True)
    ean = Text("Nomor barcode", longest=20, optional=True)


@bp.get("/toko-saya/<shop>/produk/<code>/label")
@allow(SHOP)
def label(shop: str, code: str) -> str:
    """The label of one size, what it still lacks, and the way to its file."""
    sheet, kept, choice = _found(code)
    return _page(sheet, kept, choice, _filled(kept, choice))


@bp.post("/toko-saya/<shop>/produk/<code>/label")
@allow(SHOP)
@keeps_typed
def save_label(shop: str, code: str) -> Answer | tuple[str, int]:
    """Keep what was typed and show the label."""
    sheet, kept, choice = _found(code)
    form = LabelForm()
    if not form.validate_on_submit():
        return _page(sheet, kept, choice, form), 422
    now = clock.now()
    wish = Wish(
        version=form["version"].data,
        sizes={choice.id: (form["net"].data or "", form["ean"].data or "")},
        **{name: form[name].data or "" for name in
           ("paper", "look", "ingredients", "permit", "halal", "care", "story", "batch")},
        best_before=form["best_before"].data,
    )  # fmt: skip
    try:
        with transaction():
            labels.save(sheet, wish, kind=kept.kind, now=now, today=now.astimezone(WIB).date())
    except Invalid as refused:
        form.refuse(refused)
        return _page(sheet, kept, choice, form), 422
    except Conflict as conflict:
        fresh = labels.of_product(sheet, today=now.astimezone(WIB).date())
        form["version"].raw_data = [str(fresh.wish.version)]
        return _page(sheet, kept, choice, form, fault=sentence(conflict)), 409
    say("Isi label disimpan.")
    return redirect(f"{_url('label', sheet, choice)}#lihat", 303)


@bp.get("/toko-saya/<shop>/produk/<code>/label.pdf")
@allow(SHOP)
def label_file(shop: str, code: str) -> Answer | tuple[str, int]:
    """The label with its cutting marks, or an A4 sheet full of it, for the printer."""
    sheet, kept, choice = _found(code)
    whole = request.args.get("lembar") == "a4"
    try:
        drawn = label_printing.printed(_order(sheet, kept, choice), full_sheet=whole)
    except (Invalid, OutsideFailed) as refused:
        form = _filled(kept, choice)
        return _page(sheet, kept, choice, form, fault=sentence(refused)), 422
    name = f"label-{sheet.slug or sheet.code}{'-a4' if whole else ''}.pdf"
    return send_file(
        io.BytesIO(drawn.pdf), mimetype="application/pdf", as_attachment=True, download_name=name
    )


@bp.get('/toko-saya/<shop>/produk/<code>/label/gambar/<any("1", "2"):side>')
@allow(SHOP)
def label_picture(shop: str, code: str, side: str) -> Answer:
    """One side of the label as a picture."""
    sheet, kept, choice = _found(code)
    if int(side) > SIDES[kept.wish.paper]:
        raise NotFound()
    drawn = label_printing.printed(_order(sheet, kept, choice), full_sheet=False)
    return send_file(io.BytesIO(drawn.pictures[int(side) - 1]), mimetype="image/webp")


@bp.get("/toko-saya/<shop>/produk/<code>/label/kemasan")
@allow(SHOP)
def packaging_picture(shop: str, code: str) -> Answer:
    """The label on its packaging, drawn."""
    picture = label_printing.on_packaging(_order(*_found(code)))
    return send_file(io.BytesIO(picture), mimetype="image/jpeg")


@bp.post("/toko-saya/<shop>/produk/<code>/label/kemasan")
@allow(SHOP)
def keep_packaging_picture(shop: str, code: str) -> Answer | tuple[str, int]:
    """Put that picture among the photos of the product."""
    sheet, kept, choice = _found(code)
    try:
        label_printing.add_to_photos(_order(sheet, kept, choice), by=current_user.person_id)
    except (Invalid, OutsideFailed, TooMany) as refused:
        return _page(sheet, kept, choice, _filled(kept, choice), fault=sentence(refused)), 422
    say("Ilustrasi ditambahkan di akhir foto produk.")
    return redirect(product_url(sheet, "foto"), 303)


def _order(sheet: Sheet, kept: Kept, choice: Choice) -> Order:
    """What is to be drawn; each drawing counts, for it is work."""
    limits.limit("label", current_user.person_id)
    path = url_for("storefront.product", slug=sheet.slug, code=sheet.code)
    return Order(kept, sheet, choice, path, _day(kept.wish.best_before))


def _day(day: date | None) -> str:
    """12 Mei 2027."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else ""


def _found(code: str) -> tuple[Sheet, Kept, Choice]:
    """The product, its label, and the size that the address names; else the first one."""
    sheet = sheets.of_shop(g.shop.ikm_id, code)
    if sheet.state == ProductState.REMOVED or not sheet.choices:
        raise NotFound()
    asked = request.values.get("size", "")
    known = {str(choice.id): choice for choice in sheet.choices}
    if asked and asked not in known:
        raise NotFound()
    kept = labels.of_product(sheet, today=clock.now().astimezone(WIB).date())
    return sheet, kept, known.get(asked, sheet.choices[0])


def _filled(kept: Kept, choice: Choice) -> LabelForm:
    wish = kept.wish
    net, ean = wish.sizes[choice.id]
    told = {name: getattr(wish, name) for name in
            ("version", "paper", "look", "ingredients", "halal", "care", "story", "batch",
             "best_before")}  # fmt: skip
    told |= {"permit": rules.written(wish.permit), "net": net, "ean": ean, "size": choice.id}
    return LabelForm(formdata=None, data=told)


def _page(
    sheet: Sheet, kept: Kept, choice: Choice, form: LabelForm, *, fault: str | None = None
) -> str:
    missing = [_blank(sheet, item) for item in kept.missing(sheet, choice)]
    return render_template(
        "seller/label.html",
        shop=g.shop,
        nav="produk",
        sheet=sheet,
        choice=choice,
        form=form,
        fault=fault,
        missing=missing,
        needed={item.value for item in kept.needed(sheet, choice)},
        stored=kept.wish.version > 0,
        pages=SIDES[kept.wish.paper],
        craft=kept.kind == Kind.CRAFT,
        region=_region(kept),
        source=rules.SOURCE,
        verified=rules.VERIFIED,
        url_of=lambda endpoint, **more: _url(endpoint, sheet, choice, **more),
    )


def _blank(sheet: Sheet, item: Item) -> tuple[str, str]:
    """Where something that is missing is filled in, and what it is called."""
    words, where = ITEMS[item]
    if where.startswith("#"):
        return where, words
    if item == Item.NAME:
        return product_url(sheet, where), words
    return url_for("seller.shop", shop=g.shop.code), words


def _region(kept: Kept) -> str | None:
    """The regency that the P-IRT number names, so that a wrong digit is seen."""
    code = rules.pirt_region(kept.wish.permit)
    if code is None:
        return None
    place = regions.place(code)
    return place.name if place else ""


def _url(endpoint: str, sheet: Sheet, choice: Choice, **more: Any) -> str:
    if len(sheet.choices) > 1:
        more["size"] = choice.id
    return url_for(f"seller.{endpoint}", shop=g.shop.code, code=sheet.code, **more)
