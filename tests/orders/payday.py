"""Shops with money to come and an account for it, in few words."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.flows import paying_makers, payout_accounts, receipts
from marketplace.makers.models import Ikm
from marketplace.orders.bank import statements
from marketplace.orders.bank.models import BankAccount
from marketplace.orders.ledger import queries
from marketplace.orders.payouts.accounts import Wish
from marketplace.orders.payouts.models import Payout, PayoutRun
from marketplace.orders.rule_rows import rule_rows
from tests import builders
from tests.orders import money

BRI = Wish("bank", "bri", "0021 0112 3456 187", "Bu Citra")
PLAY = Wish("simulator", "", "acct_citra", "Bu Citra")


def shop(name: str = "Dapur Citra", wish: Wish | None = BRI, *, goods: int = 85_000) -> Ikm:
    """A shop with an account that has waited long enough, and with one sold thing."""
    made = builders.shop(name)
    db.session.expunge(made)  # keeps what it says, whatever happens to the session
    if wish is not None:
        account(made, wish)
    if goods:
        sell(made, goods)
    return made


def account(made: Ikm, wish: Wish = BRI) -> None:
    """An account that was entered ten days ago."""
    then = clock.now() - timedelta(days=10)
    payout_accounts.change(made.id, wish, by=builders.person("Citra"), now=then)
    db.session.rollback()


def sell(made: Ikm, goods: int) -> str:
    """Something is bought in the shop, fetched, and paid for; the order's code."""
    (code,) = money.buy((made, goods), fetch=(made,))
    money.pay(code)
    money.deliver(code)
    return code


def ready(made: Ikm) -> int:
    """The shop's balance."""
    db.session.rollback()
    return queries.shop_money(made.id).ready


def decide(code: str, value: int) -> None:
    """A figure that counts today: somebody decided it yesterday."""
    fajar = builders.admin()
    with time_machine.travel(clock.now() - timedelta(days=1), tick=True):
        now = clock.now()
        with transaction():
            rule_rows.decide(
                code, value, starts_on=(now + timedelta(days=1, hours=7)).date(), source="Rapat",
                verified=True, by=fajar, now=now,
            )  # fmt: skip


def plan() -> str:
    """One run of what is ready."""
    db.session.rollback()
    (code,) = paying_makers.plan(by=builders.staff())
    return code


def sent(made: Ikm) -> Payout:
    """The shop's money on its way: planned and let go."""
    paying_makers.release(plan(), by=builders.staff())
    return newest(made)


def came_back(code: str, reason: str = "Rekening tutup") -> None:
    """The bank sent a payout back: one officer says so, and another has looked."""
    assert not paying_makers.came_back(code, reason=reason, by=builders.staff())
    assert paying_makers.came_back(code, reason=reason, by=builders.staff("Gita"))


def newest(made: Ikm) -> Payout:
    """The shop's last payout as it stands."""
    db.session.rollback()
    found = select(Payout).where(Payout.ikm_id == made.id).order_by(Payout.id.desc())
    payout = db.session.scalars(found).first()
    assert payout is not None
    db.session.rollback()
    return payout


def statement(*lines: tuple[str, str, str], by: int) -> None:
    """The bank's statement of words, money out and money in, sent and kept."""
    day = f"{clock.now():%d/%m/%Y}"
    rows = ["Tanggal;Keterangan;Debet;Kredit", *(f"{day};{';'.join(line)}" for line in lines)]
    data, now = "\n".join(rows).encode(), clock.now()
    with transaction():
        known = db.session.scalar(select(BankAccount.id))
        account = known or statements.add_account("Bank Contoh", "1", by=by, now=now)
        draft = statements.send(account, "mutasi.csv", data, by=by, now=now)
    db.session.rollback()
    receipts.keep_statement(draft, statements.look(draft, now=now).columns, by=by)
    db.session.rollback()


def run(code: str) -> PayoutRun:
    """A run as it stands."""
    db.session.rollback()
    found = db.session.scalars(select(PayoutRun).where(PayoutRun.code == code)).one()
    db.session.rollback()
    return found
