"""What every gateway that pays the makers promises, judged on Stripe and simulator alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from marketplace.core.money import ZERO, Money
from marketplace.orders.payout_ports import PayoutReading, PayoutSide
from marketplace.orders.ports import GatewayDown, GatewayRefused
from tests.adapters.conftest import Desk
from tests.adapters.test_payment_gateways import paid
from tests.stand_ins.stripe_simulator import Simulator

AMOUNT = Money(120_000)
HOUR = timedelta(hours=1)


def send(desk: Desk, account: str, **changes: Any) -> PayoutReading:
    words: dict[str, Any] = {
        "key": "payout:1:1",
        "payout_code": "p7f3k2qd9x",
        "account": account,
        "amount": AMOUNT,
        "description": "Hasil jualan 1-7 November",
    }
    return desk.gateway.send(**words | changes)


def ready(desk: Desk) -> str:
    """A maker who can be paid, and something to pay with."""
    paid(desk)
    return desk.maker(True)


def test_a_payout_arrives_once_for_one_key(desk: Desk) -> None:
    account = ready(desk)
    sent = send(desk, account)
    assert (sent.side, sent.amount, sent.returned) == (PayoutSide.DONE, AMOUNT, ZERO)
    assert (sent.account, sent.payout_code) == (account, "p7f3k2qd9x")
    assert send(desk, account) == sent == desk.gateway.read_payout(sent.reference)


def test_the_same_key_with_another_amount_is_not_believed(desk: Desk) -> None:
    account = ready(desk)
    send(desk, account)
    with pytest.raises(GatewayDown) as trouble:
        send(desk, account, amount=Money(1_000))
    assert trouble.value.code == "key_mismatch"


def test_a_payout_whose_answer_was_lost_is_found_by_our_code(desk: Desk) -> None:
    sent = send(desk, ready(desk))
    assert desk.gateway.find_payout(payout_code="p7f3k2qd9x") == sent
    assert desk.gateway.find_payout(payout_code="another") is None


def test_all_payouts_are_listed_as_they_stand_now(desk: Desk) -> None:
    account, since = ready(desk), datetime.now(UTC) - HOUR
    first = send(desk, account, amount=Money(50_000))
    second = send(desk, account, key="payout:2:1", payout_code="another", amount=Money(60_000))
    desk.gateway.take_back(
        key="back:1:1", reference=first.reference, amount=Money(50_000), reason="batal"
    )
    listed = list(desk.gateway.find_payouts(since=since))
    assert {one.payout_code: one.side for one in listed} == {
        "p7f3k2qd9x": PayoutSide.RETURNED,
        "another": PayoutSide.DONE,
    }
    assert second in listed


def test_transfers_of_others_in_the_account_are_left_out(
    stripe_desk: Desk, stripe_side: Simulator
) -> None:
    sent = send(stripe_desk, ready(stripe_desk))
    stripe_side.account.transfers[sent.reference]["metadata"] = {}
    assert list(stripe_desk.gateway.find_payouts(since=datetime.now(UTC) - HOUR)) == []


def test_an_account_says_whether_it_can_be_paid_and_what_is_missing(desk: Desk) -> None:
    able, new = desk.maker(True), desk.maker(False)
    reading = desk.gateway.read_account(able)
    assert (reading.account, reading.can_be_paid, reading.missing) == (able, True, ())
    assert desk.gateway.read_account(new).can_be_paid is False
    assert desk.gateway.read_account(new).missing == ("external_account",)
    with pytest.raises(GatewayRefused):
        send(desk, new)


def test_money_comes_back_in_parts_and_never_more_than_was_sent(desk: Desk) -> None:
    sent = send(desk, ready(desk))
    words: dict[str, Any] = {"reference": sent.reference, "reason": "Pesanan dibatalkan"}
    part = desk.gateway.take_back(key="back:1:1", amount=Money(50_000), **words)
    assert (part.side, part.returned) == (PayoutSide.DONE, Money(50_000))
    again = desk.gateway.take_back(key="back:1:1", amount=Money(50_000), **words)
    assert again.returned == Money(50_000)
    with pytest.raises(GatewayRefused):
        desk.gateway.take_back(key="back:2:1", amount=Money(70_001), **words)
    whole = desk.gateway.take_back(key="back:3:1", amount=Money(70_000), **words)
    assert (whole.side, whole.returned) == (PayoutSide.RETURNED, AMOUNT)


def test_unknown_payouts_are_a_definite_no(desk: Desk) -> None:
    take = desk.gateway.take_back
    for ask in (
        lambda: desk.gateway.read_payout("tr_nobody"),
        lambda: take(key="b", reference="tr_nobody", amount=AMOUNT, reason=""),
    ):
        with pytest.raises(GatewayRefused) as refused:
            ask()
        assert refused.value.code == "resource_missing"


def test_stripe_sends_no_more_than_the_market_holds(stripe_desk: Desk) -> None:
    account = stripe_desk.maker(True)
    with pytest.raises(GatewayRefused) as refused:
        send(stripe_desk, account)
    assert refused.value.code == "balance_insufficient"


def test_what_the_makers_bank_took_cannot_be_taken_back(
    stripe_desk: Desk, stripe_side: Simulator
) -> None:
    account = ready(stripe_desk)
    sent = send(stripe_desk, account)
    stripe_side.account.pay_out(account)
    with pytest.raises(GatewayRefused) as refused:
        stripe_desk.gateway.take_back(
            key="back:1:1", reference=sent.reference, amount=AMOUNT, reason="batal"
        )
    assert refused.value.code == "balance_insufficient"
