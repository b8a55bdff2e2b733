"""Two refunds that do not go the way they came: Asih's bounces, and Budi's bank was faster.

Asih's card was closed, so Eka sends the money from our bank, and Stripe keeps what came in. Budi
complains to his bank in the same hour as he cancels; it keeps the money for him.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from marketplace.flows import buying, refunding
from marketplace.orders.ledger import queries
from marketplace.orders.ledger.rules import Account
from marketplace.orders.models import Refund
from tests import builders
from tests.crash.money.people import (
    messages_come,
    order,
    orders_of,
    page_of,
    pay_by_card,
    stripe,
    the,
)


def asih_and_budi_pay() -> None:
    pay_by_card("asih")
    pay_by_card("budi", thing=1)


def budi_complains_and_no_message_comes() -> None:
    _complaint()


def both_cancel() -> None:
    for name in ("asih", "budi"):
        if orders_of(name)[0].state == "new":
            buying.cancel_paid(page_of(name), orders_of(name)[0].code, by=None)


def asihs_card_is_closed() -> None:
    refund = _refund("asih")
    assert refund.reference is not None
    (there,) = [one for one in stripe().tell("refunds") if one["id"] == refund.reference]
    if there["status"] != "failed":
        stripe().tell("finish_refund", refund=there["id"], arrives=False)
    messages_come(there["id"])


def eka_sends_it_from_the_bank() -> None:
    if _refund("asih").state == "failed":
        refunding.sent_by_hand(_refund("asih").code, by=builders.staff(), reference="TRX 7")


def budis_bank_keeps_the_money() -> None:
    made = _complaint()
    if made["status"] != "lost":
        stripe().tell("move_dispute", dispute=made["id"], status="lost")
    messages_come(made["id"])


def end() -> None:
    asih, budi = _refund("asih"), _refund("budi")
    assert (asih.state, asih.by_hand, asih.by_bank) == ("done", True, 0)
    assert (budi.state, budi.by_hand, budi.by_bank) == ("done", False, budi.amount)
    assert queries.balance(Account.CLEARING_STRIPE) == asih.amount
    assert queries.balance(Account.BANK) == -asih.amount
    for account in (Account.REFUNDS, Account.DISPUTES, Account.LOSS, Account.ESCROW):
        assert queries.balance(account) == 0


STEPS = (
    asih_and_budi_pay,
    budi_complains_and_no_message_comes,
    both_cancel,
    asihs_card_is_closed,
    eka_sends_it_from_the_bank,
    budis_bank_keeps_the_money,
    "reconcile --once --days 1",
)
POINTS = {
    "buying.placed",
    "buying.cancelled_paid",
    "payments.opened",
    "payments.attached",
    "payments.read",
    "payments.settled",
    "refunds.sent",
    "refunds.recorded",
    "disputes.read",
    "disputes.recorded",
    "messages.heard",
    "messages.kept",
    "messages.followed",
    "worker.begun",
    "worker.done",
}
ALARMS = {"dispute_open", "refund_failed", "refund_unknown"}


def _refund(name: str) -> Row[Any]:
    found = the(Refund, payment_id=order(name).id)
    assert found is not None
    return found


def _complaint() -> dict[str, Any]:
    """What Budi told his bank; once."""
    paid = order("budi").charge_reference
    known = [one for one in stripe().tell("disputes") if one["payment_intent"] == paid]
    made: dict[str, Any] = known[0] if known else stripe().tell("dispute", intent=paid)
    return made
