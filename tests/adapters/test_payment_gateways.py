"""What every gateway promises, judged on the Stripe adapter and on the simulator alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from marketplace.core.money import Money
from marketplace.orders.ports import (
    GatewayDown,
    GatewayRefused,
    PaymentSide,
    RefundSide,
)
from marketplace.orders.watch_ports import DisputeSide
from marketplace.outside import Gateway
from tests.adapters.conftest import Desk, checkout, soon

HOUR_AGO = timedelta(hours=1)


def refund(desk: Desk, payment: str, rupiah: int, code: str = "r1") -> object:
    return desk.gateway.refund(
        key=f"refund:{code}:1",
        payment_reference=payment,
        refund_code=code,
        amount=Money(rupiah),
        reason="dibatalkan pembeli",
    )


def paid(desk: Desk) -> tuple[str, str]:
    page = desk.open()
    desk.pay(page.reference)
    payment = desk.gateway.read_checkout(page.reference).payment_reference
    assert payment is not None
    return page.reference, payment


def test_a_new_checkout_is_open_and_carries_our_code_and_amount(desk: Desk) -> None:
    words = checkout()
    page = desk.gateway.open_checkout(**words)
    reading = desk.gateway.read_checkout(page.reference)
    assert page.reference in page.url
    assert page.expires_at == words["expires_at"]
    assert reading.side is PaymentSide.OPEN
    assert reading.amount == Money(150_000)
    assert reading.payment_code == "7f3k2qd9xw"
    assert reading.livemode is False


def test_the_same_key_gives_the_same_page(desk: Desk) -> None:
    words = checkout()
    assert desk.gateway.open_checkout(**words) == desk.gateway.open_checkout(**words)
    assert len(list(desk.gateway.find_checkouts(since=datetime.now(UTC) - HOUR_AGO))) == 1


def test_the_same_key_with_another_amount_is_not_believed(desk: Desk) -> None:
    words = checkout()
    desk.gateway.open_checkout(**words)
    with pytest.raises(GatewayDown) as trouble:
        desk.gateway.open_checkout(**words | {"amount": Money(1_000_000)})
    assert trouble.value.code == "key_mismatch"
    assert not trouble.value.worth_one_more_try


def test_another_key_opens_another_page(desk: Desk) -> None:
    assert desk.open("pay:1:1").reference != desk.open("pay:1:2").reference


def test_a_paid_checkout_names_its_payment(desk: Desk) -> None:
    reference, payment = paid(desk)
    reading = desk.gateway.read_checkout(reference)
    assert reading.side is PaymentSide.PAID
    assert payment == reading.payment_reference


def test_paying_twice_takes_the_money_once(desk: Desk) -> None:
    reference, payment = paid(desk)
    desk.pay(reference)
    assert desk.gateway.read_checkout(reference).payment_reference == payment


def test_a_declined_buyer_may_try_again_on_the_same_page(desk: Desk) -> None:
    page = desk.open()
    desk.decline(page.reference)
    assert desk.gateway.read_checkout(page.reference).side is PaymentSide.OPEN
    desk.pay(page.reference)
    assert desk.gateway.read_checkout(page.reference).side is PaymentSide.PAID


def test_a_closed_page_takes_no_money(desk: Desk) -> None:
    page = desk.open()
    assert desk.gateway.expire_checkout(page.reference).side is PaymentSide.EXPIRED
    desk.pay(page.reference)
    assert desk.gateway.read_checkout(page.reference).side is PaymentSide.EXPIRED


def test_closing_twice_is_the_same_as_once(desk: Desk) -> None:
    page = desk.open()
    first = desk.gateway.expire_checkout(page.reference)
    assert desk.gateway.expire_checkout(page.reference) == first


def test_closing_too_late_says_that_it_was_paid(desk: Desk) -> None:
    reference, _ = paid(desk)
    assert desk.gateway.expire_checkout(reference).side is PaymentSide.PAID


def test_a_page_closes_itself_at_its_deadline(desk: Desk) -> None:
    page = desk.open()
    desk.let_pass(timedelta(hours=2))
    assert desk.gateway.read_checkout(page.reference).side is PaymentSide.EXPIRED


@pytest.mark.parametrize("minutes", [10, 25 * 60])
def test_a_deadline_too_near_or_too_far_is_refused(desk: Desk, minutes: int) -> None:
    with pytest.raises(GatewayRefused):
        desk.open(expires_at=datetime.now(UTC) + timedelta(minutes=minutes))


@pytest.mark.parametrize("rupiah", [0, -5000])
def test_nothing_and_less_than_nothing_cannot_be_paid(desk: Desk, rupiah: int) -> None:
    with pytest.raises(GatewayRefused) as refused:
        desk.open(amount=Money(rupiah))
    assert refused.value.code == "amount_too_small"


def test_an_unknown_checkout_is_a_definite_no(desk: Desk) -> None:
    with pytest.raises(GatewayRefused) as refused:
        desk.gateway.read_checkout("cs_test_nobody")
    assert refused.value.code == "resource_missing"


def test_the_sweep_finds_every_checkout_since_then_newest_first(desk: Desk) -> None:
    pages = [desk.open(f"pay:{number}:1", expires_at=soon()) for number in range(3)]
    found = list(desk.gateway.find_checkouts(since=datetime.now(UTC) - HOUR_AGO))
    assert [reading.reference for reading in found] == [p.reference for p in reversed(pages)]
    assert list(desk.gateway.find_checkouts(since=datetime.now(UTC) + HOUR_AGO)) == []


def test_money_goes_back_in_parts_up_to_what_was_paid(desk: Desk) -> None:
    _, payment = paid(desk)
    first = refund(desk, payment, 100_000, "r1")
    assert desk.gateway.read_refund(first.reference) == first
    assert (first.side, first.amount) == (RefundSide.DONE, Money(100_000))
    with pytest.raises(GatewayRefused):
        refund(desk, payment, 50_001, "r2")
    refund(desk, payment, 50_000, "r3")
    with pytest.raises(GatewayRefused) as refused:
        refund(desk, payment, 1, "r4")
    assert refused.value.code == "charge_already_refunded"


def test_the_same_refund_key_gives_money_back_once(desk: Desk) -> None:
    _, payment = paid(desk)
    assert refund(desk, payment, 100_000) == refund(desk, payment, 100_000)


def test_while_a_card_bank_asks_and_once_it_kept_the_money_nothing_is_refunded(
    desk: Desk,
) -> None:
    _, payment = paid(desk)
    dispute = desk.dispute(payment, amount=Money(150_000))
    with pytest.raises(GatewayRefused) as refused:
        refund(desk, payment, 10_000)
    assert refused.value.code == "charge_disputed"
    desk.move_dispute(dispute, DisputeSide.WON)
    assert refund(desk, payment, 10_000, "r2")  # under a key of its own
    lost = desk.dispute(payment, amount=Money(50_000))
    desk.move_dispute(lost, DisputeSide.LOST)
    with pytest.raises(GatewayRefused) as refused:
        refund(desk, payment, 10_000, "r3")
    assert refused.value.code == "charge_disputed"


def test_a_refund_whose_answer_was_lost_is_found_by_our_code(desk: Desk) -> None:
    _, payment = paid(desk)
    made = refund(desk, payment, 20_000, "mine")
    find = desk.gateway.find_refund
    assert find(payment_reference=payment, refund_code="mine") == made
    assert find(payment_reference=payment, refund_code="other") is None


def test_an_unpaid_or_unknown_payment_gives_nothing_back(desk: Desk) -> None:
    with pytest.raises(GatewayRefused):
        refund(desk, "pi_nobody", 1000)


def test_a_payment_is_announced_with_a_signature_we_believe(desk: Desk) -> None:
    reference, _ = paid(desk)
    now = datetime.now(UTC)
    events = [desk.gateway.read_event(*signed, now=now) for signed in desk.events()]
    announced = [event for event in events if event.kind == "checkout.session.completed"]
    assert [event.object_reference for event in announced] == [reference]
    assert len({event.id for event in events}) == len(events)


def test_nothing_is_asked_while_a_transaction_is_open(desk: Desk) -> None:
    def refuse() -> None:
        raise RuntimeError("no network inside a transaction")

    page = desk.open()
    desk.gateway._guard = refuse  # type: ignore[attr-defined]
    asks = [
        lambda: desk.open("pay:9:1"),
        lambda: desk.gateway.read_checkout(page.reference),
        lambda: list(desk.gateway.find_checkouts(since=datetime.now(UTC))),
        lambda: desk.gateway.expire_checkout(page.reference),
        lambda: refund(desk, "pi_x", 1000),
        lambda: desk.gateway.read_refund("re_x"),
        lambda: desk.gateway.find_refund(payment_reference="pi_x", refund_code="x"),
        *_promises(desk.gateway),
    ]
    for ask in asks:
        with pytest.raises(RuntimeError, match="no network"):
            ask()


def _promises(gateway: Gateway) -> list[Callable[[], object]]:
    """Everything else that goes over the network."""
    now, some = datetime.now(UTC), Money(1000)
    page = {name: checkout()[name] for name in ("email", "success_url", "cancel_url", "expires_at")}
    return [
        lambda: gateway.open_hold(key="k", hold_code="h", amount=some, description="", **page),
        lambda: gateway.read_hold_page("cs_x"),
        lambda: gateway.read_hold("pi_x"),
        lambda: list(gateway.find_holds(since=now)),
        lambda: gateway.close_page("cs_x"),
        lambda: gateway.capture(key="k", payment_reference="pi_x", amount=some),
        lambda: gateway.release(key="k", payment_reference="pi_x"),
        lambda: gateway.open_card_page(key="k", card_code="c", **page),
        lambda: gateway.read_card_page("cs_x"),
        lambda: list(gateway.find_card_pages(since=now)),
        lambda: gateway.charge_card(
            key="k", charge_code="q", card="c/p", amount=some, description=""
        ),
        lambda: gateway.read_card_charge("pi_x"),
        lambda: gateway.find_card_charge(card="c/p", charge_code="q", since=now),
        lambda: gateway.stop_card_charge(key="k", reference="pi_x"),
        lambda: gateway.forget_card(key="k", card="c/p"),
        lambda: gateway.read_dispute("dp_x"),
        lambda: list(gateway.find_disputes(since=now)),
        lambda: list(gateway.find_money(since=now)),
        lambda: list(gateway.find_events(since=now, kinds={"x"})),
        lambda: gateway.read_account("acct_x"),
        lambda: gateway.send(key="k", payout_code="p", account="a", amount=some, description=""),
        lambda: gateway.read_payout("tr_x"),
        lambda: gateway.find_payout(payout_code="p"),
        lambda: gateway.take_back(key="k", reference="tr_x", amount=some, reason=""),
    ]
