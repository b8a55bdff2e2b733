"""A provider that keeps failing is left alone, and tried again carefully."""

from __future__ import annotations

from marketplace.adapters.breaker import Breaker


class Ticks:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def broken(ticks: Ticks) -> Breaker:
    breaker = Breaker(ticks=ticks)
    for _ in range(5):
        assert breaker.allows()
        breaker.failed()
    return breaker


def test_five_failures_in_a_row_open_it() -> None:
    breaker = Breaker(ticks=Ticks())
    for _ in range(4):
        breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()


def test_failures_far_apart_do_not_open_it() -> None:
    ticks = Ticks()
    breaker = Breaker(ticks=ticks)
    for _ in range(20):
        breaker.failed()
        ticks.now += 8
    assert breaker.allows()


def test_an_answer_in_between_begins_the_count_anew() -> None:
    breaker = Breaker(ticks=Ticks())
    for _ in range(20):
        for _ in range(4):
            breaker.failed()
        assert breaker.allows()
        breaker.succeeded()


def test_after_half_a_minute_one_call_may_try() -> None:
    ticks = Ticks()
    breaker = broken(ticks)
    ticks.now += 29
    assert not breaker.allows()
    ticks.now += 1
    assert breaker.allows()
    assert not breaker.allows()


def test_a_good_try_closes_it() -> None:
    ticks = Ticks()
    breaker = broken(ticks)
    ticks.now += 30
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()


def test_a_bad_try_opens_it_for_another_half_minute() -> None:
    ticks = Ticks()
    breaker = broken(ticks)
    ticks.now += 30
    assert breaker.allows()
    breaker.failed()
    ticks.now += 29
    assert not breaker.allows()
    ticks.now += 1
    assert breaker.allows()
