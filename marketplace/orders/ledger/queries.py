"""What the book says: of an account, an order, a payment, a shop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, func, or_, select

from marketplace.core.db import read, read_one
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.rules import GROWS_BY_DEBIT, HELD, Account, Fact, Sums, lies_in
from marketplace.orders.models import Order, Payment, Refund
from marketplace.orders.states import OrderState

PAGE = 30
AT_ONCE = 500  # rows of a statement


@dataclass(frozen=True, slots=True)
class Held:
    """What is held for an order until the buyer is content."""

    goods: int
    postage: int
    disputed: int

    @property
    def total(self) -> int:
        """What would go back if the order ended now."""
        return self.goods + self.postage


@dataclass(frozen=True, slots=True)
class Cut:
    """What the market keeps, and the tax on it."""

    commission: int
    tax: int


@dataclass(frozen=True, slots=True)
class ShopMoney:
    """Where a shop's money is: held for orders on their way, ready, on its way, paid out."""

    held: int  # after the cut
    ready: int  # below zero it is a debt
    on_the_way: int
    paid_out: int


# --- An order -------------------------------------------------------------------------------------

_E = LedgerEntry.__table__
_WRONG = _E.alias("wrong")
_SUMS = (
    select(
        func.coalesce(_WRONG.c.fact, _E.c.fact).label("fact"),
        func.sum(case((_E.c.reverses.is_(None), _E.c.amount), else_=-_E.c.amount)).label("amount"),
    )
    .select_from(_E.outerjoin(_WRONG, _WRONG.c.id == _E.c.reverses))
    .where(_E.c.order_id == bindparam("order_id"))
    .group_by(func.coalesce(_WRONG.c.fact, _E.c.fact))
)


def sums_of_order(order_id: int) -> Sums:
    """Every fact of an order with its amount; what was reversed does not count."""
    return {Fact(row.fact): int(row.amount) for row in read(_SUMS, {"order_id": order_id})}


def held(order_id: int) -> Held:
    """What is held for an order."""
    return held_in(sums_of_order(order_id))


def held_in(sums: Sums) -> Held:
    """The same from sums that are known already."""
    return Held(*(lies_in(account, sums) for account in HELD))


def of_order(*accounts: Account) -> Any:
    """What lies in these accounts for an order; a column for statements that read the order."""
    return (
        select(_left(accounts)).where(_E.c.order_id == Order.id).correlate(Order).scalar_subquery()
    )


_BOOKED = select(_E.c.id).where(
    _E.c.fact == bindparam("fact"), _E.c.subject == bindparam("subject")
)


def is_booked(fact: Fact, subject: str) -> bool:
    """Whether the book knows this already."""
    return read_one(_BOOKED, {"fact": fact, "subject": subject}) is not None


_AWAY = select(
    func.coalesce(func.sum(Refund.commission), 0).label("commission"),
    func.coalesce(func.sum(Refund.commission_tax), 0).label("tax"),
).where(Refund.order_id == bindparam("order_id"))


def fallen_away(order_id: int) -> Cut:
    """What refunds have taken off the cut of an order."""
    row = read_one(_AWAY, {"order_id": order_id})
    return Cut(int(row.commission), int(row.tax)) if row else Cut(0, 0)


_HELD_OF_GROUP = select(
    func.coalesce(
        func.sum(
            case((_E.c.credit.in_(HELD), _E.c.amount), else_=0)
            - case((_E.c.debit.in_(HELD), _E.c.amount), else_=0)
        ),
        0,
    ).label("held")
).where(_E.c.order_id.in_(select(Order.id).where(Order.group_id == bindparam("group_id"))))


def held_of_group(group_id: int) -> int:
    """What is held for all orders that were paid at once, complaints included."""
    row = read_one(_HELD_OF_GROUP, {"group_id": group_id})
    return int(row.held) if row else 0


_NOT_TAKEN = (Fact.CHARGEBACK_WON, Fact.REFUND_BY_CARD_BANK, Fact.REFUND_NOT_NEEDED)
_TAKEN_BACK = select(
    func.coalesce(
        func.sum(
            case(
                (_E.c.fact == Fact.CHARGEBACK_TAKEN, _E.c.amount),
                (_E.c.fact.in_(_NOT_TAKEN), -_E.c.amount),
                else_=0,
            )
        ),
        0,
    ).label("amount")
).where(_E.c.payment_id == bindparam("payment_id"))


def taken_back(payment_id: int) -> int:
    """What card banks have taken of a payment and not returned, beside what was promised back."""
    row = read_one(_TAKEN_BACK, {"payment_id": payment_id})
    return int(row.amount) if row else 0


_OF_GROUP = (
    select(_E, Order.__table__.c.code.label("order_code"))
    .select_from(_E.outerjoin(Order.__table__, Order.__table__.c.id == _E.c.order_id))
    .where(
        or_(
            _E.c.order_id.in_(select(Order.id).where(Order.group_id == bindparam("group_id"))),
            _E.c.payment_id.in_(
                select(Payment.id).where(Payment.group_id == bindparam("group_id"))
            ),
        )
    )
    .order_by(_E.c.id)
)


def entries_of_group(group_id: int) -> Sequence[Row[Any]]:
    """The money story of what one buyer paid at once: every booking of its orders and payments."""
    return read(_OF_GROUP, {"group_id": group_id})


# --- Accounts -------------------------------------------------------------------------------------


