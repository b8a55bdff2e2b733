"""What the simulator lets us look at: disputes, all play money, and its messages told again."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from marketplace.adapters.simulator_desk import SimulatorDesk, new_reference
from marketplace.adapters.simulator_file import insert, moment, stamp
from marketplace.core.money import Money
from marketplace.orders.ports import GatewayRefused
from marketplace.orders.watch_ports import DisputeReading, DisputeSide, MoneyThere, ToldAgain

ANSWER_WITHIN = timedelta(days=7)
OVER = {DisputeSide.WON, DisputeSide.LOST, DisputeSide.DROPPED}
ALL_MONEY = """
SELECT payment_reference, payment_code AS code, rupiah, 1 AS captured, created_at
    FROM checkouts WHERE payment_reference IS NOT NULL AND created_at >= :since
UNION ALL SELECT payment_reference, code,
    CASE captured WHEN 0 THEN rupiah ELSE captured END, captured > 0, created_at
    FROM pages WHERE side IN ('held', 'captured') AND created_at >= :since
UNION ALL SELECT reference, code, rupiah, 1, created_at
    FROM card_charges WHERE side = 'paid' AND created_at >= :since
ORDER BY created_at DESC
"""


class SimulatorWatch(SimulatorDesk):
    """Everything that happened at the simulator."""

    def read_dispute(self, reference: str) -> DisputeReading:
        """How a dispute stands."""
        with self._writing() as db:
            return _reading(self._dispute(db, reference))

    def find_disputes(self, *, since: datetime) -> Iterator[DisputeReading]:
        """Every dispute since then, newest first."""
        with self._writing() as db:
            rows = db.execute(
                "SELECT * FROM disputes WHERE created_at >= ? ORDER BY created_at DESC, rowid DESC",
                (stamp(since),),
            ).fetchall()
        yield from [_reading(row) for row in rows]

    def find_money(self, *, since: datetime) -> Iterator[MoneyThere]:
        """All play money that was held or taken since then, newest first."""
        with self._writing() as db:
            rows = db.execute(ALL_MONEY, {"since": stamp(since)}).fetchall()
            back = dict(
                db.execute(
                    "SELECT payment_reference, sum(rupiah) FROM refunds GROUP BY payment_reference"
                ).fetchall()
            )
        for row in rows:
            yield MoneyThere(
                reference=row["payment_reference"],
                payment_reference=row["payment_reference"],
                metadata_codes=frozenset({row["code"]}),
                amount=Money(row["rupiah"]),
                captured=bool(row["captured"]),
                refunded=Money(back.get(row["payment_reference"], 0)),
                made_at=moment(row["created_at"]),
                livemode=False,
            )

    def find_events(self, *, since: datetime, kinds: Collection[str]) -> Iterator[ToldAgain]:
        """Every message of these kinds since then, delivered or not."""
        with self._writing() as db:
            rows = db.execute(
                "SELECT * FROM events WHERE created_at >= ? ORDER BY number DESC", (stamp(since),)
            ).fetchall()
        for row in rows:
            if row["kind"] in kinds:
                said = self._signed(row)
                event = self.read_event(said.body, said.signature, now=self._now())
                yield ToldAgain(event=event, body=said.body.decode())

    # What buyers and banks pretend

    def dispute(
        self,
        payment_reference: str,
        *,
        amount: Money,
        reason: str = "fraudulent",
        inquiry: bool = False,
    ) -> str:
        """A buyer pretends to complain to the bank; the dispute's name."""
        reference = new_reference("simdp")
        with self._writing() as db:
            row = {
                "reference": reference,
                "payment_reference": payment_reference,
                "side": DisputeSide.INQUIRY if inquiry else DisputeSide.NEEDS_RESPONSE,
                "rupiah": amount.rupiah,
                "reason": reason,
                "money_away": not inquiry,
                "due_by": stamp(self._now() + ANSWER_WITHIN),
                "created_at": stamp(self._now()),
            }
            insert(db, "disputes", row)
            self._announce(db, "charge.dispute.created", reference)
        return reference

    def move_dispute(self, reference: str, side: DisputeSide) -> None:
        """The bank pretends to go on."""
        with self._writing() as db:
            away = self._dispute(db, reference)["money_away"]
            if side in (DisputeSide.NEEDS_RESPONSE, DisputeSide.WON):
                away = side is DisputeSide.NEEDS_RESPONSE
            db.execute(
                "UPDATE disputes SET side = ?, money_away = ? WHERE reference = ?",
                (side, away, reference),
            )
            said = "closed" if side in OVER else "updated"
            self._announce(db, f"charge.dispute.{said}", reference)

    def _dispute(self, db: sqlite3.Connection, reference: str) -> sqlite3.Row:
        query = "SELECT * FROM disputes WHERE reference = ?"
        row: sqlite3.Row | None = db.execute(query, (reference,)).fetchone()
        if row is None:
            raise GatewayRefused("resource_missing", status=404)
        return row


def _reading(row: sqlite3.Row) -> DisputeReading:
    return DisputeReading(
        reference=row["reference"],
        payment_reference=row["payment_reference"],
        side=DisputeSide(row["side"]),
        amount=Money(row["rupiah"]),
        reason=row["reason"],
        money_away=bool(row["money_away"]),
        evidence_due_by=moment(row["due_by"]),
        opened_at=moment(row["created_at"]),
        livemode=False,
    )
