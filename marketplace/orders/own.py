"""Nobody decides about money of an order of their own: not who bought it, not whose shop sold it.

The buyer is known by the account that placed the order, or by the address that it was given.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from marketplace.accounts.models import Person
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.makers.models import Membership
from marketplace.orders.models import Order, OrderGroup


def refuse_own_order(by: int | None, order_id: int) -> None:
    """One order: its buyer and the people of its shop leave it to another officer."""
    _refuse(by, Order.id == order_id)


def refuse_own_group(by: int | None, group_id: int) -> None:
    """All that was paid at once: its buyer and the people of any of its shops."""
    _refuse(by, Order.group_id == group_id)


def _refuse(by: int | None, which: ColumnElement[bool]) -> None:
    if by is None:
        return
    address = select(Person.email).where(Person.id == by).scalar_subquery()
    shops = select(Membership.ikm_id).where(Membership.person_id == by)
    own = or_(OrderGroup.person_id == by, OrderGroup.email == address, Order.ikm_id.in_(shops))
    found = select(Order.id).join(OrderGroup, OrderGroup.id == Order.group_id).where(which, own)
    if db.session.scalar(found.limit(1)) is not None:
        raise Conflict("own_order")
