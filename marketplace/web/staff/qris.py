"""The market's QRIS code: pictured or pasted, named back, and only then shown to buyers."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as Answer
from wtforms import FileField

from marketplace.core import clock
from marketplace.core.errors import Invalid
from marketplace.core.work import transaction
from marketplace.flows import qris_picture
from marketplace.orders.qris import codes, rules
from marketplace.orders.qris.rules import Qris
from marketplace.web import qr, uploads
from marketplace.web.access import ADMIN_PROVED, allow
from marketplace.web.forms import Form, LongText, Tick, keeps_typed
from marketplace.web.staff.blueprint import bp


class QrisForm(Form):
    """The picture of the square, or what it says as text."""

    foto = FileField("Gambar QRIS")
    payload = LongText(
        "Isi kode QRIS",
        longest=rules.LONGEST,
        missing="Kirim gambar QRIS, atau tempel isi kodenya.",
    )
    with_amount = Tick("Masukkan jumlah ke dalam kode")


@bp.route("/dinas/qris", methods=["GET", "POST"])
@allow(ADMIN_PROVED)
@keeps_typed
def qris() -> Answer | tuple[str, int]:
    """First look: whose code it is. Second: it is shown to buyers, or none is any more."""
    uploads.expect_pictures()
    try:
        form = QrisForm()
    except RequestEntityTooLarge:
        form = QrisForm(formdata=None)
        form.refuse(Invalid("photo_too_large", field="foto"))
        return _page(form), 413
    act = request.form.get("lalu", "")
    found: Qris | None = None
    if act == "matikan" and Form().validate_on_submit():
        with transaction():
            codes.switch_off(by=current_user.person_id, now=clock.now())
        return _done("QRIS tidak ditawarkan lagi. Yang sudah terlanjur bayar tetap kami catat.")
    pictured = bool(form.foto.data)
    form.payload.may_be_empty = pictured
    if form.validate_on_submit():
        try:
            found = rules.read(
                qris_picture.payload(uploads.picture_sent())
                if pictured
                else form.payload.data or ""
            )
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
    return _page(form, found), 422 if form.is_submitted() and found is None else 200


def _page(form: QrisForm, found: Qris | None = None) -> str:
    return render_template(
        "staff/qris.html",
        nav="qris",
        form=form,
        found=found,
        now=codes.newest(),
        past=codes.past(),
        qr=qr,
    )


def _done(words: str) -> Answer:
    codes.forget()
    flash(words, "status")
    return redirect(url_for("staff.qris"), 303)
