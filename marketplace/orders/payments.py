"""Money coming in: the intent first, then the truth as the provider tells it, recorded once.

Rows are locked in one order: the payments of a group, its orders, then the stock. Money that has
moved is always recorded; what nobody should have paid is given back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import case, select, update

from marketplace.catalog import stock
from marketplace.core import history
from marketplace.core.db import db, insert_rows
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.ids import new_code
from marketplace.core.states import move
from marketplace.orders import alarms, events, refunds, rules
from marketplace.orders.bank import amounts
from marketplace.orders.ledger import posting
from marketplace.orders.models import Order, OrderGroup, Payment
from marketplace.orders.own import refuse_own_group
from marketplace.orders.ports import CheckoutPage
from marketplace.orders.states import ORDER_MOVES, PAYMENT_MOVES, OrderState, PaymentState

LIVE = (PaymentState.ASKED, PaymentState.OPEN)
TRANSFER, QRIS, ON_OUR_ACCOUNT = rules.TRANSFER, rules.QRIS, rules.ON_OUR_ACCOUNT


class Outcome(StrEnum):
    """What money that came in did."""

    PAID = "paid"  # the orders go to the shops
    ALREADY = "already"  # known before; nothing new
    TWICE = "twice"  # another payment counts: given back
    LATE = "late"  # the order was over: given back


# --- Asking ---------------------------------------------------------------------------------------


def ask(
    group_id: int,
    group_code: str,
    *,
    provider: str,
    total: int,
    attempt: int,
    livemode: bool,
    now: datetime,
    asked_from: str | None = None,
) -> str:
    """Write down that money will be asked for, before anybody outside is called; its code."""
    intent = {
        "code": new_code(),
        "group_id": group_id,
        "provider": provider,
        "livemode": livemode,
        "state": PaymentState.ASKED,
        "amount": total,
        "unique_code": 0,
        "attempt": attempt,
        "key": f"pay:{group_code}:{attempt}",
        "asked_from": None if provider in ON_OUR_ACCOUNT else asked_from,
        "expires_at": rules.pay_deadline(provider, now),
        "created_at": now,
        "touched_at": now,
    } | _NEW
    if provider in ON_OUR_ACCOUNT:
        digits = amounts.give(total, str(intent["code"]), now=now)
        intent |= {"unique_code": digits, "amount": total + digits}
        intent["state"] = PaymentState.OPEN  # nobody outside has to be asked
    insert_rows(Payment, [intent])
    return str(intent["code"])


def lying_here(late: Payment, group_id: int, group_code: str, *, now: datetime) -> str:
    """The intent for money that came late and now pays another order: nobody is asked for it."""
    code = new_code()
    row = {
        "code": code,
        "group_id": group_id,
        "provider": late.provider,
        "livemode": late.livemode,
        "state": PaymentState.EXPIRED,  # its own time was over; `money_came` follows at once
        "amount": late.amount,
        "unique_code": late.unique_code,
        "attempt": 1,
        "key": f"pay:{group_code}:1",
        "asked_from": None,
        "expires_at": now,
        "created_at": now,
        "touched_at": now,
    }
    insert_rows(Payment, [row | _NEW])
    return code


_NEW = {"refunded": 0, "currency": "idr", "counts": False}


def attach(code: str, page: CheckoutPage, *, now: datetime) -> None:
    """Remember the provider's page; a payment that was closed meanwhile stays closed."""
    db.session.execute(
        update(Payment)
        .where(Payment.code == code, Payment.reference.is_(None))
        .values(
            reference=page.reference,
            url=page.url,
            touched_at=now,
            state=case(
                (Payment.state == PaymentState.ASKED, PaymentState.OPEN.value),
                else_=Payment.state,
            ),
        )
        .execution_options(synchronize_session=False)
    )


def learn_reference(code: str, reference: str) -> None:
    """Remember the name of the provider's page, if the answer that carried it was lost."""
    db.session.execute(
        update(Payment)
        .where(Payment.code == code, Payment.reference.is_(None))
        .values(reference=reference)
        .execution_options(synchronize_session=False)
    )


def ask_again(
    group_id: int,
    *,
    provider: str,
    livemode: bool,
    now: datetime,
    asked_from: str | None = None,
) -> str:
    """Another way of paying for what is still waiting; the earlier intents end with this.

    The caller has closed the earlier pages at their provider; money that comes in all the same is
    recorded and given back.
    """
    earlier = locked_group(group_id)
    group = db.session.get_one(OrderGroup, group_id)
    if any(payment.counts for payment in earlier):
        raise Conflict("already_paid")
    orders = locked_orders(group_id)
    if any(order.state != OrderState.WAITING for order in orders):
        raise Conflict("order_over")
    if len(earlier) >= rules.MOST_ATTEMPTS:
        raise Conflict("too_many_attempts")
    until = rules.kept_until(provider, now)
    held = stock.extend(group.code, until=until) or stock.hold_again(
        group.code, until=until, now=now
    )
    if not held:  # its time was over, the provider was silent, and others have bought it
        raise Conflict("order_over")
    for payment in earlier:
        if payment.state in LIVE:
            end(payment, PaymentState.CANCELLED, now=now)
    db.session.flush()
    code = ask(
        group_id,
        group.code,
        provider=provider,
        total=group.total,
        attempt=len(earlier) + 1,
        livemode=livemode,
        now=now,
        asked_from=asked_from,
    )
    for order in orders:
        order.due_at = until
    return code


