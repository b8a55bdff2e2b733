"""What waits for a person of the dinas: how many of each kind, and since when.

One statement, however much waits; whatever a later room adds is one part more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, literal, select, union_all

from marketplace.catalog.models import Product
from marketplace.catalog.states import ProductState
from marketplace.core.db import Utc, read
from marketplace.core.jobs import Job, JobState
from marketplace.makers.models import Ikm
from marketplace.makers.states import ShopState
from marketplace.orders.bank.models import Receipt, ReceiptReturn
from marketplace.orders.bank.queries import WAITING
from marketplace.orders.bank.states import ReturnState
from marketplace.orders.complaints.models import Complaint
from marketplace.orders.complaints.states import ComplaintState
from marketplace.orders.disputes.models import Dispute
from marketplace.orders.disputes.states import WANTS_AN_ANSWER
from marketplace.orders.grants.models import RefundGrant
from marketplace.orders.grants.states import GrantState
from marketplace.orders.models import Alarm, Order, OrderGroup, Payment, Refund
from marketplace.orders.payouts.models import Payout, PayoutRun
from marketplace.orders.payouts.states import PayoutState, RunState
from marketplace.orders.reviews.models import Review
from marketplace.orders.rules import LOOK_AFTER_SILENCE, ON_OUR_ACCOUNT
from marketplace.orders.states import Fulfilment, OrderState, PaymentState, RefundState

# An accepted order is asked after when it is silent for a fortnight; long before that it is late.
LATE_AFTER = timedelta(days=4)
STUCK_AFTER = timedelta(minutes=15)  # promised work nobody began: does the worker stand still?
NOT_GONE = (Fulfilment.OPEN, Fulfilment.PACKED, Fulfilment.PARTLY, Fulfilment.NEXT)


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many of a kind, the first of them since then."""

    count: int
    since: datetime | None


_LATE = (
    Order.state == OrderState.ACCEPTED,
    Order.parcel.in_(NOT_GONE),
    Order.due_at <= bindparam("late", type_=Utc),
)
BY_HAND = (
    Payment.provider.in_(ON_OUR_ACCOUNT) & Refund.state.in_([RefundState.ASKED, RefundState.SENT])
) | (Refund.state == RefundState.FAILED)


def _part(kind: str, since: Any, *where: ColumnElement[bool]) -> Select[Any]:
    return select(
        literal(kind).label("kind"), func.count().label("number"), func.min(since).label("since")
    ).where(*where)


_ALL = union_all(
    _part("alarms", Alarm.raised_at, Alarm.settled_at.is_(None)),
    _part("complaints", Complaint.opened_at, Complaint.state == ComplaintState.DESK),
    _part("reviews", Review.written_at, Review.reports > 0),
    _part("reread", Review.changed_since, Review.changed_since.is_not(None)),
    _part("disputes", Dispute.opened_at, Dispute.state.in_(WANTS_AN_ANSWER)),
    _part("grants", RefundGrant.granted_at, RefundGrant.state == GrantState.GRANTED),
    _part("refunds", Refund.created_at, Refund.payment_id == Payment.id, BY_HAND),
    _part("returns", ReceiptReturn.created_at, ReceiptReturn.state == ReturnState.DECIDED),
    _part("receipts", Receipt.created_at, Receipt.state.in_(WAITING)),
    _part(
        "transfers",
        Payment.created_at,
        Payment.provider.in_(ON_OUR_ACCOUNT),
        Payment.state.in_([PaymentState.ASKED, PaymentState.OPEN]),
    ),
    _part("runs", PayoutRun.made_at, PayoutRun.state.in_((RunState.PLANNED, RunState.APPROVED))),
    _part(
        "backs",
        Payout.back_asked_at,
        Payout.back_asked_by.is_not(None),
        Payout.state.in_((PayoutState.SENT, PayoutState.PAID)),
    ),
    _part("late", Order.created_at, *_LATE),
    _part(
        "stuck",
        Job.run_at,
        Job.state == JobState.READY,
        Job.run_at <= bindparam("stuck", type_=Utc),
    ),
    _part("shops", Ikm.submitted_at, Ikm.state == ShopState.REVIEW),
    _part("products", Product.submitted_at, Product.state == ProductState.REVIEW),
    _part(
        "changed",
        Product.changed_at,
        Product.state == ProductState.LIVE,
        Product.changed_at.is_not(None),
    ),
)
_ORDERS = (
    select(
        Order.code,
        Order.shop_name,
        Order.created_at,
        Order.parcel,
        OrderGroup.code.label("group_code"),
        OrderGroup.recipient,
        OrderGroup.phone,
        Ikm.whatsapp,
    )
    .join(OrderGroup, OrderGroup.id == Order.group_id)
    .join(Ikm, Ikm.id == Order.ikm_id)
    .where(*_LATE)
    .order_by(Order.due_at, Order.id)
    .limit(200)
)


def waiting(now: datetime) -> dict[str, Waiting]:
    """Every kind of work, also what nobody waits for."""
    values = {"late": _late_at(now), "stuck": now - STUCK_AFTER}
    return {row.kind: Waiting(int(row.number), row.since) for row in read(_ALL, values)}


def late_orders(now: datetime) -> Sequence[Row[Any]]:
    """Orders that a shop accepted and has not sent in time, the longest silent first."""
    return read(_ORDERS, {"late": _late_at(now)})


def _late_at(now: datetime) -> datetime:
    """An order's `due_at` is when an officer asks after it: a fortnight from when it was due."""
    return now + LOOK_AFTER_SILENCE - LATE_AFTER
