"""The adapter against two Stripes that nobody here wrote; what they lack is bridged in sight.

docs/decisions/0005-stripe-stand-ins.md lists what only our own simulator has ever confirmed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
import requests
import stripe

from marketplace.adapters.signed_events import check_signature
from marketplace.adapters.stripe_wire import patient_client
from marketplace.core.money import Money
from marketplace.orders.ports import EventRefused, GatewayRefused, PaymentSide, RefundSide
from tests.adapters.conftest import SECRET, checkout, make_stripe
from tests.services.emulate import emulate
from tests.services.emulate_bridge import Bridge, bridged_emulate
from tests.services.localstripe import LocalStripe, localstripe
from tests.stand_ins.hook import Hook, listening_hook
from tests.stand_ins.stripe_spec import ValidatingClient, validating_client

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def hook() -> Iterator[Hook]:
    with listening_hook() as hook:
        yield hook


@pytest.fixture(scope="module")
def stranger(hook: Hook) -> Iterator[LocalStripe]:
    with localstripe() as server:
        server.send_webhooks_to(hook.url, SECRET)
        yield server


class WithoutReason(stripe.HTTPClient):
    """localstripe refuses Stripe's own `reason` of a refund: leave that one word out."""

    def __init__(self, inner: stripe.HTTPClient) -> None:
        super().__init__()
        self._inner = inner

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        if post_data:
            pairs = [pair for pair in parse_qsl(post_data) if pair[0] != "reason"]
            post_data = urlencode(pairs)
        return self._inner.request(method, url, headers, post_data)

    def close(self) -> None:
        self._inner.close()


def paid_at(stranger: LocalStripe) -> str:
    """A payment made without Checkout, which localstripe does not have."""

    def ask(path: str, **form: str) -> Any:
        answer = requests.post(
            f"{stranger.url}/v1/{path}", data=form, auth=("sk_test_1", ""), timeout=5
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    card = {"card[number]": "4242424242424242", "card[cvc]": "314"}
    card |= {"card[exp_month]": "12", "card[exp_year]": "2040"}
    method = ask("payment_methods", type="card", **card)
    customer = ask("customers", email="asih@example.com")
    ask(f"payment_methods/{method['id']}/attach", customer=customer["id"])
    intent = ask(
        "payment_intents",
        amount="15000000",
        currency="idr",
        customer=customer["id"],
        payment_method=method["id"],
    )
    return str(ask(f"payment_intents/{intent['id']}/confirm")["id"])


def test_localstripe_gives_money_back_and_finds_it_again(stranger: LocalStripe) -> None:
    client = ValidatingClient(WithoutReason(patient_client()), answers=False)
    gateway = make_stripe(stranger.url, http_client=client)
    payment = paid_at(stranger)
    refund = gateway.refund(
        key="refund:1:1",
        payment_reference=payment,
        refund_code="r1",
        amount=Money(50_000),
        reason="dibatalkan",
    )
    assert (refund.side, refund.amount) == (RefundSide.DONE, Money(50_000))
    assert gateway.read_refund(refund.reference) == refund
    assert gateway.find_refund(payment_reference=payment, refund_code="r1") == refund
    assert gateway.find_refund(payment_reference=payment, refund_code="r2") is None
    with pytest.raises(GatewayRefused):
        gateway.read_refund("re_nobody")


def test_localstripes_signed_message_is_believed(stranger: LocalStripe, hook: Hook) -> None:
    payment = paid_at(stranger)
    body, signature = hook.wait_for("payment_intent.succeeded")
    gateway = make_stripe(stranger.url)
    event = gateway.read_event(body, signature, now=datetime.now(UTC))
    assert (event.kind, event.livemode) == ("payment_intent.succeeded", False)
    assert str(event.object_reference).startswith(payment[:3])
    with pytest.raises(EventRefused):
        gateway.read_event(body + b" ", signature, now=datetime.now(UTC))
    with pytest.raises(EventRefused):
        gateway.read_event(body, signature, now=datetime.now(UTC) + timedelta(minutes=6))


def test_emulates_own_signature_is_right_and_its_thin_envelope_is_refused(
    hook: Hook,
) -> None:
    with emulate(webhook_url=hook.url, webhook_secret=SECRET) as url:
        form = {"name": "Keripik salak"}
        requests.post(f"{url}/v1/products", form, auth=("sk_test_1", ""), timeout=5)
        body, signature = hook.wait_for("product.created")
        check_signature(body, signature, [SECRET], now=datetime.now(UTC))
        with pytest.raises(EventRefused) as refused:
            make_stripe(url).read_event(body, signature, now=datetime.now(UTC))
        assert refused.value.code == "not_an_event"  # it has no id, no date and no mode


@pytest.fixture(scope="module")
def bridge(hook: Hook) -> Iterator[Bridge]:
    with bridged_emulate(webhook_url=hook.url, webhook_secret=SECRET) as bridge:
        yield bridge


def press_pay(page: str) -> requests.Response:
    """Press the button on the pay page of emulate, which reads our amount in hundredths too."""
    assert "150000.00 IDR" in requests.get(page, timeout=5).text
    return requests.post(f"{page}/complete", timeout=5, allow_redirects=False)


def test_a_buyer_pays_on_emulates_page_and_we_learn_of_it(bridge: Bridge, hook: Hook) -> None:
    gateway = make_stripe(bridge.url, http_client=validating_client(answers=False))
    words = checkout()
    page = gateway.open_checkout(**words)
    assert gateway.read_checkout(page.reference).side is PaymentSide.OPEN
    sent_back = press_pay(page.url)
    assert (sent_back.status_code, sent_back.headers["Location"]) == (302, words["success_url"])
    event = gateway.read_event(*hook.wait_for("checkout.session.completed"), now=datetime.now(UTC))
    reading = gateway.read_checkout(str(event.object_reference))
    assert reading.reference == page.reference
    assert (reading.side, reading.amount) == (PaymentSide.PAID, words["amount"])
    assert reading.payment_code == words["payment_code"]
    assert reading in list(gateway.find_checkouts(since=datetime.now(UTC) - timedelta(hours=1)))
    assert gateway.expire_checkout(page.reference).side is PaymentSide.PAID


def test_a_page_that_we_close_takes_no_money_at_emulate(bridge: Bridge) -> None:
    gateway = make_stripe(bridge.url, http_client=validating_client(answers=False))
    page = gateway.open_checkout(**checkout(key=f"pay:{time.time_ns()}:1"))
    assert gateway.expire_checkout(page.reference).side is PaymentSide.EXPIRED
    assert gateway.expire_checkout(page.reference).side is PaymentSide.EXPIRED
    requests.post(f"{page.url}/complete", timeout=5, allow_redirects=False)
    assert gateway.read_checkout(page.reference).side is PaymentSide.EXPIRED