# --- Locks ----------------------------------------------------------------------------------------


def locked_group(group_id: int) -> Sequence[Payment]:
    """All payments of a group, locked, oldest first."""
    return db.session.scalars(
        select(Payment)
        .where(Payment.group_id == group_id)
        .order_by(Payment.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def locked(code: str) -> tuple[Payment, Sequence[Payment]]:
    """One payment and its siblings, locked together."""
    group_id = db.session.scalar(select(Payment.group_id).where(Payment.code == code))
    if group_id is None:
        raise NotFound()
    siblings = locked_group(group_id)
    return next(payment for payment in siblings if payment.code == code), siblings


def locked_orders(group_id: int) -> Sequence[Order]:
    """All orders of a group, locked, oldest first."""
    return db.session.scalars(
        select(Order)
        .where(Order.group_id == group_id)
        .order_by(Order.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


# --- The truth ------------------------------------------------------------------------------------


def money_came(
    code: str,
    *,
    charge_reference: str | None,
    now: datetime,
    by: int | None = None,
    reason: str = "",
) -> Outcome:
    """Record money that has moved, once, whoever tells it first and however often.

    It pays for the group if nothing did before and the goods are still there; else it goes back.
    """
    payment, siblings = locked(code)
    if payment.state == PaymentState.PAID:
        return Outcome.ALREADY
    end(payment, PaymentState.PAID, now=now)
    payment.paid_at, payment.charge_reference, payment.confirmed_by = now, charge_reference, by
    group = db.session.get_one(OrderGroup, payment.group_id)
    orders = locked_orders(payment.group_id)
    history.record(
        "payment.received",
        f"payment:{payment.code}",
        by=by,
        at=now,
        rupiah=payment.amount,
        group=group.code,
        **({"reason": reason} if reason else {}),
    )
    if any(other.counts for other in siblings):
        return _give_back(payment, Outcome.TWICE, now)
    waiting = all(order.state == OrderState.WAITING for order in orders)
    if not waiting or not (stock.consume(group.code, now) or stock.take_again(group.code, now)):
        return _give_back(payment, Outcome.LATE, now)
    payment.counts = True
    posting.paid(payment, orders, now=now)
    for order in orders:
        order.state = move(order.state, OrderState.NEW, ORDER_MOVES)
        order.due_at = rules.end_of_working_days(
            now, rules.ACCEPT_WORKING_DAYS, rules.zone_of(group.village_code)
        )
    db.session.flush()
    events.note(orders, "paid", actor="buyer", at=now)
    return Outcome.PAID


def nothing_came(code: str, *, now: datetime) -> bool:
    """The provider closed the page without money. True when the group has no other way open."""
    payment, siblings = locked(code)
    if payment.state in LIVE:
        end(payment, PaymentState.EXPIRED, now=now)
    return not any(other.state in LIVE or other.counts for other in siblings)


def confirm_transfer(
    code: str, *, amount: int, by: int, now: datetime, reason: str = ""
) -> Outcome:  # fmt: skip
    """An officer saw the money on the account and typed what came; it must be the very amount."""
    payment, _ = locked(code)
    if payment.provider not in ON_OUR_ACCOUNT:
        raise NotFound()
    refuse_own_group(by, payment.group_id)
    if amount != payment.amount:
        raise Invalid("transfer_differs", field="amount", typed=amount)
    if payment.state == PaymentState.PAID:
        raise Conflict("already_paid")
    return money_came(code, charge_reference=None, now=now, by=by, reason=reason)


def end(payment: Payment, state: PaymentState, *, now: datetime) -> None:
    """Move a payment on; the table of moves decides."""
    payment.state = move(PaymentState(payment.state), state, PAYMENT_MOVES)
    payment.touched_at, payment.asked_from = now, None


def _give_back(payment: Payment, outcome: Outcome, now: datetime) -> Outcome:
    posting.came_unclaimed(payment, now=now)
    refunds.ask(
        payment,
        amount=payment.amount,
        reason={"twice": "Terbayar dua kali", "late": "Pesanan sudah berakhir"}[outcome.value],
        by=None,
        now=now,
    )
    alarms.sound(f"payment_{outcome}", f"payment:{payment.code}", now=now, rupiah=payment.amount)
    return outcome
