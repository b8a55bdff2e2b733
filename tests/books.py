"""The books of a market, read straight from its database: what must be true at every moment.

Written without the product's own functions, so that both would have to be wrong in the same way.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, text

Row = dict[str, Any]
SOLD = "('new', 'accepted', 'completed')"

# What is still there of an order's money: not what went back, of it or out of our own pocket.
WORTH = """(o.total - (SELECT coalesce(sum(e.amount), 0) FROM ledger_entry e
    WHERE e.order_id = o.id AND e.fact IN ('goods_returned', 'goods_taken_back',
    'postage_returned', 'postage_taken_back', 'goodwill_given')))"""

# Each gives the rows that must not exist.
NEVER = {
    "stock is neither negative nor promised twice": """
        SELECT id, on_hand, reserved FROM variant WHERE reserved < 0 OR reserved > on_hand""",
    "what stands on the shelf is what its book says": """
        SELECT v.id, v.on_hand, coalesce(sum(m.quantity), 0) AS moved FROM variant v
        LEFT JOIN stock_move m ON m.variant_id = v.id
        GROUP BY v.id, v.on_hand HAVING v.on_hand <> coalesce(sum(m.quantity), 0)""",
    "what is reserved is what is held": """
        SELECT v.id, v.reserved, coalesce(sum(h.quantity), 0) AS held FROM variant v
        LEFT JOIN stock_hold h ON h.variant_id = v.id AND h.state = 'active'
        GROUP BY v.id, v.reserved HAVING v.reserved <> coalesce(sum(h.quantity), 0)""",
    "what left the shelf is what was sold": f"""
        SELECT m.variant_id, m.out, coalesce(s.sold, 0) AS sold FROM (
            SELECT variant_id, -sum(quantity) AS out FROM stock_move
            WHERE order_code IS NOT NULL GROUP BY variant_id) m
        LEFT JOIN (
            SELECT l.variant_id, sum(l.quantity - l.cancelled) AS sold FROM order_line l
            JOIN shop_order o ON o.id = l.order_id AND o.state IN {SOLD}
            GROUP BY l.variant_id) s ON s.variant_id = m.variant_id
        WHERE m.out <> coalesce(s.sold, 0)""",
    "every sold line left the shelf": f"""
        SELECT o.code FROM shop_order o JOIN order_line l ON l.order_id = o.id
        LEFT JOIN stock_move m ON m.order_code = o.code AND m.variant_id = l.variant_id
        WHERE o.state IN {SOLD} GROUP BY o.code, l.id, l.quantity, l.cancelled
        HAVING coalesce(sum(m.quantity), 0) <> l.cancelled - l.quantity""",
    "a piece lies in one parcel, or will not come, or is still to be packed": """
        SELECT l.id, l.quantity, l.packed, l.cancelled, coalesce(sum(i.quantity), 0) AS inside
        FROM order_line l LEFT JOIN (
            SELECT pl.line_id, pl.quantity FROM parcel_line pl JOIN parcel p ON p.id = pl.parcel_id
            WHERE p.state <> 'unpacked') i ON i.line_id = l.id
        GROUP BY l.id, l.quantity, l.packed, l.cancelled
        HAVING l.packed <> coalesce(sum(i.quantity), 0) OR l.packed + l.cancelled > l.quantity""",
    "what was paid for pieces that will not come went back": """
        SELECT o.code, sum(l.cancelled * l.price) AS worth FROM shop_order o
        JOIN order_line l ON l.order_id = o.id GROUP BY o.id, o.code
        HAVING sum(l.cancelled * l.price) > (SELECT coalesce(sum(e.amount), 0)
            FROM ledger_entry e WHERE e.order_id = o.id AND e.fact IN
            ('goods_returned', 'goods_taken_back', 'chargeback_from_escrow'))""",
    "an order is over when every piece has come or will not": """
        SELECT o.code, l.id FROM shop_order o JOIN order_line l ON l.order_id = o.id
        WHERE o.state = 'completed' AND l.packed + l.cancelled <> l.quantity""",
    "goods are held for nobody but an order that waits": """
        SELECT o.code, o.state FROM shop_order o WHERE o.state <> 'waiting' AND EXISTS (
            SELECT 1 FROM stock_hold h WHERE h.order_code = o.code AND h.state = 'active')""",
    "an order that waits has its goods held, unless its time ran out": """
        SELECT o.code FROM shop_order o WHERE o.state = 'waiting' AND NOT EXISTS (
            SELECT 1 FROM stock_hold h WHERE h.order_code = o.code
            AND h.state IN ('active', 'expired'))""",
    "an order adds up": """
        SELECT o.code, o.goods, sum(l.price * l.quantity) AS lines FROM shop_order o
        JOIN order_line l ON l.order_id = o.id GROUP BY o.id, o.code, o.goods
        HAVING o.goods <> sum(l.price * l.quantity)""",
    "orders add up to what is asked for": """
        SELECT g.code, g.total, sum(o.total) AS orders FROM order_group g
        JOIN shop_order o ON o.group_id = g.id GROUP BY g.id, g.code, g.total
        HAVING g.total <> sum(o.total)""",
    "a payment asks for the total": """
        SELECT p.code, p.amount, g.total FROM payment p JOIN order_group g ON g.id = p.group_id
        WHERE p.amount - p.unique_code <> g.total""",
    "an order that goes on is paid for once": f"""
        SELECT o.code FROM shop_order o WHERE o.state IN {SOLD} AND 1 <> (
            SELECT count(*) FROM payment p WHERE p.group_id = o.group_id AND p.counts
            AND p.state = 'paid')""",
    "what goes back is what was asked to go back": """
        SELECT p.code, p.refunded, coalesce(sum(r.amount), 0) AS refunds FROM payment p
        LEFT JOIN refund r ON r.payment_id = p.id
        GROUP BY p.id, p.code, p.refunded HAVING p.refunded <> coalesce(sum(r.amount), 0)""",
    "money of orders that go on stays": f"""
        SELECT p.code, p.amount, p.refunded FROM payment p WHERE p.counts
        AND p.amount - p.refunded < (
            SELECT coalesce(sum({WORTH}), 0) FROM shop_order o
            WHERE o.group_id = p.group_id AND o.state IN {SOLD})""",
    "money that does not count goes back whole": """
        SELECT code, amount, refunded FROM payment
        WHERE state = 'paid' AND NOT counts AND refunded <> amount""",
    "what was paid for an order is booked": f"""
        SELECT o.code, o.total, coalesce(sum(e.amount), 0) AS booked FROM shop_order o
        LEFT JOIN ledger_entry e ON e.order_id = o.id AND e.fact IN ('goods_paid', 'postage_paid')
        WHERE o.state IN {SOLD} GROUP BY o.id, o.code, o.total
        HAVING o.total <> coalesce(sum(e.amount), 0)""",
    "an order that is over, or not paid, holds no money": """
        SELECT o.code, o.state, sum(CASE WHEN e.credit IN ('escrow', 'shipping', 'disputed')
                THEN e.amount ELSE -e.amount END) AS held
        FROM shop_order o JOIN ledger_entry e ON e.order_id = o.id
            AND (e.credit IN ('escrow', 'shipping', 'disputed')
                <> (e.debit IN ('escrow', 'shipping', 'disputed')))
        WHERE o.state NOT IN ('new', 'accepted') GROUP BY o.id, o.code, o.state
        HAVING 0 <> sum(CASE WHEN e.credit IN ('escrow', 'shipping', 'disputed')
                THEN e.amount ELSE -e.amount END)""",
    "what the buyers still have to come is owed to them": """
        SELECT p.code, coalesce(sum(CASE WHEN e.credit = 'refunds' THEN e.amount
                WHEN e.debit = 'refunds' THEN -e.amount ELSE 0 END), 0) AS owed
        FROM payment p LEFT JOIN ledger_entry e ON e.payment_id = p.id GROUP BY p.id, p.code
        HAVING coalesce(sum(CASE WHEN e.credit = 'refunds' THEN e.amount
                WHEN e.debit = 'refunds' THEN -e.amount ELSE 0 END), 0) <> (
            SELECT coalesce(sum(r.amount - r.by_bank), 0) FROM refund r
            WHERE r.payment_id = p.id AND r.state <> 'done')""",
}
# What holds and charges of kept cards have taken, which is not yet for any order.
PROMISED = """
    SELECT code, captured AS amount FROM card_hold UNION ALL
    SELECT code, CASE WHEN state = 'paid' THEN amount ELSE 0 END FROM card_charge"""
# A provider may be silent for longer than goods are held; once everything has come to rest:
AT_REST = {
    "nobody waits for goods that were let go": """
        SELECT o.code FROM shop_order o WHERE o.state = 'waiting' AND NOT EXISTS (
            SELECT 1 FROM stock_hold h WHERE h.order_code = o.code AND h.state = 'active')""",
}


class Books:
    """One database's books; without an address those of the application at hand."""

    def __init__(self, address: str | None = None) -> None:
        self._engine = create_engine(_with_driver(address), poolclass=NullPool) if address else None

    def rows(self, statement: str, **params: Any) -> list[Row]:
        """Whatever is asked, as plain dictionaries."""
        with self._bound().connect() as connection:
            return [dict(row) for row in connection.execute(text(statement), params).mappings()]

    def change(self, *statements: str, **params: Any) -> None:
        """Turn the hands of a test's own clock, or fill its shelves."""
        with self._bound().begin() as connection:
            for statement in statements:
                connection.execute(text(statement), params)

    def fill_shelves(self, pieces: int) -> None:
        """So many pieces more of everything, each with its line in the book."""
        self.change(
            """INSERT INTO stock_move (variant_id, number, at, kind, quantity, after)
            SELECT id, coalesce(moves, 0) + 1, CURRENT_TIMESTAMP, 'received', :pieces,
            on_hand + :pieces FROM variant""",
            """UPDATE variant SET on_hand = on_hand + :pieces, moves = coalesce(moves, 0) + 1""",
            pieces=pieces,
        )

    def faults(self, *, at_rest: bool = False) -> list[str]:
        """Every promise that is broken, with the rows that break it."""
        promises = NEVER | AT_REST if at_rest else NEVER
        return [
            f"{promise}: {rows}" for promise, statement in promises.items()
            if (rows := self.rows(statement))
        ]  # fmt: skip

    def faults_with(self, net: dict[str, int]) -> list[str]:
        """`net`: what the providers hold for each payment, hold or charge, less what went back."""
        wrong = []
        promised = {row["code"]: int(row["amount"]) for row in self.rows(PROMISED)}
        known = {row["code"] for row in self.rows("SELECT code FROM payment")} | set(promised)
        wrong += [f"money without an order: {code}" for code in set(net) - known if net[code]]
        wrong += [
            f"{code} took {amount}, but {net.get(code, 0)} is held"
            for code, amount in promised.items()
            if net.get(code, 0) != amount
        ]
        for row in self.rows(
            f"""SELECT g.id, g.code, coalesce(sum(CASE WHEN o.state IN {SOLD} THEN {WORTH} END), 0)
                AS worth FROM order_group g JOIN shop_order o ON o.group_id = g.id
                GROUP BY g.id, g.code"""
        ):
            paid = self.rows("SELECT * FROM payment WHERE group_id = :id", id=row["id"])
            if any(p["provider"] == "transfer" and p["counts"] for p in paid):
                row["worth"] = 0  # that money never went through a provider
            held = sum(net.get(p["code"], 0) for p in paid)
            held -= self._went_another_way(row["id"])
            if held != row["worth"]:
                wrong.append(f"{row['code']} is worth {row['worth']}, but {held} is held: {paid}")
        return wrong

    def _went_another_way(self, group_id: int) -> int:
        """Given back, but not by the provider: from our bank, or by the card bank itself."""
        rows = self.rows(
            """SELECT coalesce(sum(CASE WHEN r.by_hand THEN r.amount ELSE r.by_bank END), 0) AS n
               FROM refund r JOIN payment p ON p.id = r.payment_id
               WHERE p.group_id = :id AND r.state = 'done'""",
            id=group_id,
        )
        return int(rows[0]["n"])

    def booked(self, account: str) -> int:
        """Rupiah that the ledger sees on an account that grows by debits."""
        row = self.rows(
            """SELECT coalesce(sum(CASE WHEN debit = :it THEN amount ELSE -amount END), 0) AS n
               FROM ledger_entry WHERE debit = :it OR credit = :it""",
            it=account,
        )
        return int(row[0]["n"])

    def promised(self) -> int:
        """Rupiah that holds and charges of kept cards have taken."""
        return sum(int(row["amount"]) for row in self.rows(PROMISED))

    def left(self, variant_id: int) -> int:
        """How many pieces can still be bought."""
        row = self.rows("SELECT on_hand - reserved AS n FROM variant WHERE id = :id", id=variant_id)
        return int(row[0]["n"])

    def everything(self) -> str:
        """All that matters, in words, to see whether anything changed."""
        tables = ("shop_order", "payment", "refund", "stock_hold", "stock_move", "variant", "alarm",
                  "photo", "order_line", "parcel", "ledger_entry", "card_hold", "kept_card",
                  "card_charge", "dispute", "receipt", "receipt_use", "receipt_return",
                  "settlement",
                  "provider_message")  # fmt: skip
        found = {name: self.rows(f"SELECT * FROM {name} ORDER BY id") for name in tables}
        return json.dumps(found, default=str)

    def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None:
            self._engine.dispose()

    @staticmethod
    def simulator_net(file: Path) -> dict[str, int]:
        """The same for the play-money provider, from its own file."""
        with closing(sqlite3.connect(file)) as connection:
            rows: Sequence[Any] = connection.execute(
                """SELECT payment_code, rupiah - coalesce((SELECT sum(rupiah) FROM refunds r
                   WHERE r.payment_reference = c.payment_reference), 0)
                   FROM checkouts c WHERE side = 'paid'"""
            ).fetchall()
        return {code: int(net) for code, net in rows}

    def _bound(self) -> Engine:
        if self._engine is not None:
            return self._engine
        from marketplace.core.db import db

        return db.engine


def _with_driver(address: str) -> str:
    return address.replace("postgresql://", "postgresql+psycopg://")
