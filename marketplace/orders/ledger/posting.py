"""What happened in an order, a payment or a refund becomes bookings, in the same transaction.

Each function tells one event and takes its figures from the rows, which the caller has locked. The
same event told again is refused by the database: a fact about a subject is booked once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.core import history
from marketplace.core.db import db, insert_rows
from marketplace.core.errors import Conflict, NotFound
from marketplace.orders.ledger import queries
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.rules import (
    MONEY,
    MOVES,
    Account,
    Fact,
    Shares,
    Side,
    falls_away,
    holder_of,
    shares_of,
)
from marketplace.orders.models import Order, Payment, Refund
from marketplace.orders.states import OrderState


@dataclass(frozen=True, slots=True)
class Booking:
    """One fact with its figure; of nothing, there is nothing to book."""

    fact: Fact
    subject: str
    amount: int
    order_id: int | None = None
    ikm_id: int | None = None
    payment_id: int | None = None


def post(bookings: Iterable[Booking], *, now: datetime, money: Account | None = None) -> None:
    """Write bookings in one statement; `money` is the account that holds what comes or goes."""
    rows = [_row(booking, money, now) for booking in bookings if booking.amount]
    if rows:
        insert_rows(LedgerEntry, rows)


# --- Money comes in -------------------------------------------------------------------------------


def paid(payment: Payment, orders: Sequence[Order], *, now: datetime) -> None:
    """A payment pays for its group: each shop's part is held for its order."""
    if payment.amount != sum(order.total for order in orders) + payment.unique_code:
        raise RuntimeError(f"payment {payment.code} does not pay for its orders")
    bookings = [
        _of_order(fact, order, amount, payment)
        for order in orders
        for fact, amount in (
            (Fact.GOODS_PAID, order.goods),
            (Fact.POSTAGE_PAID, order.postage),
        )
    ]
    code = Booking(
        Fact.UNIQUE_CODE_PAID,
        f"payment:{payment.code}",
        payment.unique_code,
        payment_id=payment.id,
    )
    post([*bookings, code], now=now, money=holder_of(payment.provider))


def came_unclaimed(payment: Payment, *, now: datetime) -> None:
    """Money came late or twice: no order has a right to it."""
    came = Booking(
        Fact.UNCLAIMED_CAME, f"payment:{payment.code}", payment.amount, payment_id=payment.id
    )
    post([came], now=now, money=holder_of(payment.provider))


def stranger_came(provider: str, reference: str, amount: int, *, now: datetime) -> None:
    """A provider holds money for us that belongs to no payment of ours."""
    came = Booking(Fact.UNCLAIMED_CAME, f"{provider}:{reference}", amount)
    post([came], now=now, money=holder_of(provider))


def stranger_went(provider: str, reference: str, amount: int, *, now: datetime) -> None:
    """It has gone back where it came from; a job may say so again."""
    subject = f"{provider}:{reference}"
    if queries.is_booked(Fact.UNCLAIMED_RETURNED, subject):
        return
    gone = (Fact.UNCLAIMED_RETURNED, Fact.REFUND_SENT)
    post([Booking(fact, subject, amount) for fact in gone], now=now, money=holder_of(provider))


# --- An order is completed ------------------------------------------------------------------------


def released(order: Order, *, now: datetime) -> None:
    """The buyer is content: what is held becomes the shop's, less the cut frozen at the sale."""
    held = queries.held(order.id)
    away = queries.fallen_away(order.id)
    post(
        [
            _of_order(Fact.GOODS_RELEASED, order, held.goods),
            _of_order(Fact.POSTAGE_RELEASED, order, held.postage),
            _of_order(Fact.COMMISSION_TAKEN, order, order.commission - away.commission),
            _of_order(Fact.COMMISSION_TAX_TAKEN, order, order.commission_tax - away.tax),
        ],
        now=now,
    )


# --- Money goes back ------------------------------------------------------------------------------


