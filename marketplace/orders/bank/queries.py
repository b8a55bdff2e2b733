"""What the pages about incoming money show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, or_, select

from marketplace.accounts.models import Person
from marketplace.core.db import read, read_one
from marketplace.core.history import HistoryEntry
from marketplace.core.ids import ALPHABET
from marketplace.orders.bank.models import (
    BankAccount,
    BankLine,
    BankStatement,
    Receipt,
    ReceiptReturn,
    ReceiptUse,
)
from marketplace.orders.bank.states import ReceiptState, ReturnState
from marketplace.orders.models import OrderGroup, Payment
from marketplace.orders.payments import LIVE, ON_OUR_ACCOUNT

MOST = 200
WAITING = (ReceiptState.NEW, ReceiptState.UNCLEAR, ReceiptState.PART, ReceiptState.LATE,
           ReceiptState.OFFERED)  # fmt: skip

_BUYER = (
    select(OrderGroup.code)
    .join(Payment, Payment.group_id == OrderGroup.id)
    .join(Receipt, Receipt.payment_id == Payment.id)
    .where(Receipt.id == bindparam("receipt_id"))
)


def buyer_of(receipt_id: int) -> str:
    """The group whose money it seems to be; empty when nobody knows."""
    row = read_one(_BUYER, {"receipt_id": receipt_id})
    return str(row.code) if row else ""


_OFFERED_UNTIL = select(Receipt.offered_until).where(Receipt.code == bindparam("code"))
_WENT_TO = (
    select(OrderGroup.code)
    .join(Payment, Payment.group_id == OrderGroup.id)
    .join(ReceiptUse, ReceiptUse.payment_id == Payment.id)
    .where(ReceiptUse.receipt_id == Receipt.id, Payment.group_id != bindparam("group_id"))
    .limit(1)
    .correlate(Receipt)
    .scalar_subquery()
)
_OF_GROUP = (
    select(
        Receipt.code,
        Receipt.amount,
        Receipt.used,
        Receipt.state,
        Receipt.offered_until,
        ReceiptReturn.amount.label("back"),
        ReceiptReturn.sent_at,
        _WENT_TO.label("went_to"),
    )
    .join(Payment, Payment.id == Receipt.payment_id)
    .outerjoin(ReceiptReturn, ReceiptReturn.receipt_id == Receipt.id)
    .where(Payment.group_id == bindparam("group_id"))
    .order_by(Receipt.id)
)


def offered_until(code: str) -> str:
    """Until when the buyer may answer, as a letter's job carries it."""
    row = read_one(_OFFERED_UNTIL, {"code": code})
    return row.offered_until.isoformat() if row and row.offered_until else ""


def of_group(group_id: int) -> Sequence[Row[Any]]:
    """Money that came for these payments and what becomes of it.

    `went_to` is the order that the buyer completed with it instead.
    """
    return read(_OF_GROUP, {"group_id": group_id})


# --- Statements -----------------------------------------------------------------------------------


def accounts() -> Sequence[Row[Any]]:
    """Every account whose statements are read, with the day of its last line."""
    table = BankAccount.__table__
    return read(
        select(table, func.max(BankLine.booked_on).label("last"))
        .outerjoin(BankLine, BankLine.account_id == table.c.id)
        .group_by(table.c.id)
        .order_by(table.c.bank, table.c.number)
    )


def statements() -> Sequence[Row[Any]]:
    """The last files that were sent, newest first."""
    return read(_statements().order_by(BankStatement.id.desc()).limit(20))


def statement(code: str) -> Row[Any] | None:
    """One of them."""
    return read_one(_statements().where(BankStatement.code == code))


def _statements() -> Any:
    table = BankStatement.__table__
    columns = [column for column in table.c if column.name != "body"]
    return (
        select(*columns, BankAccount.bank, BankAccount.number, Person.name.label("sender"))
        .join(BankAccount, BankAccount.id == table.c.account_id)
        .outerjoin(Person, Person.id == table.c.by)
    )


