"""Pieces that will not come: exactly what was paid for them goes back, and nothing else moves."""

from __future__ import annotations

from datetime import timedelta

import hypothesis.strategies as st
import pytest
import time_machine
from flask import Flask
from hypothesis import given
from sqlalchemy import func, select

from marketplace.catalog.models import Quota, QuotaWeek, StockMove, Variant
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from marketplace.flows import parcels, part_cancelling
from marketplace.orders import fulfilment, rules
from marketplace.orders.ledger import queries
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
    some,
)
from tests.orders.packing import pack, receive, ship, stands, view


@pytest.fixture(autouse=True)
def sound(app: Flask) -> object:
    """After each story every promise holds."""
    yield
    assert money.broken() == {}
    assert Books().faults() == []


def shelf() -> list[int]:
    db.session.rollback()
    found = list(db.session.scalars(select(Variant.on_hand).order_by(Variant.id)))
    db.session.rollback()
    return found


def test_the_buyer_gives_up_a_piece_before_the_shop_answers(app: Flask) -> None:
    code = packing.buy()
    money.pay(code)
    due = view(code).due_at
    assert not buyer_cancels(code, 1, 0)
    assert stands(code) == ("new", "open")
    assert view(code).due_at == due  # the shop has as long to answer as before
    assert refunds() == [(20_000, 0, 0)]
    assert shelf() == [8, 8]
    held = queries.held(view(code).id)
    assert (held.goods, held.postage) == (GOODS - 20_000, POSTAGE)


def test_the_shop_has_only_some_and_says_why(app: Flask) -> None:
    code = packing.accepted()
    assert not shop_cancels(code, 1, 2)
    assert refunds() == [(120_000, 0, 0)]
    step = view(code).steps[-1]
    assert (step.what, step.actor, step.detail["reason"]) == (
        "part_cancelled", "shop", "Bahan habis",
    )  # fmt: skip
    assert step.detail["pieces"] == [["Keripik", "", 1], ["Kopi", "", 2]]
    pack(code)
    ship(code)
    assert receive(code)
    assert stands(code) == ("completed", "received")
    assert queries.shop_money(view(code).ikm_id).ready == 40_000 + POSTAGE


def test_with_the_last_piece_the_order_ends_whole(app: Flask) -> None:
    """Part by part or at once: in the end everything that was paid went back, postage too."""
    code = packing.accepted()
    paid = money.payment_of(code).amount
    assert not buyer_cancels(code, 2, 0)
    assert not shop_cancels(code, 0, 2)
    assert buyer_cancels(code, 1, 0)
    assert stands(code) == ("cancelled", "open")
    assert [amount for amount, *_ in refunds()] == [40_000, 100_000, paid - 140_000]
    assert shelf() == [10, 10]
    assert [line.cancelled for line in view(code).lines] == [3, 2]


def test_the_rest_is_cancelled_after_a_part_was_sent(app: Flask) -> None:
    """Something was sent, so the postage was used and stays."""
    code = packing.accepted()
    pack(code, 3)
    ship(code)
    assert not shop_cancels(code, 0, 2)
    assert stands(code) == ("accepted", "shipped")
    assert view(code).due_at == view(code).parcels[0].left_at + timedelta(days=7)
    assert refunds() == [(100_000, 0, 0)]
    assert receive(code)
    assert queries.shop_money(view(code).ikm_id).ready == 60_000 + POSTAGE


def test_what_was_received_already_completes_when_the_rest_will_not_come(app: Flask) -> None:
    code = packing.accepted()
    pack(code, 3)
    ship(code)
    assert not receive(code)
    assert not buyer_cancels(code, 0, 2)
    assert stands(code) == ("completed", "received")
    assert queries.shop_money(view(code).ikm_id).ready == 60_000 + POSTAGE


def test_packed_pieces_stay(app: Flask) -> None:
    code = packing.accepted()
    pack(code, 2)
    for cancels in (buyer_cancels, shop_cancels):
        with pytest.raises(Conflict, match="pieces_gone"):
            cancels(code, 2, 0)
    packing.act(fulfilment.unpack, code, number=1)
    assert not buyer_cancels(code, 2, 0)


def test_a_packed_parcel_that_is_all_there_is_waits_as_before(app: Flask) -> None:
    code = packing.accepted()
    pack(code, 3)
    assert not buyer_cancels(code, 0, 2)
    assert stands(code) == ("accepted", "packed")
    ship(code)
    assert stands(code) == ("accepted", "shipped")


def test_the_shop_gives_the_postage_along(app: Flask) -> None:
    code = packing.accepted()
    assert not shop_cancels(code, 1, 0, postage=True)
    assert refunds() == [(26_000, 0, 0)]
    assert queries.held(view(code).id).postage == 0
    with pytest.raises(Conflict, match="no_postage_left"):
        give_postage(code)
    money.cancel(code)
    assert sum(amount for amount, *_ in refunds()) == money.payment_of(code).amount


def test_the_shop_gives_the_postage_back_by_itself(app: Flask) -> None:
    code = packing.accepted()
    pack(code)
    before = packing.hand(code)
    give_postage(code)
    assert refunds() == [(POSTAGE, 0, 0)]
    with pytest.raises(Conflict, match="order_moved"):
        part_cancelling.shop_gives_postage(code, before, reason="Terlambat")
    ship(code)
    receive(code)
    assert queries.shop_money(view(code).ikm_id).ready == GOODS


