"""Sentra as the dinas keeps them: what they are, who belongs, which shops."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer
from wtforms import HiddenField

from marketplace.core import clock, regions
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.work import transaction
from marketplace.makers import sentra as book
from marketplace.makers.sectors import SECTORS
from marketplace.makers.sentra import SentraSheet
from marketplace.photos import photos
from marketplace.web.access import STAFF, allow
from marketplace.web.forms import (
    Choice,
    Count,
    Form,
    LongText,
    PersonName,
    Text,
    Village,
    keeps_typed,
)
from marketplace.web.seller.start import STATE_WORDS
from marketplace.web.staff.blueprint import bp

MOST_PLACES = 12


class SentraForm(Form):
    name = Text("Nama sentra", longest=120, shortest=3)
    sector = Choice("Jenis usaha", choices=[("", "Pilih jenis usaha"), *SECTORS.items()])
    village_code = Village()
    chair = PersonName("Ketua sentra", optional=True)
    unit_count = Count("Jumlah unit usaha", least=0, most=100_000)
    story = LongText("Cerita sentra", longest=3000, optional=True)
    version = HiddenField()

    def values(self) -> dict[str, Any]:
        return {name: self[name].data for name in book.FIELDS}


class SentraMemberForm(Form):
    name = Text("Nama perajin", longest=120, shortest=2)
    makes = Text("Membuat apa", longest=120, optional=True)


class ShopForm(Form):
    shop_code = Text("Kode toko", longest=10)


@bp.get("/dinas/sentra")
@allow(STAFF)
def sentras() -> str:
    """Every sentra with its numbers."""
    return render_template(
        "staff/sentras.html", nav="sentra", rows=book.all_of_them(), sectors=SECTORS
    )


@bp.get("/dinas/sentra/baru")
@allow(STAFF)
def new_sentra() -> str:
    """An empty page for a new one."""
    form = SentraForm(formdata=None, data={"unit_count": 0})
    return _form_page(form, None)


@bp.post("/dinas/sentra/baru")
@allow(STAFF)
@keeps_typed
def create_sentra() -> Answer | tuple[str, int]:
    """Write a sentra down."""
    form = SentraForm()
    if not form.validate_on_submit():
        return _form_page(form, None), 422
    with transaction():
        slug = book.create(form.values(), by=current_user.person_id, now=clock.now())
    return _done(slug, "Sentra tersimpan.")


@bp.get("/dinas/sentra/<slug>")
@allow(STAFF)
def sentra(slug: str) -> str:
    """One sentra: its members and its shops."""
    return _page(book.of_slug(slug))


@bp.get("/dinas/sentra/<slug>/ubah")
@allow(STAFF)
def edit_sentra(slug: str) -> str:
    """What the sentra says about itself."""
    sheet = book.of_slug(slug)
    form = SentraForm(formdata=None, obj=sheet)
    form.version.data = sheet.sign
    return _form_page(form, sheet)


@bp.post("/dinas/sentra/<slug>/ubah")
@allow(STAFF)
@keeps_typed
def save_sentra(slug: str) -> Answer | tuple[str, int]:
    """Correct it; a colleague's words are not written over unseen."""
    sheet = book.of_slug(slug)
    form = SentraForm()
    if not form.validate_on_submit():
        return _form_page(form, sheet), 422
    try:
        with transaction():
            book.change(
                slug,
                form.values(),
                seen=form.version.data or "",
                by=current_user.person_id,
                now=clock.now(),
            )
    except Conflict as moved:
        if moved.code != "stale_form":
            raise
        fresh = book.of_slug(slug)
        form.version.data, form.version.raw_data = fresh.sign, None
        return _form_page(form, fresh, theirs=_words(fresh)), 409
    return _done(slug, "Sentra tersimpan.")


@bp.post("/dinas/sentra/<slug>/anggota")
@allow(STAFF)
@keeps_typed
def add_sentra_member(slug: str) -> Answer | tuple[str, int]:
    """One more maker on the list."""
    sheet, form = book.of_slug(slug), SentraMemberForm()
    if form.validate_on_submit():
        name, makes = form.name.data, form.makes.data or ""
        try:
            with transaction():
                book.add_member(slug, name, makes, by=current_user.person_id, now=clock.now())
        except Invalid as error:
            form.refuse(error)
        else:
            return _done(slug, f"{name} sudah masuk daftar.")
    return _page(sheet, member_form=form), 422


