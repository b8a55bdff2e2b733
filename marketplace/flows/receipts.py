"""Money on our own account meets its orders: statements are kept, lines matched, people told."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from marketplace.catalog import stock
from marketplace.core import clock, jobs
from marketplace.core.db import read
from marketplace.core.errors import Conflict
from marketplace.core.failpoints import passing
from marketplace.core.ids import new_code, token_hash
from marketplace.core.work import transaction
from marketplace.flows import order_letters, paying_makers, payments
from marketplace.orders import links
from marketplace.orders.bank import matching, offers, receipts, settlements, statements
from marketplace.orders.bank.csv_rules import Columns
from marketplace.orders.bank.matching import Found, Meeting
from marketplace.orders.bank.models import Receipt
from marketplace.orders.bank.settlements import PaidOut
from marketplace.orders.bank.states import ReceiptState
from marketplace.outside import outside

_NEW = select(Receipt.code).where(Receipt.state == ReceiptState.NEW).order_by(Receipt.id).limit(500)


def keep_statement(code: str, columns: Columns, *, by: int) -> int:
    """Write the lines down, then look at each; a job looks at what a crash leaves over.

    Payouts that left the account are confirmed in the same breath.
    """
    with transaction():
        now = clock.now()
        kept = statements.keep(code, columns, by=by, now=now)
        paying_makers.seen_on_statement(kept.outs, by=by, now=now)
        jobs.enqueue("receipts.match", key=f"receipts:{code}")
    passing("receipts.kept")
    match_new()
    return kept.fresh


def match_new() -> Counter[Found]:
    """Every receipt nobody has looked at, each in a transaction of its own; safe to run again."""
    found: Counter[Found] = Counter()
    while rows := read(_NEW):
        for row in rows:
            found[_match(row.code).found] += 1
    return found


def _match(code: str) -> Meeting:
    with transaction():
        now = clock.now()
        if paying_makers.came_back_on_statement(code, now=now):
            met = Meeting(Found.PAYOUT)
        else:
            met = matching.match(code, now=now)
        _tell(met)
    passing("receipts.matched")
    return met


def assign(code: str, payment_code: str, *, reason: str, by: int) -> Meeting:
    """An officer says whose money it is."""
    with transaction():
        met = matching.assign(code, payment_code, reason=reason, by=by, now=clock.now())
        _tell(met)
    passing("receipts.assigned")
    return met


def give_back(code: str, *, reason: str, by: int) -> None:
    """It goes back; the buyer hears of it when we know who it was."""
    with transaction():
        back = receipts.give_back(code, reason=reason, by=by, now=clock.now())
        order_letters.receipt_goes_back(back.receipt_id, back.code, back.amount)


def set_aside(code: str, *, reason: str, by: int) -> None:
    """It was never for an order."""
    with transaction():
        receipts.set_aside(code, reason=reason, by=by, now=clock.now())


def from_provider(code: str, told: PaidOut, *, reason: str, by: int) -> None:
    """It is what a payment provider paid out of the buyers' money."""
    with transaction():
        settlements.tell(code, told, reason=reason, by=by, now=clock.now())


def not_from_provider(code: str, *, reason: str, by: int) -> None:
    """That was told wrongly: the line is unclear again."""
    with transaction():
        settlements.take_back(code, reason=reason, by=by, now=clock.now())


def watch_clearing() -> int:
    """Providers that seem to have paid out more than they held: how many alarms are new."""
    count = 0
    for provider in settlements.told_of():
        if settlements.missing(provider) > 0:  # the book is read through with no lock held
            with transaction():
                count += settlements.warn(provider, now=clock.now())
    return count


def offer(code: str, *, reason: str, by: int) -> None:
    """The money came late, the goods are there: the buyer may still have them."""
    with transaction():
        late = offers.make(code, reason=reason, by=by, now=clock.now())
        row = payments.find(late.code)
        order_letters.offered_again(row.group_code, code, amount=late.amount)


def accept_offer(code: str, group_id: int) -> str:
    """The buyer completes the order; the token of its new page.

    Raises Conflict when the goods are gone after all, and then an officer is told.
    """
    new_group = new_code()
    token = links.token_of(new_group, outside().config.secret_key)
    try:
        with transaction():
            again, outcome = offers.accept(
                code, group_id, new_group=new_group, token_hash=token_hash(token), now=clock.now()
            )
            payments.tell(outcome, again.group_id, again.group_code, again.payment_code)
    except Conflict as refusal:
        if refusal.code in ("offer_gone", *stock.SOLD_MEANWHILE):
            with transaction():
                offers.withdraw(code, why=refusal.code, now=clock.now())
        raise
    passing("receipts.accepted")
    return token


def lapse_offers() -> None:
    """Offers nobody answered come back to the queue."""
    with transaction():
        offers.lapse(clock.now())


def sent_back(code: str, *, reference: str, by: int) -> None:
    """It has left the account."""
    with transaction():
        back = receipts.sent_back(code, reference=reference, by=by, now=clock.now())
        order_letters.receipt_sent_back(back.receipt_id, back.code, back.amount)


def _tell(met: Meeting) -> None:
    """In the transaction that says so: the buyer and the shops hear what came of the money."""
    row = payments.look(met.payment_code) if met.payment_code else None
    if row is None:
        return
    if met.outcome is not None:
        payments.tell(met.outcome, row.group_id, row.group_code, row.code)
    elif met.found is Found.PART:
        order_letters.partly_paid(row.group_code, row.code, missing=met.missing)
