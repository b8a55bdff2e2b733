"""Money going back, across the network: asked for earlier, carried out here once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, select

from marketplace.core import clock
from marketplace.core.db import read_one
from marketplace.core.failpoints import passing
from marketplace.core.money import Money
from marketplace.core.work import transaction
from marketplace.flows import order_letters
from marketplace.flows.payments import gateway
from marketplace.orders import alarms, refunds
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

_REFUND = (
    select(
        Refund.__table__,
        Payment.provider,
        Payment.charge_reference,
        OrderGroup.code.label("group_code"),
    )
    .join(Payment, Payment.id == Refund.payment_id)
    .join(OrderGroup, OrderGroup.id == Payment.group_id)
    .where(Refund.code == bindparam("code"))
)


def send_refund(refund_code: str) -> None:
    """Give the money back at the provider with the stored key: once, however often this runs."""
    row = read_one(_REFUND, {"code": refund_code})
    if (
        row is None
        or row.provider in ON_OUR_ACCOUNT
        or row.state in (RefundState.DONE, RefundState.FAILED)
    ):
        return
    asked = gateway(row.provider)
    reading = _look(asked, row)
    try:
        reading = reading or asked.refund(
            key=row.key,
            payment_reference=row.charge_reference,
            refund_code=row.code,
            amount=Money(row.amount),
            reason=row.reason,
        )
    except GatewayRefused as refusal:
        with transaction():
            refund = refunds.locked(refund_code)
            if refund.state != RefundState.FAILED:
                refunds.fail(refund, refusal.code, now=clock.now())
        return
    passing("refunds.sent")
    with transaction():
        if refunds.record(refund_code, reading, now=clock.now()):
            order_letters.refunded(row.group_code, row.code, row.amount)
    passing("refunds.recorded")


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
                alarms.sound_once(
                    "refund_unknown", f"refund:{row.code}", now=clock.now(),
                    rupiah=row.amount, why=down.code,
                )  # fmt: skip
        raise


def sent_by_hand(refund_code: str, *, by: int, reference: str = "") -> None:
    """An officer sent it from the bank, which gave it this number."""
    with transaction():
        refunds.sent_by_hand(refund_code, by=by, now=clock.now(), reference=reference)
        row = read_one(_REFUND, {"code": refund_code})
        if row is not None:
            order_letters.refunded(row.group_code, row.code, row.amount)
