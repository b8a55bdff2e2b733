"""One truth about every payment, whoever brings it first and however often."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from marketplace.catalog import stock
from marketplace.catalog.models import StockHold, Variant
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.flows import buying, parcels, payments, provider_messages, reconcile, worker
from marketplace.orders import invariants, queries
from marketplace.orders.models import Alarm, CartLine, Order, OrderGroup, Payment, Refund
from marketplace.orders.ports import EventRefused, GatewayDown
from tests import builders
from tests.web.buying import shopper


@pytest.fixture
def bought(app: Flask) -> Iterator[tuple[Any, str]]:
    """A guest at the simulator's page with two things from two shops."""
    shopper.tariff()
    first = builders.product("Keripik", shop=builders.shop("Dapur Citra"), price=25_000)
    second = builders.product("Kain", shop=builders.shop("Tenun Budi"), price=200_000)
    guest = app.test_client()
    url = shopper.buy(guest, shopper.variant_of(first), shopper.variant_of(second))
    db.session.rollback()
    yield guest, url.rpartition("/")[2]
    db.session.rollback()
    assert not any(invariants.check_all().values())


def fresh(statement: Any) -> list[Any]:
    db.session.rollback()
    return list(db.session.scalars(statement).all())


def the_payment() -> Payment:
    return fresh(select(Payment).order_by(Payment.id))[-1]


def settled() -> tuple[list[str], int, int]:
    """What is left of a story: order states, stock, letters that were promised."""
    return (
        fresh(select(Order.state).order_by(Order.id)),
        sum(fresh(select(Variant.on_hand))),
        len(fresh(select(Refund.id))),
    )


def pay(reference: str) -> None:
    playing = provider_messages.simulator()
    assert playing is not None
    playing.pay(reference)


def test_every_order_of_messages_gives_the_same_end(bought: tuple[Any, str]) -> None:
    _, reference = bought
    playing = provider_messages.simulator()
    assert playing is not None
    playing.decline(reference)
    pay(reference)
    messages = playing.pending_events()
    assert len(messages) == 2
    for order in permutations([*messages, *messages]):
        for message in order:
            provider_messages.hear("simulator", message.body, message.signature)
        worker.run_due(until_empty=True)
    assert settled() == (["new", "new"], 18, 0)
    count = fresh(select(func.count()).select_from(Payment).where(Payment.counts))
    assert count == [1]


def test_return_and_webhook_and_sweep_settle_once(bought: tuple[Any, str]) -> None:
    _, reference = bought
    pay(reference)
    code = the_payment().code
    for _ in range(3):
        payments.settle(code)
        provider_messages.deliver_simulated()
        worker.run_due(until_empty=True)
        reconcile.run(since=timedelta(days=2))
    assert settled() == (["new", "new"], 18, 0)


def test_a_lost_webhook_is_made_good_by_the_sweep(bought: tuple[Any, str]) -> None:
    _, reference = bought
    pay(reference)
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        found = reconcile.run(since=None)
        assert found.payments == 1
        assert reconcile.run(since=timedelta(days=2)).total == 0
    assert settled() == (["new", "new"], 18, 0)


def test_nobody_pays_and_everything_goes_back(bought: tuple[Any, str]) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        assert buying.expire_unpaid() == 1
        assert buying.expire_unpaid() == 0
    assert settled() == (["cancelled", "cancelled"], 20, 0)
    assert fresh(select(StockHold.state)) == ["expired", "expired"]
    assert fresh(select(func.sum(Variant.reserved))) == [0]
    assert len(fresh(select(CartLine.variant_id))) == 2  # the cart is as it was
    assert the_payment().state == "expired"


def test_money_after_the_end_goes_back_with_an_alarm(bought: tuple[Any, str]) -> None:
    _, reference = bought
    group = queries.group_by_code(fresh(select(OrderGroup.code))[0])
    assert group is not None
    playing = provider_messages.simulator()
    assert playing is not None
    original, playing.expire_checkout = playing.expire_checkout, playing.read_checkout  # type: ignore[method-assign]
    try:
        assert buying.cancel_unpaid(group)  # the provider's page is still open
    finally:
        playing.expire_checkout = original  # type: ignore[method-assign]
    pay(reference)
    provider_messages.deliver_simulated()
    worker.run_due(until_empty=True)
    states, stock, refunds = settled()
    assert (states, stock, refunds) == (["cancelled", "cancelled"], 20, 1)
    assert fresh(select(Refund.state)) == ["done"]
    assert fresh(select(Alarm.kind)) == ["payment_late"]


