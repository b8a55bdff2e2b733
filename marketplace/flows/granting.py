"""What the dinas gives back: decided in one step, carried out in another, told to both sides."""

from __future__ import annotations

from marketplace.core import clock
from marketplace.core.failpoints import passing
from marketplace.core.work import transaction
from marketplace.flows import order_letters
from marketplace.orders.grants import grants, queries
from marketplace.orders.grants.grants import Wanted
from marketplace.orders.ledger.rules import Shares


def grant(order_code: str, wanted: Wanted, *, reason: str, by: int) -> str:
    """Decide; the code of what was decided."""
    with transaction():
        return grants.grant(order_code, wanted, reason=reason, by=by, now=clock.now()).code


def execute(code: str, *, by: int) -> str:
    """Carry out: from here on it is a refund like any other, sent by its job or by hand."""
    with transaction():
        refund = grants.execute(code, by=by, now=clock.now())
        row = queries.grant(code)
        if row is not None:
            given = Shares(goods=row.goods, postage=row.postage, goodwill=row.goodwill)
            order_letters.granted(row.group_code, row.order_code, refund.code, given)
        refund_code = refund.code
    passing("grants.executed")
    return refund_code


def withdraw(code: str, *, reason: str, by: int) -> None:
    """Decide otherwise while nothing was sent."""
    with transaction():
        grants.withdraw(code, reason=reason, by=by, now=clock.now())
