"""Bank statements of the street: one to look at, one kept, money that is unclear or goes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.flows import receipts
from marketplace.orders import links
from marketplace.orders.bank import statements
from marketplace.orders.bank.models import Receipt, ReceiptReturn
from marketplace.orders.bank.settlements import PaidOut
from marketplace.orders.models import OrderGroup, Payment
from marketplace.orders.states import PaymentState
from marketplace.outside import outside
from tests.web.staff.mutasi import csv

LINES = [
    ("TRSF E-BANKING CR 2111/FTSCY/WS95031 RINI WAHYUNI", 70_001),
    ("SETORAN TUNAI", 125_500),
    ("TRSF E-BANKING CR SITI", 88_000),
    ("STRIPE PAYMENTS SG TRF 20261120", 412_300),
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
    paid_out = PaidOut("simulator", "po_contoh_1", gross=425_000, fee=12_700)
    receipts.from_provider(codes[3], paid_out, reason="Sama dengan laporan penyedia", by=by)
    back = db.session.scalars(select(ReceiptReturn.code)).one()
    return _late(account, by) | {
        "statements": {"draft": draft, "kept": kept},
        "receipts": {"unclear": codes[0], "done": codes[2], "settled": codes[3]},
        "returning": back,
    }


def _late(account: int, by: int) -> dict[str, Any]:
    """Money for orders that were over: one is offered again, the others wait for an officer."""
    over = db.session.execute(
        select(Payment.amount, Payment.created_at, OrderGroup.code)
        .join(OrderGroup, OrderGroup.id == Payment.group_id)
        .where(Payment.state == PaymentState.EXPIRED)
        .order_by(Payment.id)
    ).all()
    for number, row in enumerate(over):
        day = row.created_at + timedelta(days=1)
        with transaction():
            data = csv([("TRSF E-BANKING CR", row.amount)], on=day)
            sent = statements.send(account, f"telat-{number}.csv", data, by=by, now=day)
        receipts.keep_statement(sent, statements.look(sent, now=day).columns, by=by)
    late = select(Receipt.code).where(Receipt.state == "late").order_by(Receipt.id)
    came = dict(zip(db.session.scalars(late), (row.code for row in over), strict=True))
    offered = next(code for code in came if _is_offered(code, by))
    token = links.token_of(came.pop(offered), outside().config.secret_key)
    return {"late": {"waiting": next(iter(came)), "offered": offered, "page": f"/pesanan/{token}"}}


def _is_offered(code: str, by: int) -> bool:
    """Not when the shop is away by now."""
    try:
        receipts.offer(code, reason="Barangnya masih ada", by=by)
    except Conflict:
        return False
    return True
