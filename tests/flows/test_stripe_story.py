"""Paying by Stripe through our own pages, over a real wire, whatever the wire and the buyer do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from marketplace import outside as house_outside
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.stripe_gateway import StripeGateway
from marketplace.catalog.models import Variant
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import refuse_when_open
from marketplace.flows import buying, payments, worker
from marketplace.orders import invariants, rules
from marketplace.orders.models import Alarm, Order, OrderGroup, Payment, ProviderMessage, Refund
from tests import builders
from tests.conftest import start_anew
from tests.stand_ins.stripe_simulator import (
    DECLINED_CARD,
    GOOD_CARD,
    Simulator,
    stripe_simulator,
)
from tests.stand_ins.stripe_spec import validating_client
from tests.web.buying import shopper

SECRET = "whsec_a_secret_for_tests"


@pytest.fixture
def stripe(app: Flask) -> Iterator[Simulator]:
    """The house takes money by Stripe; every call is judged by Stripe's own document."""
    with stripe_simulator() as simulator:
        simulator.webhooks.register("http://127.0.0.1:9/unused", SECRET)
        simulator.webhooks.holding = True  # each test delivers as it likes
        connect(simulator)
        yield simulator
    assert not any(invariants.check_all().values())


def connect(simulator: Simulator) -> None:
    gateway = StripeGateway(
        api_key="sk_test_of_the_tests",
        webhook_secrets=["whsec_the_next_secret_of_tests", SECRET],
        guard=refuse_when_open,
        api_base=simulator.url,
        http_client=validating_client(),
        breaker=Breaker(ticks=lambda: clock.now().timestamp()),
    )
    known = house_outside.outside()
    house_outside._outside = replace(known, payments={**known.payments, "stripe": gateway})


@dataclass(slots=True)
class Buying:
    """A guest on Stripe's page."""

    guest: FlaskClient
    reference: str
    code: str
    page: str

    def come_back(self, more: str = "") -> str:
        """What the guest reads after Stripe sent them back."""
        answer = self.guest.get(f"/bayar/kembali/{self.code}{more}")
        assert answer.status_code == 303, answer.text
        return self.guest.get(answer.headers["Location"]).text

    def post(self, path: str, **form: str) -> Any:
        hidden = shopper.hidden(self.guest.get(self.page).text)
        return self.guest.post(f"{self.page}/{path}", data={**hidden, **form})


@pytest.fixture
def begun(app: Flask, stripe: Simulator) -> Buying:
    shopper.tariff()
    return begin(app)


def begin(app: Flask) -> Buying:
    guest = app.test_client()
    crisps = shopper.variant_of(builders.product("Keripik", price=48_000, stock=9))
    url = shopper.buy(guest, crisps, way="stripe")
    (payment,) = fresh(select(Payment))
    assert url == payment.url
    token = buying.token_of(fresh(select(OrderGroup.code))[0])
    return Buying(guest, payment.reference, payment.code, f"/pesanan/{token}")


def fresh(statement: Any) -> list[Any]:
    db.session.rollback()
    found = list(db.session.scalars(statement).all())
    db.session.rollback()
    return found


def hook(app: Flask, simulator: Simulator, event: Any, *, at: int | None = None) -> int:
    body, signature = simulator.webhooks.signed(event, at=at)
    headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
    return app.test_client().post("/hooks/stripe", data=body, headers=headers).status_code


def end() -> tuple[str, str, int, list[str]]:
    """Order, payment, pieces on the shelf, and what became of refunds."""
    return (
        fresh(select(Order.state))[0],
        fresh(select(Payment.state))[0],
        fresh(select(Variant.on_hand - Variant.reserved))[0],
        fresh(select(Refund.state)),
    )


PAID = ("new", "paid", 8, [])


def test_paying_by_card_and_coming_back(stripe: Simulator, begun: Buying) -> None:
    stripe.account.pay(begun.reference)
    assert "Pembayaran diterima" in begun.come_back()
    (charge,) = stripe.account.audit()
    assert charge["payment_code"] == begun.code
    assert charge["amount"] == (48_000 + 6_000) * 100
    assert end() == PAID


def test_a_refused_card_takes_nothing_and_may_be_followed_by_a_good_one(
    stripe: Simulator, begun: Buying
) -> None:
    stripe.account.pay(begun.reference, card=DECLINED_CARD)
    assert "Belum jadi dibayar" in begun.come_back("?batal=1")
    assert end() == ("waiting", "open", 8, [])
    again = begun.post("bayar", cara="stripe")
    assert begun.reference in again.headers["Location"]
    stripe.account.pay(begun.reference)
    assert "Pembayaran diterima" in begun.come_back()
    assert end() == PAID
    assert len(stripe.account.audit()) == 1


