"""Two buyers complain to their banks: Asih's is lost for us, Budi's is won."""

from __future__ import annotations

from marketplace.orders.disputes.models import Dispute
from marketplace.orders.ledger import queries
from marketplace.orders.ledger.rules import Account
from tests.crash.money.people import messages_come, order, pay_by_card, stripe, the


def asih_and_budi_pay() -> None:
    pay_by_card("asih")
    pay_by_card("budi", thing=1)


def asih_complains() -> None:
    messages_come(_complaint("asih"))


def her_bank_keeps_the_money() -> None:
    _verdict("asih", "lost")
    messages_come(_complaint("asih"))


def budi_complains_and_no_message_comes() -> None:
    _complaint("budi")


def his_bank_gives_it_back_and_tells_it_backwards() -> None:
    _verdict("budi", "won")
    messages_come(_complaint("budi"), backwards=True)


def end() -> None:
    rows = [the(Dispute, reference=_complaint(name)) for name in ("asih", "budi")]
    assert [row and row.state for row in rows] == ["lost", "won"]
    assert queries.balance(Account.DISPUTES) == 0
    assert queries.balance(Account.CLEARING_STRIPE) == order("budi").amount


STEPS = (
    asih_and_budi_pay,
    asih_complains,
    her_bank_keeps_the_money,
    budi_complains_and_no_message_comes,
    "reconcile --once --days 1",
    his_bank_gives_it_back_and_tells_it_backwards,
)
POINTS = {
    "buying.placed",
    "payments.opened",
    "payments.attached",
    "payments.read",
    "payments.settled",
    "disputes.read",
    "disputes.recorded",
    "messages.heard",
    "messages.kept",
    "messages.followed",
    "worker.begun",
    "worker.done",
}
ALARMS = {"dispute_open"}


def _complaint(name: str) -> str:
    """The dispute at the bank about what somebody paid; there is one."""
    paid = order(name).charge_reference
    known = [one for one in stripe().tell("disputes") if one["payment_intent"] == paid]
    made = known[0] if known else stripe().tell("dispute", intent=paid)
    return str(made["id"])


def _verdict(name: str, verdict: str) -> None:
    about = _complaint(name)
    (known,) = [one for one in stripe().tell("disputes") if one["id"] == about]
    if known["status"] != verdict:
        stripe().tell("move_dispute", dispute=about, status=verdict)
