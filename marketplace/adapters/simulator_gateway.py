"""The payment simulator for the demo and for tests: no money moves, and every page says so.

It keeps its own small SQLite file, apart from ours, as a provider would: the web and the worker
share it, and what was paid stays paid after a crash. Production refuses to start with it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from marketplace.adapters.signed_events import check_signature, sign
from marketplace.adapters.simulator_file import (
    SimulatedCheckout,
    checkout_reading,
    in_words,
    insert,
    make_tables,
    moment,
    refund_reading,
    repeated,
    shown,
    stamp,
    written,
)
from marketplace.core import clock
from marketplace.core.ids import new_code
from marketplace.core.money import Money
from marketplace.orders.ports import (
    CheckoutPage,
    CheckoutReading,
    EventRefused,
    GatewayRefused,
    PaymentSide,
    ProviderEvent,
    RefundReading,
)

PAY_PATH = "/simulator/bayar/"
SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """A message ready for our own hook: post `body` with `signature`."""

    id: str
    body: bytes
    signature: str


class SimulatorGateway:
    """Takes no money, but keeps every promise of the port that a provider keeps."""

    name = "simulator"

    def __init__(
        self,
        file: Path,
        *,
        secret: str,
        guard: Callable[[], None],
        base_url: str = "",
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        if len(secret) < 16:
            raise ValueError("the simulator signs its messages: its secret needs 16 characters")
        self._file, self._secret, self._guard = file, secret, guard
        self._base_url, self._now = base_url.rstrip("/"), now
        make_tables(file)

    # The port

    def open_checkout(
        self,
        *,
        key: str,
        payment_code: str,
        amount: Money,
        description: str,
        email: str | None,
        success_url: str,
        cancel_url: str,
        expires_at: datetime,
    ) -> CheckoutPage:
        """Open a pay page in our own house; the same key gives the same page again."""
        if amount.rupiah <= 0:
            raise GatewayRefused("amount_too_small", rupiah=amount.rupiah)
        words = in_words(
            payment_code, amount, description, email, success_url, cancel_url, expires_at
        )
        with self._writing() as db:
            row = repeated(db, "checkouts", key, words)
            if row is None:
                now = self._now()
                if not now + SHORTEST <= expires_at <= now + LONGEST:
                    raise GatewayRefused("expires_at")
                reference = f"sim_{new_code()}{new_code()}"
                row = {
                    "reference": reference,
                    "key": key,
                    "words": words,
                    "side": PaymentSide.OPEN,
                    "rupiah": amount.rupiah,
                    "description": description,
                    "payment_code": payment_code,
                    "success_url": success_url,
                    "cancel_url": cancel_url,
                    "created_at": stamp(now),
                    "expires_at": stamp(expires_at),
                }
                insert(db, "checkouts", row)
        return CheckoutPage(
            reference=row["reference"],
            url=f"{self._base_url}{PAY_PATH}{row['reference']}",
            expires_at=moment(row["expires_at"]),
        )

    def read_checkout(self, reference: str) -> CheckoutReading:
        """What became of this checkout."""
        with self._writing() as db:
            return checkout_reading(self._checkout(db, reference))

    def find_checkouts(self, *, since: datetime) -> Iterator[CheckoutReading]:
        """Every checkout made since then, newest first."""
        with self._writing() as db:
            rows = db.execute(
                "SELECT reference FROM checkouts WHERE created_at >= ? "
                "ORDER BY created_at DESC, rowid DESC",
                (stamp(since),),
            ).fetchall()
            readings = [checkout_reading(self._checkout(db, row["reference"])) for row in rows]
        yield from readings

    def expire_checkout(self, reference: str) -> CheckoutReading:
        """Close the page unless it was paid first."""
        with self._writing() as db:
            if self._checkout(db, reference)["side"] == PaymentSide.OPEN:
                self._expire(db, reference)
            return checkout_reading(self._checkout(db, reference))

    def refund(
        self,
        *,
        key: str,
        payment_reference: str,
        refund_code: str,
        amount: Money,
        reason: str,
    ) -> RefundReading:
        """Pretend to give money back; never more than was pretended to be paid."""
        words = in_words(payment_reference, refund_code, amount, reason)
        with self._writing() as db:
            row = repeated(db, "refunds", key, words)
            if row is None:
                self._check_refundable(db, payment_reference, amount)
                row = {
                    "reference": f"simre_{new_code()}{new_code()}",
                    "key": key,
                    "words": words,
                    "payment_reference": payment_reference,
                    "refund_code": refund_code,
                    "rupiah": amount.rupiah,
                    "reason": reason,
                }
                insert(db, "refunds", row)
                self._announce(db, "refund.created", row["reference"])
        return refund_reading(row)

    def read_refund(self, reference: str) -> RefundReading:
        """What became of this refund."""
        with self._writing() as db:
            query = "SELECT * FROM refunds WHERE reference = ?"
            row = db.execute(query, (reference,)).fetchone()
        if row is None:
            raise GatewayRefused("resource_missing", status=404)
        return refund_reading(row)

    def find_refund(self, *, payment_reference: str, refund_code: str) -> RefundReading | None:
        """The refund under this code of ours, if it was made."""
        with self._writing() as db:
            row = db.execute(
                "SELECT * FROM refunds WHERE payment_reference = ? AND refund_code = ?",
                (payment_reference, refund_code),
            ).fetchone()
        return refund_reading(row) if row else None

    def read_event(self, body: bytes, signature: str, *, now: datetime) -> ProviderEvent:
        """Believe only what the simulator itself signed a moment ago."""
        check_signature(body, signature, [self._secret], now=now)
        try:
            said = json.loads(body)
            return ProviderEvent(
                id=said["id"],
                kind=said["type"],
                object_reference=said["object_reference"],
                livemode=False,
                account=None,
                created_at=moment(said["created"]),
            )
        except (ValueError, TypeError, LookupError):
            raise EventRefused("not_an_event") from None

    # The pay page

    def look(self, reference: str) -> SimulatedCheckout:
        """What the pay page shows; GatewayRefused for an unknown reference."""
        with self._writing() as db:
            return shown(self._checkout(db, reference))

    def pay(self, reference: str) -> SimulatedCheckout:
        """The visitor pretends to pay; a page that is over stays as it is."""
        with self._writing() as db:
            if self._checkout(db, reference)["side"] == PaymentSide.OPEN:
                db.execute(
                    "UPDATE checkouts SET side = ?, payment_reference = ? WHERE reference = ?",
                    (PaymentSide.PAID, f"simpay_{new_code()}{new_code()}", reference),
                )
                self._announce(db, "checkout.session.completed", reference)
            return shown(self._checkout(db, reference))

    def decline(self, reference: str) -> SimulatedCheckout:
        """The visitor pretends that the bank says no; the page stays open for another try."""
        with self._writing() as db:
            if self._checkout(db, reference)["side"] == PaymentSide.OPEN:
                db.execute(
                    "UPDATE checkouts SET declined = declined + 1 WHERE reference = ?",
                    (reference,),
                )
                self._announce(db, "payment_intent.payment_failed", reference)
            return shown(self._checkout(db, reference))

    def abandon(self, reference: str) -> SimulatedCheckout:
        """The visitor walks away: nothing changes, `cancel_url` says where to."""
        return self.look(reference)

    # The messages

    def pending_events(self) -> list[SignedEvent]:
        """Messages that our hook has not taken yet, oldest first, freshly signed."""
        with self._writing() as db:
            rows = db.execute("SELECT * FROM events WHERE NOT delivered ORDER BY number").fetchall()
        return [self._signed(row) for row in rows]

    def mark_delivered(self, event_id: str) -> None:
        """The hook has taken this message."""
        with self._writing() as db:
            db.execute("UPDATE events SET delivered = 1 WHERE id = ?", (event_id,))

    def deliver(self, post: Callable[[bytes, str], int]) -> int:
        """Hand every pending message to `post(body, signature)`; a 2xx answer takes it.

        How many were taken. What was not taken comes again, as a real provider would do it.
        """
        taken = 0
        for event in self.pending_events():
            if 200 <= post(event.body, event.signature) < 300:
                self.mark_delivered(event.id)
                taken += 1
        return taken

    def _signed(self, row: sqlite3.Row) -> SignedEvent:
        said = {
            "id": row["id"],
            "object": "simulator.event",
            "type": row["kind"],
            "object_reference": row["object_reference"],
            "created": row["created_at"],
            "livemode": False,
        }
        body = json.dumps(said).encode()
        return SignedEvent(row["id"], body, sign(body, self._secret, at=self._now()))

    # The file

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One step of the provider; it stands in for a network call."""
        self._guard()
        with written(self._file) as db:
            yield db

    def _checkout(self, db: sqlite3.Connection, reference: str) -> sqlite3.Row:
        query = "SELECT * FROM checkouts WHERE reference = ?"
        row: sqlite3.Row | None = db.execute(query, (reference,)).fetchone()
        if row is None:
            raise GatewayRefused("resource_missing", status=404)
        if row["side"] == PaymentSide.OPEN and row["expires_at"] <= stamp(self._now()):
            self._expire(db, reference)
            row = db.execute(query, (reference,)).fetchone()
        return row

    def _expire(self, db: sqlite3.Connection, reference: str) -> None:
        db.execute(
            "UPDATE checkouts SET side = ? WHERE reference = ?", (PaymentSide.EXPIRED, reference)
        )
        self._announce(db, "checkout.session.expired", reference)

    def _check_refundable(
        self, db: sqlite3.Connection, payment_reference: str, amount: Money
    ) -> None:
        paid = db.execute(
            "SELECT rupiah FROM checkouts WHERE payment_reference = ?", (payment_reference,)
        ).fetchone()
        if paid is None:
            raise GatewayRefused("resource_missing", status=404)
        back = db.execute(
            "SELECT coalesce(sum(rupiah), 0) FROM refunds WHERE payment_reference = ?",
            (payment_reference,),
        ).fetchone()[0]
        if amount.rupiah <= 0:
            raise GatewayRefused("amount_too_small", rupiah=amount.rupiah)
        if back == paid["rupiah"]:
            raise GatewayRefused("charge_already_refunded")
        if amount.rupiah > paid["rupiah"] - back:
            raise GatewayRefused("amount_too_large", rupiah=amount.rupiah)

    def _announce(self, db: sqlite3.Connection, kind: str, reference: str) -> None:
        insert(
            db,
            "events",
            {
                "id": f"simevt_{new_code()}{new_code()}",
                "kind": kind,
                "object_reference": reference,
                "created_at": stamp(self._now()),
            },
        )
