"""The simulator's own small file: tables, whole steps, and rows in the words of the port."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from marketplace.core.money import Money
from marketplace.orders.ports import (
    CheckoutReading,
    GatewayDown,
    PaymentSide,
    RefundReading,
    RefundSide,
)

PATIENCE = 10  # seconds to wait while another process writes

TABLES = """
CREATE TABLE IF NOT EXISTS checkouts (
    reference TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, words TEXT NOT NULL,
    side TEXT NOT NULL, rupiah INTEGER NOT NULL CHECK (rupiah > 0),
    description TEXT NOT NULL, payment_code TEXT NOT NULL,
    success_url TEXT NOT NULL, cancel_url TEXT NOT NULL,
    created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    payment_reference TEXT UNIQUE, declined INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS refunds (
    reference TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, words TEXT NOT NULL,
    payment_reference TEXT NOT NULL REFERENCES checkouts (payment_reference),
    refund_code TEXT NOT NULL, rupiah INTEGER NOT NULL CHECK (rupiah > 0), reason TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS pages (
    reference TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, words TEXT NOT NULL,
    kind TEXT NOT NULL, side TEXT NOT NULL, rupiah INTEGER NOT NULL,
    description TEXT NOT NULL, code TEXT NOT NULL,
    success_url TEXT NOT NULL, cancel_url TEXT NOT NULL,
    created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    payment_reference TEXT UNIQUE, captured INTEGER NOT NULL DEFAULT 0,
    capture_key TEXT UNIQUE, capture_before INTEGER,
    card TEXT, declined INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS card_charges (
    reference TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, words TEXT NOT NULL,
    card TEXT NOT NULL, code TEXT NOT NULL, side TEXT NOT NULL,
    rupiah INTEGER NOT NULL CHECK (rupiah > 0), why TEXT, created_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS disputes (
    reference TEXT PRIMARY KEY, payment_reference TEXT NOT NULL, side TEXT NOT NULL,
    rupiah INTEGER NOT NULL, reason TEXT NOT NULL, money_away INTEGER NOT NULL,
    due_by INTEGER NOT NULL, created_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS transfers (
    reference TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, words TEXT NOT NULL,
    payout_code TEXT NOT NULL, account TEXT NOT NULL,
    rupiah INTEGER NOT NULL CHECK (rupiah > 0), returned INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS reversals (
    key TEXT PRIMARY KEY, words TEXT NOT NULL, transfer TEXT NOT NULL, rupiah INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    object_reference TEXT NOT NULL, created_at INTEGER NOT NULL,
    delivered INTEGER NOT NULL DEFAULT 0
);
"""


@dataclass(frozen=True, slots=True)
class SimulatedCheckout:
    """What the simulator's own pay page shows: to pay, to let us hold, or to leave a card."""

    reference: str
    kind: str
    side: PaymentSide
    amount: Money
    description: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    declined: bool


def make_tables(file: Path) -> None:
    """Lay the file once; later starts keep what is in it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(_connect(file)) as connection:
        connection.executescript(TABLES)


@contextmanager
def written(file: Path) -> Iterator[sqlite3.Connection]:
    """One step, whole or not at all, with nobody else writing meanwhile."""
    try:
        with closing(_connect(file)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        raise GatewayDown("unreachable") from error


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def insert(db: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    columns = ", ".join(row)
    places = ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", row)  # noqa: S608  # our names


def repeated(db: sqlite3.Connection, table: str, key: str, words: str) -> Any:
    """The row that this key made before; a key stands for one set of words."""
    query = f"SELECT * FROM {table} WHERE key = ?"  # noqa: S608  # our own table names
    row = db.execute(query, (key,)).fetchone()
    if row is not None and row["words"] != words:
        raise GatewayDown("key_mismatch")
    return row


def in_words(*parts: object) -> str:
    return json.dumps([str(part) for part in parts])


def stamp(moment: datetime) -> int:
    return int(moment.timestamp())


def moment(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)


def checkout_reading(row: sqlite3.Row) -> CheckoutReading:
    return CheckoutReading(
        reference=row["reference"],
        side=PaymentSide(row["side"]),
        amount=Money(row["rupiah"]),
        payment_reference=row["payment_reference"],
        metadata={"payment_code": row["payment_code"]},
        livemode=False,
    )


def refund_reading(row: Any) -> RefundReading:
    return RefundReading(
        reference=row["reference"], side=RefundSide.DONE, amount=Money(row["rupiah"])
    )


def shown(row: Any) -> SimulatedCheckout:
    return SimulatedCheckout(
        reference=row["reference"],
        kind=row["kind"] if "kind" in row.keys() else "pay",  # noqa: SIM118  # a row is no dict
        side=PaymentSide(row["side"]),
        amount=Money(row["rupiah"]),
        description=row["description"],
        success_url=row["success_url"],
        cancel_url=row["cancel_url"],
        expires_at=moment(row["expires_at"]),
        declined=bool(row["declined"]),
    )
