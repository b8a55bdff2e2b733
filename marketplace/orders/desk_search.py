"""One box for the desk: an order by its code, its buyer, a reference of its payment, or an amount.

What was typed says by its shape what it can be, and only that is looked up, each in its index; all
of it is one statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from marketplace.accounts.models import Person
from marketplace.core.db import dialect, read
from marketplace.orders.bank.models import Receipt, ReceiptUse
from marketplace.orders.disputes.models import Dispute
from marketplace.orders.grants.models import RefundGrant
from marketplace.orders.ledger.rules import HOLDERS
from marketplace.orders.models import Order, OrderGroup, Payment, Refund

MOST = 50
MOST_DIGITS_OF_A_CODE = 2000  # a transfer is its total and up to so much more
CODE = re.compile(r"[0-9a-z]{10,12}\Z")
REFERENCE = re.compile(r"(?=.*[0-9_])[!-?A-~]{6,120}\Z")
AMOUNT = re.compile(r"(?:rp\.?\s*)?([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{2,13})(?:,00|,-)?\Z", re.I)
PHONE = re.compile(r"(?:\+?62|0)?8[0-9]{7,12}\Z")
NAME = re.compile(r"[^\W\d_][^\d@_%]{1,79}\Z")
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the words of the box can be."""

    code: str = ""
    reference: str = ""
    email: str = ""
    phone: str = ""
    amount: int = 0
    name: str = ""


def understand(words: str) -> Asked:
    """Everything that what was typed can be."""
    words = " ".join(words.split())[:120]
    digits = re.sub(r"[ ().+-]", "", words)
    amount = AMOUNT.match(words)
    return Asked(
        code=words.lower().lstrip("#") if CODE.match(words.lower().lstrip("#")) else "",
        reference=words if REFERENCE.match(words) and not amount else "",
        email=words.lower() if "@" in words else "",
        phone="62" + digits[digits.index("8") :] if PHONE.match(digits) else "",
        amount=int(amount[1].replace(".", "")) if amount else 0,
        name=words if NAME.match(words) else "",
    )


def search(words: str) -> Sequence[Row[Any]]:
    """Groups that fit, the newest first, each with why it was found."""
    asked = understand(words)
    parts = list(_parts(asked))
    if not parts:
        return []
    found = union_all(*parts).subquery()
    why = func.min(found.c.why)
    hits = select(found.c.group_id, why.label("why")).group_by(found.c.group_id).subquery()
    return read(
        select(
            OrderGroup.code,
            OrderGroup.placed_at,
            OrderGroup.recipient,
            OrderGroup.phone,
            OrderGroup.email,
            OrderGroup.total,
            hits.c.why,
            _of_orders(Order.shop_name).label("shops"),
            _of_orders(Order.state).label("states"),
        )
        .join(hits, hits.c.group_id == OrderGroup.id)
        .order_by(OrderGroup.id.desc())
        .limit(MOST)
    )


def _of_orders(column: Any) -> Any:
    """The words of a group's orders in one string."""
    return (
        select(func.aggregate_strings(column, ", "))
        .where(Order.group_id == OrderGroup.id)
        .correlate(OrderGroup)
        .scalar_subquery()
    )


# --- Where to look --------------------------------------------------------------------------------


def _parts(asked: Asked) -> Iterator[Select[Any]]:
    if asked.code:
        yield from _by_code(asked.code)
    if asked.reference:
        yield from _by_reference(asked.reference)
    if asked.email:
        yield from _by_email(asked.email)
    if asked.phone:
        yield _groups("phone", OrderGroup.phone == asked.phone)
    if asked.amount:
        yield from _by_amount(asked.amount)
    if asked.name:
        yield _groups("name", _named(asked.name))


def _by_code(code: str) -> Iterator[Select[Any]]:
    """A code we gave: of the group, an order, a payment, or money that came or goes back."""
    yield _groups("code", OrderGroup.code == code)
    yield _some("code", Order.group_id, Order.code == code)
    yield _some("payment", Payment.group_id, Payment.code == code)
    for table in (Refund, RefundGrant):
        yield _through_payment("refund", table, table.code == code)
    yield _through_payment("dispute", Dispute, Dispute.code == code)
    yield _through_payment("receipt", Receipt, Receipt.code == code)
    yield _some(
        "receipt",
        Payment.group_id,
        Receipt.code == code,
        Receipt.id == ReceiptUse.receipt_id,
        ReceiptUse.payment_id == Payment.id,
    )


def _by_reference(reference: str) -> Iterator[Select[Any]]:
    """A provider's name of a checkout, a payment, a refund or a dispute."""
    yield _some("reference", Payment.group_id, *_unique_reference(Payment, reference))
    yield _some("reference", Payment.group_id, Payment.charge_reference == reference)
    yield _through_payment("reference", Refund, Refund.reference == reference)
    yield _through_payment("reference", Dispute, *_unique_reference(Dispute, reference))


def _unique_reference(table: Any, reference: str) -> list[ColumnElement[bool]]:
    """As the unique index begins: the provider and its mode."""
    return [
        table.provider.in_(list(HOLDERS)),
        table.livemode.in_([True, False]),
        table.reference == reference,
    ]


def _by_email(email: str) -> Iterator[Select[Any]]:
    """The address of the order, or of the account that placed it."""
    yield _groups("email", OrderGroup.email == email)
    yield _groups("email", OrderGroup.person_id == Person.id, Person.email == email)


def _by_amount(amount: int) -> Iterator[Select[Any]]:
    """What was paid, what an order came to before its unique digits, or what went back."""
    within = Payment.amount.between(amount, amount + MOST_DIGITS_OF_A_CODE)
    whole = or_(Payment.amount == amount, Payment.amount - Payment.unique_code == amount)
    yield _some("amount", Payment.group_id, within, whole)
    yield _through_payment("refund", Refund, Refund.amount == amount)


def _groups(why: str, *where: ColumnElement[bool]) -> Select[Any]:
    return _some(why, OrderGroup.id, *where)


def _through_payment(why: str, table: Any, *where: ColumnElement[bool]) -> Select[Any]:
    return _some(why, Payment.group_id, table.payment_id == Payment.id, *where)


def _some(why: str, group_id: Any, *where: ColumnElement[bool]) -> Select[Any]:
    """The newest of them, found first and put in order after: `+ 0` keeps a database from walking
    all of them by age in the hope that the first ones fit.

    SQLite wants an ordered part of a union in brackets of its own.
    """
    part = (
        select(group_id.label("group_id"), literal(why).label("why"))
        .where(*where)
        .order_by((group_id + 0).desc())
        .limit(MOST)
        .subquery()
    )
    return select(part.c.group_id, part.c.why)


def _named(words: str) -> ColumnElement[bool]:
    """Names of which any words begin with these, in whatever order; the database keeps the index.

    A cast is read once for all rows; to_tsquery would be called for each.
    """
    parts = WORD.findall(words.lower())
    if dialect() == "postgresql":
        asked = " & ".join(f"'{part}':*" for part in parts)
        known = func.to_tsvector(text("'simple'"), OrderGroup.recipient)
        return known.op("@@", is_comparison=True)(cast(literal(asked), TSQUERY))
    index: ColumnElement[Any] = literal_column("search_recipient")
    fits = index.op("MATCH", is_comparison=True)(literal(" ".join(f'"{part}"*' for part in parts)))
    return OrderGroup.id.in_(
        select(literal_column("rowid")).select_from(text("search_recipient")).where(fits)
    )
