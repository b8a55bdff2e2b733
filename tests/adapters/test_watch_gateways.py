"""What every gateway promises of keeping watch: disputes, money over there, old messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.core.money import ZERO, Money
from marketplace.orders.ports import GatewayRefused
from marketplace.orders.watch_ports import DisputeSide
from tests.adapters.conftest import Desk
from tests.adapters.test_card_gateways import charge, held, kept
from tests.adapters.test_payment_gateways import paid, refund

AGES_AGO = datetime.fromtimestamp(0, UTC)
KINDS = {"charge.dispute.created", "charge.dispute.closed", "checkout.session.completed"}


def test_a_dispute_takes_the_money_and_names_a_day_for_the_answer(desk: Desk) -> None:
    _, payment = paid(desk)
    reference = desk.dispute(payment, Money(150_000))
    reading = desk.gateway.read_dispute(reference)
    assert (reading.side, reading.money_away) == (DisputeSide.NEEDS_RESPONSE, True)
    assert (reading.payment_reference, reading.amount) == (payment, Money(150_000))
    assert reading.reason == "fraudulent"
    assert reading.evidence_due_by is not None
    assert reading.evidence_due_by > datetime.now(UTC) + timedelta(days=2)
    assert list(desk.gateway.find_disputes(since=AGES_AGO)) == [reading]


@pytest.mark.parametrize(("side", "away"), [(DisputeSide.WON, False), (DisputeSide.LOST, True)])
def test_a_verdict_brings_the_money_back_or_leaves_it_away(
    desk: Desk, side: DisputeSide, away: bool
) -> None:
    _, payment = paid(desk)
    reference = desk.dispute(payment, Money(150_000))
    desk.move_dispute(reference, DisputeSide.UNDER_REVIEW)
    assert desk.gateway.read_dispute(reference).money_away
    desk.move_dispute(reference, side)
    reading = desk.gateway.read_dispute(reference)
    assert (reading.side, reading.money_away) == (side, away)


def test_an_inquiry_takes_nothing_until_it_becomes_a_dispute(desk: Desk) -> None:
    _, payment = paid(desk)
    reference = desk.dispute(payment, Money(150_000), inquiry=True)
    reading = desk.gateway.read_dispute(reference)
    assert (reading.side, reading.money_away) == (DisputeSide.INQUIRY, False)
    desk.move_dispute(reference, DisputeSide.NEEDS_RESPONSE)
    assert desk.gateway.read_dispute(reference).money_away


def test_an_unknown_dispute_is_a_definite_no(desk: Desk) -> None:
    with pytest.raises(GatewayRefused) as refused:
        desk.gateway.read_dispute("dp_nobody")
    assert refused.value.code == "resource_missing"


def test_all_money_is_found_with_our_codes_and_what_went_back(desk: Desk) -> None:
    _, payment = paid(desk)
    refund(desk, payment, 40_000)
    hold = held(desk)
    charged = charge(desk, kept(desk)).reference
    desk.open("pay:2:1")  # a page that nobody paid is no money
    there = {found.payment_reference: found for found in desk.gateway.find_money(since=AGES_AGO)}
    assert set(there) == {payment, hold, charged}
    assert there[payment].metadata_codes == {"7f3k2qd9xw"}
    assert (there[payment].amount, there[payment].refunded) == (Money(150_000), Money(40_000))
    assert (there[hold].captured, there[hold].refunded) == (False, ZERO)
    assert (there[charged].captured, there[charged].metadata_codes) == (True, {"q7f3k2qd9x"})
    assert list(desk.gateway.find_money(since=datetime.now(UTC) + timedelta(hours=1))) == []


def test_a_part_that_was_captured_is_the_money_and_the_rest_was_no_refund(desk: Desk) -> None:
    payment = held(desk)
    desk.gateway.capture(key="capture:1:1", payment_reference=payment, amount=Money(90_000))
    (there,) = desk.gateway.find_money(since=AGES_AGO)
    assert (there.captured, there.amount, there.refunded) == (True, Money(90_000), ZERO)


def test_a_hold_that_was_let_go_is_no_money(desk: Desk) -> None:
    desk.gateway.release(key="r:1", payment_reference=held(desk))
    assert list(desk.gateway.find_money(since=AGES_AGO)) == []


def test_messages_are_told_again_whether_they_reached_us_or_not(desk: Desk) -> None:
    reference, payment = paid(desk)
    dispute = desk.dispute(payment, Money(150_000))
    told = list(desk.gateway.find_events(since=AGES_AGO, kinds=KINDS))
    assert [(one.event.kind, one.event.object_reference) for one in told] == [
        ("charge.dispute.created", dispute),
        ("checkout.session.completed", reference),
    ]
    now = datetime.now(UTC)
    sent = {desk.gateway.read_event(*signed, now=now).id for signed in desk.events()}
    assert {one.event.id for one in told} <= sent
    assert all(one.event.id in one.body for one in told)
