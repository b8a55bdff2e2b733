"""Checkouts and refunds with play money, and the page where a visitor pretends to pay."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta

from marketplace.adapters.simulator_desk import SimulatorDesk, new_reference
from marketplace.adapters.simulator_file import (
    SimulatedCheckout,
    checkout_reading,
    in_words,
    insert,
    moment,
    refund_reading,
    repeated,
    shown,
    stamp,
)
from marketplace.core.money import Money
from marketplace.orders.ports import (
    CheckoutPage,
    CheckoutReading,
    GatewayRefused,
    PaymentSide,
    RefundReading,
)

PAY_PATH = "/simulator/bayar/"
SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=24)
GOOD_CARD = "4242424242424242"
PAID_AMOUNT = """
SELECT rupiah FROM checkouts WHERE payment_reference = :reference
UNION ALL SELECT captured FROM pages WHERE payment_reference = :reference AND captured > 0
UNION ALL SELECT rupiah FROM card_charges WHERE reference = :reference AND side = 'paid'
"""
AT_THE_BANK = """
SELECT 1 FROM disputes WHERE payment_reference = :reference
    AND side IN ('needs_response', 'under_review', 'lost')
"""


class SimulatorCheckout(SimulatorDesk):
    """Keeps every promise of paying that a provider keeps."""

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
                now = self._now_within(expires_at)
                reference = new_reference("sim")
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
        return self._page(row["reference"], row["expires_at"])

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
                    "reference": new_reference("simre"),
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

    # The pay page

    def look(self, reference: str) -> SimulatedCheckout:
        """What the pay page shows; GatewayRefused for an unknown reference."""
        with self._writing() as db:
            return shown(self._checkout(db, reference))

    def pay(self, reference: str, *, card: str = GOOD_CARD) -> SimulatedCheckout:
        """The visitor pretends to pay; a page that is over stays as it is."""
        with self._writing() as db:
            if self._checkout(db, reference)["side"] == PaymentSide.OPEN:
                db.execute(
                    "UPDATE checkouts SET side = ?, payment_reference = ? WHERE reference = ?",
                    (PaymentSide.PAID, new_reference("simpay"), reference),
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
        paid = db.execute(PAID_AMOUNT, {"reference": payment_reference}).fetchone()
        if paid is None:
            raise GatewayRefused("resource_missing", status=404)
        back = db.execute(
            "SELECT coalesce(sum(rupiah), 0) FROM refunds WHERE payment_reference = ?",
            (payment_reference,),
        ).fetchone()[0]
        if amount.rupiah <= 0:
            raise GatewayRefused("amount_too_small", rupiah=amount.rupiah)
        if db.execute(AT_THE_BANK, {"reference": payment_reference}).fetchone():
            raise GatewayRefused("charge_disputed")
        if back == paid["rupiah"]:
            raise GatewayRefused("charge_already_refunded")
        if amount.rupiah > paid["rupiah"] - back:
            raise GatewayRefused("amount_too_large", rupiah=amount.rupiah)

    def _now_within(self, expires_at: datetime) -> datetime:
        now = self._now()
        if not now + SHORTEST <= expires_at <= now + LONGEST:
            raise GatewayRefused("expires_at")
        return now

    def _page(self, reference: str, expires_at: int) -> CheckoutPage:
        return CheckoutPage(
            reference=reference,
            url=f"{self._base_url}{PAY_PATH}{reference}",
            expires_at=moment(expires_at),
        )
