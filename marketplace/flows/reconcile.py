"""Sets right what a crash, a lost message or an outage left open; a second run finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta

import structlog
from sqlalchemy import and_, or_, select

from marketplace.core import clock
from marketplace.core.db import read
from marketplace.flows import (
    buying,
    disputing,
    holding,
    kept_cards,
    parcels,
    paying_makers,
    payments,
    provider_messages,
    receipts,
    refunding,
    watching,
)
from marketplace.orders.models import Payment, ProviderMessage, Refund
from marketplace.orders.payments import LIVE, ON_OUR_ACCOUNT
from marketplace.orders.ports import GatewayDown, GatewayRefused
from marketplace.orders.states import PaymentState, RefundState
from marketplace.outside import outside

OLD_ENOUGH = timedelta(minutes=2)
RECENT = timedelta(hours=48)
LONG_AGO = timedelta(days=30)
log = structlog.get_logger()


@dataclass(slots=True)
class Found:
    """How many things were set right, by kind."""

    messages: int = 0
    payments: int = 0
    promises: int = 0
    checkouts: int = 0
    disputes: int = 0
    unexplained: int = 0
    told_again: int = 0
    refunds: int = 0
    payouts: int = 0
    expired: int = 0
    holds: int = 0
    unaccepted: int = 0
    completed: int = 0
    silent: int = 0
    overdrawn: int = 0
    unreachable: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        return sum(asdict(self).values()) - self.unreachable - self.refused


def see_what_is_due() -> None:
    """Every minute: whose time is over, and what the play-money provider has to say."""
    provider_messages.deliver_simulated()
    buying.expire_unpaid()
    parcels.cancel_unaccepted()
    parcels.complete_due()


def reconcile_recent() -> None:
    """Every five minutes: intents without truth, messages not looked at, refunds on the way."""
    run(since=None)


def reconcile_hourly() -> None:
    """Every hour: what the provider knows of the last two days."""
    run(since=RECENT)


def reconcile_daily() -> None:
    """Every day: what the provider knows of the last month, lost messages too."""
    run(since=LONG_AGO)


def days(count: int) -> timedelta:
    """How far back providers are asked."""
    return timedelta(days=count)


def run(*, since: timedelta | None) -> Found:
    """Look once at everything that may be open; `since` also asks providers for all they know.

    Further back than two days, they are asked for their messages too.
    """
    found = Found()
    provider_messages.deliver_simulated()
    found.messages = _messages(found)
    found.payments = _intents(found)
    for part in (holding, kept_cards):
        seen = part.look_after(older_than=clock.now() - OLD_ENOUGH)
        found.promises += seen.news
        found.unreachable += seen.unreachable
        found.refused += seen.refused
    if since is not None:
        for name in outside().payments:
            try:
                _sweep(name, since, found)
            except GatewayDown:
                found.unreachable += 1
        found.overdrawn = receipts.watch_clearing()
    found.disputes += disputing.link_known()
    found.refunds = _refunds(found)
    moved, silent = paying_makers.look_after(older_than=clock.now() - OLD_ENOUGH)
    found.payouts += moved
    found.unreachable += silent
    found.expired = buying.expire_unpaid()
    found.holds = buying.expire_holds()
    found.unaccepted = parcels.cancel_unaccepted()
    found.completed = parcels.complete_due()
    found.silent = parcels.look_after_silent()
    if any(asdict(found).values()):
        log.info("reconciled", **asdict(found))
    return found


def _messages(found: Found) -> int:
    rows = read(
        select(ProviderMessage.id).where(
            ProviderMessage.handled_at.is_(None),
            ProviderMessage.received_at <= clock.now() - OLD_ENOUGH,
        )
    )
    count = 0
    for row in rows:
        try:
            provider_messages.heard(row.id)
        except GatewayDown:
            found.unreachable += 1
        else:
            count += 1
    return count


def _intents(found: Found) -> int:
    """Payments that should have an answer by now, and those we closed a moment ago."""
    now, count = clock.now(), 0
    recent = Payment.created_at > now - RECENT
    statement = select(Payment.code, Payment.state).where(
        Payment.provider.not_in(ON_OUR_ACCOUNT),
        or_(
            and_(Payment.state.in_(LIVE), Payment.touched_at <= now - OLD_ENOUGH),
            and_(Payment.state == PaymentState.CANCELLED, Payment.touched_at > now - OLD_ENOUGH),
        ),
        recent | Payment.state.in_(LIVE),
    )
    for row in read(statement.order_by(Payment.id)):
        try:
            count += payments.settle(row.code) != row.state
        except GatewayDown:
            found.unreachable += 1
    return count


def _sweep(name: str, since: timedelta, found: Found) -> None:
    """Everything one provider holds for us; money there without an order here goes back."""
    start = clock.now() - since
    known = list(payments.gateway(name).find_checkouts(since=start))
    for reading in known:
        found.checkouts += provider_messages.meet(name, reading)
    met = {reading.payment_reference for reading in known if reading.payment_reference}
    with _unless_refused(name, "disputes", found):
        found.disputes += disputing.sweep(name, since=start)
    with _unless_refused(name, "payouts", found):
        found.payouts += paying_makers.sweep(name, since=start)
    with _unless_refused(name, "money", found):
        found.unexplained += watching.count_money(name, since=start, met=met)
    if since > RECENT:
        with _unless_refused(name, "messages", found):
            found.told_again += watching.hear_again(name, since=start)


@contextmanager
def _unless_refused(name: str, what: str, found: Found) -> Iterator[None]:
    """A key that may not see one thing is counted and named; everything else is still set right."""
    try:
        yield
    except GatewayRefused as refusal:
        found.refused += 1
        log.warning("sweep_refused", provider=name, what=what, why=refusal.code)


def _refunds(found: Found) -> int:
    now, count = clock.now(), 0
    statement = (
        select(Refund.code, Refund.state)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(
            Payment.provider.not_in(ON_OUR_ACCOUNT),
            Refund.state.in_([RefundState.ASKED, RefundState.SENT]),
            Refund.touched_at <= now - OLD_ENOUGH,
        )
    )
    for row in read(statement.order_by(Refund.id)):
        try:
            refunding.send_refund(row.code)
        except GatewayDown:
            found.unreachable += 1
            continue
        again = read(select(Refund.state).where(Refund.code == row.code))
        count += again[0].state != row.state
    return count
