"""Money back that the dinas decides: what, why, and then somebody who carries it out."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from sqlalchemy import Row
from werkzeug.wrappers import Response as Answer

from marketplace.core import clock
from marketplace.core.errors import Conflict, Invalid, MarketError, NotFound
from marketplace.core.money import rupiah
from marketplace.flows import granting
from marketplace.orders.grants import queries
from marketplace.orders.grants.grants import PAID_FOR, Wanted, limit_at
from marketplace.web.access import STAFF, STAFF_PROVED, allow
from marketplace.web.forms import Count, Form, LongText, Rupiah, keeps_typed
from marketplace.web.sentences import sentence
from marketplace.web.staff.blueprint import bp

STATE_WORDS = {
    "granted": ("Menunggu dijalankan", "wait"),
    "executed": ("Dijalankan", "ok"),
    "withdrawn": ("Ditarik", "none"),
}
SENT_WORDS = {
    "asked": ("Dalam perjalanan", "wait"),
    "sent": ("Dalam perjalanan", "wait"),
    "done": ("Sudah sampai penyedia", "ok"),
    "failed": ("Gagal, kirim dengan tangan", "stop"),
}


class GrantForm(Form):
    """What goes back; one field for each line of the order is added to it."""

    postage = Rupiah("Ongkir", least=0, optional=True)
    goodwill = Rupiah(
        "Tambahan dari pasar",
        least=0,
        optional=True,
        description="Dari uang pasar sendiri, bukan dari toko. Hanya sesudah pesanan selesai.",
    )
    reason = LongText(
        "Alasan",
        longest=200,
        shortest=5,
        missing="Tulis alasannya.",
        description="Pembeli dan toko membaca kalimat ini.",
    )


class AmountForm(Form):
    """The amount once more, typed by whoever carries it out."""

    amount = Rupiah("Jumlah yang dikembalikan")


class WithdrawForm(Form):
    """Why it does not go back after all."""

    reason = LongText("Alasan ditarik", longest=200, shortest=5, missing="Tulis alasannya.")


@bp.get("/dinas/uang-kembali")
@allow(STAFF)
def grants() -> str:
    """What waits to be carried out, oldest first; below, what has ended."""
    return render_template(
        "staff/grants.html",
        nav="kembali",
        waiting=queries.waiting(),
        ended=queries.ended(),
        limit=limit_at(clock.now()),
        words=STATE_WORDS,
    )


@bp.route("/dinas/uang-kembali/pesanan/<string(length=10):order>", methods=["GET", "POST"])
@allow(STAFF_PROVED)
@keeps_typed
def new_grant(order: str) -> Answer | tuple[str, int]:
    """First step: which pieces, how much postage, how much out of the market's pocket, and why."""
    row = queries.order(order)
    if row is None:
        raise NotFound()
    lines = queries.lines(row.id)
    form, status = _form_for(lines), 200
    open_ = row.payment_id is not None and row.state in PAID_FOR
    if form.validate_on_submit():
        try:
            code = granting.grant(
                order, _wanted(form, lines), reason=form.reason.data, by=current_user.person_id
            )
        except (Conflict, Invalid) as refusal:
            status = _refuse(form, refusal)
        else:
            flash("Putusan dicatat. Uangnya belum dikirim.", "status")
            return redirect(url_for("staff.grant", code=code), 303)
    if form.is_submitted() and status == 200:
        status = 422
    page = render_template(
        "staff/grant_new.html",
        nav="kembali",
        row=row,
        lines=[(line, form[f"line_{line.id}"] if line.left else None) for line in lines],
        left=queries.left_of_order(row.id, row.state),
        limit=limit_at(clock.now()),
        open=open_,
        form=form,
    )
    return page, status


@bp.route("/dinas/uang-kembali/putusan/<string(length=10):code>", methods=["GET", "POST"])
@allow(STAFF_PROVED)
@keeps_typed
def grant(code: str) -> Answer | tuple[str, int]:
    """Second step: the amount typed once more, and it is a refund that nobody can take back."""
    row = _found(code)
    form, status = AmountForm(), 200
    if form.validate_on_submit():
        if form.amount.data != row.amount:
            form.refuse(Invalid("grant_differs", field="amount"))
        else:
            try:
                granting.execute(code, by=current_user.person_id)
            except (Conflict, Invalid) as refusal:
                status = _refuse(form, refusal)
            else:
                flash("Dijalankan. Pembeli sudah kami kabari.", "status")
                return redirect(url_for("staff.grant", code=code), 303)
    if form.is_submitted() and status == 200:
        status = 422
    own = row.two_persons and row.granted_by == current_user.person_id
    page = render_template(
        "staff/grant.html",
        nav="kembali",
        row=row,
        lines=queries.lines_of_grant(row.id),
        form=form,
        own=own,
        state=STATE_WORDS[row.state],
        sent=SENT_WORDS.get(row.refund_state or ""),
    )
    return page, status


@bp.route("/dinas/uang-kembali/putusan/<string(length=10):code>/tarik", methods=["GET", "POST"])
@allow(STAFF_PROVED)
@keeps_typed
def withdraw_grant(code: str) -> Answer | tuple[str, int]:
    """Decide otherwise, with a reason, while nothing was sent."""
    row = _found(code)
    form, status = WithdrawForm(), 200
    if form.validate_on_submit():
        try:
            granting.withdraw(code, reason=form.reason.data, by=current_user.person_id)
        except Conflict as refusal:
            status = _refuse(form, refusal)
        else:
            flash("Putusan ditarik. Tidak ada uang yang dikirim.", "status")
            return redirect(url_for("staff.grants"), 303)
    if form.is_submitted() and status == 200:
        status = 422
    return render_template("staff/grant_withdraw.html", nav="kembali", row=row, form=form), status


def _form_for(lines: Any) -> Any:
    """The form with a field for each line of which something is left."""
    fields = {
        f"line_{line.id}": Count(
            f"{line.product_name}{', ' + line.variant_name if line.variant_name else ''}",
            least=0,
            most=int(line.left),
            optional=True,
            description=f"{rupiah(line.price)} per buah. Masih bisa {line.left} dari "
            f"{line.quantity}.",
        )
        for line in lines
        if line.left
    }
    return type("GrantFormOfOrder", (GrantForm,), fields)()


def _wanted(form: Any, lines: Any) -> Wanted:
    pieces = {line.id: form[f"line_{line.id}"].data or 0 for line in lines if line.left}
    return Wanted(pieces, form.postage.data or 0, form.goodwill.data or 0)


def _found(code: str) -> Row[Any]:
    row = queries.grant(code)
    if row is None:
        raise NotFound()
    return row


def _refuse(form: Form, refusal: MarketError) -> int:
    if isinstance(refusal, Conflict):
        form.form_errors.append(sentence(refusal))
        return 409
    form.refuse(refusal)
    return 422
