"""What providers tell us: a hint, kept once; the truth is read again before anything is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.exc import IntegrityError

from marketplace.adapters.simulator_gateway import SimulatorGateway
from marketplace.core import clock, jobs
from marketplace.core.db import db, read, read_one
from marketplace.core.failpoints import passing
from marketplace.core.work import transaction
from marketplace.flows import (
    disputing,
    failed_cards,
    holding,
    kept_cards,
    paying_makers,
    payments,
    refunding,
)
from marketplace.orders import alarms
from marketplace.orders.ledger import posting
from marketplace.orders.models import Alarm, Payment, ProviderMessage, Refund
from marketplace.orders.payments import LIVE
from marketplace.orders.ports import CheckoutReading, GatewayRefused, PaymentSide, ProviderEvent
from marketplace.orders.states import PaymentState
from marketplace.outside import outside

log = structlog.get_logger()
CHECKOUT = "checkout.session."
HOLDS = ("payment_intent.amount_capturable_updated", "payment_intent.canceled")
# What our own doings cause over there; an account may send hundreds of other kinds.
FOLLOWED = (
    CHECKOUT,
    "refund.",
    "charge.refund.",
    disputing.MESSAGES,
    paying_makers.REVERSED,
    *HOLDS,
)
# The same by their whole names, to ask a provider for those that were lost.
KINDS = (
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
    "charge.refund.updated",
    "refund.created",
    "refund.failed",
    "refund.updated",
    paying_makers.REVERSED,
    *HOLDS,
    *(f"{disputing.MESSAGES}{step}" for step in disputing.STEPS),
)
_BY_REFERENCE = select(Payment.code).where(
    Payment.provider == bindparam("provider"), Payment.reference == bindparam("reference")
)


def hear(provider: str, body: bytes, signature: str) -> None:
    """A provider's message: checked, kept once, and answered at once; a job looks at the truth.

    Raises EventRefused when it is not theirs; nothing is written then. A message of a kind that
    we do not follow is kept as dealt with; `ignored` counts those.
    """
    event = payments.gateway(provider).read_event(body, signature, now=clock.now())
    if not keep(provider, event, body.decode("utf-8", "replace")):
        return
    passing("messages.heard")
    if event.kind == failed_cards.DECLINED:
        row = _payment_of(provider, event)
        if row is not None:
            failed_cards.count(row)


def keep(provider: str, event: ProviderEvent, body: str) -> bool:
    """Write a message down and promise to follow it. False when it was known."""
    now, ours = clock.now(), _followed(event.kind)
    try:
        with transaction():
            message = ProviderMessage(
                provider=provider,
                event_id=event.id[:120],
                kind=event.kind[:80],
                object_reference=(event.object_reference or "")[:120] or None,
                body=body,
                received_at=now,
                handled_at=None if ours else now,
            )
            db.session.add(message)
            db.session.flush()
            if ours:
                jobs.enqueue("payments.heard", message_id=message.id)
    except IntegrityError:
        log.info("message_known", provider=provider, event_id=event.id)
        return False
    return True


def _followed(kind: str) -> bool:
    return kind.removeprefix("v1.").startswith(FOLLOWED)


def ignored(*, since: datetime) -> dict[str, int]:
    """How many messages of each kind were kept and not followed, most frequent first."""
    statement = (
        select(ProviderMessage.kind, func.count().label("many"))
        .where(ProviderMessage.received_at >= since)
        .group_by(ProviderMessage.kind)
        .order_by(func.count().desc(), ProviderMessage.kind)
    )
    return {row.kind: row.many for row in read(statement) if not _followed(row.kind)}


def _payment_of(provider: str, event: ProviderEvent) -> Row[Any] | None:
    """The payment of ours that a message speaks of, by our code or by the provider's name."""
    code = event.payment_code
    if code is None:
        params = {"provider": provider, "reference": event.object_reference}
        found = read_one(_BY_REFERENCE, params)
        code = found.code if found else None
    row = payments.look(code) if code else None
    return row if row is not None and row.provider == provider else None


