"""Paying, across the network: ask with a stored key, read the truth, record it once.

`settle` is the one way by which a provider's answer becomes ours, whoever calls: the webhook, the
buyer coming back, or the sweep. The network is never asked while a transaction is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, select

from marketplace.core import clock, jobs
from marketplace.core.db import read_one
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.failpoints import passing
from marketplace.core.money import Money
from marketplace.core.work import transaction
from marketplace.flows import card_pages, order_letters
from marketplace.orders import alarms, ending, payments, rules
from marketplace.orders.models import OrderGroup, Payment
from marketplace.orders.payments import LIVE, ON_OUR_ACCOUNT, QRIS, TRANSFER, Outcome
from marketplace.orders.ports import (
    CheckoutPage,
    CheckoutReading,
    GatewayDown,
    GatewayRefused,
    PaymentGateway,
    PaymentSide,
)
from marketplace.orders.qris import codes
from marketplace.orders.states import PaymentState
from marketplace.outside import outside

log = structlog.get_logger()

_PAYMENT = select(
    Payment.__table__,
    OrderGroup.code.label("group_code"),
    OrderGroup.email,
    OrderGroup.person_id,
    OrderGroup.phone,
).join(OrderGroup, OrderGroup.id == Payment.group_id)
_BY_CODE = _PAYMENT.where(Payment.code == bindparam("code"))


@dataclass(frozen=True, slots=True)
class WaysToPay:
    """What this market can take money with, in the order it is offered."""

    providers: tuple[str, ...]

    def __contains__(self, provider: object) -> bool:
        return provider in self.providers


def ways() -> WaysToPay:
    """Stripe with a key, the simulator where it may stand, QRIS with a code, a transfer always."""
    known = outside().payments
    named = [name for name in ("stripe", "simulator") if name in known]
    return WaysToPay((*named, *([QRIS] if codes.current() else []), TRANSFER))


def livemode(provider: str) -> bool:
    """Whether this provider moves real money here."""
    config = outside().config
    return (
        config.livemode
        if provider == "stripe"
        else provider in ON_OUR_ACCOUNT and config.production
    )


def gateway(provider: str) -> PaymentGateway:
    """Who is asked; a provider that is not set up any more cannot be."""
    found = outside().payments.get(provider)
    if found is None:
        raise GatewayDown("credentials")
    return found


# --- Opening --------------------------------------------------------------------------------------


def open_page(payment_code: str, *, tries: int = 1) -> str | None:
    """The address where the buyer pays; asked for with the stored key, so asking twice is one page.

    None when there is none: a transfer, a payment that is over, or a provider that will not.
    """
    row = find(payment_code)
    if row.provider in ON_OUR_ACCOUNT or row.state not in LIVE:
        return None
    if row.url:
        return str(row.url)
    try:
        page = _ask(row, tries)
    except GatewayRefused as refusal:
        log.warning("payment_refused", payment=payment_code, why=refusal.code)
        with transaction():
            payments.nothing_came(payment_code, now=clock.now())
        return None
    passing("payments.opened")
    with transaction():
        payments.attach(payment_code, page, now=clock.now())
    passing("payments.attached")
    return page.url


def open_later(payment_code: str) -> None:
    """The job behind every placed order: the page exists even if the web died before opening it."""
    row = find(payment_code)
    if row.state == PaymentState.ASKED and row.created_at + rules.PAY_PAGE_OPEN > clock.now():
        open_page(payment_code)


def _ask(row: Row[Any], tries: int) -> CheckoutPage:
    config = outside().config
    back = f"{config.base_url}/bayar/kembali/{row.code}"
    while True:
        try:
            return gateway(row.provider).open_checkout(
                key=row.key,
                payment_code=row.code,
                amount=Money(row.amount),
                description=f"Pesanan {row.group_code.upper()} di Guyub",
                email=row.email,
                success_url=back,
                cancel_url=f"{back}?batal=1",
                expires_at=row.created_at + rules.PROVIDER_KEEPS,
            )
        except GatewayDown as down:
            tries -= 1
            if tries < 1 or not down.worth_one_more_try:
                raise


# --- Settling -------------------------------------------------------------------------------------


def settle(payment_code: str) -> PaymentState:
    """Read what became of a payment and record it; safe at any time and any number of times."""
    row = find(payment_code)
    if row.provider in ON_OUR_ACCOUNT or row.state == PaymentState.PAID:
        return PaymentState(row.state)
    reading = _truth(row)
    if reading is None:
        return PaymentState(row.state)
    passing("payments.read")
    record(row, reading)
    passing("payments.settled")
    return PaymentState(find(payment_code).state)


def _truth(row: Row[Any]) -> CheckoutReading | None:
    """What the provider says, after closing a page whose time is over; none if it never opened."""
    asked = gateway(row.provider)
    reference = row.reference
    if reference is None:
        if row.created_at + rules.PAY_PAGE_OPEN > clock.now() and row.state == PaymentState.ASKED:
            return None  # the job is still about to open it
        found = _look_for(asked, row)
        if found is None:
            _never_opened(row)
            return None
        reference = found.reference
    reading = asked.read_checkout(reference)
    over = row.expires_at <= clock.now() or row.state not in LIVE
    if reading.side is PaymentSide.OPEN and over:
        reading = asked.expire_checkout(reference)
    return reading


def _look_for(asked: PaymentGateway, row: Row[Any]) -> CheckoutReading | None:
    """A checkout whose answer was lost."""
    return next(
        (
            reading
            for reading in asked.find_checkouts(since=card_pages.begun(row))
            if reading.payment_code == row.code
        ),
        None,
    )


def _never_opened(row: Row[Any]) -> None:
    with transaction():
        if payments.nothing_came(row.code, now=clock.now()):
            ending.end_unpaid(row.group_id, ending.SYSTEM, reason="expired", now=clock.now())


def record(row: Row[Any], reading: CheckoutReading) -> None:
    """Write the truth under a lock; money that came is announced to buyer and shops."""
    now = clock.now()
    if row.reference is None:
        with transaction():
            payments.learn_reference(row.code, reading.reference)
    if reading.side is PaymentSide.PAID:
        if reading.amount.rupiah != row.amount:
            with transaction():
                alarms.sound(
                    "payment_differs",
                    f"payment:{row.code}",
                    now=now,
                    asked=row.amount,
                    came=reading.amount.rupiah,
                )
            return
        with transaction():
            outcome = payments.money_came(
                row.code, charge_reference=reading.payment_reference, now=now
            )
            tell(outcome, row.group_id, row.group_code, row.code)
    elif reading.side is PaymentSide.EXPIRED:
        with transaction():
            if payments.nothing_came(row.code, now=now):
                ended = ending.end_unpaid(row.group_id, ending.SYSTEM, reason="expired", now=now)
                if ended:
                    order_letters.cancelled(row.group_code)


def tell(outcome: Outcome, group_id: int, group_code: str, payment_code: str) -> None:
    """In the transaction that records the money: letters, and the other pages are closed."""
    if outcome is Outcome.PAID:
        order_letters.paid(group_code)
        for other in payments.locked_group(group_id):
            if other.code != payment_code and other.provider not in ON_OUR_ACCOUNT:
                jobs.enqueue("payments.settle", payment_code=other.code)
            if other.code != payment_code and other.state in LIVE:
                payments.end(other, PaymentState.CANCELLED, now=clock.now())
    elif outcome in (Outcome.TWICE, Outcome.LATE):
        order_letters.money_goes_back(group_code, payment_code)


def confirm_transfer(payment_code: str, *, amount: int, by: int, reason: str = "") -> Outcome:
    """An officer found the transfer on the account, and says where."""
    with transaction():
        outcome = payments.confirm_transfer(
            payment_code, amount=amount, by=by, now=clock.now(), reason=reason
        )
        row = find(payment_code)
        tell(outcome, row.group_id, row.group_code, payment_code)
    return outcome


# --- Another way, or not at all -------------------------------------------------------------------


def close(payment_code: str) -> PaymentState:
    """Close a page that nobody should pay any more; if it was paid first, that is the truth.

    A provider that does not answer cannot be waited for: money that comes later goes back.
    """
    row = find(payment_code)
    if row.provider in ON_OUR_ACCOUNT or row.state not in LIVE or row.reference is None:
        return PaymentState(row.state)
    try:
        reading = gateway(row.provider).expire_checkout(row.reference)
    except GatewayDown:
        with transaction():
            jobs.enqueue("payments.settle", payment_code=payment_code)
        return PaymentState(row.state)
    if reading.side is PaymentSide.PAID:
        record(row, reading)
        return PaymentState.PAID
    return PaymentState(row.state)


def pay_again(group_id: int, *, provider: str, asked_from: str | None = None) -> str | None:
    """Another try or another way for an order that still waits; the address of the page, if any."""
    if provider not in ways():
        raise NotFound()
    last = _last(group_id)
    if last.state == PaymentState.OPEN and last.provider == provider and still_open(last):
        return str(last.url) if last.url else None
    if last.state == PaymentState.ASKED and last.provider == provider:
        try:
            return open_page(last.code, tries=2)
        except GatewayDown as down:
            if down.code != "server_error":
                raise
            _learn_what_happened(last)
    if close(last.code) is PaymentState.PAID:
        raise Conflict("already_paid")
    with transaction():
        code = payments.ask_again(
            group_id,
            provider=provider,
            livemode=livemode(provider),
            now=clock.now(),
            asked_from=asked_from,
        )
        if provider not in ON_OUR_ACCOUNT:
            jobs.enqueue("payments.open", payment_code=code)
    passing("payments.asked_again")
    return open_page(code, tries=2)


def _learn_what_happened(row: Row[Any]) -> None:
    """A provider repeats a failure for its key for ever: read what it did, before a new key."""
    found = _look_for(gateway(row.provider), row)
    if found is not None:
        with transaction():
            payments.learn_reference(row.code, found.reference)


def still_open(row: Row[Any]) -> bool:
    """Whether the buyer may still pay."""
    return row.expires_at > clock.now()


def _last(group_id: int) -> Row[Any]:
    row = read_one(
        _PAYMENT.where(Payment.group_id == group_id).order_by(Payment.id.desc()).limit(1)
    )
    if row is None:
        raise NotFound()
    return row


def look(payment_code: str) -> Row[Any] | None:
    """A payment with its group's code and letter address, as it stands; none if unknown."""
    return read_one(_BY_CODE, {"code": payment_code})


def find(payment_code: str) -> Row[Any]:
    """The same for a payment that must exist."""
    row = look(payment_code)
    if row is None:
        raise NotFound()
    return row
