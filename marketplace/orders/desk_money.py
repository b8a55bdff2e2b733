"""The same box for money that is of no order: payouts, what providers paid out, lines of the bank.

Found by our code, a provider's number, or as the bank prints it; one statement, each part of it in
its index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, literal, or_, select, union_all

from marketplace.core.db import read
from marketplace.makers.models import Ikm
from marketplace.orders.bank.models import BankLine, Receipt, ReceiptReturn, Settlement
from marketplace.orders.desk_search import understand
from marketplace.orders.payouts.models import Payout, PayoutRun

MOST = 20  # of each kind
SHORTEST = 4


def search(words: str) -> Sequence[Row[Any]]:
    """What fits: its kind, `code` and whom or what it is about; `run` only of payouts."""
    code, typed = understand(words).code, " ".join(words.split())[:120]
    if len(typed) < SHORTEST:
        return []
    return read(union_all(*map(_some, _parts(code, typed))))


def _parts(code: str, typed: str) -> Iterator[Any]:
    yield (
        select(
            literal("payout").label("kind"),
            Payout.code,
            PayoutRun.code.label("run"),
            Ikm.name.label("about"),
            Payout.amount,
            Payout.touched_at.label("at"),
        )
        .join(PayoutRun, PayoutRun.id == Payout.run_id)
        .join(Ikm, Ikm.id == Payout.ikm_id)
        .where(or_(Payout.code == code, Payout.transfer == typed, Payout.reference == typed))
        .order_by(Payout.id.desc())
    )
    yield _line(
        "settlement",
        Settlement.provider,
        Settlement.gross,
        Settlement.at,
        or_(Settlement.code == code, Settlement.reference == typed),
        Settlement.receipt_id == Receipt.id,
    )
    yield _line(
        "return",
        BankLine.text,
        ReceiptReturn.amount,
        ReceiptReturn.created_at,
        or_(ReceiptReturn.code == code, ReceiptReturn.reference == typed),
        ReceiptReturn.receipt_id == Receipt.id,
        BankLine.id == Receipt.line_id,
    )
    if code:
        yield _line(
            "line",
            BankLine.text,
            Receipt.amount,
            Receipt.created_at,
            Receipt.code == code,
            Receipt.payment_id.is_(None),
            BankLine.id == Receipt.line_id,
        )
        yield select(
            literal("run").label("kind"),
            PayoutRun.code,
            PayoutRun.code.label("run"),
            PayoutRun.way.label("about"),
            PayoutRun.total.label("amount"),
            PayoutRun.made_at.label("at"),
        ).where(PayoutRun.code == code)


def _line(kind: str, about: Any, amount: Any, at: Any, *where: ColumnElement[bool]) -> Any:
    """What is shown on the page of a line of the bank."""
    return select(
        literal(kind).label("kind"),
        Receipt.code,
        literal("").label("run"),
        about.label("about"),
        amount.label("amount"),
        at.label("at"),
    ).where(*where)


def _some(part: Select[Any]) -> Any:
    """SQLite wants a limited part of a union in brackets of its own."""
    few = part.limit(MOST).subquery()
    return select(*few.c)
