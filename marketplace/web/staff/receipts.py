"""Money that came in and is not clear yet: whose it is, or what becomes of it."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Row
from werkzeug.wrappers import Response as Answer

from marketplace.core.errors import Conflict, Invalid, MarketError, NotFound
from marketplace.core.money import rupiah
from marketplace.flows import buying, receipts
from marketplace.orders.bank import queries, settlements
from marketplace.orders.bank.matching import Found, Meeting
from marketplace.web.access import STAFF, STAFF_PROVED, allow
from marketplace.web.buying.words import whatsapp
from marketplace.web.forms import Form, Rupiah, Text, keeps_typed
from marketplace.web.sentences import sentence
from marketplace.web.staff.blueprint import bp

STATE_WORDS = {
    "new": ("Belum dilihat", "wait"),
    "unclear": ("Belum jelas", "stop"),
    "part": ("Menunggu sisanya", "wait"),
    "late": ("Pesanan sudah berakhir", "stop"),
    "offered": ("Ditawarkan ke pembeli", "info"),
    "done": ("Selesai", "ok"),
}
USE_WORDS = {
    "payment": "Untuk pesanan",
    "back": "Dikirim balik",
    "aside": "Bukan untuk pesanan",
}
PROVIDER_WORDS = {"stripe": "Stripe", "simulator": "Simulator pembayaran"}
ACT_WORDS = {
    "receipt.assigned": "Dicocokkan dengan pesanan",
    "receipt.set_aside": "Disisihkan, bukan untuk pesanan",
    "receipt.returned": "Diputuskan untuk dikirim balik",
    "receipt.from_provider": "Dicatat dari penyedia pembayaran",
    "receipt.not_from_provider": "Catatan dari penyedia dibatalkan",
    "receipt.offered": "Ditawarkan lagi ke pembeli",
    "receipt.accepted": "Pembeli melanjutkan pesanan",
    "receipt.offer_failed": "Barangnya habis, tawaran batal",
}
SAID = {
    Found.PAID: "Dicatat. Pesanannya lunas, pembeli dan toko sudah kami kabari.",
    Found.SEEN: "Dicatat. Ini mutasi dari transfer yang sudah dikonfirmasi petugas.",
    Found.LATE: "Dicatat. Pesanannya sudah berakhir: tawarkan lagi, atau kirim balik uangnya.",
    Found.BACK: "Dicatat. Pesanannya baru saja berakhir, jadi uangnya harus dikirim balik.",
}
OFFER = (
    "Halo, uang {amount} dari Anda masuk setelah pesanannya berakhir. Barangnya masih ada. "
    "Buka {link} dan tekan Lanjutkan pesanan. Kalau tidak jadi, uangnya kami kirim balik."
)
QUESTIONS = {
    "tawarkan": (
        "Tawarkan lagi pesanannya?",
        "Pembeli kami kirimi tautan untuk melanjutkan pesanan dengan uang ini. Waktunya 3 hari.",
        "Ya, tawarkan lagi",
    ),
    "kembalikan": (
        "Kirim balik {amount}?",
        "Uangnya masuk daftar yang harus dikirim balik. Pembeli yang dikenal kami kabari.",
        "Ya, kirim balik",
    ),
    "sisihkan": (
        "Sisihkan {amount}?",
        "Pakai ini untuk bunga bank, modal sendiri, atau baris yang tercatat dua kali.",
        "Ya, bukan untuk pesanan",
    ),
}


class SearchForm(Form):
    """Find money by its amount, an order, or words of the statement; asks with GET."""

    class Meta:
        csrf = False

    cari = Text("Jumlah, nomor pesanan, atau kata di mutasi", longest=60, optional=True)


class OrderSearchForm(SearchForm):
    """Find the order that money is for."""

    cari = Text("Cari pesanan", longest=60, optional=True)


class ReasonForm(Form):
    """Why, in the officer's own words; it stays in the history."""

    alasan = Text("Alasan", longest=200, shortest=5)


class SentForm(Form):
    """What was sent back, typed once more, and the number the bank gave it."""

    amount = Rupiah("Jumlah yang sudah dikirim")
    reference = Text("Nomor referensi dari bank", longest=60, optional=True)


@bp.get("/dinas/uang-masuk", endpoint="receipts")
@allow(STAFF)
def waiting() -> str | tuple[str, int]:
    """Money that waits for somebody, oldest first; any money by a search."""
    form = SearchForm(request.args)
    right = form.validate()
    page = render_template(
        "staff/receipts.html",
        nav="mutasi",
        form=form,
        rows=queries.receipts(form.cari.data or "" if right else ""),
        words=STATE_WORDS,
    )
    return page if right else (page, 422)