def outcome(statement_id: int) -> dict[str, int]:
    """How many of its lines are in which state."""
    rows = read(
        select(Receipt.state, func.count().label("lines"))
        .join(BankLine, BankLine.id == Receipt.line_id)
        .where(BankLine.statement_id == statement_id)
        .group_by(Receipt.state)
    )
    return {row.state: row.lines for row in rows}


# --- Receipts -------------------------------------------------------------------------------------


def receipts(search: str = "", *, everything: bool = False) -> Sequence[Row[Any]]:
    """Money that waits for somebody, oldest first; or what a search finds, newest first."""
    statement = _receipts().limit(MOST)
    words = search.strip()
    if words:
        digits = words.lower().removeprefix("rp").replace(".", "").strip()
        like = f"%{words.replace('%', '').replace('_', '')}%"
        hits: list[ColumnElement[bool]] = [BankLine.text.ilike(like), Receipt.code == words.lower(),
                OrderGroup.code == words.lower()]  # fmt: skip
        if digits.isascii() and digits.isdigit() and len(digits) <= 13:
            hits.append(Receipt.amount == int(digits))
        statement = statement.where(or_(*hits))
    if words or everything:
        return read(statement.order_by(Receipt.id.desc()))
    return read(statement.where(Receipt.state.in_(WAITING)).order_by(Receipt.id))


def receipt(code: str) -> Row[Any] | None:
    """One of them, with its line as the bank wrote it."""
    return read_one(_receipts().where(Receipt.code == code))


def _receipts() -> Any:
    return (
        select(
            Receipt.__table__,
            BankLine.booked_on,
            BankLine.text,
            BankLine.raw,
            BankLine.row,
            BankLine.account_id,
            BankAccount.bank,
            BankAccount.number,
            BankStatement.code.label("statement_code"),
            Payment.code.label("payment_code"),
            Payment.amount.label("payment_amount"),
            Payment.state.label("payment_state"),
            OrderGroup.id.label("group_id"),
            OrderGroup.code.label("group_code"),
            OrderGroup.recipient,
            OrderGroup.phone,
        )
        .join(BankLine, BankLine.id == Receipt.line_id)
        .join(BankAccount, BankAccount.id == BankLine.account_id)
        .join(BankStatement, BankStatement.id == BankLine.statement_id)
        .outerjoin(Payment, Payment.id == Receipt.payment_id)
        .outerjoin(OrderGroup, OrderGroup.id == Payment.group_id)
    )


def unclaimed_of(amount: int, *, since: date) -> Sequence[Row[Any]]:
    """Money of this very amount that came since then and seems to be nobody's, oldest first."""
    return read(
        _receipts()
        .where(
            Receipt.state == ReceiptState.UNCLEAR,
            Receipt.amount == amount,
            Receipt.used == 0,
            Receipt.payment_id.is_(None),
            BankLine.booked_on >= since,
        )
        .order_by(Receipt.id)
        .limit(20)
    )


def twins(row: Row[Any]) -> Sequence[Row[Any]]:
    """Other lines of the same account, day and amount: perhaps the same money, written twice."""
    return read(
        _receipts().where(
            BankLine.account_id == row.account_id,
            BankLine.booked_on == row.booked_on,
            BankLine.amount == row.amount,
            Receipt.id != row.id,
        )
    )


def uses(receipt_id: int) -> Sequence[Row[Any]]:
    """What became of it, step by step."""
    return read(
        select(ReceiptUse.__table__, Payment.code.label("payment_code"),
               OrderGroup.code.label("group_code"), Person.name)
        .outerjoin(Payment, Payment.id == ReceiptUse.payment_id)
        .outerjoin(OrderGroup, OrderGroup.id == Payment.group_id)
        .outerjoin(Person, Person.id == ReceiptUse.by)
        .where(ReceiptUse.receipt_id == receipt_id)
        .order_by(ReceiptUse.id)
    )  # fmt: skip


