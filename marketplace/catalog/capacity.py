"""How much a maker can finish in a week, and which products share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Row, and_, bindparam, case, func, select, update

from marketplace.catalog import rules
from marketplace.catalog.models import Product, Quota, QuotaWeek
from marketplace.catalog.states import ProductState
from marketplace.core.db import db, read, read_one
from marketplace.core.errors import Invalid, NotFound

MOST_PER_WEEK = 10_000
MOST_HORIZON = 26
MOST_QUOTAS = 20
WEEKS_SHOWN = 10
_PRODUCTS = Product.__table__


@dataclass(frozen=True, slots=True)
class Wish:
    """What the maker says: the codes of the products share so many pieces a week."""

    name: str
    per_week: int
    horizon: int
    products: frozenset[str]


@dataclass(frozen=True, slots=True)
class Week:
    """One week as the maker sees it."""

    monday: date
    capacity: int
    used: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A quota with its weeks from now on."""

    quota: Row[Any]
    weeks: tuple[Week, ...]


_LIVING = and_(Quota.ikm_id == bindparam("ikm_id"), Quota.ended_at.is_(None))
_OF_SHOP = (
    select(
        Quota.id,
        Quota.name,
        Quota.per_week,
        func.coalesce(QuotaWeek.capacity, Quota.per_week).label("capacity"),
        func.coalesce(QuotaWeek.used, 0).label("used"),
        select(func.count())
        .where(
            Product.ikm_id == Quota.ikm_id,  # by its index
            Product.quota_id == Quota.id,
            Product.lead_days.is_not(None),
        )
        .correlate(Quota)
        .scalar_subquery()
        .label("products"),
    )
    .outerjoin(
        QuotaWeek,
        and_(QuotaWeek.quota_id == Quota.id, QuotaWeek.week == bindparam("week", type_=Date)),
    )
    .where(_LIVING)
    .order_by(Quota.id)
)
_ONE = select(Quota.id, Quota.name, Quota.per_week, Quota.horizon).where(
    _LIVING, Quota.id == bindparam("quota")
)
_WEEKS = (
    select(QuotaWeek.week, QuotaWeek.capacity, QuotaWeek.used)
    .where(
        QuotaWeek.quota_id == bindparam("quota"),
        QuotaWeek.week >= bindparam("since", type_=Date),
    )
    .order_by(QuotaWeek.week)
)
_MADE_TO_ORDER = (
    select(Product.code, Product.name, Product.quota_id, Quota.name.label("quota"))
    .outerjoin(Quota, Quota.id == Product.quota_id)
    .where(
        Product.ikm_id == bindparam("ikm_id"),
        Product.state != ProductState.REMOVED,
        Product.lead_days.is_not(None),
    )
    .order_by(Product.name, Product.id)
    .limit(200)
)


def of_shop(ikm_id: int, now: datetime) -> Sequence[Row[Any]]:
    """The shop's quotas with how full this week is."""
    return read(_OF_SHOP, {"ikm_id": ikm_id, "week": rules.first_week(now, 0)})


def products(ikm_id: int) -> Sequence[Row[Any]]:
    """What the shop makes to order, and the quota that each shares."""
    return read(_MADE_TO_ORDER, {"ikm_id": ikm_id})


def sheet(ikm_id: int, quota_id: int, now: datetime) -> Sheet:
    """One quota and its next weeks; another shop's is not there."""
    quota = read_one(_ONE, {"ikm_id": ikm_id, "quota": quota_id})
    if quota is None:
        raise NotFound()
    first = rules.first_week(now, 0)
    known = {row.week: row for row in read(_WEEKS, {"quota": quota_id, "since": first})}
    weeks = []
    for monday in (first + timedelta(weeks=number) for number in range(WEEKS_SHOWN)):
        row = known.get(monday)
        weeks.append(Week(monday, row.capacity if row else quota.per_week, row.used if row else 0))
    return Sheet(quota, tuple(weeks))


def save(ikm_id: int, quota_id: int | None, wish: Wish, *, now: datetime) -> int:
    """Begin or change a quota; weeks set by hand stay, none falls below what is promised."""
    _check(wish)
    if quota_id is None:
        if len(of_shop(ikm_id, now)) >= MOST_QUOTAS:
            raise Invalid("too_many_quotas", field="name", most=MOST_QUOTAS)
        quota = Quota(ikm_id=ikm_id, created_at=now)
        db.session.add(quota)
    else:
        quota = _locked(ikm_id, quota_id)
    quota.name, quota.per_week, quota.horizon = wish.name, wish.per_week, wish.horizon
    db.session.flush()
    _usual(quota, now)
    _share(ikm_id, quota.id, wish.products)
    return quota.id


def _usual(quota: Quota, now: datetime) -> None:
    """What was not set by hand gets the usual number; the weeks are taken in the buyers' order."""
    weeks = QuotaWeek.__table__
    mine = and_(
        weeks.c.quota_id == quota.id, weeks.c.week >= rules.first_week(now, 0), ~weeks.c.by_hand
    )
    locked = select(weeks.c.week).where(mine).order_by(weeks.c.week)
    db.session.execute(locked.with_for_update(key_share=True)).all()
    db.session.execute(
        update(weeks)
        .where(mine)
        .values(capacity=case((weeks.c.used > quota.per_week, weeks.c.used), else_=quota.per_week))
    )


def set_week(ikm_id: int, quota_id: int, monday: date, pieces: int, *, now: datetime) -> None:
    """One week is not as usual; never less than what is promised for it already."""
    quota = _locked(ikm_id, quota_id)
    if monday not in {week.monday for week in sheet(ikm_id, quota_id, now).weeks}:
        raise NotFound()
    week = db.session.get(QuotaWeek, (quota_id, monday), with_for_update=True)
    if week is None:
        week = QuotaWeek(quota_id=quota_id, week=monday, used=0)
        db.session.add(week)
    if pieces < week.used:
        raise Invalid("week_promised", field="pieces", used=week.used)
    week.capacity, week.by_hand = pieces, pieces != quota.per_week


def end(ikm_id: int, quota_id: int, *, now: datetime) -> None:
    """The maker counts weeks no longer; what is promised stays promised."""
    _locked(ikm_id, quota_id).ended_at = now
    _share(ikm_id, quota_id, frozenset())


def _locked(ikm_id: int, quota_id: int) -> Quota:
    quota = db.session.scalar(
        select(Quota)
        .where(Quota.id == quota_id, Quota.ikm_id == ikm_id, Quota.ended_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if quota is None:
        raise NotFound()
    return quota


def _share(ikm_id: int, quota_id: int, codes: frozenset[str]) -> None:
    """Exactly these products of the shop share the quota."""
    mine = _PRODUCTS.c.ikm_id == ikm_id
    db.session.execute(
        update(_PRODUCTS)
        .where(mine, _PRODUCTS.c.quota_id == quota_id, _PRODUCTS.c.code.not_in(codes))
        .values(quota_id=None)
    )
    if codes:
        db.session.execute(
            update(_PRODUCTS).where(mine, _PRODUCTS.c.code.in_(codes)).values(quota_id=quota_id)
        )


def _check(wish: Wish) -> None:
    if not 1 <= wish.per_week <= MOST_PER_WEEK:
        raise Invalid("per_week_out_of_range", field="per_week", most=MOST_PER_WEEK)
    if not 1 <= wish.horizon <= MOST_HORIZON:
        raise Invalid("horizon_out_of_range", field="horizon", most=MOST_HORIZON)
