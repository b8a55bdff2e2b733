"""What a refund is made of, and what of the market's cut goes with it."""

from __future__ import annotations

import pytest

from marketplace.core.errors import Conflict
from marketplace.orders.ledger.rules import (
    Account,
    Fact,
    Shares,
    falls_away,
    holder_of,
    lies_in,
    shares_of,
)


@pytest.mark.parametrize(
    ("amount", "goods", "postage", "digits", "parts"),
    [
        (100, 100, 20, 7, (100, 0, 0)),
        (101, 100, 20, 7, (100, 1, 0)),
        (120, 100, 20, 7, (100, 20, 0)),
        (127, 100, 20, 7, (100, 20, 7)),
        (0, 100, 20, 7, (0, 0, 0)),
        (5, 0, 0, 5, (0, 0, 5)),
    ],
)
def test_goods_go_first_then_postage_then_the_digits(
    amount: int, goods: int, postage: int, digits: int, parts: tuple[int, int, int]
) -> None:
    shares = shares_of(amount, goods=goods, postage=postage, unique_code=digits)
    assert (shares.goods, shares.postage, shares.unique_code) == parts
    assert shares.total == amount


def test_more_than_there_is_would_be_anothers() -> None:
    with pytest.raises(Conflict) as refusal:
        shares_of(121, goods=100, postage=20)
    assert refusal.value.code == "refund_too_large"


def test_a_refund_is_the_sum_of_all_it_is_made_of_but_the_cut() -> None:
    whole = Shares(
        goods=1, postage=20, unique_code=300, unclaimed=4_000, goodwill=50_000,
        commission=600_000, commission_tax=7_000_000,
    )  # fmt: skip
    assert whole.total == 54_321
    assert Shares().total == 0


@pytest.mark.parametrize(
    ("cut", "goods", "now", "away"),
    [(500, 100, 100, 500), (500, 100, 50, 250), (10, 3, 1, 3), (10, 3, 2, 6), (10, 0, 0, 0),
     (10, 7, 0, 0), (7, 1, 1, 7)],
)  # fmt: skip
def test_the_cut_falls_away_with_the_goods(cut: int, goods: int, now: int, away: int) -> None:
    assert falls_away(cut, goods=goods, now=now) == away


def test_what_came_and_did_not_go_lies_there() -> None:
    sums = {
        Fact.GOODS_PAID: 100,
        Fact.GOODS_RETURNED: 30,
        Fact.POSTAGE_PAID: 9,
        Fact.GOODS_DISPUTED: 50,
        Fact.GOODS_UNDISPUTED: 20,
    }
    assert lies_in(Account.ESCROW, sums) == 40
    assert lies_in(Account.DISPUTED, sums) == 30
    assert lies_in(Account.SHIPPING, sums) == 9
    assert lies_in(Account.PAYABLE, sums) == 0


@pytest.mark.parametrize(
    ("provider", "account"),
    [("stripe", "clearing.stripe"), ("simulator", "clearing.simulator"), ("transfer", "bank"),
     ("qris", "bank")],
)  # fmt: skip
def test_money_lies_where_it_came_in(provider: str, account: str) -> None:
    assert holder_of(provider) == account
