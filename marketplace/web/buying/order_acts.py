"""What a buyer does on the page of an order: pay again, cancel, confirm, open an account."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.catalog import stock
from marketplace.core import clock
from marketplace.core.errors import Conflict, Invalid, NotFound, TooMany
from marketplace.flows import buying, failed_cards, joining, parcels, payments, receipts
from marketplace.orders.bank import queries as bank
from marketplace.orders.ports import GatewayDown
from marketplace.orders.views import GroupView, OrderView
from marketplace.web import limits
from marketplace.web.access import LINK, allow
from marketplace.web.buying import words
from marketplace.web.buying.blueprint import bp, remember_order
from marketplace.web.buying.order import opened, page
from marketplace.web.forms import Form, Password
from marketplace.web.sentences import sentence


class AccountForm(Form):
    """One field: everything else is known from the order."""

    password = Password("Kata sandi")


@bp.post("/pesanan/<token>/bayar")
@allow(LINK)
def pay_again(token: str) -> Answer | tuple[str, int]:
    group = opened(token)
    way = request.form.get("cara", "")
    if way not in payments.ways():
        return page(token, group, fault="Pilih cara bayar dari daftar."), 422
    if not group.waiting:
        return page(token, group, fault=_too_late(group)), 409
    limits.limit("checkout", group.code)
    asked_from = failed_cards.asked_from(limits.address())
    try:
        failed_cards.refuse_when_too_many(
            way, person_id=group.person_id, phone=group.phone, asked_from=asked_from
        )
        url = payments.pay_again(group.id, provider=way, asked_from=asked_from)
    except TooMany as enough:
        return page(token, group, fault=sentence(enough)), 429
    except GatewayDown:
        return redirect(url_for("buying.order", token=token, tunggu=1), 303)
    except Conflict as refusal:
        return page(token, opened(token), fault=sentence(refusal)), 409
    remember_order(group.code)
    return redirect(url or url_for("buying.order", token=token), 303)


@bp.route("/pesanan/<token>/batal", methods=["GET", "POST"])
@allow(LINK)
def cancel(token: str) -> Answer | str | tuple[str, int]:
    """Asked once more; an unpaid order ends as a whole, a paid one shop by shop."""
    group = opened(token)
    code = request.values.get("pesanan", "")
    order = the_order(group, code) if code else None
    allowed = group.waiting if order is None else words.may_cancel(order)
    if not allowed:
        return page(token, group, fault=_too_late(group, order)), 409
    if request.method == "GET":
        money = words.goes_back(group, order) if order else 0
        return render_template(
            "buying/cancel.html", token=token, group=group, order=order, money=money
        )
    try:
        if order is None:
            done = buying.cancel_unpaid(group)
            flash(
                "Belum jadi dibayar. Barangnya sudah kembali di keranjang Anda."
                if done
                else "Pembayaran Anda baru saja kami terima. Pesanan tetap jalan."
            )
        else:
            buying.cancel_paid(group, order.code, by=current_user.person_id)
            flash("Pesanan dibatalkan. Uang Anda kami kembalikan.")
    except Conflict as refusal:
        return page(token, opened(token), fault=sentence(refusal)), 409
    return redirect(url_for("buying.order", token=token), 303)


@bp.post("/pesanan/<token>/terima")
@allow(LINK)
def receive(token: str) -> Answer | tuple[str, int]:
    group = opened(token)
    order = the_order(group, request.form.get("pesanan", ""))
    typed = request.form.get("paket", "")
    number = next((one.number for one in order.parcels if str(one.number) == typed), None)
    if typed and number is None:
        raise NotFound()
    try:
        done = parcels.receive(group, order.code, by=current_user.person_id, number=number)
    except Conflict as refusal:
        return page(token, opened(token), fault=sentence(refusal)), 409
    flash(
        "Terima kasih. Uangnya kami teruskan ke perajin."
        if done
        else "Terima kasih. Kami catat bahwa paket ini sudah sampai."
    )
    return redirect(url_for("buying.order", token=token), 303)


@bp.post("/pesanan/<token>/lanjutkan")
@allow(LINK)
def go_on(token: str) -> Answer | tuple[str, int]:
    """The money came late and the goods are there: the order once more, paid already."""
    group = opened(token)
    code = request.form.get("uang", "")
    if code not in {row.code for row in bank.of_group(group.id)}:
        raise NotFound()
    try:
        fresh = receipts.accept_offer(code, group.id)
    except Conflict as refusal:
        for row in bank.of_group(group.id):
            if row.code == code and row.went_to:  # pressed twice
                return redirect(url_for("buying.order", token=buying.token_of(row.went_to)), 303)
        said = Conflict("offer_short") if refusal.code in stock.SOLD_MEANWHILE else refusal
        return page(token, opened(token), fault=sentence(said)), 409
    return redirect(url_for("buying.order", token=fresh), 303)


@bp.route("/pesanan/<token>/akun", methods=["GET", "POST"])
@allow(LINK)
def open_account(token: str) -> Answer | tuple[str, int] | str:
    """An account from what the order knows already; one password is all that is asked."""
    group = opened(token)
    if group.email is None:
        return redirect("/daftar")
    form = AccountForm()
    if form.validate_on_submit():
        limits.limit("sign_up", limits.address())
        limits.limit("mail_address", limits.address())
        limits.limit("mail_account", group.email)
        try:
            joining.sign_up(group.recipient, group.email, form.password.data, now=clock.now())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            flash(f"Tinggal satu langkah. Buka surel yang kami kirim ke {group.email}.")
            return redirect(url_for("buying.order", token=token), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("buying/account.html", token=token, group=group, form=form), status


def the_order(group: GroupView, code: str) -> OrderView:
    """One shop's order of this group, or no page at all."""
    found = next((order for order in group.orders if order.code == code), None)
    if found is None:
        raise NotFound()
    return found


def _too_late(group: GroupView, order: OrderView | None = None) -> str:
    if order is not None:
        return "Pesanan ini sudah dikemas atau selesai, jadi tidak bisa dibatalkan di sini."
    if group.paid is not None:
        return "Pembayaran ini sudah kami terima. Tidak ada tagihan kedua."
    return "Pesanan ini sudah berakhir. Silakan pesan lagi dari keranjang."
