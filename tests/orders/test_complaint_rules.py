"""What a complaint may ask for, and how what goes back divides."""

from __future__ import annotations

from datetime import timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from marketplace.core.errors import Invalid
from marketplace.orders.complaints import rules
from marketplace.orders.complaints.rules import Part
from marketplace.orders.complaints.states import COMPLAINT_MOVES, OPEN, ComplaintState, Kind, Wish
from marketplace.orders.rules import WIB, WIT
from tests.builders import NOON


def part(price: int, pieces: int, bought: int, cut: int = 0, id: int = 1) -> Part:
    return Part(id, pieces, price * pieces, price * bought, cut, 0)


def test_each_line_gets_back_its_share_and_its_cut_falls_away_with_it() -> None:
    parts = [part(10_000, 2, 4, cut=4_000, id=1), part(5_000, 1, 1, cut=0, id=2)]
    shares, back = rules.divide(25_000, parts, cut_left=(4_000, 0))
    assert back == {1: 20_000, 2: 5_000}
    assert (shares.goods, shares.postage, shares.commission) == (25_000, 0, 2_000)


def test_postage_goes_back_after_the_goods() -> None:
    shares, back = rules.divide(13_000, [part(10_000, 1, 1, cut=500)], cut_left=(500, 0))
    assert back == {1: 10_000}
    assert (shares.goods, shares.postage, shares.commission) == (10_000, 3_000, 500)


def test_no_more_of_the_cut_falls_away_than_earlier_refunds_left() -> None:
    shares, _ = rules.divide(10_000, [part(10_000, 1, 1, cut=500)], cut_left=(120, 0))
    assert shares.commission == 120


@given(
    lines=st.lists(
        st.tuples(
            st.integers(1, 10**7), st.integers(1, 50), st.integers(0, 50), st.integers(0, 10**6)
        ),
        min_size=1,
        max_size=12,
    ),
    share=st.floats(0, 1),
    postage=st.integers(0, 10**6),
)
def test_every_division_is_exact_and_gives_no_line_more_than_it_cost(
    lines: list[tuple[int, int, int, int]], share: float, postage: int
) -> None:
    parts = [
        part(price, pieces, pieces + more, min(cut, price * pieces), id)
        for id, (price, pieces, more, cut) in enumerate(lines)
    ]
    goods = sum(one.amount for one in parts)
    amount = int((goods + postage) * share)
    shares, back = rules.divide(amount, parts, cut_left=(10**9, 0))
    assert shares.total == amount
    assert sum(back.values()) == shares.goods <= goods
    assert shares.postage == amount - shares.goods <= postage
    for one in parts:
        assert 0 <= back[one.line_id] <= one.amount
    assert 0 <= shares.commission <= sum(one.commission for one in parts)


def test_postage_may_go_back_only_when_every_piece_is_concerned() -> None:
    assert rules.postage_too(Kind.DAMAGED, 3, 3, 12_000) == 12_000
    assert rules.postage_too(Kind.DAMAGED, 2, 3, 12_000) == 0
    assert rules.postage_too(Kind.INCOMPLETE, 3, 3, 12_000) == 0


def test_a_wish_is_at_most_what_was_paid() -> None:
    assert rules.wished(Wish.ALL, None, 50_000) == 50_000
    assert rules.wished(Wish.PART, 50_000, 50_000) == 50_000
    assert rules.wished(Wish.RESEND, 999, 50_000) == 0
    with pytest.raises(Invalid, match="complaint_amount"):
        rules.wished(Wish.PART, 50_001, 50_000)
    with pytest.raises(Invalid, match="complaint_amount_missing"):
        rules.wished(Wish.PART, None, 50_000)


def test_what_the_shop_gives_needs_a_yes_unless_it_is_all_that_was_asked_for() -> None:
    assert rules.enough(Wish.PART, 20_000, 20_000)
    assert not rules.enough(Wish.ALL, 20_000, 19_999)
    assert not rules.enough(Wish.RESEND, 0, 20_000)


def test_each_side_has_its_time_by_the_clock_of_the_shop() -> None:
    saturday = NOON
    asked = rules.due(ComplaintState.ASKED, saturday, WIT)
    assert asked is not None
    assert asked.isoformat() == "2026-11-24T23:59:00+09:00"
    assert rules.due(ComplaintState.RESENDING, saturday, WIT) == asked
    for zone in (WIT, WIB):  # the dinas has one clock
        desk = rules.due(ComplaintState.DESK, saturday, zone)
        assert desk is not None
        assert desk.isoformat() == "2026-11-25T23:59:00+07:00"
    assert rules.due(ComplaintState.OFFERED, saturday, WIB) == saturday + timedelta(days=3)
    assert rules.due(ComplaintState.RESENT, saturday, WIB) == saturday + timedelta(days=7)
    assert rules.due(ComplaintState.SETTLED, saturday, WIB) is None


def test_every_state_is_reached_and_every_open_one_has_a_way_out() -> None:
    reached, waiting = {ComplaintState.ASKED}, [ComplaintState.ASKED]
    while waiting:
        for there in COMPLAINT_MOVES[waiting.pop()] - reached:
            reached.add(there)
            waiting.append(there)
    assert reached == set(ComplaintState)
    assert {ComplaintState.SETTLED, ComplaintState.DECIDED, ComplaintState.WITHDRAWN} == (
        set(ComplaintState) - OPEN
    )