@bp.get("/dinas/uang-masuk/<string(length=10):code>")
@allow(STAFF)
def receipt(code: str) -> str | tuple[str, int]:
    """One of them: what the bank says, what it could be for, what was done with it."""
    row = _found(code)
    form = OrderSearchForm(request.args)
    right = form.validate()
    rest = row.amount - row.used
    open_ = row.state in ("unclear", "part", "late")
    told = OFFER.format(amount=rupiah(row.amount), link=_page_of(row)) if row.group_code else ""
    page = render_template(
        "staff/receipt.html",
        nav="mutasi",
        row=row,
        rest=rest,
        form=form,
        open=open_,
        chat=whatsapp(row.phone, told) if row.state == "offered" else None,
        maybe=queries.payments_for(form.cari.data or "" if right else "", rest) if open_ else [],
        twins=queries.twins(row),
        uses=queries.uses(row.id),
        settlements=settlements.of_receipt(row.id),
        providers=PROVIDER_WORDS,
        acts=queries.acts(code),
        state=STATE_WORDS[row.state],
        words=STATE_WORDS,
        use_words=USE_WORDS,
        act_words=ACT_WORDS,
    )
    return page if right else (page, 422)


@bp.route(
    "/dinas/uang-masuk/<string(length=10):code>/untuk/<string(length=10):payment_code>",
    methods=["GET", "POST"],
)
@allow(STAFF_PROVED)
@keeps_typed
def assign_receipt(code: str, payment_code: str) -> Answer | tuple[str, int]:
    """Second step: this money is for that order, and why."""
    row, payment = _found(code), queries.payment_for(payment_code)
    if payment is None:
        raise NotFound()
    form, status = ReasonForm(), 200
    if form.validate_on_submit():
        try:
            met = receipts.assign(
                code, payment_code, reason=form.alasan.data or "", by=current_user.person_id
            )
        except (Conflict, Invalid) as refusal:
            status = _refuse(form, refusal)
        else:
            flash(_said(met), "status")
            return redirect(url_for("staff.receipt", code=code), 303)
    if form.is_submitted() and status == 200:
        status = 422
    rest = row.amount - row.used
    page = render_template(
        "staff/receipt_assign.html",
        nav="mutasi",
        row=row,
        rest=rest,
        payment=payment,
        missing=payment.amount - payment.kept - (0 if row.state == "part" else rest),
        form=form,
    )
    return page, status


@bp.route(
    "/dinas/uang-masuk/<string(length=10):code>/<any(kembalikan, sisihkan, tawarkan):act>",
    methods=["GET", "POST"],
)
@allow(STAFF_PROVED)
@keeps_typed
def end_receipt(code: str, act: str) -> Answer | tuple[str, int]:
    """Second step: it goes back, or it was never for an order; and why."""
    row = _found(code)
    form, status = ReasonForm(), 200
    if form.validate_on_submit():
        do = {
            "kembalikan": receipts.give_back,
            "sisihkan": receipts.set_aside,
            "tawarkan": receipts.offer,
        }[act]
        try:
            do(code, reason=form.alasan.data or "", by=current_user.person_id)
        except Conflict as refusal:
            status = _refuse(form, refusal)
        else:
            flash("Dicatat.", "status")
            return redirect(url_for("staff.receipt", code=code), 303)
    if form.is_submitted() and status == 200:
        status = 422
    question, text, yes = QUESTIONS[act]
    page = render_template(
        "staff/receipt_end.html",
        nav="mutasi",
        row=row,
        form=form,
        question=question.format(amount=rupiah(row.amount - row.used)),
        text=text,
        yes=yes,
    )
    return page, status


@bp.route("/dinas/uang-balik/<string(length=10):code>", methods=["GET", "POST"])
@allow(STAFF_PROVED)
@keeps_typed
def send_return(code: str) -> Answer | tuple[str, int]:
    """Money that goes back to whoever sent it: the officer says that it has left."""
    row = queries.a_return(code)
    if row is None:
        raise NotFound()
    form, status = SentForm(), 200
    if form.validate_on_submit():
        if form.amount.data != row.amount:
            form.refuse(Invalid("transfer_differs", field="amount"))
        else:
            try:
                receipts.sent_back(
                    code, reference=form.reference.data or "", by=current_user.person_id
                )
            except Conflict as refusal:
                status = _refuse(form, refusal)
            else:
                flash("Dicatat sudah dikirim balik.", "status")
                return redirect(url_for("staff.transfers"), 303)
    if form.is_submitted() and status == 200:
        status = 422
    return render_template("staff/return.html", nav="transfer", row=row, form=form), status


def _page_of(row: Row[Any]) -> str:
    config = current_app.config["HOUSE"]
    token = buying.token_of(row.group_code)
    return f"{config.base_url}{url_for('buying.order', token=token)}"


def _found(code: str) -> Row[Any]:
    row = queries.receipt(code)
    if row is None:
        raise NotFound()
    return row


def _refuse(form: Form, refusal: MarketError) -> int:
    form.form_errors.append(sentence(refusal))
    return 409 if isinstance(refusal, Conflict) else 422


def _said(met: Meeting) -> str:
    if met.found is Found.PART:
        return f"Dicatat. Pembeli kami kabari bahwa masih kurang {rupiah(met.missing)}."
    return SAID[met.found]
