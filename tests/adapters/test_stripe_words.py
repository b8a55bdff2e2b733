"""What Stripe writes, letter by letter, and what it means to us."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from marketplace.adapters import stripe_words
from marketplace.core.money import Money
from marketplace.orders.ports import GatewayDown, PaymentSide, RefundSide

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def session(**changes: Any) -> dict[str, Any]:
    """A page that nobody has paid yet."""
    return {
        "id": "cs_1",
        "url": "https://pay.example/cs_1",
        "expires_at": int(NOON.timestamp()),
        "currency": "idr",
        "status": "open",
        "payment_status": "unpaid",
        "payment_intent": None,
        "amount_total": 15_000_000,
        "metadata": {"payment_code": "7f3k2qd9xw"},
        "livemode": False,
    } | changes


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"payment_status": "paid", "status": "complete"}, PaymentSide.PAID),
        ({}, PaymentSide.OPEN),
        ({"status": "expired"}, PaymentSide.EXPIRED),
        ({"status": "complete"}, PaymentSide.PROCESSING),
        ({"status": "complete", "payment_intent": "pi_1"}, PaymentSide.PROCESSING),
        *(
            ({"status": "complete", "payment_intent": {"id": "pi_1", "status": status}}, side)
            for status, side in (
                ("processing", PaymentSide.PROCESSING),
                ("requires_payment_method", PaymentSide.EXPIRED),
                ("canceled", PaymentSide.EXPIRED),
            )
        ),
    ],
)
def test_where_a_payment_stands(said: dict[str, Any], meant: PaymentSide) -> None:
    assert stripe_words.checkout_reading(session(**said)).side is meant


@pytest.mark.parametrize("intent", ["pi_1", {"id": "pi_1", "status": "succeeded"}])
def test_what_was_paid_for_which_order(intent: object) -> None:
    found = stripe_words.checkout_reading(session(payment_intent=intent))
    assert (found.reference, found.payment_reference) == ("cs_1", "pi_1")
    assert (found.amount, found.payment_code) == (Money(150_000), "7f3k2qd9xw")
    assert found.livemode is False


def test_a_sale_without_our_words_is_nobodys() -> None:
    assert stripe_words.checkout_reading(session(metadata=None)).payment_code is None


def test_another_currency_is_not_read() -> None:
    with pytest.raises(GatewayDown, match="unreadable"):
        stripe_words.understand(stripe_words.checkout_reading, session(currency="usd"))


def test_a_page_has_its_address_until_it_is_closed() -> None:
    page = stripe_words.checkout_page(session())
    assert (page.reference, page.url) == ("cs_1", "https://pay.example/cs_1")
    assert page.expires_at == NOON
    assert stripe_words.checkout_page(session(url=None)).url == ""


@pytest.mark.parametrize(("said", "meant"), stripe_words.REFUND_SIDES.items())
def test_where_a_refund_stands(said: str, meant: RefundSide) -> None:
    found = stripe_words.refund_reading({"id": "re_1", "status": said, "amount": 1_000})
    assert (found.reference, found.side, found.amount) == ("re_1", meant, Money(10))


def test_our_codes_come_back_by_their_names() -> None:
    assert stripe_words.code_in({"metadata": {"refund_code": "x"}}, "refund_code") == "x"
    assert stripe_words.code_in({"metadata": None}, "refund_code") is None
    assert stripe_words.code_in({"metadata": {"a": "b"}}, "refund_code") is None
