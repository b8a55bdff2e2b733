"""Money going back, across the network: asked for earlier, carried out here once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, select

from marketplace.core import clock, jobs
from marketplace.core.db import read, read_one
from marketplace.core.failpoints import passing
from marketplace.core.money import Money
from marketplace.core.work import transaction
from marketplace.flows import order_letters
from marketplace.flows.payments import gateway
from marketplace.orders import alarms, refunds
from marketplace.orders.disputes import queries as disputes
from marketplace.orders.models import OrderGroup, Payment, Refund
from marketplace.orders.payments import ON_OUR_ACCOUNT
from marketplace.orders.ports import (
    GatewayDown,
    GatewayRefused,
    PaymentGateway,
    RefundReading,
    only_looking,
)
from marketplace.orders.states import RefundState

DISPUTED = "charge_disputed"
_ANY = (
    select(
        Refund.__table__,
        (Refund.amount - Refund.by_bank).label("due"),
        Payment.provider,
        Payment.charge_reference,
        Payment.paid_at,
        OrderGroup.code.label("group_code"),
    )
    .join(Payment, Payment.id == Refund.payment_id)
    .join(OrderGroup, OrderGroup.id == Payment.group_id)
)
_REFUND = _ANY.where(Refund.code == bindparam("code"))
_PROMISED = _ANY.where(
    Refund.state == RefundState.ASKED,
    Payment.provider == bindparam("provider"),
    Payment.charge_reference == bindparam("reference"),
).order_by(Refund.id)


def send_refund(refund_code: str) -> None:
    """Give the money back at the provider with the stored key: once, however often this runs.

    Not while a card bank is to decide about the payment: the buyer might have it twice.
    """
    row = read_one(_REFUND, {"code": refund_code})
    if (
        row is None
        or row.provider in ON_OUR_ACCOUNT
        or row.state in (RefundState.DONE, RefundState.FAILED)
    ):
        return
    asked = gateway(row.provider)
    reading = _look(asked, row)
    if reading is None and disputes.undecided(row.payment_id):
        return
    try:
        reading = reading or asked.refund(
            key=row.key,
            payment_reference=row.charge_reference,
            refund_code=row.code,
            amount=Money(row.due),
            reason=row.reason,
        )
    except GatewayRefused as refusal:
        _refused(row, refusal.code)
        return
    passing("refunds.sent")
    _record(row, reading)


def follow(refund_code: str) -> None:
    """Something became of it, says a message: one that was done may have come back since."""
    row = read_one(_REFUND, {"code": refund_code})
    if row is not None and row.state == RefundState.DONE and row.reference and not row.by_hand:
        with only_looking():
            reading = gateway(row.provider).read_refund(row.reference)
        _record(row, reading)
    else:
        send_refund(refund_code)


def look_at_promises(provider: str, payment_reference: str | None) -> None:
    """Before a card bank's last word is written down: what had gone out, its answer lost."""
    for row in read(_PROMISED, {"provider": provider, "reference": payment_reference}):
        reading = _look(gateway(provider), row)
        if reading is not None:
            _record(row, reading)


def _look(asked: PaymentGateway, row: Row[Any]) -> RefundReading | None:
    """An earlier try may have done it, and its answer been lost.

    A provider that lets nobody look has refused nothing: perhaps the money is gone. So it is not
    sent from the bank either; a person hears of it, and we go on asking.
    """
    try:
        with only_looking():
            if row.reference:
                return asked.read_refund(row.reference)
            return asked.find_refund(payment_reference=row.charge_reference, refund_code=row.code)
    except GatewayDown as down:
        if isinstance(down.__cause__, GatewayRefused):
            with transaction():
                _call_somebody(row, down.code)
        raise


def _refused(row: Row[Any], why: str) -> None:
    """For good; or because of a card bank's question that we have not heard of yet."""
    with transaction():
        refund = refunds.locked(row.code)
        if refund.state not in (RefundState.ASKED, RefundState.SENT):
            return
        now = clock.now()
        if why != DISPUTED or disputes.decided(row.payment_id):
            refunds.fail(refund, why, now=now)
            return
        refunds.wait_for_bank(refund, now=now)
        if not disputes.undecided(row.payment_id):
            _call_somebody(row, why)
            jobs.enqueue(
                "disputes.look", key=f"disputes:{refund.key}",
                provider=row.provider, since=row.paid_at.isoformat(),
            )  # fmt: skip


def _call_somebody(row: Row[Any], why: str) -> None:
    alarms.sound_once(
        "refund_unknown", f"refund:{row.code}", now=clock.now(), rupiah=row.due, why=why
    )


def _record(row: Row[Any], reading: RefundReading) -> None:
    with transaction():
        if refunds.record(row.code, reading, now=clock.now()):
            order_letters.refunded(row.group_code, row.code, row.due)
    passing("refunds.recorded")


def sent_by_hand(refund_code: str, *, by: int, reference: str = "") -> None:
    """An officer sent it from the bank, which gave it this number."""
    with transaction():
        refunds.sent_by_hand(refund_code, by=by, now=clock.now(), reference=reference)
        row = read_one(_REFUND, {"code": refund_code})
        if row is not None:
            order_letters.refunded(row.group_code, row.code, row.due)