def test_who_walks_away_finds_the_goods_on_the_shelf_again(
    stripe: Simulator, begun: Buying
) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        assert buying.expire_unpaid() == 1
    assert end() == ("cancelled", "expired", 9, [])
    assert stripe.account.session(begun.reference)["status"] == "expired"


def test_a_page_that_stripe_closed_ends_the_order(
    app: Flask, stripe: Simulator, begun: Buying
) -> None:
    stripe.account.expire_session(begun.reference)
    (event,) = [e for e in stripe.webhooks.held if e["type"] == "checkout.session.expired"]
    assert hook(app, stripe, event) == 204
    worker.run_due(until_empty=True)
    assert end() == ("cancelled", "expired", 9, [])


def test_money_that_comes_after_the_buyer_gave_up_goes_back(
    app: Flask, stripe: Simulator, begun: Buying
) -> None:
    stripe.faults.add("500", path="/expire", times=5)
    answer = begun.post("batal")
    assert answer.status_code == 303
    stripe.faults.clear()
    stripe.account.pay(begun.reference)  # our closing never arrived
    for event in stripe.webhooks.held:
        assert hook(app, stripe, event) == 204
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        worker.run_due(until_empty=True)
    assert end() == ("cancelled", "paid", 9, ["done"])
    (charge,) = stripe.account.audit()
    assert charge["refunded"] == charge["amount"]
    assert fresh(select(Alarm.kind)) == ["payment_late"]


def test_a_message_counts_once_and_a_false_or_old_one_not_at_all(
    app: Flask, stripe: Simulator, begun: Buying
) -> None:
    stripe.account.pay(begun.reference)
    event = next(e for e in stripe.webhooks.held if e["type"] == "checkout.session.completed")
    now = int(clock.now().timestamp())
    assert hook(app, stripe, event, at=now - 3600) == 400
    assert hook(app, stripe, event, at=now + 3600) == 400
    assert hook(app, stripe, {**event, "livemode": True}) == 400
    forged = app.test_client().post(
        "/hooks/stripe", data=b"{}", headers={"Stripe-Signature": f"t={now},v1={'0' * 64}"}
    )
    assert forged.status_code == 400
    assert fresh(select(ProviderMessage.id)) == []
    assert [hook(app, stripe, event) for _ in range(3)] == [204, 204, 204]
    assert len(fresh(select(ProviderMessage.id))) == 1
    worker.run_due(until_empty=True)
    assert end() == PAID
    with time_machine.travel(clock.now() + timedelta(days=3)):
        late = {**event, "id": "evt_three_days_late"}
        assert hook(app, stripe, late, at=int(clock.now().timestamp())) == 204
        worker.run_due(until_empty=True)
    assert end()[1] == "paid"
    assert len(stripe.account.audit()) == 1


def test_messages_about_other_things_are_kept_and_counted_without_asking_stripe(
    app: Flask, stripe: Simulator, begun: Buying
) -> None:
    now = int(clock.now().timestamp())
    newer = {"id": "in_1", "object": "invoice", "shape_of_2031": [{"any": None}]}
    about = {"id": "evt_bill", "object": "event", "created": now, "livemode": False}
    bill = {
        **about,
        "type": "invoice.overpaid",
        "api_version": "2031-01-01",
        "data": {"object": newer},
    }
    thin = {
        "id": "evt_thin",
        "object": "v2.core.event",
        "type": "v2.core.account.updated",
        "created": "2026-11-22T03:00:00Z",
        "livemode": False,
        "related_object": {"id": "acct_1", "type": "v2.core.account", "url": "/v2/x"},
    }
    asked = len(stripe.calls)
    bills = [bill, {**bill, "id": "evt_bill_2"}]
    assert [hook(app, stripe, event) for event in (*bills, bill, thin)] == [204] * 4
    worker.run_due(until_empty=True)
    assert fresh(select(ProviderMessage.handled_at.is_(None))) == [False] * 3
    assert len(stripe.calls) == asked
    assert end() == ("waiting", "open", 8, [])
    told = app.test_cli_runner().invoke(args=["reconcile", "--once"]).output
    assert "ignored      2 invoice.overpaid\nignored      1 v2.core.account.updated" in told


