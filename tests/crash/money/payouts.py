"""Two makers are paid through Stripe; what Budi's maker got is taken back there, and paid again.

Eka counts what is ready, lets it go, and counts again when a payout came back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from marketplace.core import clock
from marketplace.core.db import read
from marketplace.core.money import Money
from marketplace.flows import paying_makers, payout_accounts
from marketplace.orders.ledger import queries
from marketplace.orders.ledger.rules import Account
from marketplace.orders.payouts.accounts import Wish
from marketplace.orders.payouts.models import Payout, PayoutAccount, PayoutRun
from marketplace.orders.payouts.states import BACK
from marketplace.outside import outside
from tests import builders
from tests.crash.money.people import messages_come, order, orders_of, pay_by_card, stripe, the
from tests.orders import money

NAMES = ("asih", "budi")


def asih_and_budi_pay() -> None:
    for thing, name in enumerate(NAMES):
        pay_by_card(name, thing=thing)


def they_have_their_parcels() -> None:
    for name in NAMES:
        for one in orders_of(name):
            if one.state != "completed":
                money.deliver(one.code)


def the_makers_say_where_their_money_goes() -> None:
    for name in NAMES:
        shop = orders_of(name)[0].ikm_id
        if the(PayoutAccount, ikm_id=shop) is None:
            wish = Wish("stripe", "", str(stripe().tell("open_account")["id"]), "Bu Citra")
            then = clock.now() - timedelta(days=10)
            payout_accounts.change(shop, wish, by=builders.person("Citra"), now=then)


def eka_counts() -> None:
    if not _runs():
        paying_makers.plan(by=builders.staff())


def eka_lets_it_go() -> None:
    for run in _runs():
        if run.state == "planned":
            paying_makers.release(run.code, by=builders.staff())


def stripe_takes_budis_back() -> None:
    sent = _payouts("budi")[0]
    outside().payments["stripe"].take_back(
        key="by hand", reference=sent.transfer, amount=Money(sent.amount), reason="Salah orang"
    )
    messages_come(sent.transfer)


def eka_counts_again() -> None:
    if len(_runs()) < 2:
        paying_makers.plan(by=builders.staff())


def end() -> None:
    assert [one.state for one in _payouts("asih")] == ["paid"]
    assert [one.state for one in _payouts("budi")] == ["returned", "paid"]
    gone = sum(one.amount for name in NAMES for one in _payouts(name) if one.state not in BACK)
    assert gone == sum(one.total for name in NAMES for one in orders_of(name))
    assert queries.balance(Account.PAYOUTS) == queries.balance(Account.PAYABLE) == 0
    paid = sum(order(name).amount for name in NAMES)
    assert queries.balance(Account.CLEARING_STRIPE) == paid - gone


STEPS = (
    asih_and_budi_pay,
    they_have_their_parcels,
    the_makers_say_where_their_money_goes,
    eka_counts,
    eka_lets_it_go,
    stripe_takes_budis_back,
    eka_counts_again,
    eka_lets_it_go,
)
POINTS = {
    "buying.placed",
    "payments.opened",
    "payments.attached",
    "payments.read",
    "payments.settled",
    "payouts.planned",
    "payouts.released",
    "payouts.asked",
    "payouts.recorded",
    "messages.heard",
    "messages.kept",
    "messages.followed",
    "worker.begun",
    "worker.done",
}
ALARMS: set[str] = set()


def _runs() -> Sequence[Row[Any]]:
    return read(select(PayoutRun.__table__).order_by(PayoutRun.id))


def _payouts(name: str) -> Sequence[Row[Any]]:
    shop = orders_of(name)[0].ikm_id
    return read(select(Payout.__table__).where(Payout.ikm_id == shop).order_by(Payout.id))
