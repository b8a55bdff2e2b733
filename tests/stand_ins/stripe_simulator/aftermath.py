"""What comes after a payment: refunds, and buyers who complain to their bank."""

from __future__ import annotations

from tests.stand_ins.stripe_simulator import objects
from tests.stand_ins.stripe_simulator.cards import Cards
from tests.stand_ins.stripe_simulator.objects import Refusal, Thing

OVER = {"won", "lost", "warning_closed", "prevented"}


class Aftermath(Cards):
    """Money that goes back, by us or by a bank."""

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            super().forget()
            self.refunds: dict[str, Thing] = {}
            self.disputes: dict[str, Thing] = {}
            self.refunds_stay_pending = False

    def refund(self, form: Thing) -> Thing:
        with self._lock:
            charge = self._refunded_charge(form)
            left = charge["amount"] - charge["amount_refunded"]
            amount = int(form.get("amount", left))
            if charge["disputed"] and not self._refundable(charge):
                raise Refusal("The charge was disputed.", code="charge_disputed", stored=True)
            if left == 0:
                raise Refusal(
                    "The charge has already been refunded.",
                    code="charge_already_refunded",
                    stored=True,
                )
            if not 0 < amount <= left:
                raise Refusal(
                    "The refund amount is greater than the unrefunded amount on the charge.",
                    param="amount",
                    stored=True,
                )
            status = "pending" if self.refunds_stay_pending else "succeeded"
            refund = objects.refund(charge, form, amount=amount, status=status, now=self.now())
            self.refunds[refund["id"]] = refund
            self._count_refunded(charge, amount)
            self._emit("refund.created", refund)
            self._emit("charge.refunded", charge)
            return refund

    def finish_refund(self, identity: str, *, arrives: bool) -> Thing:
        """The bank takes a waiting refund, or sends it back."""
        with self._lock:
            refund = self._found(self.refunds, identity, "refund")
            refund["status"] = "succeeded" if arrives else "failed"
            if arrives:
                self._emit("refund.updated", refund)
            else:
                refund["failure_reason"] = "expired_or_canceled_card"
                self._count_refunded(self.charges[refund["charge"]], -refund["amount"])
                self._emit("refund.failed", refund)
            return refund

    def dispute(
        self,
        intent: str,
        *,
        reason: str = "fraudulent",
        amount: int | None = None,
        inquiry: bool = False,
    ) -> Thing:
        """A buyer complains to the bank: it asks first, or takes the money at once."""
        with self._lock:
            charge = self.charges[self.intents[intent]["latest_charge"]]
            dispute = objects.dispute(
                charge, reason=reason, amount=amount or charge["amount_captured"], now=self.now()
            )
            dispute["status"] = "warning_needs_response" if inquiry else "needs_response"
            dispute["is_charge_refundable"] = inquiry
            charge["disputed"] = True
            self.disputes[dispute["id"]] = dispute
            self._emit("charge.dispute.created", dispute)
            if not inquiry:
                self._move_money(dispute, -1)
            return dispute

    def move_dispute(self, identity: str, status: str) -> Thing:
        """The bank goes on: an inquiry becomes a dispute, an answer is read, a verdict falls."""
        with self._lock:
            dispute = self._found(self.disputes, identity, "dispute")
            dispute["status"] = status
            if status == "needs_response" and not dispute["balance_transactions"]:
                dispute["is_charge_refundable"] = False
                self._move_money(dispute, -1)
            if status == "won":
                self._move_money(dispute, 1)
            self._emit(f"charge.dispute.{'closed' if status in OVER else 'updated'}", dispute)
            return dispute

    def audit(self) -> list[Thing]:
        """Every charge that took money, with our codes and what went back."""
        with self._lock:
            return [
                {
                    "charge": charge["id"],
                    "payment_intent": charge["payment_intent"],
                    "payment_code": charge["metadata"].get("payment_code"),
                    "metadata": charge["metadata"],
                    "amount": charge["amount_captured"],
                    "refunded": charge["amount_refunded"]
                    - (charge["amount"] - charge["amount_captured"]),
                }
                for charge in self.charges.values()
                if charge["paid"] and charge["captured"]
            ]

    def _refundable(self, charge: Thing) -> bool:
        about = [one for one in self.disputes.values() if one["charge"] == charge["id"]]
        return all(one["is_charge_refundable"] or one["status"] == "won" for one in about)

    def _move_money(self, dispute: Thing, sign: int) -> None:
        moved = objects.balance_transaction(dispute, sign * dispute["amount"], now=self.now())
        dispute["balance_transactions"].append(moved)
        self.balance += moved["amount"]
        kind = "funds_reinstated" if sign > 0 else "funds_withdrawn"
        self._emit(f"charge.dispute.{kind}", dispute)

    def _refunded_charge(self, form: Thing) -> Thing:
        if "payment_intent" in form:
            reference = self.intent(form["payment_intent"])["latest_charge"]
        else:
            reference = form.get("charge")
        charge = self.charges.get(reference or "")
        if charge is None or not charge["captured"]:
            raise Refusal("This payment has no successful charge to refund.", stored=True)
        return charge

    def _count_refunded(self, charge: Thing, amount: int) -> None:
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self.balance -= amount
