"""Money that others have a claim on, and the cut of pieces that will not come."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.orders.grants import grants
from marketplace.orders.grants.grants import Wanted
from marketplace.orders.ledger import posting, queries
from marketplace.orders.models import Order
from marketplace.orders.watch_ports import DisputeSide
from tests import builders
from tests.books import Books
from tests.orders import money, packing
from tests.orders.giving_up import (
    GOODS,
    POSTAGE,
    buyer_cancels,
    give_postage,
    refunds,
    shop_cancels,
)
from tests.orders.packing import pack, receive, ship, view
from tests.orders.test_charged_back import bank_says, charged


@pytest.fixture(autouse=True)
def sound(app: Flask) -> object:
    """After each story every promise holds."""
    yield
    assert money.broken() == {}
    assert Books().faults() == []


def test_money_a_complaint_holds_is_not_given_away(app: Flask) -> None:
    code = packing.accepted()
    with transaction():
        order = db.session.scalars(select(Order).where(Order.code == code)).one()
        posting.disputed(order, "complaint:1", now=clock.now())
    with pytest.raises(Conflict, match="money_in_question"):
        shop_cancels(code, 1)
    assert view(code).left == 5
    with transaction():  # no complaint stands behind it: the book alone is tried
        posting.undisputed(order, "complaint:1", now=clock.now())


def test_nothing_goes_back_while_or_after_a_card_bank_takes_it(app: Flask) -> None:
    code = packing.buy(way="simulator")
    charged(code)
    bank_says(DisputeSide.NEEDS_RESPONSE, GOODS + POSTAGE)
    for act in (lambda: buyer_cancels(code, 1, 0), lambda: give_postage(code)):
        with pytest.raises(Conflict, match="payment_disputed"):
            act()
    bank_says(DisputeSide.LOST, GOODS + POSTAGE)
    with pytest.raises(Conflict, match="money_in_question"):
        buyer_cancels(code, 1, 0)
    with pytest.raises(Conflict, match="no_postage_left"):
        give_postage(code)
    assert view(code).left == 5
    assert refunds() == []


def test_money_an_officer_has_granted_does_not_go_back_a_second_time(app: Flask) -> None:
    code, eka, now = packing.accepted(), builders.staff(), clock.now()
    bags, tins = view(code).lines
    with transaction():
        one = grants.grant(
            code, Wanted({bags.id: 2}, postage=POSTAGE), reason="Kurang enak", by=eka, now=now
        )
        granted = one.code
    with pytest.raises(Conflict, match="money_in_question"):
        buyer_cancels(code, 2, 0)
    with pytest.raises(Conflict, match="no_postage_left"):
        give_postage(code)
    assert not buyer_cancels(code, 1, 1)
    with transaction():
        grants.execute(granted, by=eka, now=now)
    with pytest.raises(Conflict, match="money_in_question"):
        shop_cancels(code, 1, 0)
    assert not shop_cancels(code, 0, 1)
    assert [amount for amount, *_ in refunds()] == [70_000, 46_000, 50_000]


def test_each_lines_own_cut_falls_away_to_the_rupiah(app: Flask) -> None:
    code = packing.accepted()
    packing.sold_at_two_rates(code)
    shop_cancels(code, 2, 0)
    buyer_cancels(code, 0, 1)
    assert refunds() == [(40_000, 666, 72), (50_000, 77, 7)]
    away = queries.fallen_away(view(code).id)
    assert (away.commission, away.tax) == (743, 79)
    pack(code)
    ship(code)
    receive(code)
    taken = queries.balances(ikm_id=view(code).ikm_id)
    assert (taken["commission"], taken["tax"]) == (333 + 77, 36 + 7)  # type: ignore[index]
    assert queries.shop_money(view(code).ikm_id).ready == 70_000 + POSTAGE - 410 - 43


def test_all_of_the_cut_has_fallen_away_when_all_has_gone_back(app: Flask) -> None:
    """Line by line at their own rates first, the rest of the order at once."""
    code = packing.accepted()
    packing.sold_at_two_rates(code)
    order = view(code)
    shop_cancels(code, 1, 2)
    money.cancel(code)
    away = queries.fallen_away(view(code).id)
    assert (away.commission, away.tax) == (order.commission, order.commission_tax)


def test_the_cut_of_pieces_that_an_officer_thinks_again_about_is_not_lost(app: Flask) -> None:
    code, eka, now = packing.accepted(), builders.staff(), clock.now()
    packing.sold_at_two_rates(code)
    bags, _ = view(code).lines
    with transaction():
        granted = grants.grant(
            code, Wanted({bags.id: 3}), reason="Kurang enak", by=eka, now=now
        ).code  # fmt: skip
    buyer_cancels(code, 0, 2)
    assert refunds() == [(100_000, 2 * 77, 2 * 7)]
    with transaction():
        grants.withdraw(granted, reason="Ternyata enak", by=eka, now=now)
    pack(code)
    ship(code)
    receive(code)
    taken = queries.balances(ikm_id=view(code).ikm_id)
    assert (taken["commission"], taken["tax"]) == (3 * 333, 3 * 36)  # type: ignore[index]
