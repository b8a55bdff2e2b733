"""Rekening: where a shop's money goes; an owner who proves it changes it, all owners hear."""

from __future__ import annotations

from flask import g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.core import clock
from marketplace.core.errors import Conflict, Invalid
from marketplace.flows import payout_accounts
from marketplace.orders.payouts import accounts, rules
from marketplace.orders.payouts.accounts import Wish
from marketplace.orders.payouts.rules import BANK, BANKS
from marketplace.orders.rule_rows import rule_rows
from marketplace.orders.rule_rows.rules import PAYOUT_HOLD_DAYS
from marketplace.web.access import SHOP_OWNER, SHOP_OWNER_SECURE, allow
from marketplace.web.forms import Choice, Form, Text, keeps_typed
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.pages import say
from marketplace.web.sentences import sentence


class AccountForm(Form):
    """A bank, a number, and whose it is."""

    bank = Choice("Bank")
    number = Text(
        "Nomor rekening",
        longest=60,
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    holder = Text("Nama di buku tabungan", longest=70, shortest=2)

    def wish(self) -> Wish:
        """What was typed."""
        chosen = self.bank.data or ""
        way = BANK if chosen in ("", *BANKS) else chosen
        return Wish(way, chosen, self.number.data or "", self.holder.data or "")


@bp.get("/toko-saya/<shop>/uang/rekening")
@allow(SHOP_OWNER)
def payout_account(shop: str) -> str:
    """The account that counts, never its whole number, and from when it is used."""
    account, now = accounts.shown(g.shop.ikm_id), clock.now()
    return render_template(
        "seller/payout_account.html",
        shop=g.shop,
        nav="uang",
        account=account,
        waits=account is not None and account.waits(now),
        days=rule_rows.value(PAYOUT_HOLD_DAYS, now=now),
    )


@bp.route("/toko-saya/<shop>/uang/rekening/ganti", methods=["GET", "POST"])
@allow(SHOP_OWNER_SECURE)
@keeps_typed
def change_payout_account(shop: str) -> Answer | tuple[str, int]:
    """Another account; a letter goes to every owner."""
    form = AccountForm()
    form.bank.choices = [("", "Pilih bank"), *_banks()]
    now = clock.now()
    if form.validate_on_submit():
        try:
            payout_accounts.change(g.shop.ikm_id, form.wish(), by=current_user.person_id, now=now)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            say("Rekening dicatat. Semua pemilik toko mendapat kabar lewat email.")
            return redirect(url_for("seller.payout_account", shop=shop), 303)
    page = render_template(
        "seller/payout_account_change.html",
        shop=g.shop,
        nav="uang",
        form=form,
        days=rule_rows.value(PAYOUT_HOLD_DAYS, now=now),
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/toko-saya/<shop>/uang/rekening/batal")
@allow(SHOP_OWNER_SECURE)
def withdraw_payout_account(shop: str) -> Answer:
    """Take the change back; what was before it counts again."""
    try:
        payout_accounts.withdraw(g.shop.ikm_id, by=current_user.person_id, now=clock.now())
    except Conflict as refusal:
        say(sentence(refusal))
    else:
        say("Penggantian rekening dibatalkan.")
    return redirect(url_for("seller.payout_account", shop=shop), 303)


def _banks() -> list[tuple[str, str]]:
    """Every bank by name, then the providers that are set up here."""
    known = [(slug, bank.name) for slug, bank in BANKS.items()]
    more = [(way, rules.bank_name(way, "")) for way in payout_accounts.ways() if way != BANK]
    return known + more
