"""Whatever goes wrong on the way to Stripe, money moves once and nobody waits for ever."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from marketplace.adapters.breaker import Breaker
from marketplace.adapters.stripe_wire import CONNECT_SECONDS, READ_SECONDS, patient_client
from marketplace.core.money import Money
from marketplace.orders.ports import GatewayDown, GatewayRefused, PaymentSide, RefundSide
from tests.adapters.conftest import Desk, checkout, make_stripe
from tests.services.net import free_port
from tests.stand_ins.stripe_simulator import SLOW_BAD_CARD, SLOW_CARD, Simulator
from tests.stand_ins.stripe_spec import ValidatingClient

OPEN = "POST /v1/checkout/sessions$"
REFUND = "POST /v1/refunds"


def hasty() -> ValidatingClient:
    """Like the real client, but gives up after half a second."""
    return ValidatingClient(stripe.RequestsClient(timeout=(0.5, 0.5)), answers=True)


def trouble(ask: Callable[[], Any]) -> GatewayDown:
    with pytest.raises(GatewayDown) as down:
        ask()
    return down.value


def test_the_real_client_waits_two_seconds_to_connect_and_ten_to_read() -> None:
    assert (CONNECT_SECONDS, READ_SECONDS) == (2.0, 10.0)
    assert patient_client()._timeout == (2.0, 10.0)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("fault", "code", "again"),
    [
        ("refuse", "unreachable", True),
        ("500", "server_error", True),
        ("409", "busy", True),
        ("429", "limited", False),
        ("garbage", "server_error", True),
    ],
)
def test_each_failure_says_that_the_truth_is_unknown(
    stripe_desk: Desk, stripe_side: Simulator, fault: str, code: str, again: bool
) -> None:
    stripe_side.faults.add(fault, path=OPEN)
    down = trouble(stripe_desk.open)
    assert (down.code, down.worth_one_more_try) == (code, again)
    assert stripe_side.account.sessions == {}


def test_nobody_listening_is_said_at_once() -> None:
    gateway = make_stripe(f"http://127.0.0.1:{free_port()}")
    started = time.monotonic()
    assert trouble(lambda: gateway.read_checkout("cs_test_1")).code == "unreachable"
    assert time.monotonic() - started < 2


def test_a_lost_answer_and_the_same_key_make_one_checkout(
    stripe_desk: Desk, stripe_side: Simulator
) -> None:
    words = checkout()
    stripe_side.faults.add("drop_after_effect", path=OPEN)
    trouble(lambda: stripe_desk.gateway.open_checkout(**words))
    page = stripe_desk.gateway.open_checkout(**words)
    assert list(stripe_side.account.sessions) == [page.reference]


def test_a_lost_refund_and_the_same_key_give_money_back_once(
    stripe_desk: Desk, stripe_side: Simulator
) -> None:
    page = stripe_desk.open()
    stripe_desk.pay(page.reference)
    payment = stripe_desk.gateway.read_checkout(page.reference).payment_reference
    words: dict[str, Any] = {
        "key": "refund:1:1",
        "payment_reference": payment,
        "refund_code": "r1",
        "amount": Money(50_000),
        "reason": "dibatalkan",
    }
    stripe_side.faults.add("drop_after_effect", path=REFUND)
    trouble(lambda: stripe_desk.gateway.refund(**words))
    found = stripe_desk.gateway.find_refund(payment_reference=str(payment), refund_code="r1")
    assert stripe_desk.gateway.refund(**words) == found
    assert [charge["refunded"] for charge in stripe_side.account.audit()] == [5_000_000]


def test_a_failure_that_stripe_keeps_is_found_by_reading_not_by_asking_again(
    stripe_desk: Desk, stripe_side: Simulator
) -> None:
    words = checkout()
    stripe_side.faults.add("500_after_effect", path=OPEN)
    for _ in range(2):
        assert trouble(lambda: stripe_desk.gateway.open_checkout(**words)).code == "server_error"
    since = datetime.now(UTC) - timedelta(hours=48)
    found = list(stripe_desk.gateway.find_checkouts(since=since))
    assert [reading.payment_code for reading in found] == [words["payment_code"]]


def test_a_hanging_stripe_is_left_and_its_late_deed_is_met_by_the_same_key(
    stripe_side: Simulator,
) -> None:
    gateway = make_stripe(stripe_side.url, http_client=hasty())
    words = checkout()
    stripe_side.faults.add("hang", path=OPEN, seconds=60)
    down = trouble(lambda: gateway.open_checkout(**words))
    assert (down.code, down.worth_one_more_try) == ("timeout", False)
    stripe_side.faults.clear()
    deadline = time.monotonic() + 5
    while not stripe_side.account.sessions and time.monotonic() < deadline:
        time.sleep(0.02)
    page = gateway.open_checkout(**words)
    assert list(stripe_side.account.sessions) == [page.reference]


def test_two_calls_with_one_key_at_the_same_time_make_one_checkout(
    stripe_desk: Desk, stripe_side: Simulator
) -> None:
    words = checkout()
    stripe_side.faults.add("hang", path=OPEN, times=8, seconds=60)
    ended: list[str] = []

    def ask() -> None:
        try:
            ended.append(stripe_desk.gateway.open_checkout(**words).reference)
        except GatewayDown as down:
            ended.append(str(down.code))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    while len(stripe_side.calls) < 8:
        time.sleep(0.01)
    stripe_side.faults.clear()
    for thread in threads:
        thread.join()
    assert len(stripe_side.account.sessions) == 1
    assert set(ended) <= {"busy", *stripe_side.account.sessions}


def test_a_definite_no_is_told_apart_from_silence(
    stripe_desk: Desk, stripe_side: Simulator
) -> None:
    with pytest.raises(GatewayRefused) as refused:
        stripe_desk.open(amount=Money(10))
    assert refused.value.code == "amount_too_small"
    assert stripe_side.account.sessions == {}


def test_a_wrong_key_is_our_own_fault_and_no_answer_about_the_payment(
    stripe_side: Simulator,
) -> None:
    client = ValidatingClient(_Keyless(patient_client()), answers=True)
    gateway = make_stripe(stripe_side.url, http_client=client)
    assert trouble(lambda: gateway.read_checkout("cs_test_1")).code == "credentials"


class _Keyless(stripe.HTTPClient):
    """Sends another key than ours, as if it had been withdrawn."""

    def __init__(self, inner: stripe.HTTPClient) -> None:
        super().__init__()
        self._inner = inner

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        return self._inner.request(
            method, url, {**headers, "Authorization": "Bearer gone"}, post_data
        )

    def close(self) -> None:
        self._inner.close()


def test_after_five_failures_stripe_is_left_alone_and_then_tried_once(
    stripe_side: Simulator,
) -> None:
    now = [0.0]
    gateway = make_stripe(stripe_side.url, breaker=Breaker(ticks=lambda: now[0]))
    stripe_side.faults.add("refuse", times=6)
    for _ in range(5):
        assert trouble(lambda: gateway.read_checkout("cs_test_1")).code == "unreachable"
    asked = len(stripe_side.calls)
    for _ in range(3):
        assert trouble(lambda: gateway.read_checkout("cs_test_1")).code == "resting"
    assert len(stripe_side.calls) == asked
    now[0] += 30
    assert trouble(lambda: gateway.read_checkout("cs_test_1")).code == "unreachable"
    assert trouble(lambda: gateway.read_checkout("cs_test_1")).code == "resting"
    now[0] += 30
    assert gateway.open_checkout(**checkout()).url.startswith(stripe_side.url)


def test_refusals_and_busy_answers_do_not_open_the_breaker(
    stripe_desk: Desk, stripe_side: Simulator
) -> None:
    stripe_side.faults.add("429", times=10)
    for _ in range(10):
        assert trouble(stripe_desk.open).code == "limited"
    for _ in range(10):
        with pytest.raises(GatewayRefused):
            stripe_desk.gateway.read_checkout("cs_test_nobody")
    assert stripe_desk.open().reference


def test_stripes_sentences_reach_neither_the_error_nor_the_log(
    stripe_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(GatewayRefused) as refused:
        stripe_desk.gateway.read_checkout("cs_test_nobody")
    assert "No such" not in str(refused.value) + repr(refused.value.params) + caplog.text
    assert refused.value.__cause__ is None
    assert "resource_missing" in caplog.text


def test_slow_money_is_under_way_until_it_arrives_or_fails(
    stripe_desk: Desk, stripe_side: Simulator
) -> None:
    read, account = stripe_desk.gateway.read_checkout, stripe_side.account
    good, bad = stripe_desk.open("pay:1:1"), stripe_desk.open("pay:2:1")
    account.pay(good.reference, card=SLOW_CARD)
    account.pay(bad.reference, card=SLOW_BAD_CARD)
    assert read(good.reference).side is PaymentSide.PROCESSING
    assert read(bad.reference).side is PaymentSide.PROCESSING
    account.finish_slow(good.reference, arrives=True)
    account.finish_slow(bad.reference, arrives=False)
    assert read(good.reference).side is PaymentSide.PAID
    assert read(bad.reference).side is PaymentSide.EXPIRED


@pytest.mark.parametrize(("arrives", "side"), [(True, RefundSide.DONE), (False, RefundSide.FAILED)])
def test_a_refund_may_take_days_and_may_come_back(
    stripe_desk: Desk, stripe_side: Simulator, arrives: bool, side: RefundSide
) -> None:
    stripe_side.account.refunds_stay_pending = True
    page = stripe_desk.open()
    stripe_desk.pay(page.reference)
    payment = stripe_desk.gateway.read_checkout(page.reference).payment_reference
    refund = stripe_desk.gateway.refund(
        key="r:1:1",
        payment_reference=str(payment),
        refund_code="r1",
        amount=Money(150_000),
        reason="x" * 900,
    )
    assert refund.side is RefundSide.PENDING
    stripe_side.account.finish_refund(refund.reference, arrives=arrives)
    assert stripe_desk.gateway.read_refund(refund.reference).side is side


def test_the_sweep_reads_every_page_and_leaves_strangers_out(
    stripe_desk: Desk, stripe_side: Simulator
) -> None:
    for number in range(120):
        page = stripe_desk.open(f"pay:{number}:1", payment_code=f"code{number}")
        if number % 10 == 0:
            stripe_side.account.sessions[page.reference]["metadata"] = {}
    since = datetime.now(UTC) - timedelta(hours=48)
    found = list(stripe_desk.gateway.find_checkouts(since=since))
    assert len(found) == len({reading.reference for reading in found}) == 108


def test_an_answer_we_do_not_understand_settles_nothing(
    stripe_desk: Desk, stripe_side: Simulator
) -> None:
    page = stripe_desk.open()
    stripe_side.account.sessions[page.reference]["currency"] = "usd"
    assert trouble(lambda: stripe_desk.gateway.read_checkout(page.reference)).code == "unreadable"
    stripe_side.account.sessions[page.reference].update(currency="idr", amount_total=15_000_050)
    assert trouble(lambda: stripe_desk.gateway.read_checkout(page.reference)).code == "unreadable"


def test_a_gateway_without_a_webhook_secret_does_not_start() -> None:
    for secrets in ([], [""], ["whsec_good", ""]):
        with pytest.raises(ValueError, match="webhook secret"):
            make_stripe("http://127.0.0.1:9", webhook_secrets=secrets)