@bp.post("/dinas/sentra/<slug>/anggota/<int:member>/hapus")
@allow(STAFF)
def remove_sentra_member(slug: str, member: int) -> Answer:
    """Strike a maker off."""
    with transaction():
        book.remove_member(slug, member, by=current_user.person_id, now=clock.now())
    return _done(slug, "Nama sudah dihapus dari daftar.")


@bp.post("/dinas/sentra/<slug>/toko")
@allow(STAFF)
@keeps_typed
def attach_shop(slug: str) -> Answer | tuple[str, int]:
    """A shop belongs to this sentra."""
    sheet, form = book.of_slug(slug), ShopForm()
    if form.validate_on_submit():
        code = form.shop_code.data.lower()
        try:
            with transaction():
                book.attach(slug, code, by=current_user.person_id, now=clock.now())
        except Invalid as error:
            form.refuse(error)
        else:
            return _done(slug, "Toko sudah masuk sentra.")
    return _page(sheet, shop_form=form), 422


@bp.post("/dinas/sentra/<slug>/toko/<code>/lepas")
@allow(STAFF)
def detach_shop(slug: str, code: str) -> Answer:
    """It no longer does."""
    with transaction():
        book.detach(slug, code, by=current_user.person_id, now=clock.now())
    return _done(slug, "Toko sudah dilepas dari sentra.")


def _done(slug: str, words: str) -> Answer:
    """Back to the sentra, with what was just done."""
    flash(words, "status")
    return redirect(url_for("staff.sentra", slug=slug), 303)


def _page(
    sheet: SentraSheet,
    *,
    member_form: SentraMemberForm | None = None,
    shop_form: ShopForm | None = None,
) -> str:
    village = regions.place(sheet.village_code)
    return render_template(
        "staff/sentra.html",
        nav="sentra",
        sheet=sheet,
        sector=SECTORS.get(sheet.sector, ""),
        village=village.full_name if village else "",
        members=book.members_of(sheet.id),
        shops=book.shops_of(sheet.id),
        shown=photos.shown(sheet.photo_code),
        states=STATE_WORDS,
        member_form=member_form or SentraMemberForm(formdata=None, prefix=""),
        shop_form=shop_form or ShopForm(formdata=None),
    )


def _form_page(
    form: SentraForm,
    sheet: SentraSheet | None,
    theirs: list[tuple[str, str]] | None = None,
) -> str:
    typed = request.args.get("cari", "")[:80].strip()
    if chosen := regions.place(request.args.get("desa", "")[:13]):
        form.village_code.data = chosen.code
    inside = request.args.get("di", "")[:8]
    trail = regions.path(inside) if inside else []
    village = form.village_code.place or regions.place(form.village_code.data or "")
    return render_template(
        "staff/sentra_form.html",
        nav="sentra",
        form=form,
        sheet=sheet,
        theirs=theirs,
        here=url_for("staff.edit_sentra", slug=sheet.slug)
        if sheet
        else url_for("staff.new_sentra"),
        chosen=village,
        typed=typed,
        found=regions.find(typed, MOST_PLACES) if typed else [],
        trail=trail,
        inside=regions.children(inside) if trail else regions.provinces(),
        choosing=bool(typed or "di" in request.args or village is None),
    )


def _words(sheet: SentraSheet) -> list[tuple[str, str]]:
    village = regions.place(sheet.village_code)
    rows = [
        ("Nama sentra", sheet.name),
        ("Jenis usaha", SECTORS.get(sheet.sector, "")),
        ("Kalurahan/desa", village.full_name if village else ""),
        ("Ketua sentra", sheet.chair),
        ("Jumlah unit usaha", str(sheet.unit_count)),
        ("Cerita sentra", sheet.story),
    ]
    return [(name, value) for name, value in rows if value]