def test_a_thin_message_about_a_checkout_is_followed(
    app: Flask, stripe: Simulator, begun: Buying
) -> None:
    stripe.account.pay(begun.reference)
    thin = {
        "id": "evt_thin",
        "object": "v2.core.event",
        "type": "v1.checkout.session.completed",
        "created": "2026-11-22T03:00:00Z",
        "livemode": False,
        "related_object": {"id": begun.reference, "type": "checkout.session", "url": "/v1/x"},
    }
    assert hook(app, stripe, thin) == 204
    worker.run_due(until_empty=True)
    assert end() == PAID


def test_the_lost_answer_of_opening_is_one_page_and_one_charge(
    app: Flask, stripe: Simulator
) -> None:
    shopper.tariff()
    stripe.faults.add("drop_after_effect", path="POST /v1/checkout/sessions$", times=1)
    guest = begin(app)
    assert len(stripe.account.sessions) == 1
    stripe.account.pay(guest.reference)
    assert "Pembayaran diterima" in guest.come_back()
    assert len(stripe.account.audit()) == 1


def test_a_page_whose_answer_was_lost_is_found_though_stripe_s_clock_is_behind_ours(
    app: Flask, stripe: Simulator
) -> None:
    shopper.tariff()
    stripe.account.advance(-20)
    stripe.faults.add("drop_after_effect", path="POST /v1/checkout/sessions$", times=9)
    crisps = shopper.variant_of(builders.product("Keripik", price=48_000, stock=9))
    assert "tunggu=1" in shopper.buy(app.test_client(), crisps, way="stripe")
    (session,) = stripe.account.sessions.values()
    stripe.account.pay(session["id"])
    stripe.faults.clear()
    with time_machine.travel(clock.now() + rules.PAY_PAGE_OPEN + timedelta(minutes=1)):
        payments.settle(fresh(select(Payment.code))[0])
    assert end() == PAID


def test_the_lost_answer_of_a_refund_is_one_refund(stripe: Simulator, begun: Buying) -> None:
    stripe.account.pay(begun.reference)
    begun.come_back()
    order = fresh(select(Order.code))[0]
    asked = begun.guest.get(f"{begun.page}/batal?pesanan={order}").text
    stripe.faults.add("drop_after_effect", path="POST /v1/refunds", times=1)
    answer = begun.guest.post(f"{begun.page}/batal", data=shopper.hidden(asked))
    assert answer.status_code == 303
    for minutes in (0, 5, 30):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
            worker.run_due(until_empty=True)
    assert end() == ("cancelled", "paid", 9, ["done"])
    (charge,) = stripe.account.audit()
    assert charge["refunded"] == charge["amount"]
    assert len(stripe.account.refunds) == 1


def test_stripe_away_says_so_and_keeps_the_order(app: Flask, stripe: Simulator) -> None:
    shopper.tariff()
    stripe.faults.add("refuse", path="POST /v1/checkout/sessions$", times=9)
    guest = app.test_client()
    url = shopper.buy(
        guest, shopper.variant_of(builders.product(price=48_000, stock=9)), way="stripe"
    )
    assert "tunggu=1" in url
    assert "Kami sedang memeriksa pembayaran" in guest.get(url).text
    assert guest.get("/").status_code == 200
    assert end() == ("waiting", "asked", 8, [])
    stripe.faults.clear()
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        worker.run_due(until_empty=True)
    (payment,) = fresh(select(Payment))
    assert payment.url
    assert len(stripe.account.sessions) == 1


@settings(
    max_examples=12, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(data=st.data())
def test_every_order_and_number_of_messages_gives_the_same_end(
    app: Flask, home: Any, stripe: Simulator, data: st.DataObject
) -> None:
    """Declined, then paid, told in any order, each any number of times, with the return between."""
    start_anew(home)
    stripe.account.forget()
    stripe.api.forget()
    stripe.webhooks.held.clear()
    connect(stripe)
    shopper.tariff()
    begun = begin(app)
    stripe.account.pay(begun.reference, card=DECLINED_CARD)
    stripe.account.pay(begun.reference, card=GOOD_CARD)
    told = list(range(len(stripe.webhooks.held)))
    more = data.draw(st.lists(st.sampled_from(told), max_size=4))
    order = data.draw(st.permutations([*told, *more, -1]))
    busy = data.draw(st.sets(st.integers(0, len(order) - 1)))
    for place, number in enumerate(order):
        if number < 0:
            begun.come_back()
        else:
            assert hook(app, stripe, stripe.webhooks.held[number]) == 204
        if place in busy:
            worker.run_due(until_empty=True)
    worker.run_due(until_empty=True)
    assert end() == PAID
    assert len(stripe.account.audit()) == 1
