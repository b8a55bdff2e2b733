"""Holds and kept cards with play money; the last digits of a card say how its bank behaves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from marketplace.adapters.simulator_desk import new_reference
from marketplace.adapters.simulator_file import (
    in_words,
    insert,
    moment,
    repeated,
    stamp,
)
from marketplace.adapters.simulator_pages import SimulatorPages
from marketplace.core.money import Money
from marketplace.orders.card_ports import (
    Card,
    CardCharge,
    ChargeSide,
    HoldReading,
    HoldSide,
    SavedCardReading,
    SavedCardSide,
)
from marketplace.orders.ports import CheckoutPage, GatewayDown, GatewayRefused

BANKS = {  # the same test cards that real providers know
    "0341": (ChargeSide.DECLINED, "generic_decline"),
    "9995": (ChargeSide.DECLINED, "insufficient_funds"),
    "3184": (ChargeSide.NEEDS_ACTION, "authentication_required"),
}


class SimulatorCards(SimulatorPages):
    """Money that is promised now and taken later."""

    def open_hold(
        self,
        *,
        key: str,
        hold_code: str,
        amount: Money,
        description: str,
        email: str | None,
        success_url: str,
        cancel_url: str,
        expires_at: datetime,
    ) -> CheckoutPage:
        """Open a page where the visitor lets us hold play money."""
        if amount.rupiah <= 0:
            raise GatewayRefused("amount_too_small", rupiah=amount.rupiah)
        words = in_words(hold_code, amount, description, email, success_url, cancel_url, expires_at)
        row = {
            "kind": "hold",
            "rupiah": amount.rupiah,
            "description": description,
            "code": hold_code,
            "success_url": success_url,
            "cancel_url": cancel_url,
        }
        return self._open_page(key, words, row, expires_at)

    def read_hold_page(self, page: str) -> HoldReading:
        """What became of a hold, known by its page."""
        with self._writing() as db:
            return _hold(self._promised(db, page))

    def read_hold(self, payment_reference: str) -> HoldReading:
        """The same by the payment's name."""
        with self._writing() as db:
            return _hold(self._held(db, payment_reference))

    def find_holds(self, *, since: datetime) -> Iterator[HoldReading]:
        """Every hold page since then, newest first."""
        yield from [_hold(row) for row in self._promises("hold", since)]

    def close_page(self, page: str) -> None:
        """Close it, unless it was used first."""
        with self._writing() as db:
            row = self._promised(db, page)
            if row["side"] == HoldSide.OPEN:
                self._close(db, row)

    def capture(self, *, key: str, payment_reference: str, amount: Money) -> HoldReading:
        """Take all or a part; the rest is let go."""
        with self._writing() as db:
            row = self._held(db, payment_reference)
            if row["capture_key"] == key:
                if row["captured"] != amount.rupiah:
                    raise GatewayDown("key_mismatch")
                return _hold(row)
            if row["side"] != HoldSide.HELD:
                raise GatewayRefused("payment_intent_unexpected_state")
            if not 0 < amount.rupiah <= row["rupiah"]:
                raise GatewayRefused("amount_too_large", rupiah=amount.rupiah)
            self._change(db, row, side=HoldSide.CAPTURED, captured=amount.rupiah, capture_key=key)
            self._announce(db, "payment_intent.succeeded", payment_reference)
            return _hold(self._held(db, payment_reference))

    def release(self, *, key: str, payment_reference: str) -> HoldReading:
        """Let the hold go, unless it is over."""
        with self._writing() as db:
            row = self._held(db, payment_reference)
            if row["side"] == HoldSide.HELD:
                self._let_go(db, row)
            return _hold(self._held(db, payment_reference))

    def open_card_page(
        self,
        *,
        key: str,
        card_code: str,
        email: str | None,
        success_url: str,
        cancel_url: str,
        expires_at: datetime,
    ) -> CheckoutPage:
        """Open a page where the visitor leaves a pretended card."""
        words = in_words(card_code, email, success_url, cancel_url, expires_at)
        row = {
            "kind": "card",
            "rupiah": 0,
            "description": "Simpan kartu untuk nanti",
            "code": card_code,
            "success_url": success_url,
            "cancel_url": cancel_url,
        }
        return self._open_page(key, words, row, expires_at)

    def read_card_page(self, page: str) -> SavedCardReading:
        """What became of it, with the card."""
        with self._writing() as db:
            return _saved(self._promised(db, page))

    def find_card_pages(self, *, since: datetime) -> Iterator[SavedCardReading]:
        """Every such page since then, newest first."""
        yield from [_saved(row) for row in self._promises("card", since)]

    def charge_card(
        self, *, key: str, charge_code: str, card: str, amount: Money, description: str
    ) -> CardCharge:
        """Charge a kept card; its last digits say what its bank does."""
        if amount.rupiah <= 0:
            raise GatewayRefused("amount_too_small", rupiah=amount.rupiah)
        words = in_words(charge_code, card, amount, description)
        with self._writing() as db:
            row = repeated(db, "card_charges", key, words)
            if row is None:
                if not db.execute("SELECT 1 FROM pages WHERE card = ?", (card,)).fetchone():
                    raise GatewayRefused("resource_missing", status=404)
                side, why = BANKS.get(card[-4:], (ChargeSide.PAID, None))
                row = {
                    "reference": new_reference("simcharge"),
                    "key": key,
                    "words": words,
                    "card": card,
                    "code": charge_code,
                    "side": side,
                    "rupiah": amount.rupiah,
                    "why": why,
                    "created_at": stamp(self._now()),
                }
                insert(db, "card_charges", row)
                paid = side is ChargeSide.PAID
                self._announce(
                    db,
                    f"payment_intent.{'succeeded' if paid else 'payment_failed'}",
                    row["reference"],
                )
        return _charge(row)

    def read_card_charge(self, reference: str) -> CardCharge:
        """What became of this charge."""
        with self._writing() as db:
            return _charge(self._charged(db, reference))

    def find_card_charge(
        self, *, card: str, charge_code: str, since: datetime
    ) -> CardCharge | None:
        """The charge under this code of ours, if it was made."""
        with self._writing() as db:
            row = db.execute(
                "SELECT * FROM card_charges WHERE card = ? AND code = ? AND created_at >= ?",
                (card, charge_code, stamp(since)),
            ).fetchone()
        return _charge(row) if row else None

    def stop_card_charge(self, *, key: str, reference: str) -> CardCharge:
        """Nothing comes of it any more, unless it was paid first."""
        with self._writing() as db:
            self._charged(db, reference)
            db.execute(
                "UPDATE card_charges SET side = ? WHERE reference = ? AND side != ?",
                (ChargeSide.DECLINED, reference, ChargeSide.PAID),
            )
            return _charge(self._charged(db, reference))

    def forget_card(self, *, key: str, card: str) -> None:
        """The card can be charged no more."""
        with self._writing() as db:
            db.execute("UPDATE pages SET card = NULL WHERE card = ?", (card,))

    def _charged(self, db: sqlite3.Connection, reference: str) -> sqlite3.Row:
        query = "SELECT * FROM card_charges WHERE reference = ?"
        row: sqlite3.Row | None = db.execute(query, (reference,)).fetchone()
        if row is None:
            raise GatewayRefused("resource_missing", status=404)
        return row


def _hold(row: sqlite3.Row) -> HoldReading:
    return HoldReading(
        page=row["reference"],
        payment_reference=row["payment_reference"],
        hold_code=row["code"],
        side=HoldSide(row["side"]),
        amount=Money(row["rupiah"]),
        captured=Money(row["captured"]),
        capture_before=moment(row["capture_before"]) if row["capture_before"] else None,
        livemode=False,
    )


def _saved(row: sqlite3.Row) -> SavedCardReading:
    card = None
    if row["card"]:
        card = Card(reference=row["card"], brand="visa", last4=row["card"][-4:], expires="2040-08")
    return SavedCardReading(
        page=row["reference"],
        card_code=row["code"],
        side=SavedCardSide(row["side"]),
        card=card,
        livemode=False,
    )


def _charge(row: Any) -> CardCharge:
    return CardCharge(
        reference=row["reference"],
        charge_code=row["code"],
        side=ChargeSide(row["side"]),
        amount=Money(row["rupiah"]),
        why=row["why"],
        livemode=False,
    )
