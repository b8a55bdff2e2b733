"""Money on its way back: promised once, sent once, by whoever can send it."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import db, read_one
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.history import HistoryEntry
from marketplace.core.jobs import Job
from marketplace.core.money import Money
from marketplace.core.work import transaction
from marketplace.orders import payments, refunds
from marketplace.orders.ledger import posting
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.ledger.posting import Booking
from marketplace.orders.ledger.rules import Account, Fact, Shares
from marketplace.orders.models import Alarm, Refund
from marketplace.orders.ports import RefundReading, RefundSide
from marketplace.orders.watch_ports import DisputeSide
from tests import builders
from tests.orders import money
from tests.orders.test_charged_back import bank_says, lost, paid_by_card
from tests.orders.test_commission import RATE, on_day
from tests.orders.test_commission import add as add_rate

PRICE = 50_000


@pytest.fixture
def promised(app: Flask) -> str:
    """Asih paid by card, and the shop had to give up; the refund's code."""
    (code,) = paid_by_card((builders.shop("Dapur Citra"), PRICE))
    return money.cancel(code)


def provider_says(code: str, side: RefundSide) -> bool:
    with transaction():
        reading = RefundReading(reference="re_1", side=side, amount=Money(PRICE))
        return refunds.record(code, reading, now=clock.now())


def state(code: str) -> str:
    db.session.rollback()
    found = db.session.scalars(select(Refund.state).where(Refund.code == code)).one()
    db.session.rollback()
    return str(found)


def row_of(code: str) -> Any:
    db.session.rollback()
    return read_one(select(Refund.__table__).where(Refund.code == code))


def test_what_the_provider_would_not_send_an_officer_sends_once_from_our_bank(
    promised: str,
) -> None:
    provider_says(promised, RefundSide.FAILED)
    assert state(promised) == "failed"
    assert list(db.session.scalars(select(Alarm.kind))) == ["refund_failed"]
    money.send(promised)
    assert state(promised) == "done"
    assert money.book()[-1] == ("refund_sent", "refunds", "bank", PRICE)
    # the provider keeps what it did not send, until it pays it out to us
    assert ledger.balance(Account.CLEARING_SIMULATOR) == PRICE
    assert ledger.balance(Account.BANK) == -PRICE
    with pytest.raises(NotFound):
        money.send(promised)
    assert money.broken() == {}


def test_what_the_provider_may_still_send_no_officer_sends(promised: str) -> None:
    with pytest.raises(NotFound):
        money.send(promised)
    provider_says(promised, RefundSide.PENDING)
    assert state(promised) == "sent"
    with pytest.raises(NotFound):
        money.send(promised)
    assert money.book()[-1] == ("goods_returned", "escrow", "refunds", PRICE)


def test_what_the_provider_says_of_money_that_has_gone_is_written_once(promised: str) -> None:
    heard = [
        provider_says(promised, side)
        for side in (RefundSide.PENDING, RefundSide.PENDING, RefundSide.DONE, RefundSide.DONE)
    ]
    assert heard == [False, False, True, False]
    assert money.book()[-1] == ("refund_sent", "refunds", "clearing.simulator", PRICE)
    assert money.broken() == {}


def test_what_has_gone_stays_as_it_is_when_it_is_told_again(promised: str) -> None:
    provider_says(promised, RefundSide.DONE)
    before = row_of(promised)
    for side in (RefundSide.DONE, RefundSide.PENDING):
        assert not provider_says(promised, side)
        assert row_of(promised) == before


def test_a_transfer_goes_back_by_hand_once_and_no_provider_is_asked(app: Flask) -> None:
    (code,) = money.buy((builders.shop("Dapur Citra"), PRICE))
    money.pay(code)
    refund = money.cancel(code)
    asked = select(Job.id).where(Job.name == "refunds.send")
    assert db.session.scalars(asked).all() == []
    db.session.rollback()
    money.send(refund)
    with pytest.raises(Conflict, match="already_sent_back"):
        money.send(refund)
    assert [fact for fact, *_ in money.book()].count("refund_sent") == 1
    assert money.broken() == {}


def test_all_that_came_may_go_back_and_not_a_rupiah_more(app: Flask) -> None:
    (code,) = paid_by_card((builders.shop("Dapur Citra"), PRICE))
    with pytest.raises(Conflict, match="refund_too_large"):
        money.give_back(code, PRICE + 1)
    money.give_back(code, PRICE)
    with pytest.raises(Conflict, match="refund_too_large"):
        money.give_back(code, 1)
    assert money.broken() == {}


def test_what_bounces_is_owed_again_and_then_leaves_our_bank(promised: str) -> None:
    provider_says(promised, RefundSide.DONE)
    assert provider_says(promised, RefundSide.FAILED) is False
    assert state(promised) == "failed"
    assert money.book()[-1] == ("reversed", "clearing.simulator", "refunds", PRICE)
    assert list(db.session.scalars(select(Alarm.kind))) == ["refund_failed"]
    money.send(promised)
    assert money.book()[-1] == ("refund_sent", "refunds", "bank", PRICE)
    provider_says(promised, RefundSide.FAILED)  # nothing lies there any more
    assert state(promised) == "done"
    assert money.open_alarms() == []
    assert money.broken() == {}


