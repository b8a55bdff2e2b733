"""What is swept: lost messages, and money at the provider that no intent of ours explains."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace.core import clock
from marketplace.flows import provider_messages, reconcile, watching, worker
from marketplace.orders.models import Alarm, Payment, ProviderMessage, Refund
from tests.flows.test_stripe_story import PAID, SECRET, Buying, end, fresh, hook
from tests.flows.test_stripe_story import begun as begun
from tests.flows.test_stripe_story import stripe as stripe
from tests.stand_ins.stripe_simulator import Simulator, objects

HOUR = timedelta(hours=1)


def sweep() -> reconcile.Found:
    found = reconcile.run(since=reconcile.LONG_AGO)
    worker.run_due(until_empty=True)
    return found


def test_every_kind_that_is_asked_for_is_one_that_is_followed() -> None:
    assert all(provider_messages._followed(kind) for kind in provider_messages.KINDS)
    assert len(provider_messages.KINDS) <= 20  # more do not go into one question


def test_messages_that_never_came_are_told_again_once(stripe: Simulator, begun: Buying) -> None:
    stripe.account.pay(begun.reference)
    since = clock.now() - HOUR
    assert watching.hear_again("stripe", since=since) == 1
    worker.run_due(until_empty=True)
    assert end() == PAID
    assert fresh(select(ProviderMessage.kind)) == ["checkout.session.completed"]
    assert watching.hear_again("stripe", since=since) == 0


def test_a_second_sweep_finds_nothing(stripe: Simulator, begun: Buying) -> None:
    stripe.account.pay(begun.reference)
    stripe.account.dispute(stripe.account.sessions[begun.reference]["payment_intent"])
    with time_machine.travel(clock.now() + HOUR):
        first = sweep()
        assert (first.disputes, first.told_again) == (1, 3)
        assert sweep().total == 0
    assert end() == PAID


def stranger(stripe: Simulator, **changes: object) -> str:
    """Somebody took money in our account without us."""
    account = stripe.account
    intent = objects.payment_intent(amount=7_000_000, manual=False, metadata={}, now=account.now())
    account.intents[intent["id"]] = intent
    account._take(intent)
    account.charges[intent["latest_charge"]].update(changes)
    return str(intent["latest_charge"])


def test_money_that_nobody_asked_for_is_an_alarm_and_stays_where_it_is(
    stripe: Simulator, begun: Buying
) -> None:
    stripe.account.pay(begun.reference)
    begun.come_back()
    charge = stranger(stripe)
    foreign = stranger(stripe, currency="sgd", metadata={"invoice": "7"})
    assert sweep().unexplained == 0  # it may still be under way
    with time_machine.travel(clock.now() + HOUR):
        assert sweep().unexplained == 2
        assert sweep().unexplained == 0
    alarms = fresh(select(Alarm.subject).where(Alarm.kind == "money_unexplained"))
    assert set(alarms) == {
        f"money_unexplained:stripe:{charge}",
        f"money_unexplained:stripe:{foreign}",
    }
    assert stripe.account.refunds == {}


def test_money_that_carries_our_code_but_is_not_our_payments_is_an_alarm(
    stripe: Simulator, begun: Buying
) -> None:
    stripe.account.pay(begun.reference)
    begun.come_back()
    stranger(stripe, metadata={"payment_code": begun.code})
    with time_machine.travel(clock.now() + HOUR):
        assert sweep().unexplained == 1
    assert end() == PAID


def test_money_back_that_we_did_not_promise_is_an_alarm(stripe: Simulator, begun: Buying) -> None:
    stripe.account.pay(begun.reference)
    begun.come_back()
    reference = fresh(select(Payment.charge_reference))[0]
    stripe.account.refund({"payment_intent": reference, "amount": "100000"})
    with time_machine.travel(clock.now() + HOUR):
        assert sweep().unexplained == 1
        assert sweep().unexplained == 0
    assert fresh(select(Alarm.kind)) == ["refund_by_others"]
    assert fresh(select(Refund.id)) == []


def test_a_paid_checkout_that_nobody_told_us_of_is_settled_not_alarmed(
    app: Flask, stripe: Simulator, begun: Buying
) -> None:
    stripe.account.pay(begun.reference)
    since = clock.now() - HOUR
    with time_machine.travel(clock.now() + timedelta(minutes=20)):
        assert watching.count_money("stripe", since=since, met=set()) == 0
    assert end() == PAID
    assert fresh(select(Alarm.id)) == []


def test_while_a_secret_is_changed_both_are_believed_and_then_the_old_one_is_not(
    app: Flask, stripe: Simulator, begun: Buying
) -> None:
    stripe.account.pay(begun.reference)
    (event,) = [e for e in stripe.webhooks.held if e["type"] == "checkout.session.completed"]
    answers = []
    for number, secret in enumerate((SECRET, "whsec_the_next_secret_of_tests", "whsec_gone")):
        stripe.webhooks.secret = secret
        answers.append(hook(app, stripe, {**event, "id": f"evt_{number}"}))
    stripe.webhooks.secret = SECRET
    answers.append(hook(app, stripe, {**event, "id": "evt_of_others", "account": "acct_other"}))
    assert answers == [204, 204, 400, 400]
    assert len(fresh(select(ProviderMessage.id))) == 2


def test_a_checkout_that_somebody_else_sold_in_our_account_is_not_sent_back(
    app: Flask, stripe: Simulator, begun: Buying
) -> None:
    session = stripe.account.sessions[begun.reference]
    other = {**session, "id": "cs_test_of_others", "metadata": {}, "payment_intent": None}
    stripe.account.sessions[other["id"]] = other
    stripe.account._forms[other["id"]] = {}
    stripe.account.pay(other["id"])
    assert {hook(app, stripe, event) for event in stripe.webhooks.held} == {204}
    worker.run_due(until_empty=True)
    assert stripe.account.refunds == {}
    assert fresh(select(Alarm.id)) == []


def test_a_sweep_that_the_provider_refuses_holds_up_no_other(
    stripe: Simulator, begun: Buying
) -> None:
    stripe.account.pay(begun.reference)
    stripe.faults.add("404", path="GET /v1/(disputes|charges)", times=2)
    found = sweep()
    assert (found.refused, found.unreachable, found.checkouts, found.told_again) == (2, 0, 1, 1)
    assert end() == PAID


def test_a_provider_that_is_away_is_counted_and_asked_again_later(
    stripe: Simulator, begun: Buying
) -> None:
    stripe.account.pay(begun.reference)
    stripe.faults.add("500", path="GET /v1/disputes", times=1)
    found = sweep()
    assert found.unreachable == 1
    assert end() == PAID
