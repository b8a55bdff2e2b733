"""The tariff of postage: which courier carries from where to where, and for how much."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from marketplace.accounts.models import Person
from marketplace.core import clock, regions
from marketplace.core.db import read
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from marketplace.orders import postage
from marketplace.orders.postage_rules import SAME, Zone
from marketplace.web.access import STAFF, allow
from marketplace.web.forms import Count, Form, Rupiah, Text, keeps_typed
from marketplace.web.sentences import sentence
from marketplace.web.staff.blueprint import bp

SAME_WORDS = {
    "sekecamatan": "Kecamatan yang sama",
    "sekabupaten": "Kabupaten/kota yang sama",
    "seprovinsi": "Provinsi yang sama",
}
ISLANDS = {
    "1": "Sumatera (utara)",
    "2": "Sumatera (selatan)",
    "3": "Jawa",
    "5": "Bali dan Nusa Tenggara",
    "6": "Kalimantan",
    "7": "Sulawesi",
    "8": "Maluku",
    "9": "Papua",
}
CODE = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?\Z")


class ZoneForm(Form):
    """One line of the tariff."""

    origin = Text(
        "Asal",
        longest=13,
        optional=True,
        description="Kode wilayah, misalnya 34.04. Kosong: mana pun.",
    )
    destination = Text(
        "Tujuan",
        longest=13,
        description="Kode wilayah, satu angka pulau, atau sekecamatan, sekabupaten, seprovinsi.",
    )
    courier = Text("Kurir", longest=40)
    first_kg = Rupiah("Kilogram pertama", least=0, most=10_000_000)
    next_kg = Rupiah("Setiap kilogram berikutnya", least=0, most=10_000_000)
    max_kg = Count("Paling berat", least=1, most=1000)
    days_min = Count("Paling cepat", least=0, most=60)
    days_max = Count("Paling lama", least=0, most=90)

    def zone(self) -> Zone:
        """What was typed, once its places are known."""
        typed = self.typed()
        for name, more in (("origin", ()), ("destination", (*SAME, *ISLANDS))):
            code = typed[name] or ""
            if code and code not in more and not (CODE.match(code) and regions.place(code)):
                raise Invalid("zone_place", field=name)
            typed[name] = code
        return Zone(**typed)


@bp.get("/dinas/ongkir")
@allow(STAFF)
def tariff() -> str:
    """Every line of the tariff with its places in words."""
    zones = postage.all_zones()
    names = _names({zone[key] for zone in zones for key in ("origin", "destination")})
    wanted = request.args.get("dari", "")
    rows = [
        {**zone, "from": names(zone["origin"]), "to": names(zone["destination"])}
        for zone in zones
        if not wanted or zone["origin"] == wanted
    ]
    return render_template("staff/postage.html", nav="ongkir", rows=rows)


@bp.route("/dinas/ongkir/baru", methods=["GET", "POST"])
@allow(STAFF)
@keeps_typed
def new_zone() -> Answer | tuple[str, int]:
    return _edit(None, ZoneForm())


@bp.route("/dinas/ongkir/<int:zone_id>", methods=["GET", "POST"])
@allow(STAFF)
@keeps_typed
def zone(zone_id: int) -> Answer | tuple[str, int]:
    return _edit(zone_id, ZoneForm(data=postage.zone_of(zone_id)))


def _edit(zone_id: int | None, form: ZoneForm) -> Answer | tuple[str, int]:
    if form.validate_on_submit():
        try:
            wanted = form.zone()
            with transaction():
                postage.save(zone_id, wanted, by=current_user.person_id, now=clock.now())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            flash("Tarif disimpan. Berlaku di semua keranjang dalam satu menit.", "status")
            return redirect(url_for("staff.tariff"), 303)
    page = render_template(
        "staff/postage_edit.html",
        nav="ongkir",
        form=form,
        zone_id=zone_id,
        history=_history(zone_id) if zone_id else [],
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/dinas/ongkir/<int:zone_id>/hapus", methods=["GET", "POST"])
@allow(STAFF)
@keeps_typed
def remove_zone(zone_id: int) -> Answer | str | tuple[str, int]:
    """Asked once more."""
    found, form, fault = postage.zone_of(zone_id), Form(), ""
    if form.validate_on_submit():
        try:
            with transaction():
                postage.remove(zone_id, by=current_user.person_id, now=clock.now())
        except Conflict as refusal:
            fault = sentence(refusal)
        else:
            flash("Tarif dihapus.", "status")
            return redirect(url_for("staff.tariff"), 303)
    names = _names({found["origin"], found["destination"]})
    page = render_template(
        "staff/postage_remove.html",
        nav="ongkir",
        zone=found,
        words=f"{names(found['origin'])} ke {names(found['destination'])}, {found['courier']}",
        fault=fault,
    )
    return page, 409 if fault else 422 if form.is_submitted() else 200


def _names(codes: set[str]) -> Any:
    """The words for codes; regions are read in one go."""
    real = [code for code in codes if CODE.match(code)]
    table = regions.Region.__table__
    rows = read(select(table.c.code, table.c.full_name).where(table.c.code.in_(real)))
    known = {row.code: row.full_name for row in rows}

    def name(code: str) -> str:
        return SAME_WORDS.get(code) or ISLANDS.get(code) or known.get(code, code) or "Mana pun"

    return name


def _history(zone_id: int) -> list[dict[str, Any]]:
    rows = read(
        select(HistoryEntry.at, HistoryEntry.detail, Person.name)
        .outerjoin(Person, Person.id == HistoryEntry.by)
        .where(HistoryEntry.subject == f"zone:{zone_id}")
        .order_by(HistoryEntry.id.desc())
        .limit(20)
    )
    return [
        {
            "at": row.at,
            "by": row.name or "Sistem",
            "old": row.detail.get("old"),
            "new": row.detail.get("new"),
        }
        for row in rows
    ]
