"""A refund and a dispute of one payment: the buyer has the money once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.machine.things import Dispute, Refund, must

if TYPE_CHECKING:
    from tests.machine.model import Model


def keeps_promises(model: Model, dispute: Dispute) -> int:
    """What the bank keeps for the buyer is first of all what was promised and not sent yet."""
    rest = dispute.amount
    for refund in model.refunds:
        mine = refund.payment is dispute.payment and not refund.gone
        if mine and refund.state != "sent" and refund.code not in model.out:
            part = min(rest, refund.due)
            refund.by_bank += part
            model.accounts["refunds"] -= part
            rest -= part
    return dispute.amount - rest


def not_needed(model: Model, refund: Refund) -> None:
    """It failed after a card bank had given the buyer that money, which we took for lost."""
    payment = refund.payment
    kept = sum(
        one.amount
        for one in model.disputes.values()
        if one.payment is payment and one.state == "lost"
    )
    part = refund.due - max(0, payment.amount - kept - payment.gone)
    must(refund.code not in model.out and part > 0, f"needed: {refund}")
    refund.by_bank += part
    model.accounts["refunds"] -= part
    model.accounts["loss"] -= part
