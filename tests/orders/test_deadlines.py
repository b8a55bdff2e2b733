"""Until when a buyer may pay, a shop may send, and nobody has asked yet."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from marketplace.core.money import MAX_RUPIAH
from marketplace.orders import rules
from tests.builders import NOON

SATURDAY = NOON  # noon in Sleman, 21 November 2026


@pytest.mark.parametrize(
    ("way", "pays", "kept"),
    [
        ("stripe", timedelta(minutes=30), timedelta(minutes=30)),
        ("simulator", timedelta(minutes=30), timedelta(minutes=30)),
        ("transfer", timedelta(hours=24), timedelta(hours=48)),
        ("qris", timedelta(hours=24), timedelta(hours=48)),
    ],
)
def test_money_on_our_own_account_has_a_day_and_a_day_to_be_found(
    way: str, pays: timedelta, kept: timedelta
) -> None:
    assert rules.pay_deadline(way, NOON) == NOON + pays
    assert rules.kept_until(way, NOON) == NOON + kept


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [(20, 0, 20), (20, 1, 23), (20, 2, 24), (21, 1, 23), (22, 1, 23), (23, 5, 30), (26, 2, 30)],
)
def test_saturday_and_sunday_are_no_working_days(start: int, days: int, end: int) -> None:
    assert rules.working_days_after(date(2026, 11, start), days) == date(2026, 11, end)


def test_a_shop_has_until_a_minute_before_midnight_by_its_own_clock() -> None:
    end = rules.end_of_working_days(SATURDAY, 2, rules.WIT)
    assert end == datetime(2026, 11, 24, 23, 59, tzinfo=rules.WIT)


@pytest.mark.parametrize(
    ("village", "zone"),
    [("34.04.07.2003", rules.WIB), (None, rules.WIB), ("", rules.WIB), ("51.01", rules.WITA),
     ("62.71", rules.WIB), ("74.71", rules.WITA), ("91.71", rules.WIT)],
)  # fmt: skip
def test_every_place_has_its_clock(village: str | None, zone: object) -> None:
    assert rules.zone_of(village) is zone


def test_what_is_made_first_gets_its_week_before_it_is_sent() -> None:
    friday = NOON - timedelta(days=1)
    assert rules.send_by(friday, rules.WIB) == date(2026, 11, 24)
    assert rules.send_by(friday, rules.WIB, ready=date(2026, 11, 29)) == date(2026, 12, 1)
    assert rules.send_by(friday, rules.WIB, ready=date(2026, 11, 2)) == date(2026, 11, 24)


def test_made_by_is_the_sunday_of_the_last_week() -> None:
    weeks = [date(2026, 11, 23), None, date(2026, 11, 30)]
    assert rules.made_by(weeks) == date(2026, 12, 6)
    assert rules.made_by([None]) is None
    assert rules.made_by([]) is None


def test_somebody_asks_two_weeks_after_it_should_have_been_made() -> None:
    assert rules.silent_from(NOON, None) == NOON + timedelta(days=14)
    made = datetime(2026, 11, 29, 12, tzinfo=rules.WIB)
    assert rules.silent_from(NOON, date(2026, 11, 29)) == made + timedelta(days=14)
    assert rules.silent_from(NOON, date(2026, 11, 2)) == NOON + timedelta(days=14)


@pytest.mark.parametrize(
    ("total", "weight", "payable"),
    [
        (MAX_RUPIAH, rules.MOST_WEIGHT_G, True),
        (MAX_RUPIAH + 1, 1, False),
        (1, rules.MOST_WEIGHT_G + 1, False),
    ],
)
def test_one_bill_has_an_end(total: int, weight: int, payable: bool) -> None:
    assert rules.payable(total, weight) is payable


@pytest.mark.parametrize(
    ("before", "now", "part"), [(0, 1, 33), (1, 1, 33), (2, 1, 34), (0, 3, 100), (0, 0, 0)]
)
def test_a_lines_amount_goes_piece_by_piece(before: int, now: int, part: int) -> None:
    assert rules.of_pieces(100, 3, before=before, now=now) == part


@pytest.mark.parametrize(
    ("shop", "product", "active", "closed", "why"),
    [
        ("open", "live", True, (None, None), ""),
        ("open", "draft", True, (None, None), "gone"),
        ("open", "live", False, (None, None), "gone"),
        ("suspended", "live", True, (None, None), "shop_closed"),
        ("open", "live", True, (date(2026, 11, 21), date(2026, 11, 21)), "holiday"),
        ("open", "live", True, (date(2026, 11, 22), date(2026, 11, 23)), ""),
        ("open", "live", True, (date(2026, 11, 19), date(2026, 11, 20)), ""),
        ("open", "live", True, (date(2026, 11, 19), None), ""),
    ],
)
def test_why_a_thing_cannot_be_bought_now(
    shop: str, product: str, active: bool, closed: tuple[date | None, date | None], why: str
) -> None:
    assert why == rules.still_buyable(
        shop_state=shop,
        product_state=product,
        active=active,
        closed=closed,
        today=date(2026, 11, 21),
    )
