"""The stars of a product, when many speak and an officer hides in the same moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.catalog.models import Product, Variant
from marketplace.core.db import db
from marketplace.core.errors import MarketError
from marketplace.core.work import transaction
from marketplace.flows import reviewing
from marketplace.orders import invariants
from marketplace.orders.reviews import reviews
from marketplace.orders.reviews.models import Review
from tests import builders
from tests.orders import grievances as sad
from tests.orders.test_reviews import received, the_review, write
from tests.races.conftest import Crowd
from tests.races.unguarded import take_out

ROUNDS = 5
pytestmark = pytest.mark.race


def tried(act: Callable[[], object]) -> Callable[[], str]:
    def run() -> str:
        try:
            act()
        except MarketError as refusal:
            return refusal.code
        return "done"

    return run


def broken() -> bool:
    db.session.rollback()
    found = any(invariants.check_all().values())
    db.session.rollback()
    return found


def writing(code: str) -> Callable[[], str]:
    """Press the button of this order's page."""
    group, line = sad.group_of(code), sad.lines_of(code)[0].id
    return tried(lambda: reviewing.write(group, line, [], stars=5, words="", by=None))


def test_a_button_pressed_many_times_writes_one_review(app: Flask, crowd: Crowd) -> None:
    told = crowd([writing(received())] * 8)
    assert told == {"done": 1, "review_twice": 7}
    assert not broken()


def test_hiding_from_two_desks_takes_the_stars_away_once(app: Flask, crowd: Crowd) -> None:
    write(received())
    review, eka = the_review().code, builders.staff()
    for _ in range(ROUNDS):
        hide = tried(lambda: reviewing.hide(review, reason="Salah.", by=eka))
        assert crowd([hide] * 4) == {"done": 1, "wrong_state": 3}
        show = tried(lambda: reviewing.show(review, reason="Benar.", by=eka))
        assert crowd([show] * 4) == {"done": 1, "wrong_state": 3}
    assert not broken()


def test_without_its_guard_hiding_takes_them_away_twice(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(
        monkeypatch, reviews._turn,
        "move(ReviewState(review.state), there, REVIEW_MOVES)", "there",
    )  # fmt: skip
    write(received())
    review, eka = the_review().code, builders.staff()
    hide = tried(lambda: reviewing.hide(review, reason="Salah.", by=eka))
    assert crowd([hide] * 2) == {"done": 2}
    assert broken(), "the guard is gone and nothing broke: the race does not race"


def voices() -> list[Callable[[], str]]:
    """Each of another order; their products are made one, so that all count in one row."""
    codes = [received(builders.shop(f"Dapur {number}")) for number in range(6)]
    with transaction():
        one = db.session.scalar(select(Product.id).order_by(Product.id).limit(1))
        db.session.execute(update(Variant).values(product_id=one))
    return [writing(code) for code in codes]


def test_many_voices_about_one_product_are_all_counted(app: Flask, crowd: Crowd) -> None:
    assert crowd(voices()) == {"done": 6}
    db.session.rollback()
    assert len(db.session.scalars(select(Review.id)).all()) == 6
    assert not broken()


def test_counted_from_the_page_each_voice_drowns_the_one_before(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: everybody saw a product without stars, and writes the sum worked out there."""
    take_out(
        monkeypatch, reviews._count,
        "rating_sum=Product.rating_sum + stars, rating_count=Product.rating_count + reviews",
        "rating_sum=stars, rating_count=reviews",
    )  # fmt: skip
    assert crowd(voices()) == {"done": 6}
    db.session.rollback()
    assert db.session.scalars(select(Product.rating_count).order_by(Product.id)).first() == 1
    assert broken(), "the guard is gone and nothing broke: the race does not race"
