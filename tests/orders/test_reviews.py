"""Who received a thing says how it is, once; the product's stars are those of its reviews."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from marketplace.catalog.models import Product
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from marketplace.flows import own_data, reviewing
from marketplace.makers.models import Ikm
from marketplace.orders import desk_day, fulfilment
from marketplace.orders.models import OrderGroup
from marketplace.orders.reviews import rules
from marketplace.orders.reviews.models import Review, ReviewEvent
from tests import builders
from tests.orders import grievances as sad
from tests.orders import money


@pytest.fixture(autouse=True)
def _sound(app: Flask) -> Iterator[None]:
    """Whatever a test did, the stars are those of the reviews after it."""
    yield
    assert money.broken() == {}


def received(shop: Ikm | None = None) -> str:
    """An order that arrived; its code."""
    code = sad.shipped(shop=shop)
    with transaction():
        fulfilment.receive(code, group_id=money.order_group(code), by=None, now=clock.now())
    return code


def write(code: str, stars: int = 4, words: str = "Renyah.", by: int | None = None) -> None:
    line = sad.lines_of(code)[0].id
    reviewing.write(sad.group_of(code), line, [], stars=stars, words=words, by=by)


def the_review() -> Review:
    db.session.rollback()
    found = db.session.scalars(select(Review)).one()
    db.session.rollback()
    return found


def stars() -> list[tuple[int, int]]:
    db.session.rollback()
    found = select(Product.rating_sum, Product.rating_count).order_by(Product.id)
    return [tuple(row) for row in db.session.execute(found)]  # type: ignore[misc]


def letters() -> list[str]:
    db.session.rollback()
    jobs = db.session.scalars(select(Job).where(Job.name == "letters.send").order_by(Job.id))
    return [job.args["params"]["what"] for job in jobs if job.args["name"] == "review"]


def test_a_review_counts_at_once_and_only_once(app: Flask) -> None:
    code = received()
    write(code, stars=4)
    assert stars() == [(4, 1)]
    with pytest.raises(Conflict, match="review_twice"):
        write(code, stars=5)
    assert the_review().author == "Asih"
    assert letters() == ["written"]


def test_before_it_arrived_nobody_says_how_it_is(app: Flask) -> None:
    code = sad.shipped()
    with pytest.raises(Conflict, match="review_too_early"):
        write(code)


def test_another_persons_line_is_not_there(app: Flask) -> None:
    code = received()
    other = sad.shipped(shop=builders.shop("Toko Lain"))
    line = sad.lines_of(code)[0].id
    with pytest.raises(NotFound):
        reviewing.write(sad.group_of(other), line, [], stars=1, words="", by=None)


def test_members_of_a_shop_praise_others(app: Flask) -> None:
    code = received()
    citra = builders.person("Citra")
    with pytest.raises(Conflict, match="review_own_shop"):
        write(code, by=citra)
    with transaction():
        db.session.execute(update(OrderGroup).values(email=builders.EMAILS["Citra"]))
    with pytest.raises(Conflict, match="review_own_shop"):
        write(code)


def edit(code: str, **said: Any) -> None:
    reviewing.edit(sad.group_of(code), the_review().code, [], by=None, **said)


def test_for_two_weeks_one_may_think_again_and_what_stood_there_is_kept(app: Flask) -> None:
    code = received()
    write(code, stars=2, words="Agak keras.")
    edit(code, stars=5, words="Ternyata enak.")
    assert stars() == [(5, 1)]
    db.session.rollback()
    told = db.session.execute(
        select(ReviewEvent.what, ReviewEvent.words).order_by(ReviewEvent.id)
    ).all()
    assert [tuple(row) for row in told] == [
        ("written", "Agak keras."),
        ("edited", "Ternyata enak."),
    ]
    later = time_machine.travel(clock.now() + rules.EDIT_FOR + timedelta(minutes=1))
    with later, pytest.raises(Conflict, match="review_too_old"):
        edit(code, stars=1, words="")


def test_a_shop_answers_once(app: Flask) -> None:
    code = received()
    write(code)
    review, citra = the_review(), builders.person("Citra")
    reviewing.reply(review.code, ikm_id=review.ikm_id, words="Terima kasih.", by=citra)
    with pytest.raises(Conflict, match="review_answered"):
        reviewing.reply(review.code, ikm_id=review.ikm_id, words="Sekali lagi.", by=citra)
    with pytest.raises(NotFound):
        reviewing.reply(review.code, ikm_id=review.ikm_id + 1, words="Bukan kami.", by=citra)
    assert letters() == ["written", "replied"]


def test_what_is_hidden_counts_no_more_until_it_is_shown_again(app: Flask) -> None:
    code = received()
    write(code, stars=1)
    review, eka = the_review().code, builders.staff()
    reviewing.report(review, words="Memuat nomor HP.", by=None)
    assert the_review().reports == 1
    reviewing.hide(review, reason="Memuat nomor HP.", by=eka)
    assert (stars(), the_review().reports) == ([(0, 0)], 0)
    with pytest.raises(Conflict):
        reviewing.hide(review, reason="Sekali lagi.", by=eka)
    edit(code, stars=3, words="Tanpa nomor.")
    assert stars() == [(0, 0)]
    reviewing.show(review, reason="Sudah diubah.", by=eka)
    assert stars() == [(3, 1)]
    assert letters() == ["written", "hidden"]
    with pytest.raises(NotFound):
        reviewing.hide("zzzzzzzzzz", reason="Tidak ada.", by=eka)


def test_an_officer_may_leave_what_was_reported(app: Flask) -> None:
    write(received())
    review = the_review().code
    reviewing.report(review, words="Saya tidak suka.", by=None)
    reviewing.leave(review, by=builders.staff())
    assert (the_review().reports, the_review().state) == (0, "shown")


@pytest.mark.parametrize("act", ["leave", "hide"])
def test_what_is_changed_after_an_officer_judged_it_is_looked_at_again(
    app: Flask, act: str
) -> None:
    code, eka = received(), builders.staff()
    write(code, words="Biasa saja.")
    edit(code, stars=4, words="Lumayan.")
    assert the_review().changed_since is None  # nobody had judged it
    review = the_review().code
    reviewing.report(review, words="Bukan tentang barang.", by=None)
    if act == "leave":
        reviewing.leave(review, by=eka)
    else:
        reviewing.hide(review, reason="Memuat nomor HP.", by=eka)
    edit(code, stars=1, words="Penjualnya penipu!")
    since = the_review().changed_since
    assert since is not None
    edit(code, stars=2, words="Penjualnya penipu, sungguh!")
    assert the_review().changed_since == since
    assert desk_day.waiting(clock.now())["reread"].count == 1
    db.session.rollback()
    reviewing.leave(review, by=eka)
    assert the_review().changed_since is None
    assert the_review().state == ("shown" if act == "leave" else "hidden")


def test_the_book_of_reviews_is_only_written_at_the_end(app: Flask) -> None:
    write(received())
    for act in ("UPDATE review_event SET words = ''", "DELETE FROM review_event"):
        with pytest.raises(DatabaseError, match="only written at the end"), transaction():
            db.session.execute(text(act))
    for wrong in (0, 6):
        with pytest.raises(DatabaseError), transaction():
            db.session.execute(text("UPDATE review SET stars = :n"), {"n": wrong})


def test_who_takes_the_own_data_along_takes_the_reviews(app: Flask) -> None:
    write(received(), words="Renyah.")
    asih = builders.person("Asih")
    with transaction():
        db.session.execute(update(OrderGroup).values(person_id=asih))
    found = own_data.gather(asih)
    assert found["review"][0]["words"] == found["review_event"][0]["words"] == "Renyah."


@pytest.mark.parametrize(
    ("stars", "count", "tenths"), [(0, 0, 0), (5, 1, 50), (14, 3, 47), (9, 2, 45), (7, 3, 23)]
)
def test_the_average_is_told_in_tenths(stars: int, count: int, tenths: int) -> None:
    assert rules.average(stars, count) == tenths


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Rini Wahyuni", "Rini W."), ("Asih", "Asih"), ("Ni Made Ayu Lestari", "Ni L.")],
)
def test_a_name_is_shown_as_neighbours_say_it(name: str, shown: str) -> None:
    assert rules.shown_name(name) == shown
