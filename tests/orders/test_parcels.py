"""An order in several parcels: each piece travels once, and the order ends with the last parcel."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, literal, select, text

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from marketplace.flows import parcels
from marketplace.orders import ending, fulfilment, invariants, shelf, shop_queries
from marketplace.orders.ending import Actor
from marketplace.orders.parcels import pieces
from marketplace.orders.parcels.invariants import folded
from marketplace.orders.parcels.rules import fold
from marketplace.orders.states import ParcelState
from tests import builders
from tests.books import Books
from tests.orders import money, packing
from tests.orders.packing import pack, receive, ship, stands, view
from tests.web.buying import shopper


@pytest.fixture(autouse=True)
def sound(app: Flask) -> object:
    """After each story every promise holds."""
    yield
    assert money.broken() == {}
    assert Books().faults() == []


def test_now_three_bags_and_the_rest_later(app: Flask) -> None:
    code = packing.accepted()
    assert pack(code, 2, 1) == 1
    assert stands(code) == ("accepted", "packed")
    ship(code, 1)
    assert stands(code) == ("accepted", "partly")
    assert pack(code) == 2
    assert stands(code) == ("accepted", "next")
    ship(code, 2)
    assert stands(code) == ("accepted", "shipped")
    found = [
        (one.number, one.tracking, [(line.name, n) for line, n in one.content])
        for one in view(code).parcels
    ]
    assert found == [
        (1, "JOG1", [("Keripik", 2), ("Kopi", 1)]),
        (2, "JOG2", [("Keripik", 1), ("Kopi", 1)]),
    ]
    assert not receive(code, 1)
    assert stands(code) == ("accepted", "shipped")
    assert receive(code, 2)
    assert stands(code) == ("completed", "received")


def test_all_at_once_is_one_word(app: Flask) -> None:
    code = packing.accepted()
    for number in (1, 2):
        assert pack(code, *([1, 1] if number == 1 else [])) == number
        ship(code, number)
    assert receive(code)
    assert receive(code)
    assert stands(code) == ("completed", "received")


def test_saying_twice_that_a_parcel_came_changes_nothing(app: Flask) -> None:
    code = packing.accepted()
    pack(code, 1)
    ship(code)
    assert not receive(code, 1)
    before = Books().everything()
    assert not receive(code, 1)
    assert Books().everything() == before
    with pytest.raises(Conflict, match="not_sent_yet"):
        receive(code, 2)


def test_money_stays_while_something_is_still_to_come(app: Flask) -> None:
    code = packing.accepted()
    pack(code, 3, 1)
    ship(code)
    receive(code)
    with time_machine.travel(clock.now() + timedelta(days=30)):
        assert parcels.complete_due() == 0
        assert parcels.look_after_silent() == 1
    assert stands(code) == ("accepted", "partly")


def test_the_week_counts_from_the_last_parcel(app: Flask) -> None:
    code, start = packing.accepted(), clock.now()
    pack(code, 1)
    ship(code, 1)
    with time_machine.travel(start + timedelta(days=5)):
        pack(code)
        ship(code, 2)
    with time_machine.travel(start + timedelta(days=8)):
        assert parcels.complete_due() == 0
    with time_machine.travel(start + timedelta(days=12, hours=1)):
        assert parcels.complete_due() == 1
    assert stands(code) == ("completed", "received")


def test_a_box_may_be_opened_until_it_leaves(app: Flask) -> None:
    code = packing.accepted()
    pack(code, 3)
    packing.act(fulfilment.unpack, code, number=1)
    assert stands(code) == ("accepted", "open")
    assert view(code).left == 5
    assert pack(code) == 2  # a number is never given again
    ship(code)
    with pytest.raises(Conflict, match="wrong_state"):
        packing.act(fulfilment.unpack, code, number=2)
    with pytest.raises(NotFound):
        packing.act(fulfilment.unpack, code, number=1)


def test_fetched_in_two_walks(app: Flask) -> None:
    code = packing.accepted(fetch=True)
    pack(code, 2)
    with pytest.raises(Conflict, match="fetched_not_sent"):
        ship(code)
    packing.act(fulfilment.ready, code)
    assert stands(code) == ("accepted", "partly")
    packing.act(fulfilment.hand_over, code)
    pack(code)
    packing.act(fulfilment.ready, code)
    assert stands(code) == ("accepted", "ready")
    packing.act(fulfilment.hand_over, code)
    assert stands(code) == ("accepted", "received")
    with time_machine.travel(clock.now() + timedelta(days=3)):
        assert parcels.complete_due() == 1


def test_nothing_is_packed_twice_or_from_another_order(app: Flask) -> None:
    code, other = packing.accepted(), packing.accepted(shop=builders.shop("Dapur Budi"))
    first, strange = view(code).lines[0], view(other).lines[0]
    for some, refusal in (
        ({first.id: 4}, "pieces_gone"),
        ({first.id: 3, strange.id: 1}, "pieces_gone"),
        ({first.id: 0}, "no_pieces"),
        ({first.id: -1}, "no_pieces"),
        ({}, "no_pieces"),
    ):
        with pytest.raises((Conflict, Invalid), match=refusal):
            packing.act(fulfilment.pack, code, some=some)
    assert view(code).left == 5
    pack(code)
    with pytest.raises(Conflict, match="wrong_state"):
        packing.act(fulfilment.pack, code)


def test_a_page_of_before_moves_no_second_parcel(app: Flask) -> None:
    """Two parcels packed alike leave the order as it was for every word but one: its version."""
    code = packing.accepted()
    before = packing.hand(code)
    parcels.pack(code, before, {view(code).lines[0].id: 1})
    middle = packing.hand(code)
    parcels.pack(code, middle, {view(code).lines[0].id: 1})
    assert len({before.version, middle.version, packing.hand(code).version}) == 3
    for stale in (before, middle):
        with pytest.raises(Conflict, match="order_moved"):
            parcels.pack(code, stale)


def test_a_shop_finds_the_order_where_its_next_work_is(app: Flask) -> None:
    code = packing.accepted()
    shop = money.order(code).ikm_id

    def tab() -> str:
        counts = shop_queries.shop_counts(shop)
        return next(name for name, number in counts.items() if number)

    assert tab() == "kemas"
    pack(code, 2)
    assert tab() == "kirim"
    ship(code)
    assert tab() == "kemas"
    pack(code)
    assert tab() == "kirim"
    ship(code)
    assert tab() == "jalan"


def test_the_shelf_knows_what_has_left_and_what_has_not(app: Flask) -> None:
    code = packing.accepted()
    shop = money.order(code).ikm_id
    variant = int(db.session.scalar(text("SELECT min(variant_id) FROM order_line")) or 0)
    db.session.rollback()
    assert shelf.unsent(shop, variant) == 3
    pack(code, 2)
    assert shelf.unsent(shop, variant) == 3
    ship(code)
    assert shelf.unsent(shop, variant) == 1
    assert {row.id: row.unsent for row in shelf.of_shop(shop)[0]}[variant] == 1


def test_every_parcel_has_its_letter(app: Flask) -> None:
    code = packing.accepted()
    pack(code, 3)
    parcels.ship(code, packing.hand(code), courier="JNE", tracking="A1")
    pack(code)
    parcels.ship(code, packing.hand(code), courier="Pos", tracking="B2")
    db.session.rollback()
    jobs = db.session.scalars(select(Job).where(Job.name == "letters.send").order_by(Job.id))
    sent = [job.args["params"] for job in jobs if job.args["params"].get("moment") == "shipped"]
    assert [(one["tracking"], one["goods"], one["rest"]) for one in sent] == [
        ("A1", "3 Keripik", "2 barang"),
        ("B2", "2 Kopi", ""),
    ]


def test_the_whole_order_cannot_end_once_a_part_is_sent(app: Flask) -> None:
    code = packing.accepted()
    pack(code, 1)
    with pytest.raises(Conflict, match="already_packed"), transaction():
        _cancel_as_buyer(code)
    ship(code)
    with pytest.raises(Conflict, match="already_sent"):
        money.cancel(code)


def test_an_order_that_was_packed_but_not_sent_ends_whole(app: Flask) -> None:
    code = packing.accepted()
    pack(code, 1)
    pack(code)
    money.cancel(code)
    assert stands(code) == ("cancelled", "open")
    assert [line.cancelled for line in view(code).lines] == [3, 2]
    assert view(code).parcels == ()


@pytest.mark.parametrize(
    "wrong",
    ["packed = 4", "packed = -1", "cancelled = -1", "packed = 2, cancelled = 2", "cancelled = 4"],
)
def test_the_database_itself_refuses_a_piece_too_much(app: Flask, wrong: str) -> None:
    packing.buy(kinds={"Keripik": (20_000, 3)})
    with pytest.raises(Exception, match="each_once"), transaction():
        db.session.execute(text(f"UPDATE order_line SET {wrong}"))  # noqa: S608


def test_the_database_itself_refuses_an_empty_line_or_a_number_twice(app: Flask) -> None:
    code = packing.accepted()
    pack(code)
    with pytest.raises(Exception, match="ck_parcel_line_some"), transaction():
        db.session.execute(text("UPDATE parcel_line SET quantity = 0"))
    with pytest.raises(Exception, match=r"(?i)unique"), transaction():
        db.session.execute(
            text(
                "INSERT INTO parcel (order_id, number, state, courier, tracking, packed_at) "
                "SELECT order_id, number, state, courier, tracking, packed_at FROM parcel"
            )
        )


def test_the_page_costs_one_statement_more_once_something_is_packed(app: Flask) -> None:
    code = packing.accepted()
    with shopper.statements() as before:
        view(code)
    for _ in range(3):
        pack(code, 1)
    with shopper.statements() as after:
        view(code)
    assert len(after) == len(before) + 1
    assert pieces.left(money.order(code).id) == 2
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(text("parcel"))) == 3
    db.session.rollback()


def _cancel_as_buyer(code: str) -> None:
    ending.cancel_paid(code, Actor("buyer"), reason="x", now=clock.now())


def test_the_check_folds_parcels_as_the_rules_do(app: Flask) -> None:
    """Every mixture of up to two of each state, with and without pieces left."""
    mixtures = list(product(range(3), repeat=len(ParcelState)))
    for left in (0, 2):
        columns = [
            folded(literal(left), dict(zip(ParcelState, map(literal, mixture), strict=True)))
            for mixture in mixtures
        ]
        said = [
            value
            for start in range(0, len(columns), 40)
            for value in db.session.execute(
                select(*(one.label(f"c{n}") for n, one in enumerate(columns[start : start + 40])))
            ).one()
        ]
        should = [
            fold(left, [s for s, n in zip(ParcelState, mixture, strict=True) for _ in range(n)])
            for mixture in mixtures
        ]
        assert said == should


@pytest.mark.parametrize("wrong", ["parcel = 'received'", "parcels = 2"])
def test_an_order_that_is_said_to_be_further_than_its_parcels_is_found(
    app: Flask, wrong: str
) -> None:
    code = packing.accepted()
    packing.ship(code, packing.pack(code, 2))
    assert money.broken() == {}
    db.session.execute(text(f"UPDATE shop_order SET {wrong}"))  # noqa: S608
    assert [row[0] for row in invariants.check_all()["O6"]] == [code]
    db.session.rollback()
