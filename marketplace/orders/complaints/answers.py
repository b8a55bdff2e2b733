"""What the shop answers: money back, the goods again, or no, and why."""

from __future__ import annotations

from datetime import datetime

from marketplace.core.errors import Conflict, Invalid
from marketplace.core.money import Money
from marketplace.orders.complaints import cases, rules
from marketplace.orders.complaints.cases import Case, Step
from marketplace.orders.complaints.states import ComplaintState, Wish
from marketplace.orders.ending import Actor


def give_back(
    order_code: str, *, ikm_id: int, amount: int, words: str, by: int, now: datetime
) -> Case:
    """The shop names an amount: all that was asked for is settled at once, less is an offer.

    While the dinas is to decide, only all of it ends the matter.
    """
    case = cases.grip(order_code, ikm_id=ikm_id)
    case.must_be(ComplaintState.ASKED, ComplaintState.RESENDING, ComplaintState.DESK)
    complaint, actor = case.complaint, Actor("shop", by)
    rules.at_most(amount, complaint.most)
    if rules.enough(Wish(complaint.wish), complaint.wished, amount):
        step = Step("agreed", actor, words)
        cases.end(case, ComplaintState.SETTLED, step, amount=amount, now=now)
        return case
    if complaint.state == ComplaintState.DESK:
        raise Invalid("complaint_desk", field="amount", wished=Money(complaint.wished))
    complaint.offered = amount
    step = Step("offered", actor, words)
    cases.go_on(case, ComplaintState.OFFERED, step, now=now, amount=amount)
    return case


def refuse(order_code: str, *, ikm_id: int, words: str, by: int, now: datetime) -> Case:
    """The shop says no and why: the dinas decides."""
    case = cases.grip(order_code, ikm_id=ikm_id)
    case.must_be(ComplaintState.ASKED, ComplaintState.RESENDING)
    cases.go_on(case, ComplaintState.DESK, Step("refused", Actor("shop", by), words), now=now)
    return case


def promise(order_code: str, *, ikm_id: int, by: int, now: datetime) -> Case:
    """The shop will send the pieces again, if that is what the buyer would like."""
    case = cases.grip(order_code, ikm_id=ikm_id)
    case.must_be(ComplaintState.ASKED)
    if case.complaint.wish != Wish.RESEND:
        raise Conflict("complaint_no_resend")
    cases.go_on(case, ComplaintState.RESENDING, Step("promised", Actor("shop", by)), now=now)
    return case


def resend(
    order_code: str, *, ikm_id: int, courier: str, tracking: str, by: int, now: datetime
) -> Case:
    """The courier has it once more; the buyer looks at it for a week."""
    case = cases.grip(order_code, ikm_id=ikm_id)
    case.must_be(ComplaintState.RESENDING)
    case.complaint.courier, case.complaint.tracking = courier, tracking
    cases.go_on(
        case, ComplaintState.RESENT, Step("resent", Actor("shop", by)), now=now,
        courier=courier, tracking=tracking,
    )  # fmt: skip
    return case
