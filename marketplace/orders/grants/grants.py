"""Two steps back to the buyer: an officer grants it, and it is carried out, by another if much.

The payment is locked first, so that two officers, a cancellation and a refund of the provider stand
in line; what is left is reckoned under that lock from grants that live and from the book.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from marketplace.core import history
from marketplace.core.db import db, locked_row
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.ids import new_code
from marketplace.core.money import rupiah
from marketplace.core.states import move
from marketplace.orders import payments, refunds
from marketplace.orders.disputes import queries as disputes
from marketplace.orders.grants import queries, rules
from marketplace.orders.grants.models import RefundGrant, RefundGrantLine
from marketplace.orders.grants.rules import Part
from marketplace.orders.grants.states import GRANT_MOVES, GrantState
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.ledger.rules import Shares
from marketplace.orders.models import Order, Payment, Refund
from marketplace.orders.own import refuse_own_order
from marketplace.orders.rule_rows import rule_rows
from marketplace.orders.rule_rows.rules import REFUND_TWO_PERSONS_ABOVE
from marketplace.orders.states import OrderState

PAID_FOR = (OrderState.NEW, OrderState.ACCEPTED, OrderState.COMPLETED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What should go back: pieces by line, postage, and something out of the market's pocket."""

    pieces: Mapping[int, int] = field(default_factory=dict)
    postage: int = 0
    goodwill: int = 0


def limit_at(moment: datetime) -> int:
    """More than this needed two persons then."""
    return rule_rows.value(REFUND_TWO_PERSONS_ABOVE, now=moment)


def second_person(limit: int) -> Conflict:
    """Why whoever decided it may not also send it."""
    return Conflict("second_person", limit=rupiah(limit))


# --- First step -----------------------------------------------------------------------------------


def grant(
    order_code: str, wanted: Wanted, *, reason: str, by: int, now: datetime
) -> RefundGrant:  # fmt: skip
    """Decide what goes back of an order; nothing moves before somebody carries it out."""
    payment, order = _locked(order_code)
    refuse_own_order(by, order.id)
    _refuse_while_disputed(payment)
    parts = {
        line_id: rules.pieces_of(left, _pieces(left, line_id, wanted))
        for line_id, left in queries.left_of_lines(order.id).items()
        if wanted.pieces.get(line_id)
    }
    goods = sum(part.amount for part in parts.values())
    amount = goods + wanted.postage + wanted.goodwill
    if amount <= 0:
        raise Invalid("grant_nothing")
    granted_before = queries.decided_of(payment.id)
    one = RefundGrant(
        code=new_code(),
        order_id=order.id,
        payment_id=payment.id,
        goods=goods,
        postage=wanted.postage,
        goodwill=wanted.goodwill,
        amount=amount,
        reason=reason,
        two_persons=rules.needs_two(amount, granted_before=granted_before, limit=limit_at(now)),
        granted_by=by,
        granted_at=now,
    )
    _fits(one, payment, order)
    db.session.add(one)
    db.session.flush()
    for line_id, part in parts.items():
        db.session.add(
            RefundGrantLine(
                grant_id=one.id,
                line_id=line_id,
                quantity=part.quantity,
                amount=part.amount,
                commission=part.commission,
                commission_tax=part.commission_tax,
            )
        )
    history.record(
        "refund.granted", f"grant:{one.code}", by=by, at=now, reason=reason, rupiah=amount,
        order=order.code, goods=goods, postage=wanted.postage, goodwill=wanted.goodwill,
        two_persons=one.two_persons,
    )  # fmt: skip
    return one


def _pieces(left: Part, line_id: int, wanted: Wanted) -> int:
    quantity = wanted.pieces[line_id]
    if quantity > left.quantity:
        raise Invalid("grant_pieces", field=f"line_{line_id}", left=left.quantity)
    return quantity


# --- Second step ----------------------------------------------------------------------------------


def execute(code: str, *, by: int, now: datetime) -> Refund:
    """Make a refund of what was granted, once; above the limit only by another person."""
    payment, order, one = _opened(code)
    refuse_own_order(by, order.id)
    if one.two_persons and one.granted_by == by:
        raise second_person(limit_at(one.granted_at))
    _refuse_while_disputed(payment)
    _fits(one, payment, order)
    refund = refunds.ask(
        payment,
        amount=one.amount,
        reason=one.reason,
        by=by,
        now=now,
        order_id=order.id,
        shares=_shares(one, order),
    )
    db.session.flush()
    one.refund_id = refund.id
    _end(one, GrantState.EXECUTED, by, now)
    history.record(
        "refund.executed", f"grant:{one.code}", by=by, at=now, reason=one.reason,
        rupiah=one.amount, refund=refund.code, granted_by=one.granted_by,
    )  # fmt: skip
    db.session.flush()
    return refund


