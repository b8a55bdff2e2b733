"""The market's QRIS code: pasted, checked, named back, and only then shown to buyers."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.core import clock
from marketplace.core.errors import Invalid
from marketplace.core.work import transaction
from marketplace.orders.qris import codes, rules
from marketplace.orders.qris.rules import Qris
from marketplace.web import qr
from marketplace.web.access import ADMIN_PROVED, allow
from marketplace.web.forms import Form, LongText, Tick, keeps_typed
from marketplace.web.staff.blueprint import bp


class QrisForm(Form):
    """What the square says, as text."""

    payload = LongText("Isi kode QRIS", longest=rules.LONGEST, missing="Tempel isi kode QRIS.")
    with_amount = Tick("Masukkan jumlah ke dalam kode")


@bp.route("/dinas/qris", methods=["GET", "POST"])
@allow(ADMIN_PROVED)
@keeps_typed
def qris() -> Answer | tuple[str, int]:
    """First look: whose code it is. Second: it is shown to buyers, or none is any more."""
    form = QrisForm()
    act = request.form.get("lalu", "")
    found: Qris | None = None
    if act == "matikan" and Form().validate_on_submit():
        with transaction():
            codes.switch_off(by=current_user.person_id, now=clock.now())
        return _done("QRIS tidak ditawarkan lagi. Yang sudah terlanjur bayar tetap kami catat.")
    if form.validate_on_submit():
        try:
            found = rules.read(form.payload.data or "")
        except Invalid as refusal:
            form.refuse(refusal)
    if found is not None and act == "pakai":
        with transaction():
            codes.put(
                found,
                with_amount=form.with_amount.data,
                by=current_user.person_id,
                now=clock.now(),
            )
        return _done(f"QRIS {found.merchant} dipakai. Pembeli melihatnya dalam satu menit.")
    page = render_template(
        "staff/qris.html",
        nav="qris",
        form=form,
        found=found,
        now=codes.newest(),
        past=codes.past(),
        qr=qr,
    )
    return page, 422 if form.is_submitted() and found is None else 200


def _done(words: str) -> Answer:
    codes.forget()
    flash(words, "status")
    return redirect(url_for("staff.qris"), 303)
