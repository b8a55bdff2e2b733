"""Ketentuan: the figures the market lives by, each with its ground; the administrator decides."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotFound
from marketplace.core.money import rupiah
from marketplace.core.work import transaction
from marketplace.orders.commission.rules import day_of, earliest_change
from marketplace.orders.rule_rows import rule_rows, rules
from marketplace.orders.rule_rows.rules import FIGURES, Unit
from marketplace.web.access import ADMIN_PROVED, STAFF, allow
from marketplace.web.forms import Day, Form, LongText, Rupiah, Tick, keeps_typed
from marketplace.web.forms.numbers import Count
from marketplace.web.staff.blueprint import bp

NAMES = {
    rules.PAYOUT_MINIMUM: ("Pencairan paling sedikit", "Di bawah ini uang menunggu putaran lain."),
    rules.PAYOUT_TWO_PERSONS_ABOVE: (
        "Pencairan di atas ini disetujui dua orang",
        "Dihitung dari jumlah seluruh putaran.",
    ),
    rules.PAYOUT_HOLD_DAYS: (
        "Rekening baru menunggu",
        "Selama ini pemilik toko bisa membatalkan penggantian.",
    ),
    rules.PAYOUT_EVERY_DAYS: (
        "Putaran pencairan dibuat setiap",
        "0 berarti hanya dibuat oleh petugas.",
    ),
    rules.REFUND_TWO_PERSONS_ABOVE: (
        "Uang kembali di atas ini dijalankan orang lain",
        "Dihitung dari semua yang diputuskan petugas untuk satu pembayaran.",
    ),
}


class FigureForm(Form):
    """Another value, from when, on what ground."""

    value: Any = Count("Angka baru", least=0)
    starts_on = Day("Mulai berlaku")
    source = LongText("Sumber", longest=300, shortest=5, missing="Tulis keputusan atau aturannya.")
    verified = Tick("Sumber ini sudah saya baca dan isinya benar")


class RupiahForm(FigureForm):
    """The same for an amount."""

    value = Rupiah("Jumlah baru", least=0)


@bp.get("/dinas/ketentuan")
@allow(STAFF)
def figures() -> str:
    """What counts today, what is to come, and what was."""
    today, rows = day_of(clock.now()), rule_rows.all_decisions()
    return render_template(
        "staff/figures.html",
        nav="ketentuan",
        figures=[
            {
                "code": code,
                "name": NAMES[code][0],
                "tip": NAMES[code][1],
                "value": said(code, rule_rows.in_force_among(code, rows, today)),
                "decided": [_row(row) for row in rows if row.code == code],
                "start": said(code, figure.start),
            }
            for code, figure in FIGURES.items()
        ],
        today=today,
    )


@bp.route("/dinas/ketentuan/<any({codes}):figure>".format(codes=", ".join(FIGURES)),
          methods=["GET", "POST"])  # fmt: skip
@allow(ADMIN_PROVED)
@keeps_typed
def decide_figure(figure: str) -> Answer | tuple[str, int]:
    """Decide a figure anew; it counts from tomorrow at the earliest."""
    if figure not in FIGURES:
        raise NotFound()
    now, kind = clock.now(), RupiahForm if FIGURES[figure].unit is Unit.RUPIAH else FigureForm
    form = kind(data={"starts_on": earliest_change(now)})
    if form.validate_on_submit():
        try:
            with transaction():
                rule_rows.decide(
                    figure,
                    form.value.data,
                    starts_on=form.starts_on.data,  # type: ignore[arg-type]
                    source=form.source.data or "",
                    verified=bool(form.verified.data),
                    by=current_user.person_id,
                    now=now,
                )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            flash("Ketentuan dicatat. Yang lama berlaku sampai harinya.", "status")
            return redirect(url_for("staff.figures"), 303)
    page = render_template(
        "staff/figure.html",
        nav="ketentuan",
        form=form,
        name=NAMES[figure][0],
        tip=NAMES[figure][1],
        before="Rp" if FIGURES[figure].unit is Unit.RUPIAH else None,
        after="hari" if FIGURES[figure].unit is Unit.DAYS else None,
        now_is=said(figure, rule_rows.value(figure, now=now)),
    )
    return page, 422 if form.is_submitted() else 200


def said(code: str, value: int) -> str:
    """A figure as people say it."""
    return rupiah(value) if FIGURES[code].unit is Unit.RUPIAH else f"{value} hari"


def _row(row: Any) -> dict[str, Any]:
    return {
        "value": said(row.code, row.value),
        "from": row.starts_on,
        "by": row.by,
        "source": row.source,
        "verified": row.verified,
    }
