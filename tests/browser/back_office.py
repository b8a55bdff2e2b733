"""What waits at the desk: money to give back, an alarm, a late order, a shop that has closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select, update

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.flows import granting
from marketplace.makers.states import ShopState
from marketplace.orders import alarms
from marketplace.orders.disputes.models import Dispute
from marketplace.orders.grants.grants import Wanted
from marketplace.orders.models import Alarm, Order, OrderGroup, OrderLine, Payment
from tests import builders


def lay() -> dict[str, Any]:
    """A piece and some postage of an order that is with its buyer."""
    db.session.rollback()
    order, group, line, postage = db.session.execute(
        select(Order.code, OrderGroup.code, OrderLine.id, Order.postage)
        .join(OrderGroup, OrderGroup.id == Order.group_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Payment, Payment.group_id == OrderGroup.id)
        .where(
            Order.state == "completed",
            Payment.counts,
            ~exists().where(Dispute.payment_id == Payment.id),
        )
        .order_by(Order.id)
        .limit(1)
    ).one()
    db.session.rollback()
    with transaction():
        row = db.session.scalars(select(OrderGroup).where(OrderGroup.code == group)).one()
        row.phone = "6281234567890"
    wanted = Wanted({line: 1}, postage=min(postage, 5_000))
    code = granting.grant(order, wanted, reason="Satu bungkus basi", by=builders.staff("Endah"))
    with transaction():
        alarms.sound("order_silent", f"order:{order}", now=clock.now())
        late = select(Order.id).where(Order.state == "accepted", Order.parcel == "open").limit(1)
        db.session.execute(
            update(Order).where(Order.id.in_(late)).values(due_at=clock.now() + timedelta(days=9))
        )
    alarm = db.session.scalars(select(Alarm.id).order_by(Alarm.id.desc())).first()
    closed = builders.shop("Tenun Lama", owner=builders.person("Hasan"), state=ShopState.CLOSED)
    return {
        "office": {
            "story": group, "order": order, "grant": code, "alarm": alarm, "closed": closed.code
        }
    }  # fmt: skip
