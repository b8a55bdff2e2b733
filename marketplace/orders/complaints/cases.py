"""A complaint in hand: its payment, its order and itself locked, each step written beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from marketplace.core import history
from marketplace.core.db import db, insert_rows
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.states import move
from marketplace.makers.models import Ikm
from marketplace.orders import fulfilment, payments, refunds
from marketplace.orders.complaints import rules
from marketplace.orders.complaints.models import Complaint, ComplaintEvent, ComplaintLine
from marketplace.orders.complaints.states import COMPLAINT_MOVES, OPEN, ComplaintState, Side
from marketplace.orders.disputes import queries as disputes
from marketplace.orders.ending import Actor
from marketplace.orders.ledger import posting, queries
from marketplace.orders.ledger.rules import Shares
from marketplace.orders.models import Order, OrderLine, Payment
from marketplace.orders.rules import zone_of

REASON = "Keluhan pembeli"


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a step may change; locked in the order payment, order, complaint."""

    payment: Payment
    order: Order
    complaint: Complaint

    def must_be(self, *states: ComplaintState) -> None:
        """Refuse when somebody else was faster."""
        if self.complaint.state not in states:
            raise Conflict("complaint_moved")


@dataclass(frozen=True, slots=True)
class Step:
    """Who does what with a complaint, and the words said at it."""

    what: str
    actor: Actor
    words: str = ""


def grip(order_code: str, *, group_id: int | None = None, ikm_id: int | None = None) -> Case:
    """The complaint about an order, locked as it stands; another's is not there."""
    payment, order = grip_order(order_code, group_id=group_id, ikm_id=ikm_id)
    complaint = known(order.id)
    if complaint is None:
        raise NotFound()
    return Case(payment, order, complaint)


def grip_order(
    order_code: str, *, group_id: int | None = None, ikm_id: int | None = None
) -> tuple[Payment, Order]:
    """A paid order with its payment, locked; `group_id` or `ikm_id` says whose it must be."""
    found = db.session.execute(
        select(Order.group_id, Order.ikm_id).where(Order.code == order_code)
    ).first()
    whose = (group_id, ikm_id)
    if found is None or whose not in (
        (found.group_id, None),
        (None, found.ikm_id),
        (None, None),
    ):
        raise NotFound()
    paying = payments.locked_group(found.group_id)
    orders = payments.locked_orders(found.group_id)
    payment = next((payment for payment in paying if payment.counts), None)
    if payment is None:
        raise NotFound()
    return payment, next(order for order in orders if order.code == order_code)


def known(order_id: int) -> Complaint | None:
    """The complaint about this order, locked, if there is one."""
    return db.session.scalar(
        select(Complaint)
        .where(Complaint.order_id == order_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def go_on(case: Case, there: ComplaintState, step: Step, *, now: datetime, **detail: Any) -> None:
    """Hand it to whoever is to act next, with a new time to do so."""
    complaint = case.complaint
    complaint.state = move(ComplaintState(complaint.state), there, COMPLAINT_MOVES)
    complaint.due_at = due(case.order, there, now)
    write(complaint, step, now=now, **detail)


def end(
    case: Case, there: ComplaintState, step: Step, *, amount: int = 0, now: datetime
) -> str | None:
    """The last step: what goes back goes back once, and the order is complete with the rest, but
    for what was still to be sent.

    The code of the refund, if there is one.
    """
    complaint, order = case.complaint, case.order
    parts = _divided(case, amount) if amount else None
    complaint.state = move(ComplaintState(complaint.state), there, COMPLAINT_MOVES)
    complaint.due_at, complaint.closed_at = None, now
    posting.undisputed(order, subject_of(order), now=now)
    refund = _give_back(case, amount, parts, step, now) if parts else None
    fulfilment.settle(order, step.actor, now, complained_at=complaint.opened_at)
    write(complaint, step, now=now, amount=amount)
    history.record(
        f"complaint.{there.value}",
        subject_of(order),
        by=step.actor.person_id,
        at=now,
        rupiah=amount,
        reason=step.words,
    )
    return refund


Divided = tuple[Shares, dict[int, int]]


def _divided(case: Case, amount: int) -> Divided:
    """What goes back, by its parts and by lines; refused before anything has changed."""
    order = case.order
    if disputes.undecided(case.payment.id) or disputes.holds_money(case.payment.id):
        raise Conflict("complaint_money_at_bank")
    known = queries.fallen_away(order.id)
    left = (order.commission - known.commission, order.commission_tax - known.tax)
    shares, back = rules.divide(amount, parts_of(case.complaint.id), cut_left=left)
    held = queries.held(order.id)
    if shares.goods > held.goods + held.disputed or shares.postage > held.postage:
        raise Conflict("refund_too_large", asked=amount)
    return shares, back


def _give_back(case: Case, amount: int, parts: Divided, step: Step, now: datetime) -> str:
    complaint, order = case.complaint, case.order
    shares, back = parts
    refund = refunds.ask(
        case.payment,
        amount=amount,
        reason=REASON,
        by=step.actor.person_id,
        now=now,
        order_id=order.id,
        shares=shares,
    )
    db.session.flush()
    complaint.back, complaint.refund_id = amount, refund.id
    for line in db.session.scalars(
        select(ComplaintLine).where(ComplaintLine.complaint_id == complaint.id)
    ):
        line.back = back[line.line_id]
    return refund.code


def parts_of(complaint_id: int) -> list[rules.Part]:
    """The pieces complained about, with what was paid for them; in the order of their lines."""
    rows = db.session.execute(
        select(
            ComplaintLine.line_id,
            ComplaintLine.quantity,
            ComplaintLine.amount,
            (OrderLine.price * OrderLine.quantity).label("line_amount"),
            OrderLine.commission,
            OrderLine.commission_tax,
        )
        .join(OrderLine, OrderLine.id == ComplaintLine.line_id)
        .where(ComplaintLine.complaint_id == complaint_id)
        .order_by(ComplaintLine.line_id)
    )
    return [rules.Part(*row) for row in rows]


def write(complaint: Complaint, step: Step, *, now: datetime, **detail: Any) -> None:
    """One line in the complaint's own book."""
    db.session.flush()
    insert_rows(
        ComplaintEvent,
        [
            {
                "complaint_id": complaint.id,
                "at": now,
                "by": step.actor.person_id,
                "actor": Side(step.actor.role),
                "what": step.what,
                "words": step.words,
                "detail": detail,
                "version": complaint.version,
            }
        ],
    )


def due(order: Order, state: ComplaintState, now: datetime) -> datetime | None:
    """Until when, by the clock of the shop's place."""
    village = db.session.scalar(select(Ikm.village_code).where(Ikm.id == order.ikm_id))
    return rules.due(state, now, zone_of(village))


def subject_of(order: Order) -> str:
    """The name of an order's complaint in the books."""
    return f"complaint:{order.code}"


def is_open(complaint: Complaint) -> bool:
    """Whether somebody is still to act."""
    return complaint.state in OPEN
