"""Messages come twice, backwards, late or never; reading again always ends in the same truth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.orders.ports import CheckoutReading, PaymentGateway, PaymentSide
from tests.adapters.conftest import Desk

SETTLED = {PaymentSide.PAID, PaymentSide.EXPIRED}


def follow(gateway: PaymentGateway, messages: Sequence[tuple[bytes, str]]) -> dict[str, object]:
    """What a shop knows that reads a checkout anew at each message and keeps a settled one."""
    known: dict[str, CheckoutReading] = {}
    seen: set[str] = set()
    for body, signature in messages:
        event = gateway.read_event(body, signature, now=datetime.now(UTC))
        if event.id in seen or not event.kind.startswith("checkout.session."):
            continue
        seen.add(event.id)
        reading = gateway.read_checkout(str(event.object_reference))
        before = known.setdefault(reading.reference, reading)
        if before.side not in SETTLED:
            known[reading.reference] = reading
    return {reference: reading.side for reference, reading in known.items()}


@pytest.fixture
def busy_day(desk: Desk) -> Desk:
    paid, closed, declined = (desk.open(f"pay:{number}:1") for number in range(3))
    desk.decline(declined.reference)
    desk.pay(declined.reference)
    desk.pay(paid.reference)
    desk.gateway.expire_checkout(closed.reference)
    desk.opened = [paid, closed, declined]
    return desk


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_order_and_any_number_of_repeats_end_in_the_same_truth(
    busy_day: Desk, data: st.DataObject
) -> None:
    paid, closed, declined = (page.reference for page in busy_day.opened)
    messages = busy_day.events()
    repeated = messages + data.draw(st.lists(st.sampled_from(messages), max_size=10))
    shuffled = data.draw(st.permutations(repeated))
    assert follow(busy_day.gateway, shuffled) == {
        paid: PaymentSide.PAID,
        closed: PaymentSide.EXPIRED,
        declined: PaymentSide.PAID,
    }


def test_without_any_message_the_sweep_finds_the_same_truth(busy_day: Desk) -> None:
    since = datetime.fromtimestamp(0, UTC)
    swept = {r.reference: r.side for r in busy_day.gateway.find_checkouts(since=since)}
    assert swept == follow(busy_day.gateway, busy_day.events())
