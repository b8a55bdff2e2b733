"""Which rate counts and what it comes to, on paper."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.orders.commission import rules
from marketplace.orders.commission.rules import Cut, Rate, Thing, cut_of, rate_for

DAY = date(2026, 11, 22)
BATIK = Thing(ikm_id=7, sentra_id=3, path=(1, 12, 40))
prices = st.integers(1, 10**12)
points = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("rate", "piece", "kept", "tax"),
    [
        (Rate(basis_points=500), 85_000, 4_250, 0),
        (Rate(basis_points=250), 999, 24, 0),  # 24.975: down, in the maker's favour
        (Rate(basis_points=500, fixed=300), 10_000, 800, 0),
        (Rate(fixed=5_000), 3_000, 3_000, 0),  # never more than the piece
        (Rate(basis_points=1_000, tax_bp=1_100), 10_000, 1_000, 110),
        (Rate(basis_points=10_000, tax_bp=1_100), 10_000, 10_000, 0),
        (Rate(), 10_000, 0, 0),
    ],
)
def test_what_is_kept_of_one_piece(rate: Rate, piece: int, kept: int, tax: int) -> None:
    assert cut_of(rate, piece) == Cut(rate.basis_points, kept, tax)
    assert cut_of(rate, piece).total == kept + tax


@given(
    piece=prices,
    quantity=st.integers(1, 10_000),
    bp=points,
    tax=points,
    fixed=st.integers(0, 10**6),
)
def test_what_one_piece_brings_is_exact_for_many(
    piece: int, quantity: int, bp: int, tax: int, fixed: int
) -> None:
    rate = Rate(basis_points=bp, fixed=fixed, tax_bp=tax)
    one, many = cut_of(rate, piece), cut_of(rate, piece * quantity, quantity)
    assert (many.commission, many.tax) == (one.commission * quantity, one.tax * quantity)
    assert 0 <= one.total <= piece


@given(paid=prices, quantity=st.integers(1, 10_000), bp=points)
def test_a_discount_that_does_not_divide_is_in_the_makers_favour(
    paid: int, quantity: int, bp: int
) -> None:
    cut = cut_of(Rate(basis_points=bp), paid, quantity)
    assert cut.commission * 10_000 <= paid * bp


@pytest.mark.parametrize(
    ("rates", "counts"),
    [
        ([Rate(id=1), Rate(id=2)], 1),
        ([Rate(id=1, ikm_id=8), Rate(id=2)], 2),
        ([Rate(id=1, ikm_id=7), Rate(id=2)], 1),
        ([Rate(id=1, sentra_id=4), Rate(id=2, sentra_id=3)], 2),
        ([Rate(id=1, category_id=12)], 1),  # a shelf above its own
        ([Rate(id=1, category_id=41)], 0),
        ([Rate(id=1, category_id=12, sentra_id=4), Rate(id=2, category_id=12)], 2),
        ([Rate(id=1, starts_on=DAY + timedelta(days=1)), Rate(id=2)], 2),
        ([Rate(id=1, ends_before=DAY), Rate(id=2)], 2),
        ([Rate(id=1, starts_on=DAY, ends_before=DAY + timedelta(days=1))], 1),
        ([], 0),
    ],
)
def test_the_first_that_fits_counts(rates: list[Rate], counts: int) -> None:
    assert rate_for(rates, BATIK, DAY).id == counts


def test_a_thing_without_sentra_fits_no_rate_of_a_sentra() -> None:
    assert not rules.fits(Rate(sentra_id=3), Thing(7, None, ()))
    assert rules.fits(Rate(), Thing(7, None, ()))


def test_the_day_of_a_sale_is_that_of_java() -> None:
    late = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)  # half past midnight in Sleman
    assert rules.day_of(late) == DAY
    assert rules.earliest_change(late) == DAY + timedelta(days=1)


def test_a_rate_is_over_when_no_day_has_it_any_more() -> None:
    tomorrow = DAY + timedelta(days=1)
    assert not Rate(starts_on=DAY).is_over(DAY)
    assert not Rate(starts_on=DAY, ends_before=tomorrow).is_over(DAY)
    assert Rate(starts_on=DAY, ends_before=tomorrow).is_over(tomorrow)
    assert Rate(starts_on=tomorrow, ends_before=tomorrow).is_over(DAY)  # never began


@given(
    ids=st.lists(st.integers(1, 99), min_size=1, unique=True),
    place=st.integers(-5, 200),
    data=st.data(),
)
def test_moving_one_leaves_the_order_of_the_others(
    ids: list[int], place: int, data: st.DataObject
) -> None:
    which = data.draw(st.sampled_from(ids))
    after = rules.moved(ids, which, place)
    assert sorted(after) == sorted(ids)
    assert [id for id in after if id != which] == [id for id in ids if id != which]
    assert after.index(which) == min(max(place - 1, 0), len(ids) - 1)


@pytest.mark.parametrize(
    ("place", "after"),
    [(0, [3, 1, 2]), (1, [3, 1, 2]), (2, [1, 3, 2]), (3, [1, 2, 3]), (9, [1, 2, 3])],
)
def test_a_place_is_counted_from_one(place: int, after: list[int]) -> None:
    assert rules.moved([1, 2, 3], 3, place) == after
