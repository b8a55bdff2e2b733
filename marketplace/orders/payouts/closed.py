"""Shops that closed for good: what they still have to come is held until an officer lets it go.

Nobody opens such a shop again, so its money cannot wait for that: an officer finds out to whom it
is due, and says why. Until then it stays on the shop's balance, and is never the market's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, or_, select

from marketplace.accounts.models import Person
from marketplace.core import history
from marketplace.core.db import db, read
from marketplace.core.errors import Conflict
from marketplace.makers.models import Ikm
from marketplace.makers.own import refuse_own_shop
from marketplace.makers.shops import locked, subject
from marketplace.makers.states import ShopState
from marketplace.orders.payouts.models import PayoutClearance

_ALL_OF_SHOP = (
    select(PayoutClearance.__table__, Person.name)
    .join(Person, Person.id == PayoutClearance.by)
    .where(PayoutClearance.ikm_id == bindparam("ikm_id"))
    .order_by(PayoutClearance.id.desc())
)


def cleared() -> ColumnElement[bool]:
    """Whether the money of this row's shop was let go."""
    return exists().where(PayoutClearance.ikm_id == Ikm.id, PayoutClearance.ended_at.is_(None))


def may_be_paid() -> ColumnElement[bool]:
    """Whether a shop's money goes out as it stands: not stopped, and not closed without a word."""
    return or_(
        Ikm.state.not_in((ShopState.SUSPENDED, ShopState.CLOSED)),
        and_(Ikm.state == ShopState.CLOSED, cleared()),
    )


def let_go(ikm_id: int, *, reason: str, by: int, now: datetime) -> None:
    """A closed shop gets what it still has to come, because of this."""
    shop = locked(ikm_id)
    refuse_own_shop(by, [ikm_id])
    if shop.state != ShopState.CLOSED:
        raise Conflict("shop_not_closed")
    if _living(ikm_id) is not None:
        raise Conflict("already_let_go")
    db.session.add(PayoutClearance(ikm_id=ikm_id, reason=reason, by=by, at=now))
    history.record("shop.money_let_go", subject(shop.code), by=by, at=now, reason=reason)


def hold_again(ikm_id: int, *, reason: str, by: int, now: datetime) -> None:
    """It was let go wrongly: what is not sent yet waits again."""
    shop = locked(ikm_id)
    refuse_own_shop(by, [ikm_id])
    living = _living(ikm_id)
    if living is None:
        raise Conflict("not_let_go")
    living.ended_at, living.ended_by = now, by
    history.record("shop.money_held", subject(shop.code), by=by, at=now, reason=reason)


def of_shop(ikm_id: int) -> Sequence[Row[Any]]:
    """Who let the money of a shop go, and why; the newest first."""
    return read(_ALL_OF_SHOP, {"ikm_id": ikm_id})


def is_let_go(ikm_id: int) -> bool:
    """Whether a closed shop gets what it still has to come."""
    return any(one.ended_at is None for one in of_shop(ikm_id))


def _living(ikm_id: int) -> PayoutClearance | None:
    return db.session.scalar(
        select(PayoutClearance).where(
            PayoutClearance.ikm_id == ikm_id, PayoutClearance.ended_at.is_(None)
        )
    )
