"""What the market keeps of a sale: an ordered list, changed from the next day on, with a reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from marketplace.accounts.models import Person
from marketplace.catalog import shelves
from marketplace.core import clock
from marketplace.core.db import read, read_one
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from marketplace.makers import sentra
from marketplace.makers.models import Ikm
from marketplace.orders.commission import rates
from marketplace.orders.commission.rules import Rate, day_of, earliest_change
from marketplace.web.access import STAFF, STAFF_PROVED, allow
from marketplace.web.forms import (
    Choice,
    Count,
    Day,
    Form,
    LongText,
    Percent,
    Rupiah,
    Text,
    Tick,
    keeps_typed,
)
from marketplace.web.money_words import rate_words
from marketplace.web.sentences import sentence
from marketplace.web.staff.blueprint import bp

ACTS = {
    "commission.added": "ditambahkan",
    "commission.ended": "diakhiri",
    "commission.moved": "dipindah",
}


class RateForm(Form):
    """A new line of the list: for whom, how much, from when, on what ground."""

    shop = Text("Toko", longest=70, optional=True, description="Akhir alamat toko. Kosong: semua.")
    sentra = Choice("Sentra")
    category = Choice("Kategori", description="Berlaku juga untuk semua kategori di bawahnya.")
    basis_points = Percent("Potongan dari harga")
    fixed = Rupiah("Potongan tetap per buah", least=0, most=10_000_000)
    tax_bp = Percent("Pajak atas potongan", description="0 kalau pasar tidak memungut.")
    starts_on = Day("Mulai berlaku")
    last_day = Day("Hari terakhir", optional=True)
    place = Count("Urutan", most=1000, description="Yang paling atas dan cocok yang dipakai.")
    source = LongText("Sumber", longest=300, shortest=5, missing="Tulis keputusan atau aturannya.")
    verified = Tick("Sumber ini sudah saya baca dan isinya benar")
    note = Text("Catatan", longest=300, optional=True)
    reason = LongText("Alasan perubahan", longest=300, shortest=5, missing="Tulis alasannya.")

    def rate(self) -> Rate:
        """What was typed, once its shop is known."""
        last = self.last_day.data
        return Rate(
            ikm_id=_shop_id(self.shop.data) if self.shop.data else None,
            sentra_id=int(self.sentra.data) or None,
            category_id=int(self.category.data) or None,
            basis_points=self.basis_points.data or 0,
            fixed=self.fixed.data or 0,
            tax_bp=self.tax_bp.data or 0,
            starts_on=self.starts_on.data,  # type: ignore[arg-type]
            ends_before=last + timedelta(days=1) if last else None,
            source=self.source.data,
            verified=bool(self.verified.data),
            note=self.note.data or "",
        )


class MoveForm(Form):
    """Another place in the list."""

    place = Count("Urutan baru", most=1000)
    reason = LongText("Alasan", longest=300, shortest=5, missing="Tulis alasannya.")


class EndForm(Form):
    """The last day of a rate."""

    last_day = Day("Hari terakhir")
    reason = LongText("Alasan", longest=300, shortest=5, missing="Tulis alasannya.")


@bp.get("/dinas/komisi")
@allow(STAFF)
def commission() -> str:
    """The list as it is looked at: in force, to come, and over."""
    today, known = day_of(clock.now()), rates.all_rates()
    rows = [_row(rate, place, today) for place, rate in enumerate(known, start=1)]
    return render_template(
        "staff/commission.html",
        nav="komisi",
        living=[row for row in rows if row["state"] != "over"],
        over=[row for row in rows if row["state"] == "over"],
        history=_history(),
    )


@bp.route("/dinas/komisi/baru", methods=["GET", "POST"])
@allow(STAFF_PROVED)
@keeps_typed
def new_rate() -> Answer | tuple[str, int]:
    """Add a rate; it counts from tomorrow at the earliest."""
    now = clock.now()
    form = RateForm(data={"starts_on": earliest_change(now), "tax_bp": 0, "fixed": 0, "place": 1})
    form.sentra.choices = [("0", "Semua"), *((str(id), name) for id, name in sentra.names())]
    form.category.choices = [("0", "Semua"), *_categories()]
    if form.validate_on_submit():
        try:
            wanted = form.rate()
            with transaction():
                rates.add(
                    wanted,
                    place=int(form.place.data or 1),
                    reason=form.reason.data or "",
                    by=current_user.person_id,
                    now=now,
                )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            flash("Potongan dicatat. Pesanan yang sudah ada tidak berubah.", "status")
            return redirect(url_for("staff.commission"), 303)
    page = render_template("staff/commission_new.html", nav="komisi", form=form)
    return page, 422 if form.is_submitted() else 200


@bp.route("/dinas/komisi/<int:rate_id>/pindah", methods=["GET", "POST"])
@allow(STAFF_PROVED)
@keeps_typed
def move_rate(rate_id: int) -> Answer | tuple[str, int]:
    """Another place: from tomorrow this one ends and its like begins there."""
    return _change(
        rate_id,
        MoveForm(),
        lambda form: rates.move(
            rate_id,
            place=int(form.place.data or 1),
            reason=form.reason.data or "",
            by=current_user.person_id,
            now=clock.now(),
        ),
        "Urutan berubah mulai besok.",
    )


@bp.route("/dinas/komisi/<int:rate_id>/akhiri", methods=["GET", "POST"])
@allow(STAFF_PROVED)
@keeps_typed
def end_rate(rate_id: int) -> Answer | tuple[str, int]:
    """The last day on which it counts."""
    return _change(
        rate_id,
        EndForm(data={"last_day": day_of(clock.now())}),
        lambda form: rates.end(
            rate_id,
            last_day=form.last_day.data,
            reason=form.reason.data or "",
            by=current_user.person_id,
            now=clock.now(),
        ),
        "Hari terakhirnya dicatat.",
    )


def _change(rate_id: int, form: Any, act: Any, done: str) -> Answer | tuple[str, int]:
    """One change of one rate, with what it says above the form."""
    row = _row(rates.rate_of(rate_id), 0, day_of(clock.now()))
    status = 422
    if form.validate_on_submit():
        try:
            with transaction():
                act(form)
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict as refusal:
            form.form_errors.append(sentence(refusal))
            status = 409
        else:
            flash(done, "status")
            return redirect(url_for("staff.commission"), 303)
    page = render_template("staff/commission_change.html", nav="komisi", form=form, row=row)
    return page, status if form.is_submitted() else 200


def _row(rate: Rate, place: int, today: date) -> dict[str, Any]:
    """A rate in words."""
    state = "over" if rate.is_over(today) else "now" if rate.counts_on(today) else "later"
    until = rate.ends_before - timedelta(days=1) if rate.ends_before else None
    return {
        "id": rate.id,
        "place": place,
        "for": _for_whom(rate),
        "takes": rate_words(rate),
        "from": rate.starts_on,
        "until": until,
        "dropped": rate.ends_before is not None and rate.ends_before <= rate.starts_on,
        "source": rate.source,
        "verified": rate.verified,
        "note": rate.note,
        "state": state,
    }


def _for_whom(rate: Rate) -> str:
    named = []
    if rate.ikm_id:
        row = read_one(select(Ikm.name).where(Ikm.id == rate.ikm_id))
        named.append(f"Toko {row.name}" if row else "Toko")
    if rate.sentra_id:
        named.append(dict(sentra.names()).get(rate.sentra_id, "Sentra"))
    if rate.category_id:
        shelf = shelves.here(rate.category_id)
        named.append(f"Kategori {shelf.name}" if shelf else "Kategori")
    return " · ".join(named) or "Semua toko dan barang"


def _shop_id(slug: str) -> int:
    row = read_one(select(Ikm.id).where(Ikm.slug == slug.rstrip("/").rpartition("/")[2]))
    if row is None:
        raise Invalid("rate_shop", field="shop")
    return int(row.id)


def _categories() -> list[tuple[str, str]]:
    """Every category under the one it belongs to."""
    tree = shelves.tree()
    named = [
        (" › ".join(tree[id].name for id in shelf.path), str(shelf.id)) for shelf in tree.values()
    ]
    return [(id, words) for words, id in sorted(named)]


def _history() -> list[dict[str, Any]]:
    """Who changed the list lately, and why."""
    rows = read(
        select(HistoryEntry.at, HistoryEntry.act, HistoryEntry.detail, Person.name)
        .outerjoin(Person, Person.id == HistoryEntry.by)
        .where(HistoryEntry.act.in_(ACTS))
        .order_by(HistoryEntry.id.desc())
        .limit(20)
    )
    return [
        {
            "at": row.at,
            "by": row.name or "Sistem",
            "act": ACTS[row.act],
            "reason": row.detail.get("reason", ""),
        }
        for row in rows
    ]
