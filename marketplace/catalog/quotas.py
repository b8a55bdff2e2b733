"""Places in a maker's weeks: never more than a week can hold, given back when nobody pays.

Taking a place is one conditional statement per week in ascending order; the CHECK constraint
`never_overfull` stands behind it. A place lives and dies with the hold of its pieces (`stock.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Date, Row, and_, bindparam, false, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from marketplace.catalog import rules
from marketplace.catalog.models import Quota, QuotaPlace, QuotaWeek
from marketplace.catalog.states import PlaceState
from marketplace.core.db import db, dialect, insert_rows, read
from marketplace.core.errors import Conflict

_WEEKS = QuotaWeek.__table__
_PLACES = QuotaPlace.__table__


@dataclass(frozen=True, slots=True)
class Place:
    """So many pieces in one week; `new` when nobody wanted that week before."""

    quota_id: int
    week: date
    quantity: int
    new: bool


class Rooms:
    """What is free in the weeks of some quotas; each line takes from it in turn."""

    def __init__(self, rows: Sequence[Row[Any]], now: datetime) -> None:
        self._now = now
        self._usual = {row.id: (row.per_week, row.horizon) for row in rows}
        self._free = {
            (row.id, row.week): row.capacity - row.used for row in rows if row.week is not None
        }
        self._known = frozenset(self._free)

    def take(self, quota_id: int, lead_days: int, wanted: int) -> tuple[Place, ...]:
        """The places of one line, the first weeks first; too few when the maker is full."""
        if quota_id not in self._usual:
            return ()
        per_week, horizon = self._usual[quota_id]
        first = rules.first_week(self._now, lead_days)
        weeks = [first + timedelta(weeks=number) for number in range(horizon)]
        rooms = [(week, self._free.get((quota_id, week), per_week)) for week in weeks]
        places = rules.fill(wanted, rooms)
        room = dict(rooms)
        for week, pieces in places:
            self._free[quota_id, week] = room[week] - pieces
        return tuple(
            Place(quota_id, week, pieces, (quota_id, week) not in self._known)
            for week, pieces in places
        )


_ROOMS = (
    select(
        Quota.id, Quota.per_week, Quota.horizon, QuotaWeek.week, QuotaWeek.capacity, QuotaWeek.used
    )
    .outerjoin(
        QuotaWeek,
        and_(QuotaWeek.quota_id == Quota.id, QuotaWeek.week >= bindparam("since", type_=Date)),
    )
    .where(Quota.id.in_(bindparam("quotas", expanding=True)), Quota.ended_at.is_(None))
)


def rooms(quota_ids: Collection[int], now: datetime) -> Rooms:
    """What is free in these quotas from this week on, in one statement; none costs nothing."""
    if not quota_ids:
        return Rooms((), now)
    since = rules.first_week(now, 0)
    return Rooms(read(_ROOMS, {"quotas": sorted(set(quota_ids)), "since": since}), now)


def hold(
    places_of: Mapping[int, Sequence[Place]], *, group_code: str, order_code_of: Mapping[int, str]
) -> None:
    """Keep these places of each variant for one buyer, all of them or none."""
    places = [place for some in places_of.values() for place in some]
    if not places:
        return
    _open({(place.quota_id, place.week) for place in places if place.new})
    wanted = _by_week((place.quota_id, place.week, place.quantity) for place in places)
    if take(wanted) != len(wanted):
        raise Conflict("weeks_full")
    insert_rows(
        QuotaPlace,
        [
            {
                "quota_id": place.quota_id,
                "week": place.week,
                "variant_id": variant,
                "group_code": group_code,
                "order_code": order_code_of[variant],
                "quantity": place.quantity,
                "state": PlaceState.HELD,
            }
            for variant, some in places_of.items()
            for place in some
        ],
    )


def take(wanted: Mapping[tuple[int, date], int]) -> int:
    """The guard itself: add to each week that has the room; how many weeks had it."""
    count = bindparam("pieces", type_=_WEEKS.c.used.type)
    return _in_order(
        update(_WEEKS)
        .where(_of_week(), _WEEKS.c.used + count <= _WEEKS.c.capacity)
        .values(used=_WEEKS.c.used + count),
        wanted,
    )


def keep(group_code: str) -> None:
    """The buyer has paid: what was held is promised."""
    _end(_PLACES.c.group_code == group_code, PlaceState.HELD, PlaceState.KEPT)


def release(group_code: str) -> None:
    """Nobody paid: the weeks have room again; asking twice gives back once."""
    _give_back(_end(_PLACES.c.group_code == group_code, PlaceState.HELD, PlaceState.RELEASED))


def lapsed(group_code: str) -> dict[int, list[Place]]:
    """The places of each variant that were given back, to be held again if there is still room."""
    rows = db.session.execute(
        select(_PLACES.c.variant_id, _PLACES.c.quota_id, _PLACES.c.week, _PLACES.c.quantity)
        .where(_PLACES.c.group_code == group_code, _PLACES.c.state == PlaceState.RELEASED)
        .distinct()
        .order_by(_PLACES.c.week)
    )
    found: dict[int, list[Place]] = {}
    for row in rows:
        place = Place(row.quota_id, row.week, row.quantity, new=False)
        found.setdefault(row.variant_id, []).append(place)
    return found


def give_back(order_code: str) -> None:
    """A paid order was cancelled before it left: its weeks have room again, once."""
    _give_back(_end(_PLACES.c.order_code == order_code, PlaceState.KEPT, PlaceState.RELEASED))


def give_some_back(order_code: str, pieces: Mapping[int, int]) -> None:
    """Some pieces of a paid order will not be made: its last weeks have room again for them."""
    kept = db.session.execute(
        select(_PLACES)
        .where(
            _PLACES.c.order_code == order_code,
            _PLACES.c.state == PlaceState.KEPT,
            _PLACES.c.variant_id.in_(list(pieces)),
        )
        .order_by(_PLACES.c.week.desc(), _PLACES.c.id.desc())
        .with_for_update()
    ).all()
    left, back = dict(pieces), list[tuple[int, date, int]]()
    for place in kept:
        count = min(place.quantity, left[place.variant_id])
        if not count:
            continue
        left[place.variant_id] -= count
        back.append((place.quota_id, place.week, count))
        whole = count == place.quantity
        rest = {"state": PlaceState.RELEASED} if whole else {"quantity": place.quantity - count}
        db.session.execute(update(_PLACES).where(_PLACES.c.id == place.id).values(rest))
    _free(_by_week(back))


def _give_back(ended: Sequence[Row[Any]]) -> None:
    _free(_by_week((row.quota_id, row.week, row.quantity) for row in ended))


def _free(back: Mapping[tuple[int, date], int]) -> None:
    if back:
        count = bindparam("pieces", type_=_WEEKS.c.used.type)
        _in_order(update(_WEEKS).where(_of_week()).values(used=_WEEKS.c.used - count), back)


def _end(whose: Any, here: PlaceState, there: PlaceState) -> Sequence[Row[Any]]:
    return db.session.execute(
        update(_PLACES)
        .where(whose, _PLACES.c.state == here)
        .values(state=there)
        .returning(_PLACES.c.quota_id, _PLACES.c.week, _PLACES.c.quantity)
    ).all()


def _of_week() -> Any:
    return and_(_WEEKS.c.quota_id == bindparam("quota"), _WEEKS.c.week == bindparam("monday"))


def _in_order(statement: Any, pieces: Mapping[tuple[int, date], int]) -> int:
    """One statement for each week, the smaller first, so that two buyers never wait in a ring."""
    rows = [
        {"quota": quota, "monday": week, "pieces": count}
        for (quota, week), count in sorted(pieces.items())
    ]
    result: Any = db.session.execute(
        statement, rows, execution_options={"synchronize_session": False}
    )
    return int(result.rowcount)


def _by_week(places: Iterable[tuple[int, date, int]]) -> dict[tuple[int, date], int]:
    found: dict[tuple[int, date], int] = {}
    for quota, week, count in places:
        found[quota, week] = found.get((quota, week), 0) + count
    return found


def _open(weeks: Collection[tuple[int, date]]) -> None:
    """Weeks that nobody wanted yet, with the usual capacity as it is at this moment."""
    if weeks:
        rows = [{"quota": quota, "monday": week} for quota, week in sorted(weeks)]
        db.session.execute(_opening(dialect()), rows)


@cache
def _opening(database: str) -> Any:
    """The maker who changes the capacity locks the quota, and this waits for that."""
    usual = (
        select(
            Quota.id,
            bindparam("monday", type_=Date),
            Quota.per_week,
            literal(0),
            false(),
        )
        .where(Quota.id == bindparam("quota"))
        .with_for_update(read=True, key_share=True)
    )
    kind: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[database]
    columns = ["quota_id", "week", "capacity", "used", "by_hand"]
    return kind(_WEEKS).from_select(columns, usual).on_conflict_do_nothing()
