"""What a provider tells us is a hint: kept once, followed once, and never believed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import AttemptCount
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.jobs import Job
from marketplace.core.money import Money
from marketplace.core.work import transaction
from marketplace.flows import failed_cards, payments, provider_messages, worker
from marketplace.flows.provider_messages import meet
from marketplace.orders import invariants, refunds
from marketplace.orders.disputes.models import Dispute
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.ledger.rules import Account
from marketplace.orders.models import Alarm, Order, Payment, ProviderMessage, Refund
from marketplace.orders.ports import CheckoutReading, PaymentSide, ProviderEvent, RefundSide
from tests import builders
from tests.flows.test_stripe_story import Buying, fresh, hook
from tests.flows.test_stripe_story import begun as begun
from tests.flows.test_stripe_story import stripe as stripe
from tests.orders import money
from tests.stand_ins.stripe_simulator import Simulator

PRICE = 50_000


@pytest.fixture
def payment(app: Flask) -> Iterator[Payment]:
    """Asih fetches her crisps herself; the page of the card stands open."""
    shop = builders.shop("Dapur Citra")
    (code,) = money.buy((shop, PRICE), fetch=(shop,), way="simulator")
    payments.open_page(money.payment_of(code).code)
    yield money.payment_of(code)
    db.session.rollback()
    assert not any(invariants.check_all().values())


def seen(payment: Payment, side: PaymentSide, **changes: object) -> CheckoutReading:
    """What the provider says of its page."""
    known = CheckoutReading(
        reference=str(payment.reference),
        side=side,
        amount=Money(PRICE),
        payment_reference="pay_1" if side is PaymentSide.PAID else None,
        metadata={"payment_code": payment.code},
        livemode=False,
    )
    return replace(known, **changes)  # type: ignore[arg-type]


def order_state() -> str:
    db.session.rollback()
    state = db.session.scalars(select(Order.state)).one()
    db.session.rollback()
    return str(state)


def alarms() -> list[str]:
    db.session.rollback()
    kinds = list(db.session.scalars(select(Alarm.kind)))
    db.session.rollback()
    return kinds


def test_a_page_that_waits_as_we_know_has_nothing_to_settle(payment: Payment) -> None:
    assert not meet("simulator", seen(payment, PaymentSide.OPEN))
    assert not meet("simulator", seen(payment, PaymentSide.PROCESSING))
    with time_machine.travel(payment.expires_at + timedelta(seconds=1)):
        assert meet("simulator", seen(payment, PaymentSide.OPEN))
        assert not meet("simulator", seen(payment, PaymentSide.PROCESSING))
    assert order_state() == "waiting"


def test_a_paid_page_settles_its_order_once(payment: Payment) -> None:
    assert meet("simulator", seen(payment, PaymentSide.PAID))
    assert order_state() == "new"
    for side in PaymentSide:
        assert not meet("simulator", seen(payment, side))
    assert order_state() == "new"
    assert alarms() == []


def test_a_page_that_ended_ends_its_order_once(payment: Payment) -> None:
    assert meet("simulator", seen(payment, PaymentSide.EXPIRED))
    assert order_state() == "cancelled"
    assert not meet("simulator", seen(payment, PaymentSide.EXPIRED))
    assert meet("simulator", seen(payment, PaymentSide.OPEN))  # one that nobody should pay any more


def test_another_amount_than_we_asked_for_pays_nothing_and_calls_somebody(
    payment: Payment,
) -> None:
    assert meet("simulator", seen(payment, PaymentSide.PAID, amount=Money(PRICE - 1)))
    assert order_state() == "waiting"
    assert alarms() == ["payment_differs"]


@pytest.mark.parametrize("side", PaymentSide)
def test_a_sale_of_somebody_else_in_the_same_account_is_left_alone(
    payment: Payment, side: PaymentSide
) -> None:
    assert not meet("simulator", seen(payment, side, metadata={}))
    assert alarms() == []


@pytest.mark.parametrize("code", ["nobody2345", "of another provider"])
def test_only_money_that_came_without_an_order_goes_back_and_is_noticed_once(
    payment: Payment, code: str
) -> None:
    provider = "simulator" if code == "nobody2345" else "stripe"
    named = {"payment_code": code if provider == "simulator" else payment.code}
    for side in (PaymentSide.OPEN, PaymentSide.EXPIRED, PaymentSide.PROCESSING):
        assert not meet(provider, seen(payment, side, metadata=named))
    nameless = seen(payment, PaymentSide.PAID, metadata=named, payment_reference=None)
    assert not meet(provider, nameless)
    assert alarms() == []
    came = seen(payment, PaymentSide.PAID, metadata=named)
    assert [meet(provider, came) for _ in range(2)] == [True, False]
    assert alarms() == ["money_without_order"]
    assert ledger.balance(Account.UNCLAIMED) == PRICE
    assert order_state() == "waiting"


def test_what_has_gone_back_to_a_stranger_is_booked_once(app: Flask) -> None:
    playing = provider_messages.simulator()
    assert playing is not None
    page = playing.open_checkout(
        key="x",
        payment_code="nobody2345",
        amount=Money(PRICE),
        description="?",
        email=None,
        success_url="http://localhost/",
        cancel_url="http://localhost/",
        expires_at=clock.now() + timedelta(minutes=45),
    )
    provider_messages.return_orphan("simulator", page.reference)
    assert ledger.balance(Account.CLEARING_SIMULATOR) == 0  # nobody has paid it
    playing.pay(page.reference)
    assert meet("simulator", playing.read_checkout(page.reference))
    for _ in range(2):
        provider_messages.return_orphan("simulator", page.reference)
    assert ledger.balance(Account.CLEARING_SIMULATOR) == 0
    assert ledger.balance(Account.REFUNDS) == 0
    assert money.broken() == {}


def refused_cards() -> list[int]:
    """How many were counted, of each buyer."""
    db.session.rollback()
    counts = select(AttemptCount.count).where(AttemptCount.key.contains("failed_card_person"))
    found = list(db.session.scalars(counts))
    db.session.rollback()
    return found


def card_refused(about: dict[str, object], *, name: str = "evt_1") -> dict[str, object]:
    """What Stripe says when a bank said no."""
    return {
        "id": name,
        "object": "event",
        "type": failed_cards.DECLINED,
        "created": int(clock.now().timestamp()),
        "livemode": False,
        "data": {"object": about},
    }


def test_a_refused_card_counts_once_whether_our_code_or_their_name_says_whose(
    app: Flask, stripe: Simulator, begun: Buying
) -> None:
    named = card_refused({"id": "pi_1", "metadata": {"payment_code": begun.code}})
    assert [hook(app, stripe, named) for _ in range(2)] == [204, 204]
    assert refused_cards() == [1]
    assert hook(app, stripe, card_refused({"id": begun.reference}, name="evt_2")) == 204
    assert refused_cards() == [2]


def test_a_refused_card_of_nobody_or_of_another_provider_is_counted_against_nobody(
    app: Flask, stripe: Simulator, begun: Buying
) -> None:
    payments.pay_again(group_of(begun.code), provider="simulator")
    other = str(fresh(select(Payment.code).where(Payment.provider == "simulator"))[0])
    strange: list[dict[str, object]] = [
        {"id": "pi_1", "metadata": {"payment_code": "nobody2345"}},
        {"id": "pi_1", "metadata": {"payment_code": other}},
        {"id": "pi_of_nobody"},
        {},
    ]
    for number, about in enumerate(strange):
        assert hook(app, stripe, card_refused(about, name=f"evt_{number}")) == 204
    bill = {**card_refused({"id": begun.reference}, name="evt_bill"), "type": "invoice.overpaid"}
    assert hook(app, stripe, bill) == 204
    assert refused_cards() == []


def group_of(payment_code: str) -> int:
    return int(fresh(select(Payment.group_id).where(Payment.code == payment_code))[0])


def test_a_message_is_followed_once_and_one_that_is_gone_not_at_all(payment: Payment) -> None:
    playing = provider_messages.simulator()
    assert playing is not None
    playing.pay(str(payment.reference))
    provider_messages.deliver_simulated()
    worker.run_due(until_empty=True)
    row = db.session.execute(select(ProviderMessage.id, ProviderMessage.handled_at)).one()
    db.session.rollback()
    assert row.handled_at is not None
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        provider_messages.heard(row.id)
        provider_messages.heard(row.id + 1)
    again = db.session.scalars(select(ProviderMessage.handled_at)).one()
    db.session.rollback()
    assert again == row.handled_at


# --- What a message is about ----------------------------------------------------------------------


def tell(kind: str, reference: str | None, *, name: str = "evt_9") -> int:
    """A message that was believed, and is kept; its number."""
    event = ProviderEvent(
        id=name,
        kind=kind,
        object_reference=reference,
        livemode=False,
        account=None,
        created_at=clock.now(),
    )
    assert provider_messages.keep("simulator", event, "{}")
    number = db.session.scalars(select(ProviderMessage.id).order_by(ProviderMessage.id)).all()[-1]
    db.session.rollback()
    return int(number)


def a_strangers_page() -> str:
    """Somebody paid on a page that names a payment nobody knows."""
    playing = provider_messages.simulator()
    assert playing is not None
    page = playing.open_checkout(
        key="stranger",
        payment_code="nobody2345",
        amount=Money(PRICE),
        description="?",
        email=None,
        success_url="http://localhost/",
        cancel_url="http://localhost/",
        expires_at=clock.now() + timedelta(minutes=45),
    )
    playing.pay(page.reference)
    return page.reference


def test_only_a_page_is_asked_after_when_nobody_knows_it(app: Flask) -> None:
    page = a_strangers_page()
    provider_messages.heard(tell("refund.updated", page, name="evt_1"))
    assert alarms() == []
    provider_messages.heard(tell("checkout.session.completed", "page_of_nobody", name="evt_2"))
    provider_messages.heard(tell("charge.dispute.created", "dispute_of_nobody", name="evt_3"))
    provider_messages.heard(tell("checkout.session.completed", None, name="evt_4"))
    assert alarms() == []
    provider_messages.heard(tell("checkout.session.completed", page, name="evt_5"))
    assert alarms() == ["money_without_order"]
    db.session.rollback()
    assert all(db.session.scalars(select(ProviderMessage.handled_at)))


def test_a_message_about_our_page_settles_it_whatever_it_says(payment: Payment) -> None:
    playing = provider_messages.simulator()
    assert playing is not None
    playing.pay(str(payment.reference))
    provider_messages.heard(tell("payment_intent.canceled", payment.reference))
    assert order_state() == "new"


def test_a_message_about_a_refund_looks_what_became_of_it(payment: Payment) -> None:
    playing = provider_messages.simulator()
    assert playing is not None
    playing.pay(str(payment.reference))
    payments.settle(payment.code)
    order = str(fresh(select(Order.code))[0])
    db.session.rollback()
    refund = money.cancel(order)
    asked = fresh(select(Refund))[0]
    reading = playing.refund(
        key=asked.key,
        payment_reference=fresh(select(Payment.charge_reference))[0],
        refund_code=refund,
        amount=Money(PRICE),
        reason=asked.reason,
    )
    db.session.rollback()
    with transaction():
        refunds.record(refund, replace(reading, side=RefundSide.PENDING), now=clock.now())
    provider_messages.heard(tell("refund.updated", reading.reference))
    assert fresh(select(Refund.state)) == ["done"]
    db.session.rollback()


def test_a_message_about_a_dispute_is_followed(payment: Payment) -> None:
    playing = provider_messages.simulator()
    assert playing is not None
    playing.pay(str(payment.reference))
    payments.settle(payment.code)
    charge = str(fresh(select(Payment.charge_reference))[0])
    db.session.rollback()
    dispute = playing.dispute(charge, amount=Money(PRICE))
    provider_messages.heard(tell("charge.dispute.created", dispute))
    assert fresh(select(Dispute.state)) == ["needs_response"]
    db.session.rollback()


def test_a_message_is_kept_as_long_as_a_row_can_hold_it_and_once(app: Flask) -> None:
    long = ProviderEvent(
        id="e" * 255,
        kind="checkout.session." + "k" * 90,
        object_reference="r" * 255,
        livemode=False,
        account=None,
        created_at=clock.now(),
    )
    assert [provider_messages.keep("simulator", long, "{}") for _ in range(2)] == [True, False]
    row = fresh(select(ProviderMessage))[0]
    assert (len(row.event_id), len(row.kind), len(row.object_reference)) == (120, 80, 120)
    assert row.handled_at is None
    db.session.rollback()
    other = replace(long, id="evt_2", kind="invoice.overpaid", object_reference=None)
    assert provider_messages.keep("simulator", other, "{}")
    row = fresh(select(ProviderMessage).order_by(ProviderMessage.id))[1]
    assert row.object_reference is None
    assert row.handled_at is not None
    db.session.rollback()
    assert fresh(select(Job.name)) == ["payments.heard"]
    since = clock.now() - timedelta(hours=1)
    assert provider_messages.ignored(since=since) == {"invoice.overpaid": 1}
    assert provider_messages.ignored(since=clock.now() + timedelta(seconds=1)) == {}