def heard(message_id: int) -> None:
    """Look at what a message was about; its own words are never believed."""
    message = read_one(
        select(ProviderMessage.__table__).where(ProviderMessage.id == message_id)
    )  # fmt: skip
    if message is None or message.handled_at is not None:
        return
    if message.object_reference:
        passing("messages.kept")
        _follow(message.provider, message.kind, message.object_reference)
        passing("messages.followed")
    with transaction():
        row = db.session.get_one(ProviderMessage, message_id)
        row.handled_at = clock.now()


def _follow(provider: str, kind: str, reference: str) -> None:
    """Settle the payment or the refund of this reference; unknown things are read first."""
    if disputing.MESSAGES in kind:
        _follow_dispute(provider, reference)
        return
    if paying_makers.MESSAGES in kind:
        paying_makers.follow(provider, reference)
        return
    row = read_one(_BY_REFERENCE, {"provider": provider, "reference": reference})
    if row is not None:
        payments.settle(row.code)
        return
    refund = read_one(select(Refund.code).where(Refund.reference == reference))
    if refund is not None:
        refunding.follow(refund.code)
        return
    if holding.follow(provider, reference) or kept_cards.follow(provider, reference):
        return
    if CHECKOUT not in kind:
        return
    try:
        reading = payments.gateway(provider).read_checkout(reference)
    except GatewayRefused:
        log.info("message_of_unknown_object", provider=provider)
        return
    meet(provider, reading)


def _follow_dispute(provider: str, reference: str) -> None:
    try:
        disputing.follow(provider, reference)
    except GatewayRefused:
        log.info("message_of_unknown_object", provider=provider)


def meet(provider: str, reading: CheckoutReading) -> bool:
    """A checkout at the provider: settle its payment, or see that money without one goes back.

    True when something had to be done. A checkout without our code is somebody else's sale in the
    same account: the sweep over all charges sounds an alarm for it, and nobody sends it back.
    """
    if reading.payment_code is None:
        return False
    row = payments.look(reading.payment_code)
    if row is not None and row.provider == provider:
        if row.state == PaymentState.PAID or reading.side is PaymentSide.PROCESSING:
            return False
        if reading.side is PaymentSide.OPEN and row.state in LIVE and payments.still_open(row):
            return False
        if reading.side is PaymentSide.EXPIRED and row.state not in LIVE:
            return False
        payments.record(row, reading)
        return True
    if reading.side is not PaymentSide.PAID or reading.payment_reference is None:
        return False
    return _orphan(provider, reading)


def _orphan(provider: str, reading: CheckoutReading) -> bool:
    """Money without an order: an alarm holds the intent to give it back, then it goes back."""
    subject = f"orphan:{provider}:{reading.reference}"[:120]
    with transaction():
        known = db.session.scalar(select(Alarm.id).where(Alarm.subject == subject))
        if known:
            return False
        alarms.sound(
            "money_without_order",
            subject,
            now=clock.now(),
            rupiah=reading.amount.rupiah,
            charge=reading.payment_reference,
        )
        posting.stranger_came(provider, reading.reference, reading.amount.rupiah, now=clock.now())
        jobs.enqueue(
            "payments.return_orphan",
            key=subject,
            provider=provider,
            reference=reading.reference,
        )
    return True


def return_orphan(provider: str, reference: str) -> None:
    """Give back money that belongs to no order of ours; the key is made from its reference."""
    asked = payments.gateway(provider)
    reading = asked.read_checkout(reference)
    if reading.side is PaymentSide.PAID and reading.payment_reference:
        asked.refund(
            key=f"orphan:{reference}",
            payment_reference=reading.payment_reference,
            refund_code=reference[:40],
            amount=reading.amount,
            reason="Tidak ada pesanan untuk pembayaran ini",
        )
        passing("strangers.returned")
        with transaction():
            posting.stranger_went(provider, reference, reading.amount.rupiah, now=clock.now())


# --- The simulator's post -------------------------------------------------------------------------


def simulator() -> SimulatorGateway | None:
    """The play-money provider, where it may stand."""
    found = outside().payments.get("simulator")
    return found if isinstance(found, SimulatorGateway) else None


def deliver_simulated() -> None:
    """Carry the simulator's signed messages to our own hook, as a real provider's servers would."""
    playing = simulator()
    if playing is not None:
        playing.deliver(_take)


def _take(body: bytes, signature: str) -> int:
    hear("simulator", body, signature)
    return 204
