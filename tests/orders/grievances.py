"""Orders that were sent, and buyers who are not content, in few words for tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from marketplace.flows import complaining
from marketplace.flows.complaining import Shop
from marketplace.makers.models import Ikm
from marketplace.orders import fulfilment, queries
from marketplace.orders.complaints.complaints import Filed
from marketplace.orders.complaints.models import Complaint
from marketplace.orders.complaints.states import Kind, Wish
from marketplace.orders.models import OrderGroup, OrderLine, Refund
from marketplace.orders.views import GroupView
from tests import builders
from tests.orders import money


def shipped(price: int = 40_000, *, shop: Ikm | None = None) -> str:
    """An order that was paid by transfer and is with the courier; its code."""
    (code,) = money.buy((shop or builders.shop(), price))
    with transaction():
        group = OrderGroup.id == money.order_group(code)
        db.session.execute(update(OrderGroup).where(group).values(email="asih@contoh.test"))
    money.pay(code)
    send(code)
    return code


def send(code: str) -> None:
    """From the shop's yes to the courier."""
    by = builders.person("Citra")
    for step, more in (
        (fulfilment.accept, {}),
        (fulfilment.pack, {}),
        (fulfilment.ship, {"courier": "Pos", "tracking": "1"}),
    ):
        order = money.order(code)
        with transaction():
            step(  # type: ignore[operator]
                code, ikm_id=order.ikm_id, by=by, version=order.version, now=clock.now(), **more
            )


def group_of(code: str) -> GroupView:
    """The whole of what the buyer paid for."""
    found = select(OrderGroup.code).where(OrderGroup.id == money.order(code).group_id)
    group = queries.group_by_code(str(db.session.scalar(found)))
    db.session.rollback()
    assert group is not None
    return group


def lines_of(code: str) -> list[OrderLine]:
    """What was sold, as it stands."""
    id = money.order(code).id
    found = list(
        db.session.scalars(select(OrderLine).where(OrderLine.order_id == id).order_by(OrderLine.id))
    )
    db.session.rollback()
    return found


def filed(code: str, **changed: Any) -> Filed:
    """Everything arrived broken, and all the money is wanted back, unless said otherwise."""
    pieces = {line.id: line.quantity for line in lines_of(code)}
    said: dict[str, Any] = {
        "kind": Kind.DAMAGED,
        "words": "Semua bungkusnya pecah.",
        "wish": Wish.ALL,
        "amount": None,
        "pieces": pieces,
        **changed,
    }
    return Filed(**said)


def complain(code: str, **changed: Any) -> None:
    """The buyer complains."""
    complaining.complain(group_of(code), code, filed(code, **changed), [], by=None)


def shop_of(code: str) -> Shop:
    """Citra answers for the shop."""
    return Shop(money.order(code).ikm_id, builders.person("Citra"))


def complaint_of(code: str) -> Complaint:
    """The complaint about an order, as it stands."""
    id = money.order(code).id
    found = db.session.scalars(select(Complaint).where(Complaint.order_id == id)).one()
    db.session.rollback()
    return found


def balance(*accounts: str) -> dict[str, int]:
    """What lies in these accounts, as liabilities count."""
    return {
        account: sum(
            amount * ((credit == account) - (debit == account))
            for _, debit, credit, amount in money.book()
        )
        for account in accounts
    }


@pytest.fixture
def sound(app: Flask) -> Iterator[None]:
    """Whatever a test did, every promise about money still holds after it."""
    yield
    assert money.broken() == {}


def refunds() -> list[int]:
    """Every amount that was promised back."""
    db.session.rollback()
    return list(db.session.scalars(select(Refund.amount)))


def letters() -> list[tuple[str, str]]:
    """What was written to whom: (step, side)."""
    db.session.rollback()
    jobs = db.session.scalars(select(Job).where(Job.name == "letters.send").order_by(Job.id))
    found = [job.args["params"] for job in jobs if job.args["name"] == "complaint"]
    return [(params["what"], params["side"]) for params in found]


def pass_time(days: float) -> time_machine.travel:
    """So many days go by."""
    return time_machine.travel(clock.now() + timedelta(days=days))
