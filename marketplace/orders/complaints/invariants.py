"""What must be true of complaints, their orders, and the money held for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, case, func, or_, select

from marketplace.core.db import db
from marketplace.orders.complaints.models import Complaint, ComplaintEvent, ComplaintLine
from marketplace.orders.complaints.states import COMPLAINT_MOVES, OPEN, ComplaintState
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.rules import Account, Fact
from marketplace.orders.models import Order, OrderLine, Refund
from marketplace.orders.states import OrderState

Rows = Sequence[Row[Any]]
_E = LedgerEntry.__table__
STEP_TO: Mapping[str, ComplaintState] = {
    "opened": ComplaintState.ASKED,
    "offered": ComplaintState.OFFERED,
    "promised": ComplaintState.RESENDING,
    "resent": ComplaintState.RESENT,
    "refused": ComplaintState.DESK,
    "unanswered": ComplaintState.DESK,
    "at_bank": ComplaintState.DESK,
    "passed_on": ComplaintState.DESK,
    "agreed": ComplaintState.SETTLED,
    "accepted": ComplaintState.SETTLED,
    "received": ComplaintState.SETTLED,
    "lapsed": ComplaintState.SETTLED,
    "decided": ComplaintState.DECIDED,
    "withdrawn": ComplaintState.WITHDRAWN,
}


def k1_a_complaint_holds_its_order() -> Rows:
    """Contested are the accepted orders with an open complaint; only for them money is disputed."""
    open_ = Complaint.state.in_(OPEN)
    disputed = (
        select(
            _E.c.order_id,
            _lies_in(Account.DISPUTED).label("amount"),
            _lies_in(Account.ESCROW).label("escrow"),
            func.sum(case((_E.c.fact == Fact.CHARGEBACK_FROM_ESCROW, 1), else_=0)).label("lost"),
        )
        .where(_E.c.order_id.is_not(None))
        .group_by(_E.c.order_id)
        .subquery()
    )
    amount = func.coalesce(disputed.c.amount, 0)
    return _rows(
        select(Order.code, Order.state, Order.contested, Complaint.state, amount)
        .outerjoin(Complaint, Complaint.order_id == Order.id)
        .outerjoin(disputed, disputed.c.order_id == Order.id)
        .where(
            or_(
                Order.contested != func.coalesce(open_, False),
                and_(Order.contested, Order.state != OrderState.ACCEPTED),
                and_(~Order.contested, amount != 0),
                and_(
                    Order.contested,
                    func.coalesce(disputed.c.escrow, 0) != 0,
                    func.coalesce(disputed.c.lost, 0) == 0,
                ),
            )
        )
    )


def k2_a_complaint_gives_back_once_and_what_its_lines_say() -> Rows:
    """Its pieces were bought; its refund is of its order and amount, shared by its lines."""
    lines = (
        select(
            ComplaintLine.complaint_id,
            func.sum(ComplaintLine.amount).label("amount"),
            func.sum(ComplaintLine.back).label("back"),
        )
        .group_by(ComplaintLine.complaint_id)
        .subquery()
    )
    goods = case((Complaint.back < Complaint.goods, Complaint.back), else_=Complaint.goods)
    return [
        *_rows(
            select(Complaint.id, Complaint.goods, lines.c.amount, Complaint.back, lines.c.back)
            .outerjoin(lines, lines.c.complaint_id == Complaint.id)
            .where(
                or_(
                    func.coalesce(lines.c.amount, 0) != Complaint.goods,
                    func.coalesce(lines.c.back, 0) != goods,
                )
            )
        ),
        *_rows(
            select(Complaint.id, Complaint.back, Refund.code, Refund.amount)
            .join(Refund, Refund.id == Complaint.refund_id)
            .where(
                or_(Refund.amount != Complaint.back, Refund.order_id != Complaint.order_id),
            )
        ),
        *_rows(
            select(Complaint.id, OrderLine.id, ComplaintLine.quantity)
            .join(ComplaintLine, ComplaintLine.complaint_id == Complaint.id)
            .join(OrderLine, OrderLine.id == ComplaintLine.line_id)
            .where(
                or_(
                    OrderLine.order_id != Complaint.order_id,
                    ComplaintLine.quantity > OrderLine.quantity - OrderLine.cancelled,
                    ComplaintLine.amount != OrderLine.price * ComplaintLine.quantity,
                )
            )
        ),
    ]


def k3_complaints_make_declared_moves() -> Rows:
    """Every complaint's book tells only moves of the table and ends where the complaint stands."""
    broken: list[Row[Any]] = []
    told: dict[int, ComplaintState] = {}
    for row in _rows(
        select(ComplaintEvent.complaint_id, ComplaintEvent.what).order_by(ComplaintEvent.id)
    ):
        if row.what == "proposed":  # a word among officers: it stays with them
            continue
        there, here = STEP_TO.get(row.what), told.get(row.complaint_id)
        first = here is None and there is ComplaintState.ASKED
        if there is None or not (first or (here and there in COMPLAINT_MOVES[here])):
            broken.append(row)
            continue
        told[row.complaint_id] = there
    stands = _rows(select(Complaint.id, Complaint.state))
    return [*broken, *[row for row in stands if told.get(row.id) != row.state]]


def _lies_in(account: Account) -> Any:
    return func.sum(
        case((_E.c.credit == account, _E.c.amount), else_=0)
        - case((_E.c.debit == account, _E.c.amount), else_=0)
    )


def _rows(statement: Any) -> list[Row[Any]]:
    return list(db.session.execute(statement).all())


CHECKS: dict[str, Callable[[], Rows]] = {
    "K1": k1_a_complaint_holds_its_order,
    "K2": k2_a_complaint_gives_back_once_and_what_its_lines_say,
    "K3": k3_complaints_make_declared_moves,
}
