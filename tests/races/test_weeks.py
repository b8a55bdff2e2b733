"""A maker's week is promised once, whatever 200 buyers do; without the guard it is not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from marketplace.catalog import quotas, rules, stock
from marketplace.catalog.models import Product, Quota, QuotaPlace, QuotaWeek
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.ids import new_code
from marketplace.core.work import transaction
from marketplace.orders import invariants, shelf_invariants
from tests import builders
from tests.races.conftest import Crowd
from tests.web.buying import shopper

ROUNDS = 2
LEAD = 7
pytestmark = pytest.mark.race


def quota(per_week: int, *, horizon: int = 1, goods: int = 1) -> tuple[int, list[int]]:
    """A quota shared by so many things; its number and theirs."""
    made = [
        builders.product(f"Batik {new_code()}", stock=500, lead_days=LEAD) for _ in range(goods)
    ]
    with transaction():
        row = Quota(
            ikm_id=made[0].ikm_id,
            name="Batik tulis",
            per_week=per_week,
            horizon=horizon,
            created_at=clock.now(),
        )
        db.session.add(row)
        db.session.flush()
        ids = [product.id for product in made]
        db.session.execute(update(Product).where(Product.id.in_(ids)).values(quota_id=row.id))
        return row.id, [shopper.variant_of(product) for product in made]


def take(quota_id: int, variants: Mapping[int, int]) -> str:
    """Look for room, as the cart does, and hold it with the pieces."""
    now, code = clock.now(), new_code()
    rooms = quotas.rooms([quota_id], now)
    places = {id: rooms.take(quota_id, LEAD, pieces) for id, pieces in variants.items()}
    if any(sum(p.quantity for p in places[id]) < pieces for id, pieces in variants.items()):
        return "full"
    try:
        with transaction():
            stock.hold(
                variants.items(),
                group_code=code,
                order_code_of=dict.fromkeys(variants, code),
                until=now,
                now=now,
                places_of=places,
            )
    except Conflict as refusal:
        return {"weeks_full": "refused"}[refusal.code]
    return "sold"


def weeks(quota_id: int) -> list[tuple[int, int]]:
    """Used and capacity of each week, the first first."""
    db.session.rollback()
    rows = db.session.execute(
        select(QuotaWeek.used, QuotaWeek.capacity)
        .where(QuotaWeek.quota_id == quota_id)
        .order_by(QuotaWeek.week)
    )
    return [(row.used, row.capacity) for row in rows]


def test_fifty_places_for_two_hundred_buyers_of_two_things(app: Flask, crowd: Crowd) -> None:
    for _ in range(ROUNDS):
        number, (one, two) = quota(50, goods=2)
        acts = [lambda id=id, q=number: take(q, {id: 1}) for id in (one, two) * 100]
        told = crowd(acts)
        assert told["sold"] == 50, told
        assert told["sold"] + told["refused"] + told["full"] == 200
        assert weeks(number) == [(50, 50)]
    assert not any(invariants.check_all().values())


def test_without_the_guard_the_same_crowd_promises_too_much(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Believe what the cart showed: the careless way must break, or the race proves nothing."""

    def careless(wanted: Mapping[tuple[int, date], int]) -> int:
        return len(wanted)

    monkeypatch.setattr(quotas, "take", careless)
    number, (variant,) = quota(50)
    told = crowd([lambda: take(number, {variant: 1})] * 120)
    assert told["sold"] > 50, "the guard is gone and nothing broke: the race does not race"
    held = db.session.scalar(select(func.sum(QuotaPlace.quantity)))
    db.session.rollback()
    assert int(held or 0) > 50
    assert shelf_invariants.s5_weeks_hold_what_is_promised()


def test_two_weeks_in_opposite_orders_never_wait_in_a_ring(app: Flask, crowd: Crowd) -> None:
    """Each takes what is left of one week and begins the next, with two things in turn."""
    number, (one, two) = quota(15, horizon=20, goods=2)
    acts = [
        lambda: take(number, {one: 5, two: 5}),
        lambda: take(number, {two: 5, one: 5}),
    ] * 12
    told = crowd(acts)
    assert told["sold"] * 10 == sum(used for used, _ in weeks(number))
    assert told["sold"] >= 3
    assert not any(invariants.check_all().values())


def test_giving_back_twice_at_once_gives_back_once(app: Flask, crowd: Crowd) -> None:
    number, (variant,) = quota(10)
    assert take(number, {variant: 4}) == "sold"
    code = db.session.scalars(select(QuotaPlace.group_code)).one()
    db.session.rollback()

    def back() -> None:
        with transaction():
            stock.release(code, clock.now())

    crowd([back] * 8)
    assert weeks(number) == [(0, 10)]
    assert not any(invariants.check_all().values())


def test_the_database_itself_refuses_an_overfull_week(app: Flask) -> None:
    number, (variant,) = quota(10)
    assert take(number, {variant: 10}) == "sold"
    for wrong in ("used = used + 1", "used = -1", "capacity = 9"):
        with pytest.raises(Exception, match="never_overfull"), transaction():
            db.session.execute(text(f"UPDATE quota_week SET {wrong}"))  # noqa: S608
    with pytest.raises(Exception, match=r"ck_quota_place_some"), transaction():
        db.session.execute(text("UPDATE quota_place SET quantity = 0"))
    later = rules.week_of(clock.now().date()) + timedelta(weeks=30)
    with pytest.raises(Exception, match=r"(?i)foreign key"), transaction():
        db.session.execute(text("UPDATE quota_place SET week = :w"), {"w": later.isoformat()})
