"""What a buyer does: complain, take what is offered, pass it on to the dinas, or let it be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from marketplace.core import history
from marketplace.core.db import db
from marketplace.core.errors import Conflict, Invalid
from marketplace.orders import fulfilment
from marketplace.orders.complaints import cases, rules
from marketplace.orders.complaints.cases import Case, Step
from marketplace.orders.complaints.models import Complaint, ComplaintLine
from marketplace.orders.complaints.states import OPEN, ComplaintState, Kind, Wish
from marketplace.orders.ending import Actor
from marketplace.orders.grants import queries as grants
from marketplace.orders.ledger import posting, queries
from marketplace.orders.models import Order
from marketplace.orders.parcels import book


@dataclass(frozen=True, slots=True)
class Filed:
    """A complaint as the buyer wrote it; `pieces` says how many of which line."""

    kind: Kind
    words: str
    wish: Wish
    amount: int | None
    pieces: Mapping[int, int]


def complain(
    order_code: str, filed: Filed, *, group_id: int, by: int | None, now: datetime
) -> Complaint:
    """After some of it was sent and before it is complete: from now on its money is held."""
    _, order = cases.grip_order(order_code, group_id=group_id)
    if cases.known(order.id) is not None:
        raise Conflict("complaint_twice")
    actor = Actor("buyer", by)
    fulfilment.contest(order, actor, in_hand=filed.kind is not Kind.NOT_ARRIVED, now=now)
    complaint, lines = _drawn_up(order, filed, now)
    db.session.add(complaint)
    db.session.flush()
    for line in lines:
        line.complaint_id = complaint.id
    db.session.add_all(lines)
    posting.disputed(order, cases.subject_of(order), now=now)
    cases.write(complaint, Step("opened", actor, filed.words), now=now, amount=complaint.wished)
    history.record(
        "complaint.opened",
        cases.subject_of(order),
        by=by,
        at=now,
        kind=filed.kind.value,
        wish=filed.wish.value,
        rupiah=complaint.wished,
    )
    return complaint


def _drawn_up(
    order: Order, filed: Filed, now: datetime
) -> tuple[Complaint, list[ComplaintLine]]:  # fmt: skip
    sold = grants.lines(order.id)
    lines = [
        ComplaintLine(line_id=line.id, quantity=wanted, amount=line.price * wanted)
        for line in sold
        if (wanted := filed.pieces.get(line.id, 0))
    ]
    bought = {line.id: line.left for line in sold}  # without what has gone back already
    sent = book.gone(order)
    most = {line_id: min(left, sent.get(line_id, 0)) for line_id, left in bought.items()}
    if not lines or any(not 0 < line.quantity <= most[line.line_id] for line in lines):
        raise Invalid("complaint_pieces", field="pieces")
    goods = sum(line.amount for line in lines)
    asked = sum(line.quantity for line in lines)
    held = queries.held(order.id).postage
    postage = rules.postage_too(filed.kind, asked, sum(bought.values()), held)
    complaint = Complaint(
        order_id=order.id,
        kind=filed.kind,
        goods=goods,
        postage=postage,
        wish=filed.wish,
        wished=rules.wished(filed.wish, filed.amount, goods + postage),
        state=ComplaintState.ASKED,
        due_at=cases.due(order, ComplaintState.ASKED, now),
        opened_at=now,
    )
    return complaint, lines


def accept(order_code: str, *, group_id: int, by: int | None, now: datetime) -> Case:
    """The buyer takes what the shop offers."""
    case = cases.grip(order_code, group_id=group_id)
    case.must_be(ComplaintState.OFFERED)
    step = Step("accepted", Actor("buyer", by))
    cases.end(case, ComplaintState.SETTLED, step, amount=case.complaint.offered or 0, now=now)
    return case


def pass_on(
    order_code: str, *, group_id: int, words: str, by: int | None, now: datetime
) -> Case:  # fmt: skip
    """The offer is too little, or what was sent again is no better: the dinas decides."""
    case = cases.grip(order_code, group_id=group_id)
    case.must_be(ComplaintState.OFFERED, ComplaintState.RESENT)
    cases.go_on(
        case, ComplaintState.DESK, Step("passed_on", Actor("buyer", by), words), now=now
    )  # fmt: skip
    return case


def received(order_code: str, *, group_id: int, by: int | None, now: datetime) -> Case:
    """What was sent again is there and good."""
    case = cases.grip(order_code, group_id=group_id)
    case.must_be(ComplaintState.RESENT)
    cases.end(case, ComplaintState.SETTLED, Step("received", Actor("buyer", by)), now=now)
    return case


def withdraw(order_code: str, *, group_id: int, by: int | None, now: datetime) -> Case:
    """It turned out well: the order is complete as if nobody had complained."""
    case = cases.grip(order_code, group_id=group_id)
    case.must_be(*OPEN)
    cases.end(case, ComplaintState.WITHDRAWN, Step("withdrawn", Actor("buyer", by)), now=now)
    return case
