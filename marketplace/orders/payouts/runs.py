"""Runs: what is ready is counted once, let go by one or two persons, or called off.

Two runs at once take turns at the accounts of the shops; the second finds nothing left. Should they
ever not, the database takes no booking into two payouts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, case, func, insert, or_, select

from marketplace.core import history, jobs
from marketplace.core.db import db, insert_rows, locked_row
from marketplace.core.errors import Conflict
from marketplace.core.ids import new_code
from marketplace.core.states import move
from marketplace.makers.models import Ikm
from marketplace.makers.own import refuse_own_shop
from marketplace.makers.states import ShopState
from marketplace.orders.ledger import posting
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.rules import Account, Fact
from marketplace.orders.payouts import closed, payouts, rules
from marketplace.orders.payouts.models import Payout, PayoutAccount, PayoutLine, PayoutRun
from marketplace.orders.payouts.rules import BANK
from marketplace.orders.payouts.states import RUN_MOVES, AccountState, PayoutState, RunState
from marketplace.orders.rule_rows import rule_rows
from marketplace.orders.rule_rows.rules import PAYOUT_MINIMUM, PAYOUT_TWO_PERSONS_ABOVE

Line = tuple[int, int]  # a booking and what it adds to the balance


class Said(StrEnum):
    """What became of a yes."""

    RELEASED = "released"
    NEEDS_ANOTHER = "needs_another"  # the sum is large: a second person says yes as well
    CHANGED = "changed"  # what the first person saw is not what stands now: counted as the first
    EMPTY = "empty"  # nothing of it may be paid any more


# --- Counting what is ready -----------------------------------------------------------------------


def plan(*, by: int | None, now: datetime) -> list[str]:
    """Count what every shop may be paid now; the codes of the new runs, one for each way."""
    accounts, for_good = _usable_accounts(now)
    least = rule_rows.value(PAYOUT_MINIMUM, now=now)
    ready: dict[str, dict[int, Sequence[Line]]] = defaultdict(dict)
    for ikm_id, lines in _open_lines(now).items():
        account = accounts.get(ikm_id)
        # nothing will be added to what a closed shop has to come, so none of it is too little
        enough = 1 if ikm_id in for_good else least
        if account is not None and sum(amount for _, amount in lines) >= enough:
            ready[account.way][ikm_id] = lines
    return [_make(way, accounts, ready[way], by=by, now=now) for way in sorted(ready)]


def _usable_accounts(now: datetime) -> tuple[dict[int, PayoutAccount], set[int]]:
    """Locked, in order: an account that changes now, or another run, waits for this one.

    And which of their shops have closed.
    """
    found = db.session.execute(
        select(PayoutAccount, Ikm.state)
        .join(Ikm, Ikm.id == PayoutAccount.ikm_id)
        .where(
            PayoutAccount.state == AccountState.CURRENT,
            PayoutAccount.usable_from <= now,
            closed.may_be_paid(),
        )
        .order_by(PayoutAccount.id)
        .with_for_update(of=PayoutAccount, key_share=True)
        .execution_options(populate_existing=True)
    )
    accounts = {account.ikm_id: (account, state) for account, state in found}
    return (
        {ikm_id: account for ikm_id, (account, _) in accounts.items()},
        {ikm_id for ikm_id, (_, state) in accounts.items() if state == ShopState.CLOSED},
    )


def _open_lines(now: datetime) -> Mapping[int, Sequence[Line]]:
    """What moved each shop's balance and is in no payout, debts included; read after the lock."""
    entry = LedgerEntry.__table__
    waiting = select(PayoutAccount.ikm_id).where(
        PayoutAccount.state == AccountState.CURRENT, PayoutAccount.usable_from <= now
    )
    rows = db.session.execute(
        select(entry.c.id, entry.c.ikm_id, signed())
        .where(
            entry.c.ikm_id.in_(waiting),
            payable(),
            ~select(PayoutLine.entry_id).where(PayoutLine.entry_id == entry.c.id).exists(),
        )
        .order_by(entry.c.id)
    )
    found: dict[int, list[Line]] = defaultdict(list)
    for entry_id, ikm_id, amount in rows:
        found[ikm_id].append((entry_id, amount))
    return found


def payable() -> Any:
    """A booking that a payout can pay: anything on a shop's balance but a payout itself."""
    entry = LedgerEntry.__table__
    return and_(
        or_(entry.c.credit == Account.PAYABLE, entry.c.debit == Account.PAYABLE),
        entry.c.fact != Fact.PAYOUT_MADE,
    )


def signed() -> Any:
    """What a booking adds to a shop's balance."""
    entry = LedgerEntry.__table__
    return case((entry.c.credit == Account.PAYABLE, entry.c.amount), else_=-entry.c.amount)


def _make(
    way: str,
    accounts: Mapping[int, PayoutAccount],
    ready: Mapping[int, Sequence[Line]],
    *,
    by: int | None,
    now: datetime,
) -> str:
    """Write one run down: its payouts, the bookings each pays, and that they left the balances."""
    sums = {ikm_id: sum(amount for _, amount in lines) for ikm_id, lines in ready.items()}
    run = PayoutRun(
        code=new_code(),
        way=way,
        state=RunState.PLANNED,
        total=sum(sums.values()),
        pieces=len(sums),
        made_by=by,
        made_at=now,
    )
    db.session.add(run)
    db.session.flush()
    codes = {ikm_id: new_code() for ikm_id in sorted(sums)}
    ids = insert_rows(
        Payout,
        [
            {
                "code": code,
                "run_id": run.id,
                "ikm_id": ikm_id,
                "account_id": accounts[ikm_id].id,
                "amount": sums[ikm_id],
                "state": PayoutState.PLANNED,
                "key": f"payout:{code}:1",
                "reference": "",
                "reason": "",
                "touched_at": now,
            }
            for ikm_id, code in codes.items()
        ],
        by="code",
    )
    lines = [
        {"entry_id": entry_id, "payout_id": ids[codes[ikm_id]]}
        for ikm_id, found in ready.items()
        for entry_id, _ in found
    ]
    db.session.execute(insert(PayoutLine), lines)
    posting.paid_out([(code, ikm_id, sums[ikm_id]) for ikm_id, code in codes.items()], now=now)
    _write("payout_run.planned", run, by=by, now=now, pieces=run.pieces)
    return run.code