def shares_for(amount: int, order: Order | None, payment: Payment) -> Shares:
    """What a refund of this amount is made of, when nobody says it piece by piece.

    Without an order it is money that no order has a right to. With one: its goods first, then its
    postage, then the digits of the transfer, from what is held or, after release, from the shop.
    """
    if order is None:
        return Shares(unclaimed=amount)
    sums = queries.sums_of_order(order.id)
    before = sums.get(Fact.GOODS_RETURNED, 0) + sums.get(Fact.GOODS_TAKEN_BACK, 0)
    after = order.state == OrderState.COMPLETED
    if after:
        goods = sums.get(Fact.GOODS_RELEASED, 0) - sums.get(Fact.GOODS_TAKEN_BACK, 0)
        postage = sums.get(Fact.POSTAGE_RELEASED, 0) - sums.get(Fact.POSTAGE_TAKEN_BACK, 0)
    else:
        held = queries.held_in(sums)
        goods, postage = held.goods, held.postage
    parts = shares_of(
        amount, goods=goods, postage=postage, unique_code=0 if after else payment.unique_code
    )
    away = queries.fallen_away(order.id)  # perhaps of lines with a rate of their own
    rest = order.goods - before
    return Shares(
        goods=parts.goods,
        postage=parts.postage,
        unique_code=parts.unique_code,
        commission=falls_away(order.commission - away.commission, goods=rest, now=parts.goods),
        commission_tax=falls_away(order.commission_tax - away.tax, goods=rest, now=parts.goods),
    )


def promised(
    refund: Refund, shares: Shares, order: Order | None, *, now: datetime
) -> None:  # fmt: skip
    """A refund is asked for: its money is the buyer's from now on, wherever it lay before."""
    if shares.total != refund.amount:
        raise RuntimeError(f"refund {refund.code} is not the sum of its parts")
    if order is not None and order.state == OrderState.COMPLETED:
        parts = {
            Fact.GOODS_TAKEN_BACK: shares.goods,
            Fact.POSTAGE_TAKEN_BACK: shares.postage,
            Fact.COMMISSION_GIVEN_BACK: shares.commission,
            Fact.COMMISSION_TAX_GIVEN_BACK: shares.commission_tax,
        }
    else:
        parts = {Fact.GOODS_RETURNED: shares.goods, Fact.POSTAGE_RETURNED: shares.postage}
    parts |= {
        Fact.UNIQUE_CODE_RETURNED: shares.unique_code,
        Fact.UNCLAIMED_RETURNED: shares.unclaimed,
        Fact.GOODWILL_GIVEN: shares.goodwill,
    }
    post([_of_refund(fact, refund, amount, order) for fact, amount in parts.items()], now=now)


# --- Somebody complains, or a card bank takes money back ------------------------------------------


def disputed(order: Order, complaint: str, *, now: datetime) -> int:
    """A complaint takes what is held for goods out of escrow; how much that is."""
    amount = queries.held(order.id).goods
    post([_of_order(Fact.GOODS_DISPUTED, order, amount, subject=complaint)], now=now)
    return amount


def undisputed(order: Order, complaint: str, *, now: datetime) -> int:
    """The complaint is decided: back into escrow, to be released or returned from there."""
    amount = queries.held(order.id).disputed
    post([_of_order(Fact.GOODS_UNDISPUTED, order, amount, subject=complaint)], now=now)
    return amount


def chargeback(payment: Payment, reference: str, amount: int, *, now: datetime) -> None:
    """A card bank took money back; nobody's yet, until it is decided."""
    post(
        [Booking(Fact.CHARGEBACK_TAKEN, reference, amount, payment_id=payment.id)],
        now=now,
        money=holder_of(payment.provider),
    )


def chargeback_won(payment: Payment, reference: str, amount: int, *, now: datetime) -> None:
    """The card bank gave it back."""
    post(
        [Booking(Fact.CHARGEBACK_WON, reference, amount, payment_id=payment.id)],
        now=now,
        money=holder_of(payment.provider),
    )


def chargeback_lost(
    payment: Payment,
    reference: str,
    parts: Mapping[Order, int],
    *,
    borne: int = 0,
    now: datetime,
) -> None:
    """The card bank keeps it: from each order's money, the shop's if released, or the market's."""
    lost = [
        _of_order(
            Fact.CHARGEBACK_FROM_SHOP
            if order.state == OrderState.COMPLETED
            else Fact.CHARGEBACK_FROM_ESCROW,
            order,
            amount,
            payment,
            subject=f"{reference}:{order.code}",
        )
        for order, amount in parts.items()
    ]
    own = Booking(Fact.CHARGEBACK_BORNE, reference, borne, payment_id=payment.id)
    post([*lost, own], now=now)