def balances(*, payment_id: int | None = None, ikm_id: int | None = None) -> dict[Account, int]:
    """Every account that was ever used with what lies in it, as its own side counts."""
    where = [
        column == value
        for column, value in ((_E.c.payment_id, payment_id), (_E.c.ikm_id, ikm_id))
        if value is not None
    ]
    found: dict[Account, int] = defaultdict(int)
    for side, sign in ((_E.c.debit, 1), (_E.c.credit, -1)):
        statement = (
            select(side.label("account"), func.sum(_E.c.amount).label("amount"))
            .where(*where)
            .group_by(side)
        )
        for row in read(statement):
            account = Account(row.account)
            found[account] += sign * int(row.amount) * (1 if account in GROWS_BY_DEBIT else -1)
    return dict(found)


def balance(
    account: Account, *, payment_id: int | None = None, ikm_id: int | None = None
) -> int:  # fmt: skip
    """What lies in one account, as its own side counts."""
    return balances(payment_id=payment_id, ikm_id=ikm_id).get(account, 0)


# --- A shop ---------------------------------------------------------------------------------------


def _left(accounts: Iterable[Account]) -> Any:
    """Credits less debits of these accounts."""
    return func.coalesce(
        func.sum(
            case((_E.c.credit.in_(accounts), _E.c.amount), else_=0)
            - case((_E.c.debit.in_(accounts), _E.c.amount), else_=0)
        ),
        0,
    )


_CUT_TO_COME = (
    select(func.coalesce(func.sum(Order.commission + Order.commission_tax), 0))
    .where(
        Order.ikm_id == bindparam("ikm_id"),
        Order.state.in_([OrderState.NEW, OrderState.ACCEPTED]),
    )
    .scalar_subquery()
)
_CUT_FALLEN_AWAY = (
    select(func.coalesce(func.sum(Refund.commission + Refund.commission_tax), 0))
    .join(Order, Order.id == Refund.order_id)
    .where(
        Order.ikm_id == bindparam("ikm_id"),
        Order.state.in_([OrderState.NEW, OrderState.ACCEPTED]),
    )
    .scalar_subquery()
)
_SHOP = select(
    (_left(HELD) - _CUT_TO_COME + _CUT_FALLEN_AWAY).label("held"),
    _left([Account.PAYABLE]).label("ready"),
    _left([Account.PAYOUTS]).label("on_the_way"),
    func.coalesce(
        func.sum(
            case(
                (_E.c.fact == Fact.PAYOUT_ARRIVED, _E.c.amount),
                # what arrived and came back is booked back
                (and_(_E.c.reverses.is_not(None), _E.c.credit == Account.PAYOUTS), -_E.c.amount),
                else_=0,
            )
        ),
        0,
    ).label("paid_out"),
).where(_E.c.ikm_id == bindparam("ikm_id"))


def shop_money(ikm_id: int) -> ShopMoney:
    """Where a shop's money is, in one statement."""
    row = read_one(_SHOP, {"ikm_id": ikm_id})
    return ShopMoney(*(int(value or 0) for value in row)) if row else ShopMoney(0, 0, 0, 0)


_PAYABLE = (
    select(
        _E.c.id,
        _E.c.at,
        _E.c.fact,
        _E.c.reverses,
        _E.c.order_id,
        Order.__table__.c.code.label("order_code"),
        case((_E.c.credit == Account.PAYABLE, _E.c.amount), else_=-_E.c.amount).label("amount"),
    )
    .select_from(_E.outerjoin(Order.__table__, Order.__table__.c.id == _E.c.order_id))
    .where(
        _E.c.ikm_id == bindparam("ikm_id"),
        or_(_E.c.credit == Account.PAYABLE, _E.c.debit == Account.PAYABLE),
    )
)
_NEWEST = _PAYABLE.order_by(_E.c.at.desc(), _E.c.id.desc()).limit(PAGE + 1)
_LAST = _E.alias("last")
_LAST_AT = select(_LAST.c.at).where(_LAST.c.id == bindparam("before")).scalar_subquery()
_OLDER = _NEWEST.where(
    or_(_E.c.at < _LAST_AT, and_(_E.c.at == _LAST_AT, _E.c.id < bindparam("before")))
)
_BETWEEN = (
    _PAYABLE.where(
        _E.c.at < bindparam("after"),
        or_(
            _E.c.at > bindparam("first"),
            and_(_E.c.at == bindparam("first"), _E.c.id > bindparam("id")),
        ),
    )
    .order_by(_E.c.at, _E.c.id)
    .limit(AT_ONCE)
)


def shop_entries(ikm_id: int, before: int | None = None) -> tuple[Sequence[Row[Any]], int | None]:
    """What moved a shop's balance, newest first, signed; and where the next page begins."""
    if before is None:
        rows = read(_NEWEST, {"ikm_id": ikm_id})
    else:
        rows = read(_OLDER, {"ikm_id": ikm_id, "before": before})
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def statement_lines(ikm_id: int, *, first: datetime, after: datetime) -> Iterator[Row[Any]]:
    """The same for a statement: everything from `first` on and before `after`, oldest first.

    Read in pages, so that a long month costs no more memory than a short one.
    """
    params: dict[str, Any] = {"ikm_id": ikm_id, "after": after, "first": first, "id": 0}
    while rows := read(_BETWEEN, params):
        yield from rows
        params |= {"first": rows[-1].at, "id": rows[-1].id}


_BEFORE = select(_left([Account.PAYABLE])).where(
    _E.c.ikm_id == bindparam("ikm_id"), _E.c.at < bindparam("moment")
)


def balance_before(ikm_id: int, moment: datetime) -> int:
    """A shop's balance as it stood at that moment: what a statement begins with."""
    row = read_one(_BEFORE, {"ikm_id": ikm_id, "moment": moment})
    return int(row[0]) if row else 0
