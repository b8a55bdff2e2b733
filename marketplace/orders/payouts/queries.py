"""What owners and officers see of payouts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, case, func, or_, select

from marketplace.accounts.models import Person
from marketplace.core.db import read, read_one
from marketplace.makers.models import Ikm
from marketplace.makers.states import ShopState
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.rules import Account
from marketplace.orders.models import Order
from marketplace.orders.payouts import closed
from marketplace.orders.payouts.models import Payout, PayoutAccount, PayoutLine, PayoutRun
from marketplace.orders.payouts.runs import signed
from marketplace.orders.payouts.states import AccountState, PayoutState
from marketplace.orders.rule_rows import rule_rows
from marketplace.orders.rule_rows.rules import PAYOUT_MINIMUM

PAGE = 30
LINES = 100  # of one payout on a page
MOST_SHOPS = 200
_E = LedgerEntry.__table__


class Stands(StrEnum):
    """Whether a shop's balance goes with the next run, and if not, why."""

    READY = "ready"
    DEBT = "debt"
    SMALL = "small"
    NO_ACCOUNT = "no_account"
    WAITS = "waits"
    SUSPENDED = "suspended"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Balance:
    """A shop with money to its name, or a debt."""

    ikm_id: int
    shop: str
    code: str
    rupiah: int
    stands: Stands


_PER_SHOP = (
    select(_E.c.ikm_id, func.sum(signed()).label("rupiah"))
    .where(or_(_E.c.credit == Account.PAYABLE, _E.c.debit == Account.PAYABLE))
    .group_by(_E.c.ikm_id)
    .having(func.sum(signed()) != 0)
    .subquery()
)
_BALANCE_OF = (
    select(_PER_SHOP.c.rupiah)
    .join(Ikm, Ikm.id == _PER_SHOP.c.ikm_id)
    .where(Ikm.code == bindparam("code"))
)
_BALANCES = (
    select(
        _PER_SHOP.c.ikm_id,
        Ikm.name,
        Ikm.code,
        Ikm.state,
        closed.may_be_paid().label("may_be_paid"),
        _PER_SHOP.c.rupiah,
        PayoutAccount.id,
        PayoutAccount.usable_from,
    )
    .join(Ikm, Ikm.id == _PER_SHOP.c.ikm_id)
    .outerjoin(
        PayoutAccount,
        (PayoutAccount.ikm_id == Ikm.id) & (PayoutAccount.state == AccountState.CURRENT),
    )
    .order_by(_PER_SHOP.c.rupiah.desc(), Ikm.id)
)


def balances(*, now: datetime) -> list[Balance]:
    """Every shop whose balance is not nothing, the largest first."""
    least = rule_rows.value(PAYOUT_MINIMUM, now=now)
    return [
        Balance(row.ikm_id, row.name, row.code, int(row.rupiah), _stands(row, least, now))
        for row in read(_BALANCES)
    ]


def _stands(row: Row[Any], least: int, now: datetime) -> Stands:
    if row.rupiah < 0:
        return Stands.DEBT
    ended = row.state == ShopState.CLOSED
    if not row.may_be_paid:
        return Stands.CLOSED if ended else Stands.SUSPENDED
    if row.rupiah < least and not ended:
        return Stands.SMALL
    if row.id is None:
        return Stands.NO_ACCOUNT
    if row.usable_from > now:
        return Stands.WAITS
    return Stands.READY


# --- Runs -----------------------------------------------------------------------------------------


def _these(*states: PayoutState) -> Any:
    return func.coalesce(func.sum(case((Payout.state.in_(states), 1), else_=0)), 0)