def test_while_a_bank_is_to_decide_no_officer_sends_what_failed(promised: str) -> None:
    provider_says(promised, RefundSide.FAILED)
    bank_says(DisputeSide.UNDER_REVIEW, PRICE)
    with pytest.raises(Conflict, match="payment_disputed"):
        money.send(promised)
    bank_says(DisputeSide.WON, PRICE)
    money.send(promised)
    assert ledger.balance(Account.BANK) == -PRICE
    assert money.broken() == {}


@pytest.mark.parametrize("kept", [20_000, PRICE])
def test_what_fails_after_the_bank_kept_it_is_owed_less_by_that(promised: str, kept: int) -> None:
    provider_says(promised, RefundSide.PENDING)
    lost(kept)
    assert ledger.balance(Account.LOSS) == kept  # as long as the refund may still arrive
    provider_says(promised, RefundSide.FAILED)
    assert money.book()[-1] == ("refund_not_needed", "refunds", "loss", kept)
    assert ledger.balance(Account.LOSS) == 0
    assert ledger.balance(Account.REFUNDS) == PRICE - kept
    if kept < PRICE:
        assert state(promised) == "failed"
        money.send(promised)
        assert money.book()[-1] == ("refund_sent", "refunds", "bank", PRICE - kept)
    assert state(promised) == "done"
    assert money.broken() == {}


def test_after_a_no_because_of_a_bank_the_provider_is_asked_under_another_key(
    promised: str,
) -> None:
    with transaction():
        refunds.wait_for_bank(refunds.locked(promised), now=clock.now())
    row = db.session.execute(select(Refund.key, Refund.attempt, Refund.state)).one()
    db.session.rollback()
    assert tuple(row) == (f"refund:{promised}:2", 2, "asked")


def taken_back() -> list[tuple[str, int]]:
    """What was taken back from shops so far, fact by fact."""
    found = [(fact, amount) for fact, _, _, amount in money.book()]
    return [(fact, amount) for fact, amount in found if fact.endswith(("taken_back", "given_back"))]


def test_after_the_end_goods_are_taken_back_before_postage_and_each_once(app: Flask) -> None:
    (code,) = money.buy((builders.shop(), PRICE), way="simulator")
    money_came(code)
    money.deliver(code)
    postage = money.order(code).postage
    assert postage
    money.give_back(code, 30_000)
    money.give_back(code, 20_000 + postage)
    assert taken_back() == [
        ("goods_taken_back", 30_000),
        ("goods_taken_back", 20_000),
        ("postage_taken_back", postage),
    ]
    assert money.broken() == {}


def test_all_of_a_fetched_order_goes_back_at_once_and_its_cut_with_it(app: Flask) -> None:
    with time_machine.travel(builders.NOON, tick=True):
        add_rate(RATE)
    with on_day(2):
        shop = builders.shop()
        (code,) = money.buy((shop, PRICE), fetch=(shop,), way="simulator")
        money_came(code)
        money.deliver(code)
        money.give_back(code, PRICE)
        cut = money.order(code).commission
    assert cut == PRICE // 20
    assert taken_back() == [("goods_taken_back", PRICE), ("commission_given_back", cut)]
    assert money.broken() == {}


def money_came(code: str) -> None:
    with transaction():
        payment = money.payment_of(code)
        payments.money_came(payment.code, charge_reference="pay_1", now=clock.now())


def test_a_refund_that_is_not_the_sum_of_its_parts_is_not_written(app: Flask) -> None:
    (code,) = paid_by_card((builders.shop("Dapur Citra"), PRICE))
    with pytest.raises(RuntimeError, match="not the sum"):
        money.give_back(code, 10_000, Shares(goods=9_000))
    assert money.open_refunds() == []


def test_nothing_is_booked_while_nobody_says_where_the_money_lies(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="where the money lies"), transaction():
        posting.post([Booking(Fact.UNCLAIMED_CAME, "stripe:1", 5)], now=clock.now())


def test_money_of_strangers_goes_back_once_however_often_a_job_says_so(app: Flask) -> None:
    with transaction():
        posting.stranger_came("stripe", "pi_1", 7_000, now=clock.now())
        for _ in range(2):
            posting.stranger_went("stripe", "pi_1", 7_000, now=clock.now())
    assert ledger.balance(Account.CLEARING_STRIPE) == 0
    assert len(money.book()) == 3


def test_a_promise_is_sent_by_a_job_and_waits_until_it_is_kept(promised: str) -> None:
    (other,) = paid_by_card((builders.shop("Toko Lain"), PRICE))
    mine, theirs = (
        read_one(select(Refund.payment_id).where(Refund.code == promised)),
        money.payment_of(other).id,
    )
    db.session.rollback()
    assert "refunds.send" in set(db.session.scalars(select(Job.name)))
    assert mine is not None
    assert refunds.waiting(mine.payment_id) == [promised]
    assert refunds.waiting(theirs) == []
    provider_says(promised, RefundSide.DONE)
    assert refunds.waiting(mine.payment_id) == []


def test_a_provider_that_refuses_has_sent_nothing_and_the_bank_s_number_is_kept(
    promised: str,
) -> None:
    assert not provider_says(promised, RefundSide.FAILED)
    refunds_by_hand = {"by": builders.staff(), "now": clock.now(), "reference": "TRX-77"}
    with transaction():
        refunds.sent_by_hand(promised, **refunds_by_hand)
    (act,) = db.session.scalars(select(HistoryEntry).where(HistoryEntry.act == "refund.done"))
    assert act.detail["bank_reference"] == "TRX-77"