@contextmanager
def three_silent_hours(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The provider neither speaks nor answers, until the goods are let go; then come here."""
    playing = provider_messages.simulator()
    assert playing is not None

    def hangs(*_: Any, **__: Any) -> Any:
        raise GatewayDown("unreachable")

    with monkeypatch.context() as cut, time_machine.travel(clock.now() + timedelta(hours=3)):
        for wire in ("read_checkout", "expire_checkout", "find_checkouts"):
            cut.setattr(playing, wire, hangs)
        cut.setattr(playing, "pending_events", list)
        reconcile.run(since=None)
        assert fresh(select(Order.state)) == ["waiting", "waiting"]
        assert fresh(select(StockHold.state)) == ["expired", "expired"]  # others may buy them
        assert not any(invariants.check_all().values())
        yield


def somebody_takes_the_last_of_one() -> None:
    last, now = fresh(select(Variant.id).order_by(Variant.id))[1], clock.now()
    with transaction():
        stock.hold([(last, 10)], group_code="x", order_code_of={last: "x"}, until=now, now=now)


@pytest.fixture
def silence(bought: tuple[Any, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Paid in time, but we could not hear of it."""
    pay(bought[1])
    with three_silent_hours(monkeypatch):
        pass
    with time_machine.travel(clock.now() + timedelta(hours=4)):
        yield


def test_who_paid_in_time_gets_the_goods_that_are_still_there(silence: None) -> None:
    for _ in range(2):
        reconcile.run(since=timedelta(days=2))
        worker.run_due(until_empty=True)
    assert settled() == (["new", "new"], 18, 0)
    assert fresh(select(func.sum(Variant.reserved))) == [0]
    assert fresh(select(Alarm.kind)) == []


def test_who_paid_in_time_gets_the_money_back_when_one_of_the_goods_is_gone(silence: None) -> None:
    somebody_takes_the_last_of_one()
    for _ in range(2):
        reconcile.run(since=timedelta(days=2))
        worker.run_due(until_empty=True)
    assert settled() == (["cancelled", "cancelled"], 20, 1)
    assert fresh(select(Variant.reserved).order_by(Variant.id)) == [0, 10]
    assert fresh(select(Refund.state)) == ["done"]
    assert fresh(select(Alarm.kind)) == ["payment_late"]


@pytest.mark.parametrize("gone", [False, True], ids=["still there", "gone"])
def test_another_way_of_paying_holds_again_what_was_let_go(
    bought: tuple[Any, str], monkeypatch: pytest.MonkeyPatch, gone: bool
) -> None:
    group = queries.group_by_code(fresh(select(OrderGroup.code))[0])
    assert group is not None
    with three_silent_hours(monkeypatch):
        if gone:
            somebody_takes_the_last_of_one()
            with pytest.raises(Conflict, match="order_over"):
                payments.pay_again(group.id, provider="transfer")
            return
        payments.pay_again(group.id, provider="transfer")
        paid = the_payment()
        assert fresh(select(func.sum(Variant.reserved))) == [2]
        payments.confirm_transfer(paid.code, amount=paid.amount, by=builders.staff())
    assert settled() == (["new", "new"], 18, 0)


def test_two_ways_paid_count_once_and_the_other_goes_back(bought: tuple[Any, str]) -> None:
    _, reference = bought
    group = queries.group_by_code(fresh(select(OrderGroup.code))[0])
    assert group is not None
    playing = provider_messages.simulator()
    assert playing is not None
    original, playing.expire_checkout = playing.expire_checkout, playing.read_checkout  # type: ignore[method-assign]
    try:
        payments.pay_again(group.id, provider="transfer")
    finally:
        playing.expire_checkout = original  # type: ignore[method-assign]
    transfer = the_payment()
    pay(reference)  # the old page, which the provider could not close
    payments.confirm_transfer(transfer.code, amount=transfer.amount, by=builders.staff())
    provider_messages.deliver_simulated()
    worker.run_due(until_empty=True)
    assert settled() == (["new", "new"], 18, 1)
    assert fresh(select(Refund.state)) == ["done"]
    assert fresh(select(Alarm.kind)) == ["payment_twice"]


def test_money_without_any_order_goes_back(app: Flask) -> None:
    playing = provider_messages.simulator()
    assert playing is not None
    from marketplace.core.money import Money

    page = playing.open_checkout(
        key="x",
        payment_code="nobody2345",
        amount=Money(50_000),
        description="?",
        email=None,
        success_url="http://localhost/",
        cancel_url="http://localhost/",
        expires_at=clock.now() + timedelta(minutes=45),
    )
    playing.pay(page.reference)
    assert reconcile.run(since=timedelta(days=2)).checkouts == 1
    worker.run_due(until_empty=True)
    assert fresh(select(Alarm.kind)) == ["money_without_order"]
    reading = playing.read_checkout(page.reference)
    found = playing.find_refund(
        payment_reference=reading.payment_reference or "", refund_code=page.reference[:40]
    )
    assert found is not None
    assert found.amount.rupiah == 50_000
    assert reconcile.run(since=timedelta(days=2)).total == 0


def test_a_forged_or_changed_message_changes_nothing(app: Flask, bought: tuple[Any, str]) -> None:
    _, reference = bought
    pay(reference)
    playing = provider_messages.simulator()
    assert playing is not None
    message = playing.pending_events()[0]
    door = app.test_client()
    for body, signature in (
        (message.body, ""),
        (message.body, "t=1,v1=00"),
        (message.body.replace(b"open", b"paid") + b" ", message.signature),
        (b"x" * (1024 * 1024 + 1), message.signature),
    ):
        answer = door.post(
            "/hooks/simulator", data=body, headers={"Simulator-Signature": signature}
        )
        assert answer.status_code in (400, 413)
    with pytest.raises(EventRefused):
        provider_messages.hear("simulator", message.body, "t=1,v1=00")
    assert fresh(select(Order.state)) == ["waiting", "waiting"]
    good = door.post(
        "/hooks/simulator", data=message.body, headers={"Simulator-Signature": message.signature}
    )
    assert good.status_code == 204
    assert door.post("/hooks/stripe", data=b"{}").status_code == 404


def test_a_shop_that_does_not_answer_loses_the_order(bought: tuple[Any, str]) -> None:
    _, reference = bought
    pay(reference)
    payments.settle(the_payment().code)
    with time_machine.travel(clock.now() + timedelta(days=6)):
        assert parcels.cancel_unaccepted() == 2
        assert parcels.cancel_unaccepted() == 0
        worker.run_due(until_empty=True)
    assert settled() == (["cancelled", "cancelled"], 20, 2)
    amounts = fresh(select(func.sum(Refund.amount)))
    assert amounts == fresh(select(Payment.amount))
    assert fresh(select(Refund.state)) == ["done", "done"]


def test_what_nobody_confirmed_completes_after_a_week(bought: tuple[Any, str]) -> None:
    _, reference = bought
    pay(reference)
    payments.settle(the_payment().code)
    for order in fresh(select(Order)):
        owner = builders.person("Citra")
        hand = parcels.Hand(order.ikm_id, owner, 0)
        for act in (parcels.accept, parcels.pack):
            hand = parcels.Hand(order.ikm_id, owner, version_of(order.code))
            act(order.code, hand)
        hand = parcels.Hand(order.ikm_id, owner, version_of(order.code))
        parcels.ship(order.code, hand, courier="JNE", tracking="")
    with time_machine.travel(clock.now() + timedelta(days=6)):
        assert parcels.complete_due() == 0
    with time_machine.travel(clock.now() + timedelta(days=8)):
        assert parcels.complete_due() == 2
        assert parcels.complete_due() == 0
    assert settled()[0] == ["completed", "completed"]


def version_of(code: str) -> int:
    return int(fresh(select(Order.version).where(Order.code == code))[0])
