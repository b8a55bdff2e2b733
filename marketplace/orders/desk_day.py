"""What waits for the dinas in the room of orders: transfers to look up, and alarms."""

from __future__ import annotations

from sqlalchemy import func, select

from marketplace.core.db import read_one
from marketplace.orders.bank import queries
from marketplace.orders.models import Alarm, Payment
from marketplace.orders.payouts import queries as payouts
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
    payouts.waiting(),
)


def numbers() -> tuple[int, int, int, int]:
    """Transfers expected, money not clear, alarms nobody settled, runs of payouts without a yes."""
    row = read_one(_NUMBERS)
    if row is None:
        return 0, 0, 0, 0
    return int(row.transfers), int(row.receipts), int(row.alarms), int(row.runs)
