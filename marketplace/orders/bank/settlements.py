"""Lines of the bank that are what a payment provider paid out: gross, less its fee, came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import Person
from marketplace.core import history
from marketplace.core.db import db, read
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.ids import new_code
from marketplace.core.money import Money
from marketplace.orders import alarms
from marketplace.orders.bank import books, receipts
from marketplace.orders.bank.models import Receipt, Settlement
from marketplace.orders.bank.states import ReceiptState
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.ledger.rules import HOLDERS, Account, holder_of
from marketplace.orders.models import Alarm

# Who holds money for us until it is paid out to our own account.
PROVIDERS = tuple(name for name, account in HOLDERS.items() if account is not Account.BANK)


@dataclass(frozen=True, slots=True)
class PaidOut:
    """What the provider says of one payout to us."""

    provider: str
    reference: str
    gross: int
    fee: int


def tell(code: str, told: PaidOut, *, reason: str, by: int, now: datetime) -> None:
    """All of this line is what a provider paid out; each line and each payout is told once."""
    receipt = _untouched(code)
    if told.provider not in PROVIDERS:
        raise Invalid("provider_unknown", field="provider")
    if told.fee < 0 or told.gross - told.fee != receipt.amount:
        raise Invalid("settlement_differs", field="fee", net=Money(receipt.amount))
    settlement = Settlement(
        code=new_code(),
        receipt_id=receipt.id,
        provider=told.provider,
        reference=told.reference,
        gross=told.gross,
        fee=told.fee,
        net=receipt.amount,
        reason=reason,
        by=by,
        at=now,
    )
    _write(settlement)
    books.settled(receipt, settlement, now=now)
    receipt.used, receipt.payment_id, receipt.offered_until = receipt.amount, None, None
    receipts.go(receipt, ReceiptState.DONE, now)
    history.record(
        "receipt.from_provider",
        f"receipt:{code}",
        by=by,
        at=now,
        reason=reason,
        provider=told.provider,
        reference=told.reference,
        rupiah=told.gross,
        fee=told.fee,
    )
    warn(told.provider, now=now)


def _untouched(code: str) -> Receipt:
    """A line that is open, and of which nothing was used for anything else; locked."""
    receipt = receipts.opened(code)
    if receipt.used:
        raise Conflict("receipt_in_part")
    return receipt


def _write(settlement: Settlement) -> None:
    """The database lets no line and no payout of a provider count twice."""
    db.session.add(settlement)
    try:
        db.session.flush()
    except IntegrityError as refusal:
        raise Conflict("settlement_known", field="reference") from refusal


def take_back(code: str, *, reason: str, by: int, now: datetime) -> None:
    """It was told wrongly: its bookings are reversed and the line is nobody's again."""
    receipt = receipts.locked(code)
    settlement = db.session.scalar(
        select(Settlement).where(
            Settlement.receipt_id == receipt.id, Settlement.taken_back_at.is_(None)
        )
    )
    if settlement is None:
        raise Conflict("settlement_over")
    settlement.taken_back_by, settlement.taken_back_at = by, now
    settlement.taken_back_why = reason
    books.unsettled(receipt, settlement, reason=reason, by=by, now=now)
    receipt.used = 0
    receipts.go(receipt, ReceiptState.UNCLEAR, now)
    history.record(
        "receipt.not_from_provider",
        f"receipt:{code}",
        by=by,
        at=now,
        reason=reason,
        reference=settlement.reference,
        rupiah=settlement.gross,
    )


# --- More than lay there --------------------------------------------------------------------------


def missing(provider: str) -> int:
    """How much more it paid out, by what we were told, than it held; below zero all is well."""
    return -ledger.balance(holder_of(provider))


def warn(provider: str, *, now: datetime) -> bool:
    """A provider cannot pay out what it never held: somebody looks, once for each such figure."""
    short, subject = missing(provider), f"clearing:{provider}"
    if short <= 0 or _warned_of(subject) == short:
        return False
    alarms.sound("clearing_short", subject, now=now, rupiah=short)
    return True


def _warned_of(subject: str) -> int:
    detail = db.session.scalar(select(Alarm.detail).where(Alarm.subject == subject))
    return int(detail["rupiah"]) if detail else 0


def told_of() -> Sequence[str]:
    """Every provider of which somebody told a payout that counts."""
    living = select(Settlement.provider).where(Settlement.taken_back_at.is_(None))
    return [row.provider for row in read(living.distinct().order_by(Settlement.provider))]


# --- Pages ----------------------------------------------------------------------------------------


def of_receipt(receipt_id: int) -> Sequence[Row[Any]]:
    """What was told of this line, oldest first, also what was taken back."""
    return read(
        select(Settlement.__table__, Person.name)
        .outerjoin(Person, Person.id == Settlement.by)
        .where(Settlement.receipt_id == receipt_id)
        .order_by(Settlement.id)
    )
