"""Transfers that somebody must find on the bank's account, and money to send back by hand."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.flows import payments, refunding
from marketplace.orders import desk_queries
from marketplace.orders.bank import queries as bank
from marketplace.orders.payments import Outcome
from marketplace.web.access import STAFF, STAFF_PROVED, allow
from marketplace.web.forms import Form, Rupiah, Text, keeps_typed
from marketplace.web.sentences import sentence
from marketplace.web.staff.blueprint import bp

STATE_WORDS = {
    "asked": ("Ditunggu", "wait"),
    "open": ("Ditunggu", "wait"),
    "paid": ("Sudah masuk", "ok"),
    "expired": ("Lewat waktu", "stop"),
    "cancelled": ("Dibatalkan", "stop"),
}
READ_THERE = "Dibaca di mutasi rekening"
SAID = {
    Outcome.PAID: "Transfer dicatat. Pembeli dan toko sudah kami kabari.",
    Outcome.LATE: "Transfer dicatat, tetapi pesanannya sudah berakhir. Kirim balik uangnya.",
    Outcome.TWICE: "Transfer dicatat, tetapi pesanannya sudah dibayar. Kirim balik uangnya.",
    Outcome.ALREADY: "Transfer ini sudah dicatat sebelumnya.",
}


class SearchForm(Form):
    """Find a transfer by its amount, as it stands on the account; asks with GET."""

    class Meta:
        csrf = False

    jumlah = Rupiah("Jumlah yang masuk", optional=True)


class AmountForm(Form):
    """The amount once more, typed by whoever read it on the account, and where it was read."""

    amount = Rupiah("Jumlah yang masuk ke rekening")
    reason = Text("Dibaca di mana", longest=200, optional=True)


class SentForm(Form):
    """The amount that was sent, typed once more, and the number the bank gave it."""

    amount = Rupiah("Jumlah yang sudah dikirim")
    reference = Text("Nomor referensi dari bank", longest=60, optional=True)


@bp.get("/dinas/transfer")
@allow(STAFF)
def transfers() -> str | tuple[str, int]:
    """Awaited transfers, the soonest to end first; any transfer by its amount."""
    form = SearchForm(request.args)
    right = form.validate()
    page = render_template(
        "staff/transfers.html",
        nav="transfer",
        form=form,
        rows=desk_queries.transfers(form.jumlah.data if right else None),
        back=desk_queries.refunds_by_hand(),
        returns=bank.returns(),
        words=STATE_WORDS,
    )
    return page if right else (page, 422)


@bp.route("/dinas/transfer/<string(length=10):code>", methods=["GET", "POST"])
@allow(STAFF_PROVED)
@keeps_typed
def transfer(code: str) -> Answer | tuple[str, int]:
    """Second step: read the amount on the account, type it, and it is written down for good."""
    row = desk_queries.transfer(code)
    if row is None:
        raise NotFound()
    form = AmountForm(data={"reason": READ_THERE})
    status = 200
    if form.validate_on_submit():
        try:
            outcome = payments.confirm_transfer(
                code,
                amount=int(form.amount.data or 0),
                reason=form.reason.data or READ_THERE,
                by=current_user.person_id,
            )
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict as refusal:
            form.form_errors.append(sentence(refusal))
            status = 409
        else:
            flash(SAID[outcome], "status")
            return redirect(url_for("staff.transfers"), 303)
    if form.is_submitted() and status == 200:
        status = 422
    page = render_template(
        "staff/transfer.html", nav="transfer", row=row, form=form, state=STATE_WORDS[row.state]
    )
    return page, status


@bp.route("/dinas/uang-kembali/<string(length=10):code>", methods=["GET", "POST"])
@allow(STAFF_PROVED)
@keeps_typed
def send_refund(code: str) -> Answer | tuple[str, int]:
    """Money that goes back from the account: who, how much, and that it was sent."""
    row = desk_queries.refund_by_hand(code)
    if row is None:
        raise NotFound()
    form = SentForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        if form.amount.data != row.amount:
            form.refuse(Invalid("transfer_differs", field="amount"))
        else:
            try:
                refunding.sent_by_hand(
                    code, reference=form.reference.data or "", by=current_user.person_id
                )
            except Conflict as refusal:
                form.form_errors.append(sentence(refusal))
                status = 409
            else:
                flash("Dicatat sudah dikirim balik. Pembeli sudah kami kabari.", "status")
                return redirect(url_for("staff.transfers"), 303)
    page = render_template("staff/refund.html", nav="transfer", row=row, form=form)
    return page, status
