"""Stripe's own document judges the shop's requests: it must catch what Stripe would refuse."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from marketplace.adapters.stripe_wire import API_VERSION
from tests.stand_ins.stripe_spec import (
    OffSpec,
    check_answer,
    check_request,
    document,
    unflatten,
)

BASE = "https://stripe.example"
SESSIONS = f"{BASE}/v1/checkout/sessions"
PRICE = "line_items[0][price_data]"
GOOD = {
    "mode": "payment",
    "locale": "id",
    "line_items[0][quantity]": "1",
    f"{PRICE}[currency]": "idr",
    f"{PRICE}[unit_amount]": "15000000",
    f"{PRICE}[product_data][name]": "Keripik salak",
    "payment_intent_data[metadata][payment_code]": "7f3k2qd9xw",
    "success_url": "https://guyub.example/",
    "expires_at": "1795237200",
}


def test_the_document_is_of_the_version_that_the_adapter_speaks() -> None:
    assert document()["info"]["version"] == API_VERSION
    assert "MIT" in document()["x-licence-note"]


def test_a_right_request_passes() -> None:
    check_request("post", SESSIONS, urlencode(GOOD))
    check_request("get", f"{SESSIONS}?created[gte]=5&limit=100&expand[0]=data.payment_intent", None)


@pytest.mark.parametrize(
    "mistake",
    [
        {f"{PRICE}[unit_amount]": "15000.50"},
        {f"{PRICE}[product_data][nme]": "Keripik"},
        {f"{PRICE}[curency]": "idr"},
        {"mode": "pay"},
        {"locale": "jw"},
        {"expires_at": "tomorrow"},
        {"payment_intent_data[capture_methd]": "manual"},
        {"payment_intent_data[capture_method]": "later"},
        {"sucess_url": "https://guyub.example/"},
    ],
)
def test_a_mistake_is_caught(mistake: dict[str, str]) -> None:
    with pytest.raises(OffSpec):
        check_request("post", SESSIONS, urlencode(GOOD | mistake))


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("post", "/v1/checkoutsessions", ""),
        ("delete", "/v1/refunds/re_1", ""),
        ("get", "/v1/refunds?payment=pi_1", None),
        ("get", "/v1/checkout/sessions?created[from]=5", None),
        ("post", "/v1/refunds", "payment_intent=pi_1&reason=because"),
        ("post", "/v1/refunds", "payment_intent=pi_1&amount=10.5"),
    ],
)
def test_a_call_that_stripe_does_not_know_is_caught(
    method: str, address: str, body: str | None
) -> None:
    with pytest.raises(OffSpec):
        check_request(method, BASE + address, body)


@pytest.mark.parametrize(
    "answer",
    [{}, {"id": "re_1", "object": "refund", "amount": "5", "created": 1, "currency": "idr"}],
)
def test_an_answer_that_stripe_would_not_give_is_caught(answer: dict[str, Any]) -> None:
    with pytest.raises(OffSpec):
        check_answer("get", f"{BASE}/v1/refunds/re_1", 200, answer)


def test_a_flat_form_becomes_what_was_meant() -> None:
    assert unflatten("a[0][b]=1&a[1][b]=2&c[d]=x&e[]=1&e[]=2&f=") == {
        "a": [{"b": "1"}, {"b": "2"}],
        "c": {"d": "x"},
        "e": ["1", "2"],
        "f": "",
    }
