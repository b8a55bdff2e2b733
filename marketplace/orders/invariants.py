"""What must be true of the whole database at any time; each check names the rows that break it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, String, and_, case, cast, exists, func, literal, or_, select, tuple_

from marketplace.core.db import db
from marketplace.core.jobs import Job, JobState
from marketplace.makers import invariants as makers
from marketplace.orders import shelf_invariants as shelves
from marketplace.orders.bank import invariants as bank
from marketplace.orders.cards import invariants as cards
from marketplace.orders.complaints import invariants as complaints
from marketplace.orders.disputes import invariants as disputes
from marketplace.orders.grants import invariants as grants
from marketplace.orders.ledger import invariants as ledger
from marketplace.orders.models import (
    Alarm,
    Order,
    OrderEvent,
    OrderGroup,
    OrderLine,
    Payment,
    Refund,
)
from marketplace.orders.parcels import invariants as parcels
from marketplace.orders.payouts import invariants as payouts
from marketplace.orders.reviews import invariants as reviews
from marketplace.orders.rules import ON_OUR_ACCOUNT
from marketplace.orders.states import (
    ORDER_MOVES,
    OrderState,
    PaymentState,
    RefundState,
)

Rows = Sequence[Row[Any]]
MOST_SHOWN = 20


def check_all() -> dict[str, list[list[Any]]]:
    """Every check with the rows that break it; all empty when all is well."""
    return {
        name: [list(row) for row in check()[:MOST_SHOWN]] for name, check in sorted(CHECKS.items())
    }


def m3_never_more_back_than_came() -> Rows:
    """0 <= refunded <= captured = what was asked; what is noted is what was promised."""
    promised = (
        select(func.coalesce(func.sum(Refund.amount), 0))
        .where(Refund.payment_id == Payment.id)
        .correlate(Payment)
        .scalar_subquery()
    )
    return [
        *_rows(
            select(Payment.code, Payment.amount, Payment.refunded, promised).where(
                or_(
                    Payment.refunded != promised,
                    promised > Payment.amount,
                    and_(promised > 0, Payment.state != PaymentState.PAID),
                )
            )
        ),
        *ledger.m3_promises_in_the_book_are_those_of_the_refunds(),
    ]


def m4_one_payment_counts() -> Rows:
    """A group has at most one payment that counts, it is paid, and its orders are not waiting."""
    return [
        *_rows(
            select(Payment.group_id, func.count())
            .where(Payment.counts)
            .group_by(Payment.group_id)
            .having(func.count() > 1)
        ),
        *_rows(
            select(Payment.code, Payment.state).where(
                Payment.counts, Payment.state != PaymentState.PAID
            )
        ),
        *_rows(
            select(Order.code, Order.state).where(
                Order.state.in_([OrderState.NEW, OrderState.ACCEPTED, OrderState.COMPLETED]),
                ~exists().where(Payment.group_id == Order.group_id, Payment.counts),
            )
        ),
        *_rows(
            select(Order.code, Order.state).where(
                Order.state == OrderState.WAITING,
                exists().where(Payment.group_id == Order.group_id, Payment.counts),
            )
        ),
    ]


def m5_sums_add_up() -> Rows:
    """Lines make the goods of an order, orders make their group, to the rupiah."""
    lines = (
        select(func.sum(OrderLine.price * OrderLine.quantity))
        .where(OrderLine.order_id == Order.id)
        .correlate(Order)
        .scalar_subquery()
    )
    parts = [
        select(func.sum(column))
        .where(Order.group_id == OrderGroup.id)
        .correlate(OrderGroup)
        .scalar_subquery()
        for column in (Order.goods, Order.postage, Order.total)
    ]
    return [
        *_rows(select(Order.code, Order.goods, lines).where(Order.goods != lines)),
        *_rows(
            select(OrderGroup.code, OrderGroup.total, *parts).where(
                or_(
                    OrderGroup.goods != parts[0],
                    OrderGroup.postage != parts[1],
                    OrderGroup.total != parts[2],
                )
            )
        ),
        *_rows(
            select(Payment.code, Payment.amount, OrderGroup.total)
            .join(OrderGroup, OrderGroup.id == Payment.group_id)
            .where(Payment.amount != OrderGroup.total + Payment.unique_code)
        ),
        *ledger.m5_paid_is_what_was_ordered(),
    ]


def m7_every_effect_has_its_intent() -> Rows:
    """Money that came not for its group is going back, and nothing is done without a reference."""
    going_back = exists().where(Refund.payment_id == Payment.id)
    return [
        *_rows(
            select(Payment.code, Payment.amount).where(
                Payment.state == PaymentState.PAID, ~Payment.counts, ~going_back
            )
        ),
        *_rows(
            select(Payment.code, Payment.state).where(
                Payment.provider.not_in(ON_OUR_ACCOUNT),
                Payment.state == PaymentState.PAID,
                Payment.charge_reference.is_(None),
            )
        ),
        *_rows(
            select(Refund.code, Refund.state)
            .join(Payment, Payment.id == Refund.payment_id)
            .where(
                Payment.provider.not_in(ON_OUR_ACCOUNT),
                Refund.state == RefundState.SENT,
                Refund.reference.is_(None),
            )
        ),
    ]


def m9_money_is_rupiah() -> Rows:
    """Every payment is in rupiah; the factor of a provider lives in its adapter alone."""
    return _rows(select(Payment.code, Payment.currency).where(Payment.currency != "idr"))


def j1_a_parked_job_calls_a_person() -> Rows:
    """Work that failed too often has its alarm, whether somebody has dealt with it or not."""
    told = exists().where(Alarm.subject == literal("job:") + cast(Job.id, String))
    return _rows(select(Job.id, Job.name).where(Job.state == JobState.PARKED, ~told))


STEP_TO = {
    "placed": OrderState.WAITING,
    "paid": OrderState.NEW,
    "accepted": OrderState.ACCEPTED,
    "received": OrderState.COMPLETED,
    "completed": OrderState.COMPLETED,
    "settled": OrderState.COMPLETED,
    "cancelled": OrderState.CANCELLED,
    "expired": OrderState.CANCELLED,
}


def o1_only_declared_moves() -> Rows:
    """Every order's book tells only moves of the table and ends where the order stands."""
    there = case(STEP_TO, value=OrderEvent.what)
    of = OrderEvent.order_id
    moves = (
        select(
            OrderEvent.order_id,
            OrderEvent.what,
            OrderEvent.version,
            there.label("there"),
            func.coalesce(func.lag(there).over(partition_by=of, order_by=OrderEvent.id), "").label(
                "here"
            ),
            func.row_number()
            .over(partition_by=of, order_by=OrderEvent.id.desc())
            .label("from_the_end"),
        )
        .where(OrderEvent.what.in_(STEP_TO))
        .subquery()
    )
    declared = [("", OrderState.WAITING)]
    declared += [(here, there) for here, allowed in ORDER_MOVES.items() for there in allowed]
    last = moves.alias("last")
    return [
        *_rows(
            select(moves.c.order_id, moves.c.what, moves.c.version).where(
                tuple_(moves.c.here, moves.c.there).not_in(declared)
            )
        ),
        *_rows(
            select(Order.id, Order.code, Order.state)
            .outerjoin(last, and_(last.c.order_id == Order.id, last.c.from_the_end == 1))
            .where(func.coalesce(last.c.there, "") != Order.state)
        ),
    ]


def _rows(statement: Any) -> list[Row[Any]]:
    return list(db.session.execute(statement).all())


_OWN: Mapping[str, Callable[[], Rows]] = {
    "M1": ledger.m1_every_booking_is_as_its_fact_says,
    "M2": ledger.m2_money_lies_where_it_came_in,
    "M3": m3_never_more_back_than_came,
    "M4": m4_one_payment_counts,
    "M5": m5_sums_add_up,
    "M6": ledger.m6_what_is_held_and_what_is_the_shops,
    "M7": m7_every_effect_has_its_intent,
    "M9": m9_money_is_rupiah,
    "J1": j1_a_parked_job_calls_a_person,
    "O1": o1_only_declared_moves,
}
_ROOMS = (bank, cards, complaints, disputes, grants, makers, parcels, payouts, reviews, shelves)


def _each_by_its_name() -> dict[str, Callable[[], Rows]]:
    """Of two checks under one name the first would never be made again, and nobody would see it."""
    every = [
        named for checks in (_OWN, *(room.CHECKS for room in _ROOMS)) for named in checks.items()
    ]
    found = dict(every)
    if len(found) < len(every):
        raise ValueError("two checks bear the same name")
    return found


CHECKS = _each_by_its_name()
