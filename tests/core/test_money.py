"""Whole rupiah: added, shared and split without losing or making one."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from marketplace.core.money import ZERO, Money, rupiah, total

sums = st.integers(-(10**12), 10**12)


@given(one=sums, other=sums, many=st.integers(-50, 50))
def test_it_reckons_like_whole_numbers(one: int, other: int, many: int) -> None:
    assert Money(one) + Money(other) == Money(one + other)
    assert Money(one) - Money(other) == Money(one - other)
    assert -Money(one) == Money(-one)
    assert Money(one) * many == many * Money(one) == Money(one * many)
    assert bool(Money(one)) is (one != 0)
    assert (Money(one) < Money(other)) is (one < other)
    assert total([Money(one), Money(other)]) == Money(one + other)


@pytest.mark.parametrize("wrong", [1.0, "1", True, None])
def test_only_a_whole_number_is_money(wrong: object) -> None:
    with pytest.raises(TypeError):
        Money(wrong)  # type: ignore[arg-type]


def test_nothing_is_nothing() -> None:
    assert total([]) == ZERO == Money()
    assert not ZERO


@pytest.mark.parametrize(
    ("amount", "points", "part"),
    [
        (100, 500, 5), (101, 5_000, 51), (99, 5_000, 50), (1, 4_999, 0), (1, 5_000, 1),
        (-1, 5_000, -1), (-101, 5_000, -51), (10_000, 1, 1), (5_000, 1, 1), (4_999, 1, 0),
        (0, 10_000, 0),
    ],
)  # fmt: skip
def test_a_share_is_rounded_half_away_from_nothing(amount: int, points: int, part: int) -> None:
    assert Money(amount).share(points) == Money(part)


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (11, [1, 1, 1], [4, 4, 3]),
        (-10, [1, 1, 1], [-4, -3, -3]),
        (10, [3, 0, 3], [5, 0, 5]),
        (100, [1, 2], [33, 67]),
        (7, [5], [7]),
        (7, [1], [7]),
        (0, [1, 2], [0, 0]),
        (1, [1, 3], [0, 1]),
    ],
)
def test_who_was_cut_the_most_gets_the_next_rupiah(
    amount: int, weights: list[int], parts: list[int]
) -> None:
    assert Money(amount).split(weights) == [Money(part) for part in parts]


WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(any)


@given(amount=sums, weights=WEIGHTS)
def test_the_parts_of_a_split_are_the_whole(amount: int, weights: list[int]) -> None:
    parts = Money(amount).split(weights)
    assert total(parts) == Money(amount)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.rupiah * sum(weights) - amount * weight) < sum(weights)


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1], [-1]])
def test_what_has_no_weight_cannot_be_split(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(1).split(weights)


@pytest.mark.parametrize(
    ("amount", "words"),
    [(0, "Rp0"), (999, "Rp999"), (85_000, "Rp85.000"), (-1_234_567, "-Rp1.234.567")],
)
def test_it_is_written_as_people_here_do(amount: int, words: str) -> None:
    assert rupiah(amount) == str(Money(amount)) == words