def withdraw(code: str, *, reason: str, by: int, now: datetime) -> None:
    """Decide otherwise before anything was sent."""
    _, order, one = _opened(code)
    refuse_own_order(by, order.id)
    _end(one, GrantState.WITHDRAWN, by, now)
    history.record(
        "refund.withdrawn", f"grant:{one.code}", by=by, at=now, reason=reason, rupiah=one.amount
    )


def _shares(one: RefundGrant, order: Order) -> Shares:
    """What the refund is made of, and the cut that falls away with its lines."""
    lines = db.session.execute(
        select(
            func.coalesce(func.sum(RefundGrantLine.commission), 0),
            func.coalesce(func.sum(RefundGrantLine.commission_tax), 0),
        ).where(RefundGrantLine.grant_id == one.id)
    ).one()
    away = ledger.fallen_away(order.id)
    all_goods = 0 < one.goods == queries.left_of_order(order.id, order.state).goods
    return Shares(
        goods=one.goods,
        postage=one.postage,
        goodwill=one.goodwill,
        commission=rules.cut_away(
            order.commission - away.commission, int(lines[0]), all_goods=all_goods
        ),
        commission_tax=rules.cut_away(
            order.commission_tax - away.tax, int(lines[1]), all_goods=all_goods
        ),
    )


def _end(one: RefundGrant, state: GrantState, by: int, now: datetime) -> None:
    one.state = move(GrantState(one.state), state, GRANT_MOVES)
    one.ended_by, one.ended_at = by, now


# --- What is left ---------------------------------------------------------------------------------


def _locked(order_code: str) -> tuple[Payment, Order]:
    """The payment that counts and the order, locked with all their siblings."""
    group_id = db.session.scalar(select(Order.group_id).where(Order.code == order_code))
    if group_id is None:
        raise NotFound()
    paying = payments.locked_group(group_id)
    orders = payments.locked_orders(group_id)
    payment = next((one for one in paying if one.counts), None)
    if payment is None:
        raise Conflict("grant_order_over")
    return payment, next(one for one in orders if one.code == order_code)


def _opened(code: str) -> tuple[Payment, Order, RefundGrant]:
    """A grant that is still to be carried out, locked after its payment."""
    order_code = db.session.scalar(
        select(Order.code)
        .join(RefundGrant, RefundGrant.order_id == Order.id)
        .where(RefundGrant.code == code)
    )
    if order_code is None:
        raise NotFound()
    payment, order = _locked(order_code)
    one = locked_row(RefundGrant, code)
    if one.state != GrantState.GRANTED:
        raise Conflict("grant_over")
    return payment, order, one


def _refuse_while_disputed(payment: Payment) -> None:
    """What a card bank is about to decide must not go back a second time."""
    if disputes.undecided(payment.id):
        raise Conflict("payment_disputed")


def _fits(one: RefundGrant, payment: Payment, order: Order) -> None:
    """Never more than the order's own goods and postage, nor than the payment can give back.

    Other grants that are still open have their money already set apart.
    """
    if order.state not in PAID_FOR:
        raise Conflict("grant_order_over")
    if order.contested:
        raise Conflict("complaint_open")
    others = queries.open_grants(payment.id, but=one.code)
    left = queries.left_of_order(order.id, order.state)
    mine = [other for other in others if other.order_id == order.id]
    if one.goods > left.goods - sum(other.goods for other in mine):
        raise Conflict("grant_goods")
    if one.postage > left.postage - sum(other.postage for other in mine):
        raise Invalid("grant_postage", field="postage")
    loose = sum(other.amount for other in others)
    parts: list[Any] = [one, *others]
    from_held = sum(each.goods + each.postage for each in parts if _is_held(each.order_id))
    beyond = one.amount - (one.goods + one.postage if order.state != OrderState.COMPLETED else 0)
    paid = payment.amount - ledger.taken_back(payment.id)
    most = rules.most_now(
        paid=paid,
        refunded=payment.refunded,
        granted=loose + one.amount - beyond,
        held=ledger.held_of_group(payment.group_id) - from_held,
    )
    if beyond > most and one.goodwill:
        raise Invalid("grant_too_large", field="goodwill", most=rupiah(most))
    if beyond > most or one.amount > paid - payment.refunded - loose:
        raise Conflict("refund_too_large", asked=one.amount)


def _is_held(order_id: int) -> bool:
    """Whether this order's money still lies with us."""
    return db.session.get_one(Order, order_id).state in (OrderState.NEW, OrderState.ACCEPTED)
