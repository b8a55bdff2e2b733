"""Money that officers give back goes once and never beyond what was paid, however many press."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.core.db import db
from marketplace.core.errors import MarketError
from marketplace.flows import granting
from marketplace.makers.models import Ikm
from marketplace.orders.grants import grants, queries
from marketplace.orders.grants.grants import Wanted
from marketplace.orders.models import OrderLine, Refund
from tests import builders
from tests.orders import money
from tests.races.conftest import Crowd
from tests.races.unguarded import take_out

ROUNDS, HANDS = 20, 6
PRICE = 40_000
pytestmark = pytest.mark.race


def line_of(code: str) -> int:
    db.session.rollback()
    found = select(OrderLine.id).where(OrderLine.order_id == money.order(code).id)
    return int(db.session.scalars(found).one())


def pressing(act: Callable[[], object]) -> Callable[[], str]:
    """What the hand is told."""

    def hand() -> str:
        try:
            act()
        except MarketError as refusal:
            return refusal.code
        return "done"

    return hand


def refunds_of(code: str) -> tuple[int, int]:
    """How many refunds there are, and how much was promised of the payment."""
    payment = money.payment_of(code)
    db.session.rollback()
    number = select(func.count()).where(Refund.payment_id == payment.id)
    return int(db.session.scalar(number) or 0), payment.refunded


@pytest.fixture
def orders(app: Flask) -> Callable[[], str]:
    """Orders of one shop, each paid."""
    shop_id = builders.shop().id

    def another() -> str:
        (code,) = money.buy((db.session.get_one(Ikm, shop_id), PRICE))
        money.pay(code)
        return code

    return another


def test_a_piece_is_granted_once(orders: Callable[[], str], crowd: Crowd) -> None:
    eka = builders.staff()
    for _ in range(ROUNDS):
        code = orders()
        wanted = Wanted({line_of(code): 1})
        act = pressing(lambda c=code, w=wanted: granting.grant(c, w, reason="Rusak", by=eka))  # type: ignore[misc]
        told = crowd([act] * HANDS)
        assert told == Counter(done=1, grant_pieces=HANDS - 1)
    assert money.broken() == {}


def test_a_grant_is_carried_out_once(orders: Callable[[], str], crowd: Crowd) -> None:
    eka = builders.staff()
    for _ in range(ROUNDS):
        code = orders()
        granted = granting.grant(code, Wanted({line_of(code): 1}), reason="Rusak", by=eka)
        told = crowd([pressing(lambda g=granted: granting.execute(g, by=eka))] * HANDS)  # type: ignore[misc]
        assert told == Counter(done=1, grant_over=HANDS - 1)
        assert refunds_of(code) == (1, PRICE)
    assert money.broken() == {}


def test_giving_back_and_cancelling_at_once_pay_once(
    orders: Callable[[], str], crowd: Crowd
) -> None:
    eka = builders.staff()
    for _ in range(ROUNDS):
        code = orders()
        granted = granting.grant(code, Wanted({line_of(code): 1}), reason="Rusak", by=eka)
        told = crowd(
            [
                pressing(lambda g=granted: granting.execute(g, by=eka)),  # type: ignore[misc]
                pressing(lambda c=code: money.cancel(c)),  # type: ignore[misc]
                pressing(lambda g=granted: granting.withdraw(g, reason="Lain", by=eka)),  # type: ignore[misc]
            ]
        )
        assert told["done"] == 2
        assert refunds_of(code)[1] == money.payment_of(code).amount
    assert money.broken() == {}


def test_without_its_lock_a_piece_is_granted_again_and_again(
    orders: Callable[[], str], crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: every officer's page was reckoned before any of them pressed."""
    eka, code = builders.staff(), orders()
    line = line_of(code)
    row = money.order(code)
    seen = queries.left_of_lines(row.id)
    db.session.rollback()
    monkeypatch.setattr(queries, "left_of_lines", lambda _: seen)
    monkeypatch.setattr(grants, "_fits", lambda *_: None)
    act = pressing(lambda: granting.grant(code, Wanted({line: 1}), reason="Rusak", by=eka))
    assert crowd([act] * HANDS) == Counter(done=HANDS)
    assert "G2" in money.broken()


def test_without_its_check_a_grant_is_carried_out_as_often_as_it_is_pressed(
    orders: Callable[[], str], crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: nobody asks whether it was carried out already, nor what is left."""
    take_out(monkeypatch, grants._opened, "one.state != GrantState.GRANTED", "False")
    take_out(
        monkeypatch, grants._end, "move(GrantState(one.state), state, GRANT_MOVES)", "state"
    )  # fmt: skip
    monkeypatch.setattr(grants, "_fits", lambda *_: None)
    eka, code = builders.staff(), orders()
    granted = granting.grant(code, Wanted({}, 1_000), reason="Rusak", by=eka)
    act = pressing(lambda: granting.execute(granted, by=eka))
    assert crowd([act] * HANDS) == Counter(done=HANDS)
    assert refunds_of(code) == (HANDS, HANDS * 1_000)
