"""What waits for the dinas in the room of orders: transfers to look up, and alarms."""

from __future__ import annotations

from sqlalchemy import func, select

from marketplace.core.db import read_one
from marketplace.orders.bank import queries
from marketplace.orders.models import Alarm, Payment
from marketplace.orders.rules import ON_OUR_ACCOUNT
from marketplace.orders.states import PaymentState

_NUMBERS = select(
    select(func.count())
    .where(
        Payment.provider.in_(ON_OUR_ACCOUNT),
        Payment.state.in_([PaymentState.ASKED, PaymentState.OPEN]),
    )
    .scalar_subquery()
    .label("transfers"),
    queries.waiting().label("receipts"),
    select(func.count()).where(Alarm.settled_at.is_(None)).scalar_subquery().label("alarms"),
)


def numbers() -> tuple[int, int, int]:
    """Transfers that are expected, money that is not clear, and alarms nobody has settled."""
    row = read_one(_NUMBERS)
    return (int(row.transfers), int(row.receipts), int(row.alarms)) if row else (0, 0, 0)
