"""Money that came from a payment provider: what it held, less its fee; and a wrong word undone."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.flows import receipts
from marketplace.orders.bank import queries, rules, settlements
from marketplace.orders.bank.settlements import PaidOut
from marketplace.outside import outside
from marketplace.web.access import STAFF_PROVED, allow
from marketplace.web.forms import Choice, Rupiah, Text, keeps_typed
from marketplace.web.staff.blueprint import bp
from marketplace.web.staff.receipts import PROVIDER_WORDS, ReasonForm


class PaidOutForm(ReasonForm):
    """What the provider's own page says of this payout."""

    provider = Choice("Penyedia pembayaran")
    reference = Text("Nomor pencairan dari penyedia", longest=60, shortest=3)
    gross = Rupiah("Jumlah kotor")
    fee = Rupiah("Biaya penyedia", least=0)


@bp.route("/dinas/uang-masuk/<string(length=10):code>/penyedia", methods=["GET", "POST"])
@allow(STAFF_PROVED)
@keeps_typed
def settle_receipt(code: str) -> Answer | tuple[str, int]:
    """Second step: this money is what a provider paid out, of how much and for what fee."""
    row = queries.receipt(code)
    if row is None:
        raise NotFound()
    form, status = PaidOutForm(), 200
    form.provider.choices = [
        (name, PROVIDER_WORDS[name]) for name in settlements.PROVIDERS if name in outside().payments
    ]
    if form.validate_on_submit():
        try:
            receipts.from_provider(
                code, _told(form), reason=form.alasan.data or "", by=current_user.person_id
            )
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal)
            status = 409 if isinstance(refusal, Conflict) else 422
        else:
            flash("Dicatat dari penyedia pembayaran.", "status")
            return redirect(url_for("staff.receipt", code=code), 303)
    if form.is_submitted() and status == 200:
        status = 422
    return render_template("staff/receipt_provider.html", nav="mutasi", row=row, form=form), status


@bp.route("/dinas/uang-masuk/<string(length=10):code>/penyedia/batalkan", methods=["GET", "POST"])
@allow(STAFF_PROVED)
@keeps_typed
def unsettle_receipt(code: str) -> Answer | tuple[str, int]:
    """Second step: it was told wrongly; the book is corrected and the money is unclear again."""
    row = queries.receipt(code)
    if row is None:
        raise NotFound()
    form, status = ReasonForm(), 200
    if form.validate_on_submit():
        try:
            receipts.not_from_provider(
                code, reason=form.alasan.data or "", by=current_user.person_id
            )
        except Conflict as refusal:
            form.refuse(refusal)
            status = 409
        else:
            flash("Catatannya dibatalkan. Uang ini kembali ke daftar yang belum jelas.", "status")
            return redirect(url_for("staff.receipt", code=code), 303)
    if form.is_submitted() and status == 200:
        status = 422
    page = render_template(
        "staff/receipt_end.html",
        nav="mutasi",
        row=row,
        form=form,
        question="Batalkan catatan dari penyedia?",
        text="Buku uang dikoreksi, dan uang ini kembali ke daftar yang belum jelas.",
        yes="Ya, batalkan catatan",
    )
    return page, status


def _told(form: PaidOutForm) -> PaidOut:
    return PaidOut(
        provider=form.provider.data or "",
        reference=rules.plain(form.reference.data or "", 60),
        gross=form.gross.data or 0,
        fee=form.fee.data or 0,
    )