def kept(order: Order, *, now: datetime) -> None:
    """A cancelled order whose buyer has all back already: what is still held makes up for that."""
    held = queries.held(order.id)
    post(
        [
            _of_order(Fact.GOODS_KEPT, order, held.goods),
            _of_order(Fact.POSTAGE_KEPT, order, held.postage),
        ],
        now=now,
    )


# --- A shop is paid out ---------------------------------------------------------------------------


def paid_out(payouts: Iterable[tuple[str, int, int]], *, now: datetime) -> None:
    """Payouts are counted: code, shop and amount of each; the money leaves the balances at once."""
    post(
        [
            Booking(Fact.PAYOUT_MADE, f"payout:{code}", amount, ikm_id=ikm_id)
            for code, ikm_id, amount in payouts
        ],
        now=now,
    )


def payout_arrived(
    payout_code: str, ikm_id: int, amount: int, *, holder: Account = Account.BANK, now: datetime
) -> None:
    """The bank, or the provider that paid it, confirms."""
    subject = f"payout:{payout_code}"
    post([Booking(Fact.PAYOUT_ARRIVED, subject, amount, ikm_id=ikm_id)], now=now, money=holder)


def payout_returned(payout_code: str, ikm_id: int, amount: int, *, now: datetime) -> None:
    """It came back: the shop may be paid out again."""
    subject = f"payout:{payout_code}"
    post([Booking(Fact.PAYOUT_RETURNED, subject, amount, ikm_id=ikm_id)], now=now)


# --- A provider pays out what it holds ------------------------------------------------------------


def settled(provider: str, subject: str, *, net: int, fee: int, now: datetime) -> None:
    """What lay with the provider is on our own account now, less what the provider kept."""
    parts = {Fact.SETTLED: net, Fact.PROVIDER_FEE: fee}
    post(
        [Booking(fact, subject, amount) for fact, amount in parts.items()],
        now=now,
        money=holder_of(provider),
    )


# --- Correcting -----------------------------------------------------------------------------------


def reverse(entry_id: int, *, reason: str, by: int | None, now: datetime) -> None:
    """Take a wrong booking back by its mirror image; once, and never a reversal itself."""
    wrong = db.session.scalar(select(LedgerEntry).where(LedgerEntry.id == entry_id))
    if wrong is None:
        raise NotFound()
    known = select(LedgerEntry.id).where(LedgerEntry.reverses == entry_id)
    if wrong.reverses is not None or db.session.scalar(known) is not None:
        raise Conflict("already_reversed")
    mirror = {
        "at": now,
        "fact": Fact.REVERSED,
        "subject": f"entry:{entry_id}",
        "debit": wrong.credit,
        "credit": wrong.debit,
        "amount": wrong.amount,
        "order_id": wrong.order_id,
        "ikm_id": wrong.ikm_id,
        "payment_id": wrong.payment_id,
        "reverses": entry_id,
    }
    insert_rows(LedgerEntry, [mirror])
    history.record(
        "ledger.reversed", f"entry:{entry_id}", by=by, at=now, reason=reason, rupiah=wrong.amount
    )


# --- Rows -----------------------------------------------------------------------------------------


def _of_order(
    fact: Fact,
    order: Order,
    amount: int,
    payment: Payment | None = None,
    *,
    subject: str = "",
) -> Booking:
    return Booking(
        fact,
        subject or f"order:{order.code}",
        amount,
        order_id=order.id,
        ikm_id=order.ikm_id,
        payment_id=payment.id if payment else None,
    )


def _of_refund(fact: Fact, refund: Refund, amount: int, order: Order | None) -> Booking:
    return Booking(
        fact,
        f"refund:{refund.code}",
        amount,
        order_id=refund.order_id,
        ikm_id=order.ikm_id if order else None,
        payment_id=refund.payment_id,
    )


def _row(booking: Booking, money: Account | None, now: datetime) -> dict[str, object]:
    debit, credit = MOVES[booking.fact]
    return {
        "at": now,
        "fact": booking.fact,
        "subject": booking.subject,
        "debit": _account(debit, money),
        "credit": _account(credit, money),
        "amount": booking.amount,
        "order_id": booking.order_id,
        "ikm_id": booking.ikm_id,
        "payment_id": booking.payment_id,
        "reverses": None,
    }


def _account(side: Side, money: Account | None) -> Account:
    if side != MONEY:
        return Account(side)
    if money is None:
        raise RuntimeError("nobody said where the money lies")
    return money
