"""A buyer complains to the bank: whatever messages come, our book says what the bank says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Row, select

from marketplace.core import clock, events
from marketplace.core.db import read
from marketplace.core.history import HistoryEntry
from marketplace.flows import disputing, reconcile, wiring, worker
from marketplace.orders.disputes.events import (
    DisputeClosed,
    DisputeMoneyReturned,
    DisputeMoneyTaken,
    DisputeOpened,
)
from marketplace.orders.disputes.models import Dispute
from marketplace.orders.ledger import queries
from marketplace.orders.ledger.rules import Account
from marketplace.orders.models import Alarm, Payment
from tests import builders
from tests.conftest import start_anew
from tests.flows.test_stripe_story import Buying, begin, connect, fresh, hook
from tests.flows.test_stripe_story import begun as begun
from tests.flows.test_stripe_story import stripe as stripe
from tests.stand_ins.stripe_simulator import Simulator
from tests.web.buying import shopper

KINDS = (DisputeOpened, DisputeMoneyTaken, DisputeMoneyReturned, DisputeClosed)
TOTAL = 54_000


@pytest.fixture
def announced() -> Iterator[list[str]]:
    """What the house is told, by name."""
    heard: list[str] = []
    listen(heard)
    yield heard
    events.wire(wiring.LISTENERS)


def listen(heard: list[str]) -> None:
    """Beside those who hear it anyway."""
    wired = dict(wiring.LISTENERS)
    for kind in KINDS:
        wired[kind] = [*wired.get(kind, ()), lambda event: heard.append(type(event).__name__)]
    events.wire(wired)


@pytest.fixture
def paid(stripe: Simulator, begun: Buying) -> str:
    """An order that was paid: its payment's name at Stripe."""
    stripe.account.pay(begun.reference)
    begun.come_back()
    stripe.webhooks.held.clear()
    return str(fresh(select(Payment.charge_reference))[0])


def tell(app: Flask, stripe: Simulator) -> None:
    """Every message of disputes that waits."""
    for event in stripe.webhooks.held:
        assert hook(app, stripe, event) == 204
    stripe.webhooks.held.clear()
    worker.run_due(until_empty=True)


def the_dispute() -> Row[Any]:
    (dispute,) = read(select(Dispute.__table__))
    return dispute


def test_a_dispute_is_written_down_once_with_its_day_and_calls_somebody(
    app: Flask, stripe: Simulator, paid: str, announced: list[str]
) -> None:
    made = stripe.account.dispute(paid, reason="product_not_received")
    tell(app, stripe)
    dispute = the_dispute()
    assert (dispute.state, dispute.amount, dispute.reason) == (
        "needs_response",
        TOTAL,
        "product_not_received",
    )
    assert dispute.payment_id == fresh(select(Payment.id))[0]
    assert dispute.evidence_due_by is not None
    assert int(dispute.evidence_due_by.timestamp()) == made["evidence_details"]["due_by"]
    assert fresh(select(Alarm.kind)) == ["dispute_open"]
    assert announced == ["DisputeOpened", "DisputeMoneyTaken"]


@pytest.mark.parametrize(
    ("verdict", "end"),
    [
        ("won", ["DisputeMoneyReturned", "DisputeClosed"]),
        ("lost", ["DisputeClosed"]),
    ],
)
def test_a_verdict_is_announced_with_what_became_of_the_money(
    app: Flask, stripe: Simulator, paid: str, announced: list[str], verdict: str, end: list[str]
) -> None:
    made = stripe.account.dispute(paid)
    tell(app, stripe)
    stripe.account.move_dispute(made["id"], "under_review")
    tell(app, stripe)
    assert the_dispute().state == "under_review"
    stripe.account.move_dispute(made["id"], verdict)
    tell(app, stripe)
    dispute = the_dispute()
    assert (dispute.state, dispute.closed_at is not None) == (verdict, True)
    assert (dispute.returned_at is not None) == (verdict == "won")
    assert announced == ["DisputeOpened", "DisputeMoneyTaken", *end]
    assert queries.balance(Account.DISPUTES) == 0
    assert queries.balance(Account.CLEARING_STRIPE) == (TOTAL if verdict == "won" else 0)
    acts = fresh(select(HistoryEntry.act).where(HistoryEntry.act.like("dispute.%")))
    assert acts.count(f"dispute.{verdict}") == 1