_RUNS = (
    select(
        PayoutRun.__table__,
        _these(PayoutState.SENT).label("on_the_way"),
        _these(PayoutState.PAID).label("paid"),
        _these(PayoutState.RETURNED, PayoutState.FAILED).label("back"),
    )
    .outerjoin(Payout, Payout.run_id == PayoutRun.id)
    .group_by(PayoutRun.id)
    .order_by(PayoutRun.id.desc())
    .limit(PAGE + 1)
)
_OLDER_RUNS = _RUNS.where(PayoutRun.id < bindparam("before"))
_MADE, _FIRST, _RELEASED, _ASKER = (
    Person.__table__.alias(name) for name in ("made", "first", "released", "asker")
)
_RUN = (
    select(
        PayoutRun.__table__,
        _MADE.c.name.label("made_name"),
        _FIRST.c.name.label("first_name"),
        _RELEASED.c.name.label("released_name"),
    )
    .outerjoin(_MADE, _MADE.c.id == PayoutRun.made_by)
    .outerjoin(_FIRST, _FIRST.c.id == PayoutRun.first_by)
    .outerjoin(_RELEASED, _RELEASED.c.id == PayoutRun.released_by)
    .where(PayoutRun.code == bindparam("code"))
)
_PAYOUT = (
    select(
        Payout.__table__,
        Ikm.name.label("shop"),
        Ikm.code.label("shop_code"),
        PayoutAccount.way,
        PayoutAccount.bank,
        PayoutAccount.tail,
        PayoutAccount.holder,
        PayoutRun.code.label("run_code"),
        _ASKER.c.name.label("asker"),
    )
    .join(Ikm, Ikm.id == Payout.ikm_id)
    .join(PayoutAccount, PayoutAccount.id == Payout.account_id)
    .join(PayoutRun, PayoutRun.id == Payout.run_id)
    .outerjoin(_ASKER, _ASKER.c.id == Payout.back_asked_by)
)
_ASKED_BACK = _PAYOUT.where(
    Payout.back_asked_by.is_not(None), Payout.state.in_((PayoutState.SENT, PayoutState.PAID))
).order_by(Payout.back_asked_at, Payout.id)
_OF_RUN = _PAYOUT.where(PayoutRun.code == bindparam("code")).order_by(Payout.id)
_ONE = _PAYOUT.where(PayoutRun.code == bindparam("run"), Payout.code == bindparam("code"))
_OF_SHOP = (
    _PAYOUT.where(Payout.ikm_id == bindparam("ikm_id")).order_by(Payout.id.desc()).limit(PAGE + 1)
)
_OF_SHOP_OLDER = _OF_SHOP.where(Payout.id < bindparam("before"))
_ONE_OF_SHOP = _PAYOUT.where(Payout.ikm_id == bindparam("ikm_id"), Payout.code == bindparam("code"))
_LINES = (
    select(_E.c.id, _E.c.at, _E.c.fact, Order.code.label("order_code"), signed().label("amount"))
    .select_from(PayoutLine)
    .join(_E, _E.c.id == PayoutLine.entry_id)
    .outerjoin(Order, Order.id == _E.c.order_id)
    .where(PayoutLine.payout_id == bindparam("payout_id"), _E.c.id > bindparam("after"))
    .order_by(_E.c.id)
    .limit(LINES + 1)
)
_IN_FILE = (
    select(
        Payout.code,
        Payout.amount,
        PayoutAccount.code.label("account_code"),
        PayoutAccount.number,
        PayoutAccount.bank,
        PayoutAccount.holder,
    )
    .join(PayoutAccount, PayoutAccount.id == Payout.account_id)
    .join(PayoutRun, PayoutRun.id == Payout.run_id)
    .where(
        PayoutRun.code == bindparam("code"),
        Payout.state == PayoutState.SENT,
        Payout.back_asked_by.is_(None),
    )
    .order_by(Payout.id)
)
_LAST_RUN = select(func.max(PayoutRun.made_at).label("at"))


def runs(before: int | None = None) -> tuple[Sequence[Row[Any]], int | None]:
    """The runs, the newest first, and where the next page begins."""
    rows = read(_OLDER_RUNS, {"before": before}) if before else read(_RUNS)
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def run(code: str) -> Row[Any] | None:
    """One run with who had a hand in it."""
    return read_one(_RUN, {"code": code})


def of_run(code: str) -> Sequence[Row[Any]]:
    """The payouts of a run."""
    return read(_OF_RUN, {"code": code})


def payout(run_code: str, code: str) -> Row[Any] | None:
    """One payout of a run."""
    return read_one(_ONE, {"run": run_code, "code": code})


def balance_of(shop_code: str) -> int:
    """What one shop has to come, or owes."""
    row = read_one(_BALANCE_OF, {"code": shop_code})
    return int(row.rupiah) if row else 0


def asked_back() -> Sequence[Row[Any]]:
    """What one officer says came back, and another has not looked at yet; the oldest first."""
    return read(_ASKED_BACK)


def of_shop(ikm_id: int, before: int | None = None) -> tuple[Sequence[Row[Any]], int | None]:
    """The payouts of a shop, the newest first, and where the next page begins."""
    if before is None:
        rows = read(_OF_SHOP, {"ikm_id": ikm_id})
    else:
        rows = read(_OF_SHOP_OLDER, {"ikm_id": ikm_id, "before": before})
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def payout_of_shop(ikm_id: int, code: str) -> Row[Any] | None:
    """One payout of this shop."""
    return read_one(_ONE_OF_SHOP, {"ikm_id": ikm_id, "code": code})


def lines_of(payout_id: int, after: int | None = None) -> tuple[Sequence[Row[Any]], int | None]:
    """What a payout is made of, oldest first, and where the next page begins."""
    rows = read(_LINES, {"payout_id": payout_id, "after": after or 0})
    return rows[:LINES], rows[LINES - 1].id if len(rows) > LINES else None


def in_file(run_code: str) -> Sequence[Row[Any]]:
    """What the bank is to pay of a run, in order: not what arrived, came back or perhaps did."""
    return read(_IN_FILE, {"code": run_code})


def last_run_at() -> datetime | None:
    """When a run was made last."""
    row = read_one(_LAST_RUN)
    return row.at if row else None
