"""Money goes back through the provider: once, and by hand only when it surely did not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Row, select, update

from marketplace.core import clock
from marketplace.core.db import db, read
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.work import transaction
from marketplace.flows import disputing, reconcile, refunding, worker
from marketplace.orders import desk_queries, ending, invariants
from marketplace.orders.disputes.models import Dispute
from marketplace.orders.ledger import queries
from marketplace.orders.ledger.rules import Account
from marketplace.orders.models import Alarm, Order, Payment, Refund
from tests import builders
from tests.flows.test_stripe_story import Buying, fresh, hook
from tests.flows.test_stripe_story import begun as begun
from tests.flows.test_stripe_story import stripe as stripe
from tests.stand_ins.stripe_simulator import Simulator

SOON, HOUR = timedelta(minutes=5), timedelta(hours=1)
TOTAL = 54_000


@pytest.fixture
def promised(stripe: Simulator, begun: Buying) -> str:
    """Asih paid by card, and the shop has to give up: her refund, which nobody has sent yet."""
    stripe.account.pay(begun.reference)
    begun.come_back()
    with transaction():
        refund = ending.cancel_paid(
            fresh(select(Order.code))[0], ending.Actor("shop"), reason="Habis", now=clock.now()
        )
        assert refund is not None
        return refund.code


def test_a_provider_that_lets_nobody_look_has_refused_no_refund(
    stripe: Simulator, promised: str
) -> None:
    """It went back and the answer was lost: sent by hand as well, the buyer would have it twice."""
    stripe.faults.add("drop_after_effect", path="POST /v1/refunds", times=1)
    worker.run_due(until_empty=True)
    assert len(stripe.account.refunds) == 1
    stripe.faults.add("404", path="GET /v1/refunds", times=9)
    with time_machine.travel(clock.now() + SOON):
        worker.run_due(until_empty=True)
        assert reconcile.run(since=None).unreachable == 1
    assert fresh(select(Refund.state)) == ["asked"]
    with pytest.raises(NotFound):
        refunding.sent_by_hand(promised, by=builders.staff())
    assert desk_queries.refunds_by_hand() == []
    assert fresh(select(Alarm.kind)) == ["refund_unknown"]
    stripe.faults.clear()
    with time_machine.travel(clock.now() + 2 * SOON):
        assert reconcile.run(since=None).refunds == 1
    assert fresh(select(Refund.state)) == ["done"]
    assert len(stripe.account.refunds) == 1
    assert stripe.account.balance == 0


def tell(app: Flask, stripe: Simulator) -> None:
    """Every message that waits, and the work it makes."""
    for event in stripe.webhooks.held:
        assert hook(app, stripe, event) == 204
    stripe.webhooks.held.clear()
    worker.run_due(until_empty=True)


def the_refund() -> Row[Any]:
    (refund,) = read(select(Refund.__table__))
    return refund


def book(account: Account) -> int:
    return queries.balance(account)


def open_alarms() -> list[str]:
    return sorted(fresh(select(Alarm.kind).where(Alarm.settled_at.is_(None))))


@pytest.mark.parametrize("told", [True, False])
def test_what_came_back_to_the_provider_lies_there_again_and_leaves_our_bank_by_hand(
    app: Flask, stripe: Simulator, promised: str, told: bool
) -> None:
    worker.run_due(until_empty=True)
    assert (the_refund().state, book(Account.CLEARING_STRIPE)) == ("done", 0)
    stripe.account.finish_refund(the_refund().reference, arrives=False)  # the card was closed
    if not told:
        stripe.webhooks.held.clear()
    with time_machine.travel(clock.now() + HOUR):
        tell(app, stripe)
        assert reconcile.run(since=reconcile.RECENT).unexplained == (0 if told else 1)
        assert reconcile.run(since=reconcile.RECENT).total == 0
    assert (the_refund().state, the_refund().done_at) == ("failed", None)
    assert book(Account.CLEARING_STRIPE) * 100 == stripe.account.balance == TOTAL * 100
    assert book(Account.REFUNDS) == TOTAL
    assert open_alarms() == ["refund_failed"]
    refunding.sent_by_hand(promised, by=builders.staff(), reference="TRX 1")
    assert (book(Account.CLEARING_STRIPE), book(Account.BANK)) == (TOTAL, -TOTAL)
    assert book(Account.REFUNDS) == 0
    assert open_alarms() == []
    assert desk_queries.refunds_by_hand() == []


def test_the_check_sees_what_left_another_account_than_the_book_says(
    stripe: Simulator, promised: str
) -> None:
    stripe.account.refunds_stay_pending = True
    worker.run_due(until_empty=True)
    stripe.account.finish_refund(the_refund().reference, arrives=False)
    with time_machine.travel(clock.now() + HOUR):
        reconcile.run(since=None)
    refunding.sent_by_hand(promised, by=builders.staff())
    assert stripe.account.balance == book(Account.CLEARING_STRIPE) * 100 == TOTAL * 100
    assert not any(invariants.check_all().values())
    for wrong, right in ((False, True), (True, True)):
        with transaction():
            db.session.execute(update(Refund).values(by_hand=wrong))
        assert bool(invariants.check_all()["M2"]) is (wrong is not right)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("verdict", ["won", "lost"])
def test_a_refund_waits_for_the_card_bank_and_the_buyer_has_the_money_once(
    app: Flask, stripe: Simulator, promised: str, verdict: str, known: bool
) -> None:
    """Stripe refuses a refund while a bank asks; whoever hears of that first."""
    made = stripe.account.dispute(paid_as())
    if known:
        for event in stripe.webhooks.held:
            hook(app, stripe, event)
        disputing.follow("stripe", made["id"])
    stripe.webhooks.held.clear()
    worker.run_due(until_empty=True)
    assert ("POST /v1/refunds" in stripe.calls) is not known
    assert fresh(select(Dispute.state)) == ["needs_response"]
    for _ in range(2):
        with time_machine.travel(clock.now() + SOON):
            worker.run_due(until_empty=True)
            reconcile.run(since=None)
    assert the_refund().state == "asked"
    with pytest.raises(NotFound):
        refunding.sent_by_hand(promised, by=builders.staff())
    stripe.account.move_dispute(made["id"], verdict)
    tell(app, stripe)
    assert the_refund().state == "done"
    assert the_refund().by_bank == (TOTAL if verdict == "lost" else 0)
    assert book(Account.CLEARING_STRIPE) == stripe.account.balance == 0
    for account in (Account.REFUNDS, Account.DISPUTES, Account.LOSS, Account.ESCROW):
        assert book(account) == 0
    assert len(stripe.account.refunds) == (1 if verdict == "won" else 0)
    assert open_alarms() == ["dispute_open"]


def test_what_the_bank_did_not_take_is_sent_by_hand(
    app: Flask, stripe: Simulator, promised: str
) -> None:
    """Stripe gives nothing back of a payment that was lost, not even the rest."""
    made = stripe.account.dispute(paid_as(), amount=20_000 * 100)
    stripe.account.move_dispute(made["id"], "lost")
    tell(app, stripe)
    with time_machine.travel(clock.now() + SOON):
        tell(app, stripe)
    assert (the_refund().state, the_refund().by_bank) == ("failed", 20_000)
    (row,) = desk_queries.refunds_by_hand()
    assert row.amount == TOTAL - 20_000
    refunding.sent_by_hand(promised, by=builders.staff())
    assert book(Account.BANK) == 20_000 - TOTAL
    assert book(Account.CLEARING_STRIPE) * 100 == stripe.account.balance == (TOTAL - 20_000) * 100
    assert (book(Account.REFUNDS), book(Account.LOSS)) == (0, 0)


def test_while_a_bank_is_to_decide_a_failed_refund_is_not_sent_by_hand(
    app: Flask, stripe: Simulator, begun: Buying, promised: str
) -> None:
    stripe.account.refunds_stay_pending = True
    worker.run_due(until_empty=True)
    stripe.account.finish_refund(the_refund().reference, arrives=False)
    made = stripe.account.dispute(paid_as())
    tell(app, stripe)
    assert the_refund().state == "failed"
    with pytest.raises(Conflict, match="payment_disputed"):
        refunding.sent_by_hand(promised, by=builders.staff())
    eka = app.test_client()
    builders.sign_in(eka, builders.staff())
    answer = builders.post(eka, f"/dinas/uang-kembali/{promised}", {"amount": TOTAL})
    assert answer.status_code == 409
    assert "sedang diperiksa bank pembeli" in answer.text
    stripe.account.move_dispute(made["id"], "lost")
    tell(app, stripe)
    assert (the_refund().state, the_refund().by_bank) == ("done", TOTAL)
    assert (book(Account.REFUNDS), book(Account.LOSS), book(Account.BANK)) == (0, 0, 0)
    assert "sudah Anda terima dari bank penerbit kartu" in begun.guest.get(begun.page).text


def test_a_refund_that_fails_after_the_bank_gave_the_same_money_is_owed_to_nobody(
    app: Flask, stripe: Simulator, promised: str
) -> None:
    stripe.account.refunds_stay_pending = True
    worker.run_due(until_empty=True)
    made = stripe.account.dispute(paid_as())
    stripe.account.move_dispute(made["id"], "lost")
    tell(app, stripe)
    assert (the_refund().state, book(Account.LOSS)) == ("sent", TOTAL)
    stripe.account.finish_refund(the_refund().reference, arrives=False)
    tell(app, stripe)
    assert (the_refund().state, the_refund().by_bank) == ("done", TOTAL)
    assert (book(Account.REFUNDS), book(Account.LOSS)) == (0, 0)
    assert book(Account.CLEARING_STRIPE) == stripe.account.balance == 0


def test_what_went_back_though_its_answer_was_lost_is_not_taken_for_the_banks_doing(
    stripe: Simulator, promised: str
) -> None:
    stripe.faults.add("drop_after_effect", path="POST /v1/refunds", times=1)
    worker.run_due(until_empty=True)
    made = stripe.account.dispute(paid_as())
    stripe.account.move_dispute(made["id"], "lost")
    disputing.follow("stripe", made["id"])
    assert (the_refund().state, the_refund().by_bank) == ("done", 0)
    assert book(Account.LOSS) == TOTAL  # the buyer really has it twice
    assert book(Account.CLEARING_STRIPE) * 100 == stripe.account.balance == -TOTAL * 100


def paid_as() -> str:
    return str(fresh(select(Payment.charge_reference))[0])