def test_an_inquiry_takes_nothing_until_it_becomes_a_dispute(
    app: Flask, stripe: Simulator, paid: str, announced: list[str]
) -> None:
    made = stripe.account.dispute(paid, inquiry=True)
    tell(app, stripe)
    assert (the_dispute().state, the_dispute().taken_at) == ("inquiry", None)
    stripe.account.move_dispute(made["id"], "needs_response")
    tell(app, stripe)
    assert the_dispute().state == "needs_response"
    assert announced == ["DisputeOpened", "DisputeMoneyTaken"]


def test_an_inquiry_that_ends_moves_no_money(
    app: Flask, stripe: Simulator, paid: str, announced: list[str]
) -> None:
    made = stripe.account.dispute(paid, inquiry=True)
    stripe.account.move_dispute(made["id"], "warning_closed")
    tell(app, stripe)
    assert the_dispute().state == "dropped"
    assert announced == ["DisputeOpened", "DisputeClosed"]


def test_without_any_message_the_sweep_finds_the_dispute_and_then_nothing_more(
    stripe: Simulator, paid: str, announced: list[str]
) -> None:
    made = stripe.account.dispute(paid)
    stripe.account.move_dispute(made["id"], "lost")
    since = clock.now() - timedelta(hours=48)
    assert disputing.sweep("stripe", since=since) == 1
    assert announced == ["DisputeOpened", "DisputeMoneyTaken", "DisputeClosed"]
    assert disputing.sweep("stripe", since=since) == 0
    assert announced[3:] == []


def test_a_dispute_about_money_we_do_not_know_is_kept_for_a_person(
    stripe: Simulator, paid: str
) -> None:
    stripe.account.dispute(paid)
    (known,) = stripe.account.disputes.values()
    known["payment_intent"] = "pi_of_somebody"
    assert disputing.follow("stripe", known["id"])
    assert the_dispute().payment_id is None
    assert sorted(fresh(select(Alarm.kind))) == ["dispute_open", "dispute_unlinked"]
    assert disputing.link_known() == 0


@pytest.mark.parametrize("verdict", ["", "won", "lost"])
@pytest.mark.parametrize("again", ["message", "reconciler"])
def test_a_dispute_that_came_before_its_payment_was_known_is_linked_and_booked(
    app: Flask, stripe: Simulator, begun: Buying, verdict: str, again: str
) -> None:
    """Asih paid and complained while no message came through; the book hears of both."""
    stripe.account.pay(begun.reference)
    made = stripe.account.dispute(next(iter(stripe.account.intents)))
    if verdict:
        stripe.account.move_dispute(made["id"], verdict)
    disputing.follow("stripe", made["id"])
    assert the_dispute().payment_id is None
    assert "dispute_unlinked" in fresh(select(Alarm.kind).where(Alarm.settled_at.is_(None)))
    stripe.webhooks.held.clear()
    begun.come_back()
    for _ in range(2):  # the second time there is nothing new
        if again == "message":
            disputing.follow("stripe", made["id"])
        else:
            reconcile.run(since=None)
    assert the_dispute().payment_id == fresh(select(Payment.id))[0]
    away = verdict != "won"
    assert queries.balance(Account.CLEARING_STRIPE) == (0 if away else TOTAL)
    assert queries.balance(Account.DISPUTES) == (0 if verdict else TOTAL)
    assert queries.balance(Account.LOSS) == (6_000 if verdict == "lost" else 0)  # the postage
    assert stripe.account.balance == (0 if away else TOTAL * 100)
    open_ = fresh(select(Alarm.kind).where(Alarm.settled_at.is_(None)))
    assert "dispute_unlinked" not in open_


def test_what_has_ended_stays_ended_and_a_person_looks_at_the_difference(
    stripe: Simulator, paid: str, announced: list[str]
) -> None:
    made = stripe.account.dispute(paid)
    stripe.account.move_dispute(made["id"], "won")
    disputing.follow("stripe", made["id"])
    before = list(announced)
    stripe.account.disputes[made["id"]]["status"] = "lost"
    stripe.account._move_money(stripe.account.disputes[made["id"]], -1)
    for _ in range(2):
        disputing.follow("stripe", made["id"])
    assert the_dispute().state == "won"
    assert announced == before
    assert fresh(select(Alarm.kind)).count("dispute_differs") == 1


