"""Holds and kept cards from our intent to the bank's word, whatever gets lost between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Row, select

from marketplace.core import clock, events
from marketplace.core.db import read
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.work import transaction
from marketplace.flows import card_pages, holding, kept_cards, reconcile, wiring, worker
from marketplace.orders.cards import events as told
from marketplace.orders.cards import holds, kept
from marketplace.orders.cards.models import CardCharge, Hold, KeptCard
from marketplace.orders.models import Alarm
from marketplace.orders.ports import GatewayDown
from tests import builders
from tests.flows.test_stripe_story import fresh, hook
from tests.flows.test_stripe_story import stripe as stripe
from tests.stand_ins.stripe_simulator import (
    BROKE_LATER_CARD,
    GOOD_CARD,
    SHOW_ME_CARD,
    Simulator,
)

AMOUNT = 150_000
CAPTURE = "POST /v1/payment_intents/[^/]+/capture"
KINDS = (
    told.HoldTaken,
    told.HoldCaptured,
    told.HoldEnded,
    told.CardKept,
    told.CardCharged,
    told.CardRefused,
)


@pytest.fixture
def announced(app: Flask) -> Iterator[list[str]]:
    heard: list[str] = []
    events.wire({kind: [lambda event: heard.append(type(event).__name__)] for kind in KINDS})
    yield heard
    events.wire(wiring.LISTENERS)


def page_words(**more: Any) -> dict[str, Any]:
    return card_pages.words(
        email="asih@contoh.test",
        success_url="https://guyub.example/ikut",
        cancel_url="https://guyub.example/borong",
        expires_at=clock.now() + timedelta(hours=1),
        **more,
    )


def ask_hold(purpose: str = "pledge:1") -> str:
    with transaction():
        return holds.ask(
            purpose=purpose,
            provider="stripe",
            livemode=False,
            amount=AMOUNT,
            words=page_words(description="Ikut borong kopi"),
            now=clock.now(),
        )


def held(stripe: Simulator) -> str:
    code = ask_hold()
    assert holding.open_page(code)
    stripe.account.pay(the(Hold).page)
    assert holding.settle(code) == "held"
    return code


def the(table: Any) -> Row[Any]:
    (row,) = read(select(table.__table__))
    return row


def wish(code: str, amount: int = AMOUNT) -> None:
    with transaction():
        holds.wish_capture(code, amount=amount, by=None, now=clock.now())


def let_go(code: str) -> None:
    with transaction():
        holds.wish_release(code, by=None, now=clock.now())


def work() -> None:
    worker.run_due(until_empty=True)


# --- Holds ----------------------------------------------------------------------------------------


def test_a_hold_is_agreed_to_and_captured_in_part_once(
    stripe: Simulator, announced: list[str]
) -> None:
    code = held(stripe)
    assert the(Hold).capture_before > clock.now() + timedelta(days=5)
    wish(code, 90_000)
    work()
    holding.carry_out(code)
    assert (the(Hold).state, the(Hold).captured) == ("captured", 90_000)
    (charge,) = stripe.account.audit()
    assert (charge["amount"], charge["refunded"]) == (9_000_000, 0)
    assert announced == ["HoldTaken", "HoldCaptured"]


def test_the_first_wish_decides(stripe: Simulator) -> None:
    code = held(stripe)
    wish(code)
    with pytest.raises(Conflict):
        let_go(code)
    with pytest.raises(Conflict):
        wish(code)
    work()
    assert the(Hold).state == "captured"
    with pytest.raises(Conflict):
        let_go(code)


def test_what_was_let_go_is_never_captured(stripe: Simulator, announced: list[str]) -> None:
    code = held(stripe)
    let_go(code)
    let_go(code)
    with pytest.raises(Conflict):
        wish(code)
    work()
    assert the(Hold).state == "released"
    assert stripe.account.audit() == []
    assert announced == ["HoldTaken", "HoldEnded"]


@pytest.mark.parametrize("amount", [0, -1, AMOUNT + 1])
def test_more_than_was_held_cannot_even_be_wished(stripe: Simulator, amount: int) -> None:
    code = held(stripe)
    with pytest.raises(Invalid):
        wish(code, amount)


def test_a_purpose_has_one_hold_at_a_time(stripe: Simulator) -> None:
    code = held(stripe)
    with pytest.raises(Conflict):
        ask_hold()
    let_go(code)
    work()
    assert ask_hold() != code


@pytest.mark.parametrize("fault", ["drop_after_effect", "500_after_effect", "500", "refuse"])
def test_a_capture_whose_answer_was_lost_is_one_capture(stripe: Simulator, fault: str) -> None:
    code = held(stripe)
    wish(code)
    stripe.faults.add(fault, path=CAPTURE)
    for minutes in (0, 3, 20, 90):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
            work()
            reconcile.run(since=None)
    assert the(Hold).state == "captured"
    assert [charge["amount"] for charge in stripe.account.audit()] == [AMOUNT * 100]


def test_a_page_whose_answer_was_lost_is_found_by_our_code(
    stripe: Simulator, announced: list[str]
) -> None:
    code = ask_hold()
    stripe.faults.add("drop_after_effect", path="POST /v1/checkout/sessions$")
    with pytest.raises(GatewayDown):
        holding.open_page(code)
    (session,) = stripe.account.sessions.values()
    stripe.account.pay(session["id"])
    assert holding.settle(code) == "held"
    assert announced == ["HoldTaken"]


def test_a_hold_that_lapses_at_the_bank_is_never_counted_as_captured(
    stripe: Simulator, announced: list[str]
) -> None:
    code = held(stripe)
    stripe.account.advance(8 * 24 * 3600)
    with time_machine.travel(clock.now() + timedelta(days=8)):
        with pytest.raises(Conflict):
            wish(code)
        assert reconcile.run(since=None).promises == 1
        assert reconcile.run(since=None).promises == 0
    assert (the(Hold).state, the(Hold).captured) == ("expired", 0)
    assert announced == ["HoldTaken", "HoldEnded"]


def test_a_hold_that_lapsed_before_its_capture_arrived_takes_nothing(
    stripe: Simulator, announced: list[str]
) -> None:
    code = held(stripe)
    wish(code)
    stripe.account.advance(8 * 24 * 3600)
    work()
    assert (the(Hold).state, the(Hold).captured) == ("expired", 0)
    assert announced == ["HoldTaken", "HoldEnded"]


def test_a_page_that_nobody_uses_ends_the_hold_and_frees_its_purpose(
    app: Flask, stripe: Simulator, announced: list[str]
) -> None:
    code = ask_hold()
    holding.open_page(code)
    stripe.account.advance(2 * 3600)
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        reconcile.run(since=None)
    assert the(Hold).state == "expired"
    assert announced == ["HoldEnded"]
    assert ask_hold()


def test_who_agrees_after_it_was_given_up_gets_the_hold_back(stripe: Simulator) -> None:
    code = ask_hold()
    holding.open_page(code)
    page = the(Hold).page
    stripe.faults.add("500", path="/expire", times=9)
    let_go(code)
    work()
    stripe.account.pay(page)
    stripe.faults.clear()
    with time_machine.travel(clock.now() + timedelta(minutes=30)):
        reconcile.run(since=None)
        work()
    assert the(Hold).state == "released"
    (intent,) = stripe.account.intents.values()
    assert intent["status"] == "canceled"


def test_messages_about_a_hold_are_followed_in_any_order_and_number(
    app: Flask, stripe: Simulator, announced: list[str]
) -> None:
    code = ask_hold()
    holding.open_page(code)
    stripe.account.pay(the(Hold).page)
    for event in [*reversed(stripe.webhooks.held), *stripe.webhooks.held]:
        assert hook(app, stripe, event) == 204
    work()
    assert the(Hold).state == "held"
    wish(code)
    work()
    for event in stripe.webhooks.held:
        hook(app, stripe, event)
    work()
    assert the(Hold).state == "captured"
    assert announced == ["HoldTaken", "HoldCaptured"]
    assert fresh(select(Alarm.id)) == []


def test_a_sweep_knows_promised_money_and_leaves_it_alone(stripe: Simulator) -> None:
    code = held(stripe)
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        assert reconcile.run(since=reconcile.LONG_AGO).unexplained == 0
        wish(code)
        work()
        assert reconcile.run(since=reconcile.LONG_AGO).total == 0
    assert stripe.account.refunds == {}
    assert fresh(select(Alarm.id)) == []


# --- Kept cards -----------------------------------------------------------------------------------


def keep(stripe: Simulator, card: str = GOOD_CARD) -> str:
    asih = builders.person("Asih")
    with transaction():
        code = kept.ask_card(
            purpose="pledge:1",
            person_id=asih,
            provider="stripe",
            livemode=False,
            consent="Ditagih Rp150.000 kalau borongan tercapai sebelum 30 November.",
            words=page_words(),
            now=clock.now(),
        )
    assert kept_cards.open_page(code) == kept_cards.open_page(code)
    stripe.account.pay(the(KeptCard).page, card=card)
    assert kept_cards.settle_card(code) == "kept"
    return code


def charge(card: str) -> str:
    with transaction():
        return kept.ask_charge(
            card,
            purpose="pledge:1",
            amount=AMOUNT,
            description="Borong kopi tercapai",
            now=clock.now(),
        )


def test_a_kept_card_is_charged_once_and_the_consent_is_kept(
    stripe: Simulator, announced: list[str]
) -> None:
    card = keep(stripe)
    assert the(KeptCard).last4 == "4242"
    assert "Rp150.000" in the(KeptCard).consent
    code = charge(card)
    work()
    kept_cards.carry_out(code)
    assert the(CardCharge).state == "paid"
    with pytest.raises(Conflict):
        charge(card)
    assert [one["amount"] for one in stripe.account.audit()] == [AMOUNT * 100]
    assert announced == ["CardKept", "CardCharged"]


def test_a_declined_charge_may_be_tried_again_with_a_key_of_its_own(
    stripe: Simulator, announced: list[str]
) -> None:
    card = keep(stripe, BROKE_LATER_CARD)
    for _ in range(2):
        charge(card)
        work()
    rows = read(select(CardCharge.__table__).order_by(CardCharge.attempt))
    assert [(row.attempt, row.state, row.why) for row in rows] == [
        (1, "declined", "generic_decline"),
        (2, "declined", "generic_decline"),
    ]
    assert rows[0].key != rows[1].key
    assert announced == ["CardKept", "CardRefused", "CardRefused"]


def test_a_bank_that_wants_the_buyer_holds_the_purpose_until_it_is_stopped(
    stripe: Simulator, announced: list[str]
) -> None:
    card = keep(stripe, SHOW_ME_CARD)
    code = charge(card)
    work()
    assert the(CardCharge).state == "needs_action"
    with pytest.raises(Conflict):
        charge(card)
    with pytest.raises(Conflict):
        kept_cards.forget(card, by=None)
    with transaction():
        kept.wish_stop(code, by=None, now=clock.now())
    work()
    assert the(CardCharge).state == "stopped"
    assert charge(card) != code


@pytest.mark.parametrize("fault", ["drop_after_effect", "500_after_effect", "500", "refuse"])
def test_a_charge_whose_answer_was_lost_is_one_charge(stripe: Simulator, fault: str) -> None:
    card = keep(stripe)
    stripe.faults.add(fault, path="POST /v1/payment_intents$")
    charge(card)
    for minutes in (0, 3, 20):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
            work()
            reconcile.run(since=None)
    assert the(CardCharge).state == "paid"
    assert len(stripe.account.audit()) == 1


def test_a_forgotten_card_is_forgotten_everywhere(stripe: Simulator) -> None:
    card = keep(stripe)
    kept_cards.forget(card, by=None)
    kept_cards.forget(card, by=None)
    assert (the(KeptCard).state, the(KeptCard).card) == ("forgotten", None)
    (method,) = stripe.account.methods.values()
    assert method["customer"] is None
    with pytest.raises(Conflict):
        charge(card)


def test_a_page_without_a_card_is_over(app: Flask, stripe: Simulator) -> None:
    with transaction():
        code = kept.ask_card(
            purpose="pledge:2",
            person_id=None,
            provider="stripe",
            livemode=False,
            consent="Setuju",
            words=page_words(),
            now=clock.now(),
        )
    kept_cards.open_page(code)
    stripe.account.advance(2 * 3600)
    for event in stripe.webhooks.held:
        assert hook(app, stripe, event) == 204
    work()
    assert the(KeptCard).state == "over"
    assert kept_cards.open_page(code) is None
