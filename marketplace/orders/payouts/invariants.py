"""What must be true of payouts, and between them and the book."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, case, func, literal, or_, select

from marketplace.core.db import db
from marketplace.makers.models import Membership
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.rules import Account, Fact
from marketplace.orders.payouts.models import Payout, PayoutAccount, PayoutLine, PayoutRun
from marketplace.orders.payouts.runs import payable, signed
from marketplace.orders.payouts.states import BACK, PayoutState, RunState
from marketplace.orders.rule_rows import rule_rows
from marketplace.orders.rule_rows.rules import PAYOUT_TWO_PERSONS_ABOVE

Rows = Sequence[Row[Any]]
_E = LedgerEntry.__table__
_SUBJECT = "payout:"


def y1_a_payout_is_the_sum_of_its_lines() -> Rows:
    """Each booking is in one payout at most, of its own shop; together they are its amount."""
    lines = (
        select(
            PayoutLine.payout_id,
            func.sum(signed()).label("amount"),
            func.sum(case((payable(), 0), else_=1)).label("strange"),
            func.count(_E.c.ikm_id.distinct()).label("shops"),
            func.min(_E.c.ikm_id).label("ikm_id"),
        )
        .join(_E, _E.c.id == PayoutLine.entry_id)
        .group_by(PayoutLine.payout_id)
        .subquery()
    )
    twice = (
        select(PayoutLine.entry_id, func.count())
        .group_by(PayoutLine.entry_id)
        .having(func.count() > 1)
    )
    return [
        *_rows(twice),
        *_rows(
            select(Payout.code, Payout.amount, lines.c.amount)
            .outerjoin(lines, lines.c.payout_id == Payout.id)
            .where(
                or_(
                    func.coalesce(lines.c.amount, 0) != Payout.amount,
                    lines.c.strange > 0,
                    lines.c.shops != 1,
                    lines.c.ikm_id != Payout.ikm_id,
                )
            )
        ),
    ]


def y2_the_book_tells_every_payout() -> Rows:
    """Counted once, arrived if it was paid, booked back if it came back; and nothing else."""
    sums = (
        select(
            _E.c.subject,
            *(
                func.sum(case((_E.c.fact == fact, _E.c.amount), else_=0)).label(fact.value)
                for fact in (Fact.PAYOUT_MADE, Fact.PAYOUT_ARRIVED, Fact.PAYOUT_RETURNED)
            ),
        )
        .where(_E.c.subject.like(f"{_SUBJECT}%"))
        .group_by(_E.c.subject)
        .subquery()
    )
    wrong = _E.alias("wrong")
    undone = (
        select(wrong.c.subject, func.sum(_E.c.amount).label("amount"))
        .join(wrong, wrong.c.id == _E.c.reverses)
        .where(wrong.c.fact == Fact.PAYOUT_ARRIVED)
        .group_by(wrong.c.subject)
        .subquery()
    )
    arrived = func.coalesce(sums.c.payout_arrived, 0) - func.coalesce(undone.c.amount, 0)
    subject = literal(_SUBJECT) + Payout.code
    return [
        *_rows(
            select(Payout.code, Payout.state, sums.c.payout_made, arrived, sums.c.payout_returned)
            .outerjoin(sums, sums.c.subject == subject)
            .outerjoin(undone, undone.c.subject == subject)
            .where(
                or_(
                    func.coalesce(sums.c.payout_made, 0) != Payout.amount,
                    arrived != case((Payout.state == PayoutState.PAID, Payout.amount), else_=0),
                    func.coalesce(sums.c.payout_returned, 0)
                    != case((Payout.state.in_(BACK), Payout.amount), else_=0),
                )
            )
        ),
        *_rows(
            select(sums.c.subject)
            .outerjoin(Payout, subject == sums.c.subject)
            .where(Payout.id.is_(None))
        ),
    ]


def y3_what_is_in_no_payout_is_the_balance() -> Rows:
    """A shop's balance is what no payout has taken, debts too: nothing is lost or paid twice."""
    on_balance = or_(_E.c.credit == Account.PAYABLE, _E.c.debit == Account.PAYABLE)
    in_payout = select(PayoutLine.entry_id).where(PayoutLine.entry_id == _E.c.id).exists()
    balance = func.sum(case((on_balance, signed()), else_=0))
    left = func.sum(case((and_(payable(), ~in_payout), signed()), else_=0))
    return _rows(
        select(_E.c.ikm_id, balance, left)
        .where(_E.c.ikm_id.is_not(None))
        .group_by(_E.c.ikm_id)
        .having(balance != left)
    )