def test_a_message_about_a_dispute_that_nobody_knows_is_kept_and_done_with(
    app: Flask, stripe: Simulator, paid: str
) -> None:
    made = stripe.account.dispute(paid)
    stripe.account.disputes.clear()
    tell(app, stripe)
    assert made["id"]
    assert fresh(select(Dispute.id)) == []


def test_a_dispute_while_stripe_is_away_is_looked_at_later(
    app: Flask, stripe: Simulator, paid: str
) -> None:
    stripe.account.dispute(paid)
    stripe.faults.add("500", path="GET /v1/disputes", times=2)
    tell(app, stripe)
    assert fresh(select(Dispute.id)) == []
    with time_machine.travel(clock.now() + timedelta(minutes=10)):
        worker.run_due(until_empty=True)
        reconcile.run(since=None)
    assert the_dispute().state == "needs_response"


@settings(
    max_examples=6, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(data=st.data())
def test_every_order_and_number_of_messages_gives_the_same_dispute(
    app: Flask, home: Any, stripe: Simulator, announced: list[str], data: st.DataObject
) -> None:
    """The bank goes on between our readings; each step is announced once all the same."""
    start_anew(home)
    stripe.account.forget()
    stripe.api.forget()
    stripe.webhooks.held.clear()
    connect(stripe)
    shopper.tariff()
    bought = begin(app)
    stripe.account.pay(bought.reference)
    bought.come_back()
    announced.clear()
    listen(announced)
    inquiry = data.draw(st.booleans())
    made = stripe.account.dispute(fresh(select(Payment.charge_reference))[0], inquiry=inquiry)
    steps = [*(["needs_response"] if inquiry else []), "under_review"]
    steps.append(data.draw(st.sampled_from(["won", "lost"])))
    for act in data.draw(st.lists(st.sampled_from(["step", "tell"]), min_size=2, max_size=6)):
        if act == "step" and steps:
            stripe.account.move_dispute(made["id"], steps.pop(0))
        elif act == "tell":
            event = data.draw(st.sampled_from(stripe.webhooks.held))
            assert hook(app, stripe, event) == 204
            worker.run_due(until_empty=True)
    for step in steps:
        stripe.account.move_dispute(made["id"], step)
    for event in data.draw(st.permutations(stripe.webhooks.held)):
        assert hook(app, stripe, event) == 204
    worker.run_due(until_empty=True)
    dispute = the_dispute()
    truth = stripe.account.disputes[made["id"]]
    assert dispute.state == truth["status"]
    away = sum(line["amount"] for line in truth["balance_transactions"]) < 0
    assert (dispute.taken_at is not None and dispute.returned_at is None) == away
    assert len(announced) == len(set(announced))
    assert announced.count("DisputeClosed") == 1


def test_officers_read_in_plain_words_what_to_do_and_until_when(
    app: Flask, stripe: Simulator, paid: str
) -> None:
    stripe.account.dispute(paid, reason="product_not_received")
    tell(app, stripe)
    eka = app.test_client()
    builders.sign_in(eka, builders.staff())
    page = eka.get("/dinas/sanggahan").text
    assert "Rp54.000 oleh" in page
    assert "Jawab sebelum" in page
    detail = eka.get(f"/dinas/sanggahan/{the_dispute().code}").text
    for words in ("Barang belum sampai", "Diambil bank", "nomor resi", "Jangan kembalikan uang"):
        assert words in detail
    assert "Pembeli menyanggah ke bank" in eka.get("/dinas/alarm").text
    assert eka.get("/dinas/sanggahan/tidakada00").status_code == 404
    with time_machine.travel(clock.now() + timedelta(days=30)):
        again = app.test_client()
        builders.sign_in(again, builders.staff())
        assert "Tenggatnya sudah lewat" in again.get(f"/dinas/sanggahan/{the_dispute().code}").text