def acts(code: str) -> Sequence[Row[Any]]:
    """Who did what with it, newest first."""
    return read(
        select(HistoryEntry.at, HistoryEntry.act, HistoryEntry.detail, Person.name)
        .outerjoin(Person, Person.id == HistoryEntry.by)
        .where(HistoryEntry.subject == f"receipt:{code}")
        .order_by(HistoryEntry.id.desc())
        .limit(30)
    )


def payments_for(search: str, near: int) -> Sequence[Row[Any]]:
    """Payments that money could be for: by order, name, phone or amount; else those near it."""
    statement = (
        select(
            Payment.code,
            Payment.provider,
            Payment.amount,
            Payment.state,
            Payment.created_at,
            Payment.expires_at,
            OrderGroup.code.label("group_code"),
            OrderGroup.recipient,
            OrderGroup.total,
        )
        .join(OrderGroup, OrderGroup.id == Payment.group_id)
        .where(Payment.provider.in_(ON_OUR_ACCOUNT))
        .limit(20)
    )
    words = search.strip().lower()
    if not words:
        return read(
            statement.where(
                Payment.state.in_(LIVE), Payment.amount.between(near // 2, near * 2)
            ).order_by(func.abs(Payment.amount - near), Payment.id)
        )
    hits: list[ColumnElement[bool]] = [
        OrderGroup.recipient.ilike(f"%{words.replace('%', '').replace('_', '')}%")
    ]
    if len(words) == 10 and set(words) <= set(ALPHABET):
        hits.append(OrderGroup.code == words)
    digits = words.removeprefix("rp").replace(".", "").replace(" ", "")
    if digits.isascii() and digits.isdigit() and len(digits) <= 13:
        hits += [Payment.amount == int(digits), OrderGroup.total == int(digits)]
        hits.append(OrderGroup.phone == ("62" + digits[1:] if digits[0] == "0" else digits))
    return read(statement.where(or_(*hits)).order_by(Payment.id.desc()))


def payment_for(code: str) -> Row[Any] | None:
    """One of them, with what has been kept for it so far."""
    kept = (
        select(func.coalesce(func.sum(Receipt.amount - Receipt.used), 0))
        .where(Receipt.payment_id == Payment.id, Receipt.state == ReceiptState.PART)
        .correlate(Payment)
        .scalar_subquery()
    )
    return read_one(
        select(Payment.__table__, OrderGroup.code.label("group_code"), OrderGroup.recipient,
               OrderGroup.phone, OrderGroup.total, kept.label("kept"))
        .join(OrderGroup, OrderGroup.id == Payment.group_id)
        .where(Payment.code == code, Payment.provider.in_(ON_OUR_ACCOUNT))
    )  # fmt: skip


# --- Money on its way back ------------------------------------------------------------------------


def returns() -> Sequence[Row[Any]]:
    """What somebody must send back from the account."""
    return read(
        _returns().where(ReceiptReturn.state == ReturnState.DECIDED).order_by(ReceiptReturn.id)
    )


def a_return(code: str) -> Row[Any] | None:
    """One of them."""
    return read_one(
        _returns().where(ReceiptReturn.code == code, ReceiptReturn.state == ReturnState.DECIDED)
    )


def _returns() -> Any:
    return (
        select(
            ReceiptReturn.__table__,
            Receipt.code.label("receipt_code"),
            BankLine.text,
            BankLine.booked_on,
            OrderGroup.code.label("group_code"),
            OrderGroup.recipient,
            OrderGroup.phone,
        )
        .join(Receipt, Receipt.id == ReceiptReturn.receipt_id)
        .join(BankLine, BankLine.id == Receipt.line_id)
        .outerjoin(Payment, Payment.id == Receipt.payment_id)
        .outerjoin(OrderGroup, OrderGroup.id == Payment.group_id)
        .limit(MOST)
    )
