"""Keeping watch over what providers hold: lost messages, disputes, and money nobody asked for.

Nothing here moves money: what an intent of ours explains is settled by the usual way, everything
else becomes an alarm, once, and a person looks at it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, select

from marketplace.core import clock
from marketplace.core.db import read, read_one
from marketplace.core.failpoints import passing
from marketplace.core.work import transaction
from marketplace.flows import holding, kept_cards, payments, provider_messages, refunding
from marketplace.flows.disputing import watcher
from marketplace.orders import alarms
from marketplace.orders.cards.models import CardCharge, Hold
from marketplace.orders.models import Alarm, Payment, ProviderMessage, Refund
from marketplace.orders.payments import LIVE
from marketplace.orders.states import RefundState
from marketplace.orders.watch_ports import MoneyThere, ToldAgain

UNDER_WAY = timedelta(minutes=15)  # by then every payment of ours has been settled
AT_ONCE = 100
_KNOWN_MESSAGES = select(ProviderMessage.event_id).where(
    ProviderMessage.provider == bindparam("provider"),
    ProviderMessage.event_id.in_(bindparam("ids", expanding=True)),
)


def _by_provider(*states: RefundState) -> ColumnElement[int]:
    """Of a payment, what the provider itself gives back or gave back, by our refunds."""
    return (
        select(func.coalesce(func.sum(Refund.amount - Refund.by_bank), 0))
        .where(Refund.payment_id == Payment.id, ~Refund.by_hand, Refund.state.in_(states))
        .correlate(Payment)
        .scalar_subquery()
    )


_KNOWN_MONEY = select(
    Payment.charge_reference,
    Payment.code,
    _by_provider(RefundState.ASKED, RefundState.SENT, RefundState.DONE).label("asked_back"),
    _by_provider(RefundState.DONE).label("went_back"),
).where(
    Payment.provider == bindparam("provider"),
    Payment.charge_reference.in_(bindparam("references", expanding=True)),
)
_DONE = (
    select(Refund.code, Refund.state)
    .join(Payment, Payment.id == Refund.payment_id)
    .where(
        Payment.code == bindparam("code"),
        Refund.state == RefundState.DONE,
        Refund.reference.is_not(None),
        ~Refund.by_hand,
    )
)
_PROMISED = [
    select(column.label("reference")).where(
        table.provider == bindparam("provider"),
        column.in_(bindparam("references", expanding=True)),
    )
    for table, column in ((Hold, Hold.payment_reference), (CardCharge, CardCharge.reference))
]
_BY_CODE = [
    (
        select(table.code).where(
            table.provider == bindparam("provider"),
            table.code.in_(bindparam("codes", expanding=True)),
            column.is_(None),
        ),
        settle,
    )
    for table, column, settle in (
        (Hold, Hold.payment_reference, holding.settle),
        (CardCharge, CardCharge.reference, kept_cards.carry_out),
    )
]
_ALARM = select(Alarm.id).where(Alarm.subject == bindparam("subject"))


def hear_again(provider: str, *, since: datetime) -> int:
    """Messages that never reached us are kept now and followed like any other; how many."""
    told = watcher(provider).find_events(since=since, kinds=provider_messages.KINDS)
    count = 0
    for page in _by_hundred(told):
        ids = [one.event.id for one in page]
        known = {row.event_id for row in read(_KNOWN_MESSAGES, {"provider": provider, "ids": ids})}
        missed: list[ToldAgain] = [one for one in page if one.event.id not in known]
        count += sum(provider_messages.keep(provider, one.event, one.body) for one in missed)
        passing("watching.heard_again")
    return count


def count_money(provider: str, *, since: datetime, met: Collection[str | None]) -> int:
    """Money over there that no intent of ours explains, or that went back without us: an alarm.

    `met` is money of checkouts, which their own sweep gives back when it has no order. How many
    alarms are new.
    """
    long_enough = clock.now() - UNDER_WAY
    there = (
        money for money in watcher(provider).find_money(since=since) if money.made_at <= long_enough
    )
    return sum(_explain_all(provider, page, met) for page in _by_hundred(there))


def _explain_all(provider: str, there: list[MoneyThere], met: Collection[str | None]) -> int:
    references = [money.payment_reference or money.reference for money in there]
    rows = read(_KNOWN_MONEY, {"provider": provider, "references": references})
    known = {row.charge_reference: row for row in rows}
    promised = set(met)
    for statement in _PROMISED:
        found = read(statement, {"provider": provider, "references": references})
        promised |= {row.reference for row in found}
    return sum(
        _explain(provider, money, known.get(reference))
        for money, reference in zip(there, references, strict=True)
        if reference in known or reference not in promised
    )


def _explain(provider: str, money: MoneyThere, row: Row[Any] | None) -> bool:
    if row is None:
        return _explain_news(provider, money)
    if money.refunded.rupiah < row.went_back:
        return _has_come_back(row.code)
    by_others = money.refunded.rupiah > row.asked_back
    return by_others and _call_somebody("refund_by_others", provider, money)


def _explain_news(provider: str, money: MoneyThere) -> bool:
    if _settled_now(provider, money):
        return False  # what went back of it is counted by the next round
    if _settle_promise(provider, money):
        return False
    nothing_left = money.captured and money.amount == money.refunded
    return not nothing_left and _call_somebody("money_unexplained", provider, money)


def _has_come_back(payment_code: str) -> bool:
    """Less went back than we know as done: a bank would not have it, and the message was lost."""
    done = read(_DONE, {"code": payment_code})
    for row in done:
        refunding.follow(row.code)
    return len(read(_DONE, {"code": payment_code})) < len(done)


def _settled_now(provider: str, money: MoneyThere) -> bool:
    """A payment of ours whose end was not read yet: it is now; False if this is not its money."""
    for code in money.metadata_codes:
        payment = payments.look(code)
        if payment is None or payment.provider != provider:
            continue
        if payment.state in LIVE or payment.charge_reference is None:
            payments.settle(code)
        payment = payments.find(code)
        if payment.charge_reference == money.payment_reference:
            return True
    return False


def _settle_promise(provider: str, money: MoneyThere) -> bool:
    """A hold or a charge of ours whose answer was lost is read now; False if it knows nothing."""
    params = {"provider": provider, "codes": sorted(money.metadata_codes)}
    for statement, settle in _BY_CODE:
        row = read_one(statement, params)
        if row is not None:
            settle(row.code)
            return read_one(statement, params) is None
    return False


def _call_somebody(kind: str, provider: str, money: MoneyThere) -> bool:
    """Once for each piece of money, whatever has become of the alarm since."""
    subject = f"{kind}:{provider}:{money.reference}"[:120]
    if read_one(_ALARM, {"subject": subject}) is not None:
        return False
    rupiah = money.amount.rupiah if money.amount is not None else 0
    went_back = {"came": money.refunded.rupiah} if money.refunded else {}
    with transaction():
        alarms.sound(
            kind,
            subject,
            now=clock.now(),
            rupiah=rupiah,
            charge=money.payment_reference or money.reference,
            **went_back,
        )
    return True


def _by_hundred(things: Iterable[Any]) -> Iterator[list[Any]]:
    """The network is asked while iterating, so each page is taken whole before we write."""
    running = iter(things)
    while page := list(islice(running, AT_ONCE)):
        yield page
