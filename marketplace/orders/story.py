"""The money story of what one buyer paid at once: everything we know of it, in the order of time.

Read in a fixed number of statements, however much happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Person
from marketplace.core.db import read
from marketplace.core.history import HistoryEntry
from marketplace.core.letter_book import SentLetter
from marketplace.orders import queries
from marketplace.orders.bank.models import BankLine, Receipt, ReceiptUse
from marketplace.orders.complaints.models import Complaint, ComplaintEvent
from marketplace.orders.disputes.models import Dispute
from marketplace.orders.grants.models import RefundGrant
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.rules import HELD, MONEY_ACCOUNTS, Account
from marketplace.orders.models import Alarm, Order, Payment, ProviderMessage, Refund
from marketplace.orders.payouts.models import Payout, PayoutLine
from marketplace.orders.payouts.states import BACK
from marketplace.orders.views import GroupView


class Column(StrEnum):
    """Where money can lie, in the five columns of the page."""

    MONEY = "money"  # with the bank and the providers
    HELD = "held"
    SHOP = "shop"
    BUYER = "buyer"
    MARKET = "market"


# The first column is what there is; the other four say whose it is, so every line adds up.
_WHERE: Mapping[Account, Column] = {
    **dict.fromkeys(MONEY_ACCOUNTS, Column.MONEY),
    **dict.fromkeys(HELD, Column.HELD),
    Account.PAYABLE: Column.SHOP,
    Account.PAYOUTS: Column.SHOP,
    Account.REFUNDS: Column.BUYER,
    Account.UNCLAIMED: Column.BUYER,
}
Sums = dict[Column, int]


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened: a row of some book, and what it did to the money, if anything."""

    at: datetime
    kind: str  # the book it stands in: step payment refund grant payout ledger letter ...
    row: Any
    what: str = ""
    sums: Sums = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """A group with all that was told of it, and what lies where now."""

    group: GroupView
    told: tuple[Told, ...]
    sums: Sums
    grants: Sequence[Row[Any]]


_PAYMENTS = select(Payment.__table__).where(Payment.group_id == bindparam("group_id"))
_REFUNDS = (
    select(Refund.__table__, Payment.provider, Order.code.label("order_code"))
    .join(Payment, Payment.id == Refund.payment_id)
    .outerjoin(Order, Order.id == Refund.order_id)
    .where(Payment.group_id == bindparam("group_id"))
)
_GRANTER, _ENDER = aliased(Person), aliased(Person)
_GRANTS = (
    select(
        RefundGrant.__table__,
        Order.code.label("order_code"),
        _GRANTER.name.label("granter"),
        _ENDER.name.label("ender"),
    )
    .join(Order, Order.id == RefundGrant.order_id)
    .join(_GRANTER, _GRANTER.id == RefundGrant.granted_by)
    .outerjoin(_ENDER, _ENDER.id == RefundGrant.ended_by)
    .where(Order.group_id == bindparam("group_id"))
    .order_by(RefundGrant.id)
)
_DISPUTES = (
    select(Dispute.__table__)
    .join(Payment, Payment.id == Dispute.payment_id)
    .where(Payment.group_id == bindparam("group_id"))
)
_PAYOUTS = (
    select(
        Payout.code,
        Payout.amount,
        Payout.state,
        Payout.reference,
        Payout.transfer,
        Payout.reason,
        Payout.sent_at,
        Payout.paid_at,
        Payout.touched_at,
        Order.code.label("order_code"),
        Order.shop_name,
    )
    .join(PayoutLine, PayoutLine.payout_id == Payout.id)
    .join(LedgerEntry, LedgerEntry.id == PayoutLine.entry_id)
    .join(Order, Order.id == LedgerEntry.order_id)
    .where(Order.group_id == bindparam("group_id"))
    .distinct()
)
_COMPLAINTS = (
    select(
        ComplaintEvent.at,
        ComplaintEvent.actor,
        ComplaintEvent.what,
        ComplaintEvent.words,
        Order.code.label("order_code"),
    )
    .join(Complaint, Complaint.id == ComplaintEvent.complaint_id)
    .join(Order, Order.id == Complaint.order_id)
    .where(Order.group_id == bindparam("group_id"))
    .order_by(ComplaintEvent.id)
)
_OURS = select(Payment.id).where(Payment.group_id == bindparam("group_id"))
_LINES = (
    select(
        Receipt.__table__,
        BankLine.booked_on,
        BankLine.text,
        ReceiptUse.amount.label("counted"),
        ReceiptUse.at.label("used_at"),
    )
    .join(BankLine, BankLine.id == Receipt.line_id)
    .outerjoin(
        ReceiptUse,
        (ReceiptUse.receipt_id == Receipt.id) & (ReceiptUse.payment_id.in_(_OURS)),
    )
    .where(or_(Receipt.payment_id.in_(_OURS), ReceiptUse.id.is_not(None)))
    .order_by(Receipt.id)
)
_MESSAGES = (
    select(
        ProviderMessage.provider,
        ProviderMessage.event_id,
        ProviderMessage.kind,
        ProviderMessage.object_reference,
        ProviderMessage.received_at,
        ProviderMessage.handled_at,
    )
    .where(ProviderMessage.object_reference.in_(bindparam("references", expanding=True)))
    .order_by(ProviderMessage.id)
    .limit(200)
)
_LETTERS = (
    select(SentLetter.__table__)
    .where(SentLetter.about == bindparam("about"))
    .order_by(SentLetter.id)
)
_HISTORY = (
    select(
        HistoryEntry.at,
        HistoryEntry.act,
        HistoryEntry.subject,
        HistoryEntry.detail,
        Person.name.label("who"),
    )
    .outerjoin(Person, Person.id == HistoryEntry.by)
    .where(HistoryEntry.subject.in_(bindparam("subjects", expanding=True)))
    .order_by(HistoryEntry.id)
)
_ALARMS = select(Alarm.__table__).where(
    Alarm.subject.in_(bindparam("subjects", expanding=True))
)  # fmt: skip


