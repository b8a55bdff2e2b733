"""What every gateway promises of holds and kept cards, judged on Stripe and simulator alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from marketplace.core.money import ZERO, Money
from marketplace.orders.card_ports import CardCharge, ChargeSide, HoldSide, SavedCardSide
from marketplace.orders.ports import GatewayDown, GatewayRefused
from tests.adapters.conftest import Desk, soon
from tests.stand_ins.stripe_simulator import BROKE_LATER_CARD, GOOD_CARD, SHOW_ME_CARD

AMOUNT = Money(150_000)
HOUR_AGO = timedelta(hours=1)


def hold_words(**changes: Any) -> dict[str, Any]:
    return {
        "key": "hold:1:1",
        "hold_code": "h7f3k2qd9x",
        "amount": AMOUNT,
        "description": "Ikut borong kopi",
        "email": "asih@example.com",
        "success_url": "https://guyub.example/ikut/1",
        "cancel_url": "https://guyub.example/borong/1",
        "expires_at": soon(),
    } | changes


def held(desk: Desk, **changes: Any) -> str:
    page = desk.gateway.open_hold(**hold_words(**changes))
    desk.pay(page.reference)
    payment = desk.gateway.read_hold_page(page.reference).payment_reference
    assert payment is not None
    return payment


def kept(desk: Desk, card: str = GOOD_CARD) -> str:
    page = desk.gateway.open_card_page(
        key=f"card:{card}:1",
        card_code="c7f3k2qd9x",
        email="asih@example.com",
        success_url="https://guyub.example/kartu/1",
        cancel_url="https://guyub.example/borong/1",
        expires_at=soon(),
    )
    desk.pay(page.reference, card=card)
    reading = desk.gateway.read_card_page(page.reference)
    assert reading.card is not None
    return reading.card.reference


def charge(desk: Desk, card: str, **changes: Any) -> CardCharge:
    words: dict[str, Any] = {
        "key": "charge:1:1",
        "charge_code": "q7f3k2qd9x",
        "card": card,
        "amount": AMOUNT,
        "description": "Borong kopi tercapai",
    }
    return desk.gateway.charge_card(**words | changes)


# --- Holds ----------------------------------------------------------------------------------------


def test_a_hold_page_is_open_until_the_buyer_agrees(desk: Desk) -> None:
    page = desk.gateway.open_hold(**hold_words())
    assert desk.gateway.open_hold(**hold_words(expires_at=page.expires_at)) == page
    reading = desk.gateway.read_hold_page(page.reference)
    assert (reading.side, reading.amount, reading.captured) == (HoldSide.OPEN, AMOUNT, ZERO)
    assert (reading.page, reading.hold_code) == (page.reference, "h7f3k2qd9x")
    assert (reading.payment_reference, reading.capture_before) == (None, None)


def test_a_hold_takes_nothing_and_says_until_when_it_may_be_captured(desk: Desk) -> None:
    payment = held(desk)
    reading = desk.gateway.read_hold(payment)
    assert (reading.side, reading.amount, reading.captured) == (HoldSide.HELD, AMOUNT, ZERO)
    assert reading.hold_code == "h7f3k2qd9x"
    assert reading.capture_before is not None
    assert reading.capture_before > datetime.now(UTC) + timedelta(days=4)


def test_a_whole_hold_is_captured_once(desk: Desk) -> None:
    payment = held(desk)
    captured = desk.gateway.capture(key="capture:1:1", payment_reference=payment, amount=AMOUNT)
    assert (captured.side, captured.captured) == (HoldSide.CAPTURED, AMOUNT)
    again = desk.gateway.capture(key="capture:1:1", payment_reference=payment, amount=AMOUNT)
    assert again.captured == AMOUNT
    with pytest.raises(GatewayRefused):
        desk.gateway.capture(key="capture:1:2", payment_reference=payment, amount=AMOUNT)


def test_a_part_is_captured_and_the_rest_is_let_go(desk: Desk) -> None:
    payment = held(desk)
    part = Money(90_000)
    desk.gateway.capture(key="capture:1:1", payment_reference=payment, amount=part)
    reading = desk.gateway.read_hold(payment)
    assert (reading.side, reading.amount, reading.captured) == (HoldSide.CAPTURED, AMOUNT, part)
    with pytest.raises(GatewayRefused):
        back(desk, payment, 90_001)
    assert back(desk, payment, 90_000).amount == part


def back(desk: Desk, payment: str, rupiah: int) -> Any:
    return desk.gateway.refund(
        key=f"refund:{rupiah}:1",
        payment_reference=payment,
        refund_code=f"r{rupiah}",
        amount=Money(rupiah),
        reason="batal",
    )


def test_more_than_was_held_is_never_captured(desk: Desk) -> None:
    payment = held(desk)
    with pytest.raises(GatewayRefused):
        desk.gateway.capture(key="capture:1:1", payment_reference=payment, amount=AMOUNT + Money(1))
    assert desk.gateway.read_hold(payment).side is HoldSide.HELD


def test_the_same_capture_key_with_another_amount_is_not_believed(desk: Desk) -> None:
    payment = held(desk)
    desk.gateway.capture(key="capture:1:1", payment_reference=payment, amount=AMOUNT)
    with pytest.raises(GatewayDown) as trouble:
        desk.gateway.capture(key="capture:1:1", payment_reference=payment, amount=Money(1_000))
    assert trouble.value.code == "key_mismatch"


def test_a_hold_that_was_let_go_takes_nothing_any_more(desk: Desk) -> None:
    payment = held(desk)
    assert desk.gateway.release(key="r:1", payment_reference=payment).side is HoldSide.RELEASED
    assert desk.gateway.release(key="r:2", payment_reference=payment).side is HoldSide.RELEASED
    with pytest.raises(GatewayRefused):
        desk.gateway.capture(key="capture:1:1", payment_reference=payment, amount=AMOUNT)
    with pytest.raises(GatewayRefused):
        back(desk, payment, 1_000)


def test_letting_go_too_late_says_that_it_was_captured(desk: Desk) -> None:
    payment = held(desk)
    desk.gateway.capture(key="capture:1:1", payment_reference=payment, amount=AMOUNT)
    late = desk.gateway.release(key="r:1", payment_reference=payment)
    assert (late.side, late.captured) == (HoldSide.CAPTURED, AMOUNT)


def test_a_hold_ends_by_itself_after_its_time(desk: Desk) -> None:
    payment = held(desk)
    desk.let_pass(timedelta(days=8))
    assert desk.gateway.read_hold(payment).side is HoldSide.RELEASED
    with pytest.raises(GatewayRefused):
        desk.gateway.capture(key="capture:1:1", payment_reference=payment, amount=AMOUNT)


def test_a_hold_page_that_nobody_used_is_over(desk: Desk) -> None:
    page = desk.gateway.open_hold(**hold_words())
    desk.let_pass(timedelta(hours=2))
    desk.pay(page.reference)
    assert desk.gateway.read_hold_page(page.reference).side is HoldSide.RELEASED


def test_a_closed_page_lets_nothing_be_held_and_closing_too_late_changes_nothing(
    desk: Desk,
) -> None:
    page = desk.gateway.open_hold(**hold_words())
    for _ in range(2):
        desk.gateway.close_page(page.reference)
    desk.pay(page.reference)
    assert desk.gateway.read_hold_page(page.reference).side is HoldSide.RELEASED
    used = desk.gateway.open_hold(**hold_words(key="hold:2:1"))
    desk.pay(used.reference)
    desk.gateway.close_page(used.reference)
    assert desk.gateway.read_hold_page(used.reference).side is HoldSide.HELD


def test_a_page_for_a_hold_or_a_card_is_no_checkout(desk: Desk) -> None:
    kept(desk)
    (card_page,) = desk.gateway.find_card_pages(since=datetime.now(UTC) - HOUR_AGO)
    for page in (desk.gateway.open_hold(**hold_words()).reference, card_page.page):
        with pytest.raises(GatewayRefused):
            desk.gateway.read_checkout(page)


def test_the_sweep_finds_holds_and_leaves_checkouts_apart(desk: Desk) -> None:
    since = datetime.now(UTC) - HOUR_AGO
    checkout = desk.open()
    payment = held(desk)
    assert [reading.payment_reference for reading in desk.gateway.find_holds(since=since)] == [
        payment
    ]
    found = [reading.reference for reading in desk.gateway.find_checkouts(since=since)]
    assert found == [checkout.reference]
    assert list(desk.gateway.find_card_pages(since=since)) == []


# --- Kept cards -----------------------------------------------------------------------------------


def test_a_card_is_kept_with_what_its_owner_knows_it_by(desk: Desk) -> None:
    kept(desk)
    (reading,) = desk.gateway.find_card_pages(since=datetime.now(UTC) - HOUR_AGO)
    assert (reading.side, reading.card_code) == (SavedCardSide.SAVED, "c7f3k2qd9x")
    assert reading.card is not None
    assert (reading.card.last4, reading.card.expires) == ("4242", "2040-08")


def test_a_card_page_that_nobody_used_is_over(desk: Desk) -> None:
    page = desk.gateway.open_card_page(
        key="card:1:1",
        card_code="c1",
        email=None,
        success_url="https://guyub.example/1",
        cancel_url="https://guyub.example/2",
        expires_at=soon(),
    )
    assert desk.gateway.read_card_page(page.reference).side is SavedCardSide.OPEN
    desk.let_pass(timedelta(hours=2))
    reading = desk.gateway.read_card_page(page.reference)
    assert (reading.side, reading.card) == (SavedCardSide.OVER, None)


def test_a_kept_card_is_charged_once_for_one_key(desk: Desk) -> None:
    card = kept(desk)
    first = charge(desk, card)
    assert (first.side, first.amount, first.why) == (ChargeSide.PAID, AMOUNT, None)
    assert first.charge_code == "q7f3k2qd9x"
    assert charge(desk, card) == first == desk.gateway.read_card_charge(first.reference)
    assert back(desk, first.reference, 150_000).amount == AMOUNT


@pytest.mark.parametrize(
    ("number", "side", "why"),
    [
        (BROKE_LATER_CARD, ChargeSide.DECLINED, "generic_decline"),
        (SHOW_ME_CARD, ChargeSide.NEEDS_ACTION, "authentication_required"),
    ],
)
def test_the_banks_no_is_an_answer_and_the_same_when_asked_again(
    desk: Desk, number: str, side: ChargeSide, why: str
) -> None:
    card = kept(desk, number)
    said = charge(desk, card)
    assert (said.side, said.why) == (side, why)
    assert charge(desk, card) == said
    assert desk.gateway.read_card_charge(said.reference).side is side
    with pytest.raises(GatewayRefused):
        back(desk, said.reference, 1_000)


def test_a_charge_whose_answer_was_lost_is_found_by_our_code(desk: Desk) -> None:
    card, since = kept(desk), datetime.now(UTC) - HOUR_AGO
    made = charge(desk, card)
    find = desk.gateway.find_card_charge
    assert find(card=card, charge_code="q7f3k2qd9x", since=since) == made
    assert find(card=card, charge_code="another", since=since) is None


def test_a_charge_that_waits_for_the_buyer_can_be_stopped_but_not_a_paid_one(desk: Desk) -> None:
    waiting = charge(desk, kept(desk, SHOW_ME_CARD))
    paid = charge(desk, kept(desk), key="charge:2:1", charge_code="other")
    stop = desk.gateway.stop_card_charge
    assert stop(key="stop:1", reference=waiting.reference).side is ChargeSide.DECLINED
    assert stop(key="stop:2", reference=paid.reference).side is ChargeSide.PAID


def test_a_forgotten_card_cannot_be_charged(desk: Desk) -> None:
    card = kept(desk)
    desk.gateway.forget_card(key="forget:1", card=card)
    desk.gateway.forget_card(key="forget:2", card=card)
    with pytest.raises(GatewayRefused):
        charge(desk, card)


@pytest.mark.parametrize("rupiah", [0, -5000])
def test_nothing_and_less_than_nothing_is_neither_held_nor_charged(desk: Desk, rupiah: int) -> None:
    card = kept(desk)
    for ask in (
        lambda: charge(desk, card, amount=Money(rupiah)),
        lambda: desk.gateway.open_hold(**hold_words(amount=Money(rupiah))),
    ):
        with pytest.raises(GatewayRefused):
            ask()


def test_unknown_things_are_a_definite_no(desk: Desk) -> None:
    gateway = desk.gateway
    for ask in (
        lambda: gateway.read_hold_page("cs_test_nobody"),
        lambda: gateway.read_hold("pi_nobody"),
        lambda: gateway.read_card_page("cs_test_nobody"),
        lambda: gateway.read_card_charge("pi_nobody"),
        lambda: gateway.capture(key="x", payment_reference="pi_nobody", amount=AMOUNT),
        lambda: gateway.release(key="y", payment_reference="pi_nobody"),
        lambda: charge(desk, "cus_nobody/pm_nobody"),
    ):
        with pytest.raises(GatewayRefused) as refused:
            ask()
        assert refused.value.code == "resource_missing"
