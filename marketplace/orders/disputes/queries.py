"""What an officer sees of disputes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, func, select

from marketplace.core.db import read, read_one
from marketplace.orders.disputes.models import Dispute
from marketplace.orders.disputes.states import OPEN, WANTS_AN_ANSWER, DisputeState
from marketplace.orders.models import Order, OrderGroup, Payment

_SHOPS = (
    select(func.aggregate_strings(Order.shop_name, ", "))
    .where(Order.group_id == OrderGroup.id)
    .correlate(OrderGroup)
    .scalar_subquery()
)
_DISPUTE = (
    select(
        Dispute.__table__,
        Payment.code.label("payment_code"),
        Payment.amount.label("paid"),
        OrderGroup.code.label("group_code"),
        OrderGroup.recipient,
        _SHOPS.label("shops"),
    )
    .outerjoin(Payment, Payment.id == Dispute.payment_id)
    .outerjoin(OrderGroup, OrderGroup.id == Payment.group_id)
)
_OPEN_FIRST = (
    case((Dispute.state.in_(WANTS_AN_ANSWER), 0), (Dispute.state.in_(OPEN), 1), else_=2),
    case((Dispute.state.in_(OPEN), Dispute.evidence_due_by), else_=None),
    Dispute.id.desc(),
)
_LIST = _DISPUTE.order_by(*_OPEN_FIRST).limit(200)
_ONE = _DISPUTE.where(Dispute.code == bindparam("code"))


def disputes() -> Sequence[Row[Any]]:
    """What wants an answer first, the soonest due on top; then what is read, then what is over."""
    return read(_LIST)


def dispute(code: str) -> Row[Any] | None:
    """One of them."""
    return read_one(_ONE, {"code": code})


_UNDECIDED = select(Dispute.id).where(
    Dispute.payment_id == bindparam("payment_id"),
    Dispute.state.in_((DisputeState.NEEDS_RESPONSE, DisputeState.UNDER_REVIEW)),
)


def undecided(payment_id: int) -> bool:
    """Whether a card bank is to decide about this payment: until then nobody knows whose it is."""
    return read_one(_UNDECIDED, {"payment_id": payment_id}) is not None


_DECIDED = select(Dispute.id).where(
    Dispute.payment_id == bindparam("payment_id"), Dispute.closed_at.is_not(None)
)


def decided(payment_id: int) -> bool:
    """Whether a dispute about this payment is over."""
    return read_one(_DECIDED, {"payment_id": payment_id}) is not None


_LOST = select(func.coalesce(func.sum(Dispute.amount), 0).label("amount")).where(
    Dispute.payment_id == bindparam("payment_id"),
    Dispute.state == DisputeState.LOST,
    Dispute.taken_at.is_not(None),
    Dispute.returned_at.is_(None),
)


def kept_by_bank(payment_id: int) -> int:
    """What card banks took of this payment and gave to its buyer for good."""
    row = read_one(_LOST, {"payment_id": payment_id})
    return int(row.amount) if row else 0


_CLOSED = select(Dispute.id).where(
    Dispute.provider == bindparam("provider"),
    Dispute.reference == bindparam("reference"),
    Dispute.closed_at.is_not(None),
)


def is_closed(provider: str, reference: str) -> bool:
    """Whether we know that this one is over."""
    return read_one(_CLOSED, {"provider": provider, "reference": reference}) is not None


_COULD_BE_LINKED = (
    select(Dispute.id, Dispute.provider, Dispute.payment_reference)
    .join(
        Payment,
        and_(
            Payment.provider == Dispute.provider,
            Payment.charge_reference == Dispute.payment_reference,
        ),
    )
    .where(Dispute.payment_id.is_(None))
    .order_by(Dispute.id)
)


def could_be_linked() -> Sequence[Row[Any]]:
    """Disputes that came before their payment was known, which it is now."""
    return read(_COULD_BE_LINKED)


_AWAY = select(Dispute.id).where(
    Dispute.payment_id == bindparam("payment_id"),
    Dispute.taken_at.is_not(None),
    Dispute.returned_at.is_(None),
)


def holds_money(payment_id: int) -> bool:
    """Whether a card bank has taken money of this payment: giving it back too would pay twice."""
    return read_one(_AWAY, {"payment_id": payment_id}) is not None
