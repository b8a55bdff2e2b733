"""What stands in the database, read as rows and by no function of the house."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine

ORDERS = """SELECT o.id, o.code, o.ikm_id, g.code AS purchase, o.state, o.parcel, o.goods,
    o.postage, o.total, o.commission, o.commission_tax, o.version FROM shop_order o
    JOIN order_group g ON g.id = o.group_id ORDER BY o.id"""
STEPS = """SELECT e.id, e.what, e.actor, o.code FROM order_event e
    JOIN shop_order o ON o.id = e.order_id WHERE e.id > {after} ORDER BY e.id"""
PAYMENTS = """SELECT p.code, g.code AS purchase, p.provider, p.state, p.amount, p.unique_code,
    p.refunded, p.counts, p.reference FROM payment p
    JOIN order_group g ON g.id = p.group_id ORDER BY p.id"""
REFUNDS = """SELECT r.code, p.code AS payment, o.code AS order_code, r.amount, r.commission,
    r.commission_tax, r.state, r.by_bank, r.by_hand FROM refund r
    JOIN payment p ON p.id = r.payment_id
    LEFT JOIN shop_order o ON o.id = r.order_id ORDER BY r.id"""
HELD = """SELECT group_code, sum(quantity) AS pieces FROM stock_hold WHERE state = 'active'
    GROUP BY group_code"""
SHELVES = "SELECT id, on_hand, reserved FROM variant ORDER BY id"
DISPUTES = """SELECT reference, state, amount, taken_at IS NOT NULL AS taken,
    returned_at IS NOT NULL AS returned FROM dispute ORDER BY id"""
LINES = """SELECT l.text, l.amount, r.code, r.amount - r.used AS rest, r.state FROM receipt r
    JOIN bank_line l ON l.id = r.line_id ORDER BY r.id"""
PAYOUTS = """SELECT p.code, p.ikm_id, p.amount, p.state, r.code AS run, r.way,
    r.state AS run_state FROM payout p JOIN payout_run r ON r.id = p.run_id ORDER BY p.id"""
COMPLAINTS = """SELECT o.code AS order_code, c.state, c.goods, c.postage, c.wished, c.offered,
    c.back FROM complaint c JOIN shop_order o ON o.id = c.order_id ORDER BY c.id"""
RETURNS = "SELECT code, amount, state FROM receipt_return ORDER BY id"
ENTRIES = """SELECT id, debit, credit, amount, ikm_id FROM ledger_entry WHERE id > {after}
    ORDER BY id"""
# What an account holds grows by credits, but for what the market has and spends.
GROWS_BY_DEBIT = {
    "clearing.stripe",
    "clearing.simulator",
    "bank",
    "disputes",
    "goodwill",
    "loss",
    "fees",
}

Row = Any


@dataclass
class Seen:
    """One look at everything; the books only ever grow, so they are read from where they ended."""

    engine: Engine
    connection: Connection | None = None
    steps: list[Row] = field(default_factory=list)  # new ones of the last look
    accounts: Counter[str] = field(default_factory=Counter)
    payable: Counter[int] = field(default_factory=Counter)
    _last: dict[str, int] = field(default_factory=dict)

    def look_at_orders(self) -> None:
        """Only what was bought and how it is paid."""
        self.orders = self.rows(ORDERS)
        self.payments = self.rows(PAYMENTS)

    def look(self) -> None:
        """Read everything that changes."""
        self.look_at_orders()
        self.refunds = self.rows(REFUNDS)
        self.held = {row.group_code: int(row.pieces) for row in self.rows(HELD)}
        self.shelves = {row.id: (row.on_hand, row.reserved) for row in self.rows(SHELVES)}
        self.disputes = self.rows(DISPUTES)
        self.lines = self.rows(LINES)
        self.returns = self.rows(RETURNS)
        self.complaints = self.rows(COMPLAINTS)
        self.payouts = self.rows(PAYOUTS)
        self.steps = self.new(STEPS)
        for entry in self.new(ENTRIES):
            self._count(entry)

    def _count(self, entry: Row) -> None:
        for account, sign in ((entry.debit, 1), (entry.credit, -1)):
            grows = sign if account in GROWS_BY_DEBIT else -sign
            self.accounts[account] += grows * entry.amount
            if account == "payable":
                self.payable[entry.ikm_id] += grows * entry.amount

    def new(self, statement: str) -> list[Row]:
        rows = self.rows(statement.format(after=self._last.get(statement, 0)))
        if rows:
            self._last[statement] = rows[-1].id
        return rows

    def rows(self, statement: str) -> list[Row]:
        if self.connection is None:
            self.connection = self.engine.connect()
        return list(self.connection.exec_driver_sql(statement))

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None
