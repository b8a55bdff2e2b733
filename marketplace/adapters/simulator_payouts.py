"""Payouts to makers with play money; an account whose name ends in `_baru` is not ready yet."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from marketplace.adapters.simulator_desk import SimulatorDesk, new_reference
from marketplace.adapters.simulator_file import in_words, insert, repeated
from marketplace.core.money import Money
from marketplace.orders.payout_ports import AccountReading, PayoutReading, PayoutSide
from marketplace.orders.ports import GatewayRefused

NOT_READY = "_baru"


class SimulatorPayouts(SimulatorDesk):
    """Money to the makers, and back when it must."""

    def read_account(self, account: str) -> AccountReading:
        """Every pretended account can be paid, but for the new ones."""
        self._guard()
        ready = not account.endswith(NOT_READY)
        return AccountReading(
            account=account, can_be_paid=ready, missing=() if ready else ("external_account",)
        )

    def send(
        self, *, key: str, payout_code: str, account: str, amount: Money, description: str
    ) -> PayoutReading:
        """Pretend to send; the simulator's own purse is never empty."""
        if amount.rupiah <= 0:
            raise GatewayRefused("amount_too_small", rupiah=amount.rupiah)
        words = in_words(payout_code, account, amount, description)
        with self._writing() as db:
            row = repeated(db, "transfers", key, words)
            if row is None:
                if account.endswith(NOT_READY):
                    raise GatewayRefused("insufficient_capabilities_for_transfer")
                row = {
                    "reference": new_reference("simtr"),
                    "key": key,
                    "words": words,
                    "payout_code": payout_code,
                    "account": account,
                    "rupiah": amount.rupiah,
                    "returned": 0,
                }
                insert(db, "transfers", row)
                self._announce(db, "transfer.created", row["reference"])
        return _reading(row)

    def read_payout(self, reference: str) -> PayoutReading:
        """What became of it."""
        with self._writing() as db:
            return _reading(self._transfer(db, reference))

    def find_payout(self, *, payout_code: str) -> PayoutReading | None:
        """The payout under this code of ours, if it was made."""
        with self._writing() as db:
            row = db.execute(
                "SELECT * FROM transfers WHERE payout_code = ?", (payout_code,)
            ).fetchone()
        return _reading(row) if row else None

    def find_payouts(self, *, since: datetime) -> Iterator[PayoutReading]:
        """Every pretended payout, newest first: nobody writes down on which day they were made."""
        with self._writing() as db:
            rows = db.execute("SELECT * FROM transfers ORDER BY rowid DESC").fetchall()
        yield from [_reading(row) for row in rows]

    def take_back(self, *, key: str, reference: str, amount: Money, reason: str) -> PayoutReading:
        """Take back, never more than went there."""
        words = in_words(reference, amount, reason)
        with self._writing() as db:
            row = self._transfer(db, reference)
            if repeated(db, "reversals", key, words) is None:
                if not 0 < amount.rupiah <= row["rupiah"] - row["returned"]:
                    raise GatewayRefused("amount_too_large", rupiah=amount.rupiah)
                reversal = {"key": key, "words": words, "transfer": reference}
                insert(db, "reversals", reversal | {"rupiah": amount.rupiah})
                db.execute(
                    "UPDATE transfers SET returned = returned + ? WHERE reference = ?",
                    (amount.rupiah, reference),
                )
                self._announce(db, "transfer.reversed", reference)
            return _reading(self._transfer(db, reference))

    def _transfer(self, db: sqlite3.Connection, reference: str) -> sqlite3.Row:
        query = "SELECT * FROM transfers WHERE reference = ?"
        row: sqlite3.Row | None = db.execute(query, (reference,)).fetchone()
        if row is None:
            raise GatewayRefused("resource_missing", status=404)
        return row


def _reading(row: Any) -> PayoutReading:
    back = row["returned"] == row["rupiah"]
    return PayoutReading(
        reference=row["reference"],
        payout_code=row["payout_code"],
        account=row["account"],
        side=PayoutSide.RETURNED if back else PayoutSide.DONE,
        amount=Money(row["rupiah"]),
        returned=Money(row["returned"]),
        livemode=False,
    )
