"""A cart becomes an order, an order waits for money, and ends when none comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from marketplace.accounts import consents
from marketplace.catalog import stock
from marketplace.core import clock
from marketplace.core.db import read, read_one
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.failpoints import passing
from marketplace.core.ids import new_code, token_hash
from marketplace.core.work import transaction
from marketplace.flows import order_letters, payments
from marketplace.orders import cart, checkout, ending, links, overdue
from marketplace.orders.cart import Buyer
from marketplace.orders.checkout import CartMoved, Placed, Wish
from marketplace.orders.ending import Actor
from marketplace.orders.models import OrderGroup, Payment
from marketplace.orders.payments import LIVE, ON_OUR_ACCOUNT
from marketplace.orders.ports import GatewayDown
from marketplace.orders.shopping import shopping
from marketplace.orders.states import PaymentState
from marketplace.orders.views import GroupView
from marketplace.outside import outside

HOLD_GRACE = timedelta(hours=1)
CARTS_KEPT = timedelta(days=60)
_HASH = select(OrderGroup.token_hash).where(OrderGroup.code == bindparam("code"))


def place(buyer: Buyer, wish: Wish) -> Placed:
    """Place the order the buyer saw; the same page sent twice is the same order.

    Raises CartMoved with the cart as it stands when anything is not as it was shown.
    """
    if wish.provider not in payments.ways():
        raise Invalid("way_unknown", field="cara")
    now = clock.now()
    code = new_code()
    token = links.token_of(code, outside().config.secret_key)
    try:
        with transaction():
            placed = checkout.place(
                buyer,
                wish,
                code=code,
                token_hash=token_hash(token),
                livemode=payments.livemode(wish.provider),
                now=now,
            )
            if placed.provider in ON_OUR_ACCOUNT and wish.email:
                order_letters.placed(code, placed.payment_code)
            if wish.promo and wish.email:
                consents.give(
                    consents.EMAIL,
                    email=wish.email,
                    person_id=buyer.person_id,
                    page="/bayar",
                    now=now,
                )
    except (CartMoved, Conflict, IntegrityError) as refusal:
        before = checkout.placed_before(wish.checkout_key)
        if before is not None:
            return before
        if isinstance(refusal, IntegrityError) or refusal.code in stock.SOLD_MEANWHILE:
            raise CartMoved(
                shopping(buyer, village=wish.village, pickups=wish.pickups, now=now)
            ) from refusal
        raise
    passing("buying.placed")
    return replace(placed, token=token)


def token_of(group_code: str) -> str:
    """The token that opens an order's page, for the browser that placed it."""
    row = read_one(_HASH, {"code": group_code})
    return (order_letters.token_for(group_code, row.token_hash) if row else None) or ""


def cancel_unpaid(group: GroupView) -> bool:
    """The buyer gives up an unpaid order; False when the money had come in a moment before."""
    for payment in group.payments:
        if payment.live and payments.close(payment.code) is PaymentState.PAID:
            return False
    with transaction():
        ended = ending.end_unpaid(
            group.id, Actor("buyer", group.person_id), reason="buyer", now=clock.now()
        )
    passing("buying.cancelled")
    return ended


def cancel_paid(group: GroupView, order_code: str, *, by: int | None) -> None:
    """The buyer gives up a paid order that nobody has packed; the money goes back."""
    with transaction():
        refund = ending.cancel_paid(
            order_code,
            Actor("buyer", by),
            reason=ending.WORDS["buyer"],
            now=clock.now(),
            group_id=group.id,
        )
        if refund is not None:
            order_letters.cancelled(group.code, order_code, money=refund.amount)
    passing("buying.cancelled_paid")


def expire_unpaid() -> int:
    """End every group whose time is over; the provider is asked first, for it may know of money."""
    count = 0
    with transaction():
        due = overdue.unpaid(clock.now())
    for group_id in due:
        count += _expire(group_id)
    return count


def expire_holds() -> int:
    """Give back what is still held an hour after its time, whatever became of the order."""
    with transaction():
        return stock.expire_due(clock.now() - HOLD_GRACE)


def forget_carts() -> None:
    """Drop visitors' carts that nobody has touched for two months."""
    with transaction():
        cart.forget_untouched(clock.now() - CARTS_KEPT)


def _expire(group_id: int) -> int:
    """One group: 1 when it is over now, 0 when it was paid or its provider does not answer."""
    for code, state in _payments_of(group_id):
        try:
            if state in LIVE and payments.settle(code) is PaymentState.PAID:
                return 0
        except GatewayDown:
            return 0  # nobody knows yet; the goods wait until the provider has answered
    with transaction():
        ended = ending.end_unpaid(group_id, ending.SYSTEM, reason="expired", now=clock.now())
        if ended:
            order_letters.cancelled(_code_of(group_id))
    passing("buying.expired")
    return 1


def _payments_of(group_id: int) -> list[tuple[str, str]]:
    rows = read(select(Payment.code, Payment.state).where(Payment.group_id == group_id))
    return [(row.code, row.state) for row in rows]


def _code_of(group_id: int) -> str:
    row = read_one(select(OrderGroup.code).where(OrderGroup.id == group_id))
    return str(row.code) if row else ""