def y4_runs_and_their_payouts_agree() -> Rows:
    """A run is the sum of its payouts; let go, none of them is only planned; to accounts of the
    shop that had waited long enough; a large one was let go by two persons, and nobody let go
    what paid a shop of their own.
    """
    sums = (
        select(
            Payout.run_id,
            func.sum(Payout.amount).label("total"),
            func.count().label("pieces"),
            func.sum(case((Payout.state == PayoutState.PLANNED, 1), else_=0)).label("planned"),
            func.sum(case((Payout.sent_at.is_not(None), 1), else_=0)).label("sent"),
            func.sum(case((Payout.sent_at.is_not(None), Payout.amount), else_=0)).label("gone"),
        )
        .group_by(Payout.run_id)
        .subquery()
    )
    open_ = PayoutRun.state.in_((RunState.PLANNED, RunState.APPROVED))
    let_go = _rows(
        select(PayoutRun.code, sums.c.gone, PayoutRun.released_at, PayoutRun.first_by)
        .join(sums, sums.c.run_id == PayoutRun.id)
        .where(PayoutRun.state == RunState.RELEASED, PayoutRun.first_by.is_(None))
    )
    return [
        *_rows(
            select(PayoutRun.code, PayoutRun.state, PayoutRun.total, sums.c.total)
            .outerjoin(sums, sums.c.run_id == PayoutRun.id)
            .where(
                or_(
                    func.coalesce(sums.c.total, 0) != PayoutRun.total,
                    func.coalesce(sums.c.pieces, 0) != PayoutRun.pieces,
                    and_(open_, sums.c.planned != PayoutRun.pieces),
                    and_(~open_, sums.c.planned > 0),
                    and_(PayoutRun.state != RunState.RELEASED, sums.c.sent > 0),
                )
            )
        ),
        *_rows(
            select(Payout.code, PayoutAccount.code)
            .join(PayoutAccount, PayoutAccount.id == Payout.account_id)
            .join(PayoutRun, PayoutRun.id == Payout.run_id)
            .where(
                or_(
                    PayoutAccount.ikm_id != Payout.ikm_id,
                    PayoutAccount.way != PayoutRun.way,
                    PayoutAccount.usable_from > PayoutRun.made_at,
                )
            )
        ),
        *_rows(
            select(PayoutRun.code, Payout.code, Membership.person_id)
            .join(Payout, Payout.run_id == PayoutRun.id)
            .join(Membership, Membership.ikm_id == Payout.ikm_id)
            .where(
                Payout.sent_at.is_not(None),
                Membership.since < PayoutRun.released_at,
                or_(
                    Membership.person_id == PayoutRun.released_by,
                    Membership.person_id == PayoutRun.first_by,
                ),
            )
        ),
        *[
            row
            for row in let_go
            if row.gone > rule_rows.value(PAYOUT_TWO_PERSONS_ABOVE, now=row.released_at)
        ],
    ]


def y5_a_shop_has_one_account() -> Rows:
    """At most one account of a shop counts, and what is paid by a provider has its name there."""
    return [
        *_rows(
            select(PayoutAccount.ikm_id, func.count())
            .where(PayoutAccount.state == "current")
            .group_by(PayoutAccount.ikm_id)
            .having(func.count() > 1)
        ),
        *_rows(
            select(Payout.code, Payout.state)
            .join(PayoutRun, PayoutRun.id == Payout.run_id)
            .where(
                PayoutRun.way != "bank",
                Payout.state == PayoutState.PAID,
                Payout.transfer.is_(None),
            )
        ),
    ]


def _rows(statement: Any) -> list[Row[Any]]:
    return list(db.session.execute(statement).all())


CHECKS: Mapping[str, Callable[[], Rows]] = {
    "Y1": y1_a_payout_is_the_sum_of_its_lines,
    "Y2": y2_the_book_tells_every_payout,
    "Y3": y3_what_is_in_no_payout_is_the_balance,
    "Y4": y4_runs_and_their_payouts_agree,
    "Y5": y5_a_shop_has_one_account,
}