# --- Letting it go --------------------------------------------------------------------------------


def release(code: str, *, by: int, now: datetime) -> Said:
    """Hand a run to whoever pays; a large one when a second person agrees to the very same.

    Nobody says yes to money for a shop of their own.
    """
    run = locked_row(PayoutRun, code)
    if run.state not in (RunState.PLANNED, RunState.APPROVED):
        raise Conflict("run_over")
    if run.first_by == by:  # even when the limit is higher by now
        raise Conflict("second_person_run")
    planned = _planned(run)
    refuse_own_shop(by, (one.ikm_id for one in planned))
    seen = rules.digest((one.code, one.account_id, one.amount) for one in planned)
    large = sum(one.amount for one in planned) > rule_rows.value(PAYOUT_TWO_PERSONS_ABOVE, now=now)
    if large and (run.first_by is None or run.first_digest != seen):
        anew = run.first_by is not None
        _first(run, seen, by=by, now=now)
        return Said.CHANGED if anew else Said.NEEDS_ANOTHER
    return _let_go(run, planned, by=by, now=now)


def cancel(code: str, *, reason: str, by: int, now: datetime) -> None:
    """Call a run off before it is let go; everything in it is payable again."""
    run = locked_row(PayoutRun, code)
    run.state = move(RunState(run.state), RunState.CANCELLED, RUN_MOVES)
    for payout in _planned(run):
        payouts.back(payout, PayoutState.FAILED, reason, by=by, now=now)
    _write("payout_run.cancelled", run, by=by, now=now, reason=reason)


def _first(run: PayoutRun, seen: str, *, by: int, now: datetime) -> None:
    if run.state == RunState.PLANNED:
        run.state = move(RunState.PLANNED, RunState.APPROVED, RUN_MOVES)
    run.first_by, run.first_digest = by, seen
    _write("payout_run.approved", run, by=by, now=now)


def _let_go(run: PayoutRun, planned: Sequence[Payout], *, by: int, now: datetime) -> Said:
    held_up = _held_up(run, now)
    for payout in planned:
        if payout.id in held_up:
            payouts.back(payout, PayoutState.FAILED, held_up[payout.id], by=by, now=now)
            continue
        payouts.go(payout, PayoutState.SENT, now)
        payout.sent_at = now
        if run.way != BANK:
            jobs.enqueue("payouts.send", key=f"payout:{payout.code}", payout_code=payout.code)
    if len(held_up) == len(planned):
        run.state = move(RunState(run.state), RunState.CANCELLED, RUN_MOVES)
        _write("payout_run.cancelled", run, by=by, now=now, reason="empty")
        return Said.EMPTY
    run.state = move(RunState(run.state), RunState.RELEASED, RUN_MOVES)
    run.released_by, run.released_at = by, now
    _write("payout_run.released", run, by=by, now=now, first_by=run.first_by)
    return Said.RELEASED


def _planned(run: PayoutRun) -> list[Payout]:
    return list(
        db.session.scalars(
            select(Payout)
            .where(Payout.run_id == run.id, Payout.state == PayoutState.PLANNED)
            .order_by(Payout.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def _held_up(run: PayoutRun, now: datetime) -> dict[int, str]:
    """The payouts that may not go after all, and why."""
    entry = LedgerEntry.__table__
    balance = (
        select(func.coalesce(func.sum(signed()), 0))
        .where(
            entry.c.ikm_id == Payout.ikm_id,
            or_(entry.c.credit == Account.PAYABLE, entry.c.debit == Account.PAYABLE),
        )
        .correlate(Payout)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Payout.id,
            PayoutAccount.state,
            PayoutAccount.usable_from,
            Ikm.state.label("shop"),
            closed.may_be_paid().label("may_be_paid"),
            balance.label("balance"),
        )
        .join(PayoutAccount, PayoutAccount.id == Payout.account_id)
        .join(Ikm, Ikm.id == Payout.ikm_id)
        .where(Payout.run_id == run.id, Payout.state == PayoutState.PLANNED)
        .order_by(PayoutAccount.id)  # as every run locks them
        .with_for_update(of=PayoutAccount, key_share=True)
    ).all()
    return {row.id: why for row in rows if (why := _why_not(row, now))}


def _why_not(row: Row[Any], now: datetime) -> str:
    if row.state != AccountState.CURRENT or row.usable_from > now:
        return "account_changed"
    if not row.may_be_paid:
        return "shop_closed" if row.shop == ShopState.CLOSED else "shop_suspended"
    # something was taken back since it was counted: the next run pays the rest
    return "debt" if row.balance < 0 else ""


def _write(act: str, run: PayoutRun, *, by: int | None, now: datetime, **detail: Any) -> None:
    history.record(act, f"run:{run.code}", by=by, at=now, rupiah=run.total, **detail)
