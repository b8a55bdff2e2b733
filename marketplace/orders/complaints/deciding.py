"""What the dinas decides, and what the clock does when nobody answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.orders import alarms
from marketplace.orders.complaints import cases, rules
from marketplace.orders.complaints.cases import Case, Step
from marketplace.orders.complaints.models import Complaint
from marketplace.orders.complaints.states import OPEN, WITH_THE_SHOP, ComplaintState
from marketplace.orders.ending import SYSTEM, Actor
from marketplace.orders.grants import queries as grants
from marketplace.orders.grants.rules import needs_two
from marketplace.orders.models import Order
from marketplace.orders.own import refuse_own_order
from marketplace.orders.rule_rows import rule_rows
from marketplace.orders.rule_rows.rules import REFUND_TWO_PERSONS_ABOVE


def decide(order_code: str, *, amount: int, words: str, by: int, now: datetime) -> Case:
    """All, part or nothing goes back, with a reason that both sides read; it is final.

    Much money goes back only when a second officer decides the very same; what officers gave back
    of the same payment before counts.
    """
    case = cases.grip(order_code)
    case.must_be(ComplaintState.DESK)
    refuse_own_order(by, case.order.id)
    complaint, actor = case.complaint, Actor("staff", by)
    rules.at_most(amount, complaint.most)
    agreed = complaint.proposed == amount and complaint.proposed_by != by
    limit = rule_rows.value(REFUND_TWO_PERSONS_ABOVE, now=now)
    before = grants.decided_of(case.payment.id)
    if amount and needs_two(amount, granted_before=before, limit=limit) and not agreed:
        complaint.proposed, complaint.proposed_by = amount, by
        cases.write(complaint, Step("proposed", actor, words), now=now, amount=amount)
        return case
    step = Step("decided", actor, words)
    cases.end(case, ComplaintState.DECIDED, step, amount=amount, now=now)
    return case


def due(now: datetime) -> list[str]:
    """Orders whose complaint has waited for somebody beyond the time; the longest first."""
    return list(
        db.session.scalars(
            select(Order.code)
            .join(Complaint, Complaint.order_id == Order.id)
            .where(
                Complaint.state.in_(OPEN),
                Complaint.due_at <= now,
                or_(Complaint.state != ComplaintState.DESK, Complaint.late_at.is_(None)),
            )
            .order_by(Complaint.due_at, Complaint.id)
            .limit(500)
        )
    )


def lapse(order_code: str, now: datetime) -> tuple[Case, str] | None:
    """The time is over: what the silence means, in a word; none when somebody has just acted.

    A silent shop: the dinas decides. A silent buyer: the offer is paid, what was sent again is
    fine. A dinas that is late is told so; it alone may decide.
    """
    case = cases.grip(order_code)
    complaint = case.complaint
    if complaint.due_at is None or complaint.due_at > now:
        return None
    state = ComplaintState(complaint.state)
    if state in WITH_THE_SHOP:
        return _to_the_desk(case, "unanswered", now)
    if state is ComplaintState.DESK:
        if complaint.late_at is not None:
            return None
        complaint.late_at = now
        alarms.sound("complaint_late", cases.subject_of(case.order), now=now)
        return case, "late"
    amount = (complaint.offered or 0) if state is ComplaintState.OFFERED else 0
    try:
        cases.end(case, ComplaintState.SETTLED, Step("lapsed", SYSTEM), amount=amount, now=now)
    except Conflict:  # a card's bank has the money, or it went back otherwise
        return _to_the_desk(case, "at_bank", now)
    return case, "lapsed"


def _to_the_desk(case: Case, what: str, now: datetime) -> tuple[Case, str]:
    cases.go_on(case, ComplaintState.DESK, Step(what, SYSTEM), now=now)
    return case, what