def story(group_code: str) -> Story | None:
    """Everything about one group, or none when there is no such code."""
    group = queries.group_by_code(group_code)
    if group is None:
        return None
    key = {"group_id": group.id}
    payments, refunds = read(_PAYMENTS, key), read(_REFUNDS, key)
    grants, disputes, lines = read(_GRANTS, key), read(_DISPUTES, key), read(_LINES, key)
    entries = ledger.entries_of_group(group.id)
    names = _references(payments, refunds, disputes)
    subjects = _subjects(group, payments, refunds, grants, lines)
    told = [
        *_steps(group),
        *_payments(payments),
        *_refunds(refunds),
        *_grants(grants),
        *_payouts(read(_PAYOUTS, key)),
        *(Told(row.opened_at, "dispute", row, "opened") for row in disputes),
        *(Told(row.closed_at, "dispute", row, "closed") for row in disputes if row.closed_at),
        *(Told(row.at, "complaint", row, row.what) for row in read(_COMPLAINTS, key)),
        *(Told(row.used_at or row.created_at, "bank", row) for row in lines),
        *(Told(row.received_at, "message", row) for row in read(_MESSAGES, {"references": names})),
        *(Told(row.at, "letter", row) for row in read(_LETTERS, {"about": f"group:{group.code}"})),
        *(Told(row.at, "history", row, row.act) for row in read(_HISTORY, {"subjects": subjects})),
        *(Told(row.raised_at, "alarm", row) for row in read(_ALARMS, {"subjects": subjects})),
        *(Told(row.at, "ledger", row, row.fact, _moved(row)) for row in entries),
    ]
    told.sort(key=lambda one: one.at)
    return Story(group, tuple(told), _added(told), grants)


def _moved(row: Row[Any]) -> Sums:
    """What one booking adds to each column; the first equals the sum of the others."""
    sums: Sums = {}
    for account, sign in ((Account(row.debit), 1), (Account(row.credit), -1)):
        column = _WHERE.get(account, Column.MARKET)
        side = sign if column is Column.MONEY else -sign
        sums[column] = sums.get(column, 0) + side * row.amount
    return {column: amount for column, amount in sums.items() if amount}


def _added(told: Iterable[Told]) -> Sums:
    sums = dict.fromkeys(Column, 0)
    for one in told:
        for column, amount in one.sums.items():
            sums[column] += amount
    return sums


def _steps(group: GroupView) -> Iterable[Told]:
    for order in group.orders:
        for step in order.steps:
            yield Told(step.at, "step", {"order": order, "step": step}, step.what)


def _payments(rows: Iterable[Row[Any]]) -> Iterable[Told]:
    for row in rows:
        yield Told(row.created_at, "payment", row, "asked")
        if row.paid_at:
            yield Told(row.paid_at, "payment", row, "paid")
        elif row.state in ("expired", "cancelled"):
            yield Told(row.touched_at, "payment", row, row.state)


def _refunds(rows: Iterable[Row[Any]]) -> Iterable[Told]:
    for row in rows:
        yield Told(row.created_at, "refund", row, "asked")
        if row.done_at:
            yield Told(row.done_at, "refund", row, "done")
        elif row.state == "failed":
            yield Told(row.touched_at, "refund", row, "failed")


def _grants(rows: Iterable[Row[Any]]) -> Iterable[Told]:
    for row in rows:
        yield Told(row.granted_at, "grant", row, "granted")
        if row.ended_at:
            yield Told(row.ended_at, "grant", row, row.state)


def _payouts(rows: Iterable[Row[Any]]) -> Iterable[Told]:
    """Where the shop's part went on to, together with that of other orders."""
    for row in rows:
        if row.sent_at:
            yield Told(row.sent_at, "payout", row, "sent")
        if row.paid_at:
            yield Told(row.paid_at, "payout", row, "paid")
        if row.state in BACK:
            yield Told(row.touched_at, "payout", row, row.state)


def _references(*tables: Iterable[Row[Any]]) -> list[str]:
    """Every name by which a provider may speak of this group."""
    found = {
        getattr(row, name, None)
        for rows in tables
        for row in rows
        for name in ("reference", "charge_reference")
    }
    return sorted(name for name in found if name)


def _subjects(
    group: GroupView,
    payments: Iterable[Row[Any]],
    refunds: Iterable[Row[Any]],
    grants: Iterable[Row[Any]],
    lines: Iterable[Row[Any]],
) -> list[str]:
    """What the history and alarms call its parts."""
    return [
        f"group:{group.code}",
        *(f"order:{order.code}" for order in group.orders),
        *(f"complaint:{order.code}" for order in group.orders),
        *(f"payment:{row.code}" for row in payments),
        *(f"refund:{row.code}" for row in refunds),
        *(f"grant:{row.code}" for row in grants),
        *(f"receipt:{row.code}" for row in lines),
    ]
