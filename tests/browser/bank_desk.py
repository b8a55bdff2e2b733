"""Bank statements of the street: one to look at, one kept, money that is unclear or goes back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.flows import receipts
from marketplace.orders.bank import statements
from marketplace.orders.bank.models import Receipt, ReceiptReturn
from tests.web.staff.mutasi import csv

LINES = [
    ("TRSF E-BANKING CR 2111/FTSCY/WS95031 RINI WAHYUNI", 70_001),
    ("SETORAN TUNAI", 125_500),
    ("TRSF E-BANKING CR SITI", 88_000),
    ("BIAYA ADM", 15_000, "DB"),
]


def lay(by: int) -> dict[str, Any]:
    """Where these pages stand."""
    now = clock.now()
    with transaction():
        account = statements.add_account("Bank Contoh", "000 000 0000", by=by, now=now)
        kept = statements.send(account, "mutasi-november.csv", csv(LINES), by=by, now=now)
        draft = statements.send(account, "mutasi-minggu-ini.csv", csv(LINES), by=by, now=now)
    receipts.keep_statement(kept, statements.look(kept, now=now).columns, by=by)
    codes = list(db.session.scalars(select(Receipt.code).order_by(Receipt.id)))
    receipts.give_back(codes[1], reason="Bukan untuk pesanan di sini", by=by)
    receipts.set_aside(codes[2], reason="Bunga bank", by=by)
    back = db.session.scalars(select(ReceiptReturn.code)).one()
    return {
        "statements": {"draft": draft, "kept": kept},
        "receipts": {"unclear": codes[0], "done": codes[2]},
        "returning": back,
    }