def test_the_same_page_pressed_twice_cancels_once(app: Flask) -> None:
    code = packing.accepted()
    version = view(code).version
    buyer_cancels(code, 1, 0, version=version)
    with pytest.raises(Conflict, match="order_moved"):
        buyer_cancels(code, 1, 0, version=version)
    assert len(refunds()) == 1


def test_nothing_too_much_and_nobody_elses(app: Flask) -> None:
    code, other = packing.accepted(), packing.accepted(shop=builders.shop("Dapur Budi"))
    strange = some(other, 1)
    for meant, refusal in (
        (some(code, 4), "pieces_gone"),
        (some(code, 3, 3), "pieces_gone"),
        (strange, "pieces_gone"),
        ({}, "no_pieces"),
        ({view(code).lines[0].id: -1}, "no_pieces"),
    ):
        with pytest.raises((Conflict, Invalid), match=refusal):
            part_cancelling.shop_cancels(
                code, packing.hand(code), meant, reason="Habis", postage=False
            )
    with pytest.raises(NotFound):
        part_cancelling.buyer_cancels(
            packing.group(other), code, some(code, 1), by=None, version=view(code).version
        )
    with pytest.raises(NotFound):
        part_cancelling.shop_cancels(
            code, packing.hand(other), some(code, 1), reason="Habis", postage=False
        )
    assert refunds() == []


def test_an_order_that_is_over_or_not_paid_has_no_part_to_cancel(app: Flask) -> None:
    waits = packing.buy()
    with pytest.raises(Conflict, match="order_over"):
        buyer_cancels(waits, 1)
    code = packing.accepted(shop=builders.shop("Dapur Budi"))
    pack(code)
    ship(code)
    receive(code)
    for cancels in (buyer_cancels, shop_cancels):
        with pytest.raises(Conflict, match="order_over"):
            cancels(code, 1)


def test_a_sold_out_thing_is_on_the_shelf_again_with_its_line_in_the_book(app: Flask) -> None:
    code = packing.accepted(kinds={"Kopi": (50_000, 10)})
    assert shelf() == [0]
    buyer_cancels(code, 4)
    assert shelf() == [4]
    db.session.rollback()
    moves = select(StockMove.kind, StockMove.quantity, StockMove.order_code)
    rows = [tuple(row) for row in db.session.execute(moves.order_by(StockMove.number))]
    assert rows[1:] == [("sold", -10, code), ("returned", 4, code)]
    relisting = db.session.scalar(select(func.count()).where(Job.name == "catalog.relist"))
    assert relisting


def test_the_makers_last_week_has_room_again(app: Flask) -> None:
    shop = builders.shop()
    with transaction():
        quota = Quota(ikm_id=shop.id, name="Batik", per_week=4, horizon=8, created_at=clock.now())
        db.session.add(quota)
        db.session.flush()
        number = quota.id
    code = packing.buy(shop, {"Batik": (90_000, 10)}, lead_days=7, quota_id=number)
    money.pay(code)
    assert weeks() == [4, 4, 2]
    buyer_cancels(code, 3)
    assert weeks() == [4, 3, 0]
    shop_cancels(code, 7)
    assert stands(code)[0] == "cancelled"
    assert weeks() == [0, 0, 0]


def weeks() -> list[int]:
    db.session.rollback()
    found = list(db.session.scalars(select(QuotaWeek.used).order_by(QuotaWeek.week)))
    db.session.rollback()
    return found


def test_both_hear_of_it(app: Flask) -> None:
    code = packing.accepted()
    buyer_cancels(code, 1, 0)
    shop_cancels(code, 0, 1)
    give_postage(code)
    db.session.rollback()
    jobs = db.session.scalars(select(Job).where(Job.name == "letters.send").order_by(Job.id))
    said = [
        (one["moment"], one["goods"], one["amount"])
        for one in (job.args["params"] for job in jobs)
        if "part" in one["moment"] or "postage" in one["moment"]
    ]
    assert said == [
        ("part_cancelled", "1 Keripik", "Rp20.000"),
        ("shop_part_cancelled", "1 Keripik", "Rp20.000"),
        ("part_cancelled", "1 Kopi", "Rp50.000"),
        ("shop_part_cancelled", "1 Kopi", "Rp50.000"),
        ("postage_back", "", "Rp6.000"),
    ]


@given(
    amount=st.integers(0, 10**10),
    steps=st.lists(st.integers(1, 50), min_size=1, max_size=12),
)
def test_the_parts_of_a_line_add_up_to_the_rupiah(amount: int, steps: list[int]) -> None:
    pieces, before, gone = sum(steps), 0, []
    for now in steps:
        gone.append(rules.of_pieces(amount, pieces, before=before, now=now))
        before += now
    assert sum(gone) == amount
    assert min(gone) >= 0
    fair = [amount * now / pieces for now in steps]
    assert all(abs(part - share) <= 1 for part, share in zip(gone, fair, strict=True))


def test_a_hundred_rupiah_for_three_pieces(app: Flask) -> None:
    parts = [rules.of_pieces(100, 3, before=before, now=1) for before in range(3)]
    assert parts == [33, 33, 34]


def test_a_shop_that_does_not_answer_loses_what_is_left_of_the_order(app: Flask) -> None:
    code = packing.buy()
    money.pay(code)
    buyer_cancels(code, 1, 1)
    with time_machine.travel(clock.now() + timedelta(days=6)):
        assert parcels.cancel_unaccepted() == 1
        assert parcels.cancel_unaccepted() == 0
    assert stands(code) == ("cancelled", "open")
    assert sum(amount for amount, *_ in refunds()) == money.payment_of(code).amount
    assert shelf() == [10, 10]
