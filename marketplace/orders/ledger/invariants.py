"""What must be true of the book, and between the book and the rows it tells of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select, tuple_

from marketplace.core.db import db
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.rules import (
    HELD,
    HOLDERS,
    MONEY,
    MONEY_ACCOUNTS,
    MOVES,
    Account,
    Fact,
    Side,
)
from marketplace.orders.models import Order, OrderLine, Payment, Refund
from marketplace.orders.rules import ON_OUR_ACCOUNT
from marketplace.orders.states import OrderState, PaymentState, RefundState

Rows = Sequence[Row[Any]]
_E = LedgerEntry.__table__
_WRONG = _E.alias("wrong")
_BOOKED_ON = [account for account in Account if account is not Account.ROUNDING]
LIVING = (OrderState.NEW, OrderState.ACCEPTED)


def m1_every_booking_is_as_its_fact_says() -> Rows:
    """Right accounts on both sides; a reversal mirrors one booking; nothing is rounded away."""
    strange = select(_E.c.id, _E.c.fact, _E.c.debit, _E.c.credit).where(
        ~or_(
            tuple_(_E.c.fact, _E.c.debit, _E.c.credit).in_(_ways()),
            and_(
                _E.c.fact == Fact.REVERSED,
                _E.c.debit.in_(_BOOKED_ON),
                _E.c.credit.in_(_BOOKED_ON),
            ),
        )
    )
    no_mirror = (
        select(_E.c.id, _E.c.reverses)
        .join(_WRONG, _WRONG.c.id == _E.c.reverses)
        .where(
            or_(
                _WRONG.c.reverses.is_not(None),
                _WRONG.c.amount != _E.c.amount,
                _WRONG.c.debit != _E.c.credit,
                _WRONG.c.credit != _E.c.debit,
            )
        )
    )
    unsaid = select(_E.c.id, _E.c.fact).where(
        (_E.c.fact == Fact.REVERSED) != _E.c.reverses.is_not(None)
    )
    broken = select(_E.c.id, _E.c.amount).where(or_(_E.c.amount <= 0, _E.c.debit == _E.c.credit))
    return [*_rows(strange), *_rows(no_mirror), *_rows(unsaid), *_rows(broken)]


def m2_money_lies_where_it_came_in() -> Rows:
    """For each payment: what came less what went back less chargebacks is what its account holds.

    A booking of its money stands on the account of its own provider, but for what was sent back by
    hand from our bank: that left the bank, as the refunds say, and still lies at the provider.
    """
    held = _by_payment(_signed(MONEY_ACCOUNTS) * -1)
    taken_back = _by_payment(_net(Fact.CHARGEBACK_TAKEN) - _net(Fact.CHARGEBACK_WON))
    from_bank = and_(_E.c.fact == Fact.REFUND_SENT, _E.c.credit == Account.BANK)
    by_hand = _by_payment(case((from_bank, _E.c.amount), else_=0))
    due = Refund.amount - Refund.by_bank
    gone = (
        select(
            Refund.payment_id,
            func.sum(due).label("amount"),
            func.sum(case((Refund.by_hand, due), else_=0)).label("by_hand"),
        )
        .where(Refund.state == RefundState.DONE)
        .group_by(Refund.payment_id)
        .subquery()
    )
    came = case((Payment.state == PaymentState.PAID, Payment.amount), else_=0)
    should = came - func.coalesce(gone.c.amount, 0) - func.coalesce(taken_back.c.amount, 0)
    own = case(HOLDERS, value=Payment.provider, else_="")
    return [
        *_rows(
            select(Payment.code, Payment.provider, came, held.c.amount)
            .outerjoin(held, held.c.payment_id == Payment.id)
            .outerjoin(taken_back, taken_back.c.payment_id == Payment.id)
            .outerjoin(gone, gone.c.payment_id == Payment.id)
            .where(func.coalesce(held.c.amount, 0) != should)
        ),
        *_rows(
            select(_E.c.id, Payment.code, _E.c.debit, _E.c.credit)
            .join(Payment, Payment.id == _E.c.payment_id)
            .where(
                or_(
                    and_(_E.c.debit.in_(MONEY_ACCOUNTS), _E.c.debit != own),
                    and_(_E.c.credit.in_(MONEY_ACCOUNTS), _E.c.credit != own, ~from_bank),
                )
            )
        ),
        *_rows(
            select(Payment.code, Payment.provider, by_hand.c.amount, gone.c.by_hand)
            .outerjoin(by_hand, by_hand.c.payment_id == Payment.id)
            .outerjoin(gone, gone.c.payment_id == Payment.id)
            .where(
                case(
                    (Payment.provider.in_(ON_OUR_ACCOUNT), 0),
                    else_=func.coalesce(by_hand.c.amount, 0),
                )
                != func.coalesce(gone.c.by_hand, 0)
            )
        ),
    ]


def m3_promises_in_the_book_are_those_of_the_refunds() -> Rows:
    """For each payment the book has promised what its refunds say, and still owes what is open."""
    promised = and_(_E.c.credit == Account.REFUNDS, _E.c.reverses.is_(None))
    booked = _by_payment(case((promised, _E.c.amount), else_=0))
    owed = _by_payment(_signed([Account.REFUNDS]))
    open_ = (
        select(Refund.payment_id, func.sum(Refund.amount - Refund.by_bank).label("amount"))
        .where(Refund.state != RefundState.DONE)
        .group_by(Refund.payment_id)
        .subquery()
    )
    return _rows(
        select(Payment.code, Payment.refunded, booked.c.amount, owed.c.amount)
        .outerjoin(booked, booked.c.payment_id == Payment.id)
        .outerjoin(owed, owed.c.payment_id == Payment.id)
        .outerjoin(open_, open_.c.payment_id == Payment.id)
        .where(
            or_(
                Payment.refunded != func.coalesce(booked.c.amount, 0),
                func.coalesce(open_.c.amount, 0) != func.coalesce(owed.c.amount, 0),
            )
        )
    )


def m5_paid_is_what_was_ordered() -> Rows:
    """What was paid for an order is its goods and postage; its cut is that of its lines."""
    goods, postage = (_by_order(_net(fact)) for fact in (Fact.GOODS_PAID, Fact.POSTAGE_PAID))
    lines = (
        select(
            OrderLine.order_id,
            func.sum(OrderLine.commission).label("commission"),
            func.sum(OrderLine.commission_tax).label("tax"),
        )
        .group_by(OrderLine.order_id)
        .subquery()
    )
    paid = select(Payment.group_id).where(Payment.counts).subquery()
    booked = (func.coalesce(goods.c.amount, 0), func.coalesce(postage.c.amount, 0))
    return [
        *_rows(
            select(Order.code, Order.goods, Order.postage, *booked)
            .outerjoin(goods, goods.c.order_id == Order.id)
            .outerjoin(postage, postage.c.order_id == Order.id)
            .outerjoin(paid, paid.c.group_id == Order.group_id)
            .where(
                or_(
                    booked[0] != case((paid.c.group_id.is_(None), 0), else_=Order.goods),
                    booked[1] != case((paid.c.group_id.is_(None), 0), else_=Order.postage),
                )
            )
        ),
        *_rows(
            select(Order.code, Order.commission, lines.c.commission)
            .join(lines, lines.c.order_id == Order.id)
            .where(
                or_(
                    Order.commission != lines.c.commission,
                    Order.commission_tax != lines.c.tax,
                    Order.commission + Order.commission_tax > Order.goods,
                )
            )
        ),
    ]


def m6_what_is_held_and_what_is_the_shops() -> Rows:
    """An ended order holds nothing; a completed one gave the shop what it held, less its cut."""
    held = _by_order(_signed(HELD))
    least = _by_order(_signed([Account.ESCROW]))
    postage = _by_order(_signed([Account.SHIPPING]))
    back = _by_order(_net(Fact.GOODS_RETURNED, Fact.POSTAGE_RETURNED))
    lost = _by_order(_net(Fact.CHARGEBACK_FROM_ESCROW))
    cut = _by_order(_signed([Account.COMMISSION, Account.TAX]))
    away = (
        select(Refund.order_id, func.sum(Refund.commission + Refund.commission_tax).label("amount"))
        .group_by(Refund.order_id)
        .subquery()
    )
    should = case(
        (
            Order.state.in_(LIVING),
            Order.total - func.coalesce(back.c.amount, 0) - func.coalesce(lost.c.amount, 0),
        ),
        else_=0,
    )
    frozen = Order.commission + Order.commission_tax - func.coalesce(away.c.amount, 0)
    return _rows(
        select(Order.code, Order.state, held.c.amount, cut.c.amount)
        .outerjoin(held, held.c.order_id == Order.id)
        .outerjoin(least, least.c.order_id == Order.id)
        .outerjoin(postage, postage.c.order_id == Order.id)
        .outerjoin(back, back.c.order_id == Order.id)
        .outerjoin(lost, lost.c.order_id == Order.id)
        .outerjoin(cut, cut.c.order_id == Order.id)
        .outerjoin(away, away.c.order_id == Order.id)
        .where(
            or_(
                func.coalesce(held.c.amount, 0) != should,
                func.coalesce(least.c.amount, 0) < 0,
                func.coalesce(postage.c.amount, 0) < 0,
                func.coalesce(cut.c.amount, 0)
                != case((Order.state == OrderState.COMPLETED, frozen), else_=0),
            )
        )
    )


@cache
def _ways() -> Sequence[tuple[str, str, str]]:
    """Every fact with the accounts that the table of facts names; money lies in one of several."""
    return [
        (fact, debit, credit)
        for fact, (from_, to) in MOVES.items()
        for debit in _accounts(from_)
        for credit in _accounts(to)
    ]


def _accounts(side: Side) -> Collection[Account]:
    return MONEY_ACCOUNTS if side == MONEY else [Account(side)]


def _signed(accounts: Collection[Account]) -> ColumnElement[Any]:
    """What one booking adds to these accounts, as liabilities count."""
    return case((_E.c.credit.in_(accounts), _E.c.amount), else_=0) - case(
        (_E.c.debit.in_(accounts), _E.c.amount), else_=0
    )


def _net(*facts: Fact) -> ColumnElement[Any]:
    """What one booking adds to these facts; one that was reversed counts for nothing."""
    reversed_ = select(_WRONG.c.id).where(_WRONG.c.reverses == _E.c.id).correlate(_E).exists()
    return case((and_(_E.c.fact.in_(facts), ~reversed_), _E.c.amount), else_=0)


def _by_order(amount: ColumnElement[Any]) -> Any:
    return _sums(_E.c.order_id, amount)


def _by_payment(amount: ColumnElement[Any]) -> Any:
    return _sums(_E.c.payment_id, amount)


def _sums(key: Any, amount: ColumnElement[Any]) -> Any:
    return (
        select(key, func.sum(amount).label("amount"))
        .where(key.is_not(None))
        .group_by(key)
        .subquery()
    )


def _rows(statement: Any) -> list[Row[Any]]:
    return list(db.session.execute(statement).all())
