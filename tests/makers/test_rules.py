"""Holidays, hours and owners, on paper."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from marketplace.makers.rules import buyable, hours_fit, on_holiday, still_an_owner
from marketplace.makers.states import SHOP_MOVES, ShopState
from marketplace.orders.rules import zone_of
from marketplace.web.seller.greeting import greeting

FIRST, LAST = date(2026, 11, 23), date(2026, 11, 25)


@pytest.mark.parametrize(
    ("today", "closed"),
    [
        (date(2026, 11, 22), False),
        (FIRST, True),
        (LAST, True),
        (date(2026, 11, 26), False),
    ],
)
def test_both_days_of_a_holiday_belong_to_it_and_the_next_does_not(
    today: date, closed: bool
) -> None:
    assert on_holiday(FIRST, LAST, today) is closed
    assert buyable(ShopState.OPEN, FIRST, LAST, today) is not closed


def test_a_holiday_without_an_end_goes_on() -> None:
    assert on_holiday(FIRST, None, date(2030, 1, 1))


def test_a_holiday_begins_at_midnight_where_the_shop_stands() -> None:
    """At half past four in the afternoon UTC it is tomorrow in Papua, today in Sleman."""
    moment = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    days = {
        code: moment.astimezone(zone_of(code)).date()
        for code in ("34.04.07.2003", "74.03.01.2001", "91.01.01.2001")
    }
    assert [on_holiday(FIRST, LAST, day) for day in days.values()] == [False, True, True]


@pytest.mark.parametrize(
    ("hour", "words"),
    [(1, "Sugeng enjing"), (5, "Sugeng siang"), (9, "Sugeng sonten"), (15, "Sugeng dalu")],
)
def test_sleman_is_greeted_in_javanese_by_its_own_clock(hour: int, words: str) -> None:
    assert greeting("34.04.07.2003", datetime(2026, 11, 21, hour, tzinfo=UTC)) == words


def test_muna_is_greeted_in_indonesian_by_its_own_clock() -> None:
    assert greeting("74.03.01.2001", datetime(2026, 11, 21, 23, tzinfo=UTC)) == "Selamat pagi"


def test_hours_open_before_they_close_on_days_that_exist() -> None:
    assert hours_fit({"mon": ["08:00", "16:00"]})
    assert not hours_fit({"mon": ["16:00", "08:00"]})
    assert not hours_fit({"senin": ["08:00", "16:00"]})


def test_somebody_must_stay_owner() -> None:
    assert still_an_owner({1, 2}, 1)
    assert not still_an_owner({1}, 1)


def test_every_state_of_a_shop_can_be_reached_and_the_end_is_the_end() -> None:
    reached = {there for moves in SHOP_MOVES.values() for there in moves}
    assert reached | {ShopState.DRAFT} == set(ShopState)
    assert SHOP_MOVES[ShopState.CLOSED] == set()
