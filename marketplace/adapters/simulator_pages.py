"""The simulator's pages for promises: to let us hold play money, or to leave a pretended card."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Any

from marketplace.adapters.simulator_checkout import GOOD_CARD, SimulatorCheckout
from marketplace.adapters.simulator_desk import new_reference
from marketplace.adapters.simulator_file import (
    SimulatedCheckout,
    insert,
    repeated,
    shown,
    stamp,
)
from marketplace.orders.card_ports import HoldSide, SavedCardSide
from marketplace.orders.ports import CheckoutPage, GatewayRefused, PaymentSide

HOLD_LASTS = timedelta(days=7)
PAGE_SIDES = {
    HoldSide.OPEN: PaymentSide.OPEN,
    SavedCardSide.OPEN: PaymentSide.OPEN,
    HoldSide.RELEASED: PaymentSide.EXPIRED,
    SavedCardSide.OVER: PaymentSide.EXPIRED,
}


class SimulatorPages(SimulatorCheckout):
    """Pages on which nothing is paid yet."""

    def look(self, reference: str) -> SimulatedCheckout:
        """What the page shows, for paying, holding and keeping alike."""
        with self._writing() as db:
            row = self._page_row(db, reference)
            if row is not None:
                return _shown(row)
        return super().look(reference)

    def pay(self, reference: str, *, card: str = GOOD_CARD) -> SimulatedCheckout:
        """The visitor agrees with a pretended card; a page that is over stays as it is."""
        with self._writing() as db:
            row = self._page_row(db, reference)
            if row is not None:
                if row["side"] == HoldSide.OPEN:
                    self._agree(db, row, card)
                return _shown(self._promised(db, reference))
        return super().pay(reference, card=card)

    def decline(self, reference: str) -> SimulatedCheckout:
        """The bank says no; the page stays open."""
        with self._writing() as db:
            row = self._page_row(db, reference)
            if row is not None:
                self._change(db, row, declined=row["declined"] + 1)
                return _shown(self._promised(db, reference))
        return super().decline(reference)

    def _agree(self, db: sqlite3.Connection, row: sqlite3.Row, card: str) -> None:
        if row["kind"] == "hold":
            self._change(
                db,
                row,
                side=HoldSide.HELD,
                payment_reference=new_reference("simhold"),
                capture_before=stamp(self._now() + HOLD_LASTS),
            )
        else:
            kept = f"{new_reference('simcard')}_{card[-4:]}"
            self._change(db, row, side=SavedCardSide.SAVED, card=kept)
        self._announce(db, "checkout.session.completed", row["reference"])

    # The file

    def _open_page(
        self, key: str, words: str, row: dict[str, Any], expires_at: datetime
    ) -> CheckoutPage:
        with self._writing() as db:
            known = repeated(db, "pages", key, words)
            if known is None:
                now = self._now_within(expires_at)
                known = row | {
                    "reference": new_reference("sim"),
                    "key": key,
                    "words": words,
                    "side": HoldSide.OPEN,
                    "created_at": stamp(now),
                    "expires_at": stamp(expires_at),
                }
                insert(db, "pages", known)
        return self._page(known["reference"], known["expires_at"])

    def _page_row(self, db: sqlite3.Connection, reference: str) -> sqlite3.Row | None:
        """A page as time has left it: one that was open too long is over, so is an old hold."""
        query = "SELECT * FROM pages WHERE reference = ?"
        row: sqlite3.Row | None = db.execute(query, (reference,)).fetchone()
        if row is None:
            return None
        now = stamp(self._now())
        if row["side"] == HoldSide.OPEN and row["expires_at"] <= now:
            self._close(db, row)
        elif row["side"] == HoldSide.HELD and row["capture_before"] <= now:
            self._let_go(db, row)
        else:
            return row
        found: sqlite3.Row = db.execute(query, (reference,)).fetchone()
        return found

    def _promised(self, db: sqlite3.Connection, reference: str) -> sqlite3.Row:
        row = self._page_row(db, reference)
        if row is None:
            raise GatewayRefused("resource_missing", status=404)
        return row

    def _held(self, db: sqlite3.Connection, payment_reference: str) -> sqlite3.Row:
        row = db.execute(
            "SELECT reference FROM pages WHERE payment_reference = ?", (payment_reference,)
        ).fetchone()
        if row is None:
            raise GatewayRefused("resource_missing", status=404)
        return self._promised(db, row["reference"])

    def _promises(self, kind: str, since: datetime) -> list[sqlite3.Row]:
        with self._writing() as db:
            rows = db.execute(
                "SELECT reference FROM pages WHERE kind = ? AND created_at >= ? "
                "ORDER BY created_at DESC, rowid DESC",
                (kind, stamp(since)),
            ).fetchall()
            return [self._promised(db, row["reference"]) for row in rows]

    def _close(self, db: sqlite3.Connection, row: sqlite3.Row) -> None:
        over = HoldSide.RELEASED if row["kind"] == "hold" else SavedCardSide.OVER
        self._change(db, row, side=over)
        self._announce(db, "checkout.session.expired", row["reference"])

    def _let_go(self, db: sqlite3.Connection, row: sqlite3.Row) -> None:
        self._change(db, row, side=HoldSide.RELEASED)
        self._announce(db, "payment_intent.canceled", row["payment_reference"])

    def _change(self, db: sqlite3.Connection, row: sqlite3.Row, **values: Any) -> None:
        places = ", ".join(f"{name} = :{name}" for name in values)
        words = f"UPDATE pages SET {places} WHERE reference = :reference"  # noqa: S608  # our names
        db.execute(words, values | {"reference": row["reference"]})


def _shown(row: sqlite3.Row) -> SimulatedCheckout:
    side = PAGE_SIDES.get(row["side"], PaymentSide.PAID)
    return shown({**dict(row), "side": side})
