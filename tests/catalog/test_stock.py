"""The shelf piece by piece: held, sold, let go, put back, and what the book says of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalog import stock, stock_book
from marketplace.catalog.events import PiecesCameBack
from marketplace.catalog.models import Product, StockMove, Variant
from marketplace.catalog.states import MoveKind
from marketplace.catalog.stock_book import MOST_ON_HAND, Count
from marketplace.core import events
from marketplace.core.db import db, read
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from tests import builders
from tests.builders import NOON
from tests.web.buying import shopper

SOON = NOON + timedelta(minutes=30)


@pytest.fixture
def bags(app: Flask) -> int:
    """Five bags of crisps."""
    return shopper.variant_of(builders.product("Keripik", stock=5))


@pytest.fixture
def tins(bags: int) -> int:
    """Eight tins of coffee, beside them."""
    return shopper.variant_of(builders.product("Kopi", stock=8))


def hold(wanted: Mapping[int, int], group: str = "g") -> None:
    with transaction():
        stock.hold(
            wanted.items(),
            group_code=group,
            order_code_of={variant: f"o{variant}{group}" for variant in wanted},
            until=SOON,
            now=NOON,
        )


def shelf(*variants: int) -> list[tuple[int, int]]:
    """On hand and reserved, of each."""
    db.session.rollback()
    rows = {
        row.id: (row.on_hand, row.reserved)
        for row in db.session.execute(select(Variant.id, Variant.on_hand, Variant.reserved))
    }
    db.session.rollback()
    return [rows[variant] for variant in variants]


def moves(variant: int) -> list[tuple[int, str, int, int, str | None]]:
    """The lines of its book but the first: number, kind, pieces, what is left, order."""
    db.session.rollback()
    columns = (
        StockMove.number, StockMove.kind, StockMove.quantity, StockMove.after, StockMove.order_code
    )  # fmt: skip
    found = select(*columns).where(StockMove.variant_id == variant).order_by(StockMove.number)
    rows = [tuple(row) for row in db.session.execute(found)]
    db.session.rollback()
    return rows[1:]  # type: ignore[return-value]


def drawn_anew() -> list[list[int]]:
    """The products whose cards are to be drawn anew since this was asked last."""
    db.session.rollback()
    jobs = db.session.scalars(select(Job).where(Job.name == "catalog.relist").order_by(Job.id))
    found = [job.args["product_ids"] for job in jobs]
    db.session.rollback()
    with transaction():
        for job in db.session.scalars(select(Job)):
            db.session.delete(job)
    return found


def product_of(variant: int) -> int:
    db.session.rollback()
    found = db.session.get_one(Variant, variant).product_id
    db.session.rollback()
    return found


def act(name: str, *arguments: object, **more: object) -> object:
    with transaction():
        return getattr(stock, name)(*arguments, **more)


def test_each_thing_is_held_in_its_own_number_and_let_go_once(bags: int, tins: int) -> None:
    hold({tins: 3, bags: 2})
    assert shelf(bags, tins) == [(5, 2), (8, 3)]
    for _ in range(2):
        act("release", "g", NOON)
        assert shelf(bags, tins) == [(5, 0), (8, 0)]
    assert moves(bags) == moves(tins) == []


def test_all_or_nothing_is_held_and_who_comes_too_late_hears_how_many_are_left(
    bags: int, tins: int
) -> None:
    hold({tins: 7}, "other")
    with pytest.raises(Conflict, match="out_of_stock") as refusal:
        hold({bags: 2, tins: 2})
    assert refusal.value.params == {"variant_id": tins, "wanted": 2, "left": 1}
    assert shelf(bags, tins) == [(5, 0), (8, 7)]
    hold({tins: 1}, "last")
    with pytest.raises(Conflict) as refusal, transaction():
        stock.reserve({tins + 1: 1})
    assert refusal.value.params["left"] == 0


def test_what_is_paid_leaves_the_shelf_and_stands_in_the_book(bags: int, tins: int) -> None:
    hold({bags: 2, tins: 3})
    assert act("consume", "g", NOON) is True
    assert act("consume", "g", NOON) is False
    assert shelf(bags, tins) == [(3, 0), (5, 0)]
    assert moves(bags) == [(2, "sold", -2, 3, f"o{bags}g")]
    assert moves(tins) == [(2, "sold", -3, 5, f"o{tins}g")]
    sold = {one.id: one.sold_count for one in db.session.scalars(select(Product))}
    db.session.rollback()
    assert sold == {product_of(bags): 2, product_of(tins): 3}


def test_two_choices_of_one_product_are_counted_together(app: Flask) -> None:
    made = builders.product("Sarung", variants={"Kecil": 10_000, "Besar": 20_000}, stock=5)
    small, big = db.session.scalars(select(Variant.id).order_by(Variant.id)).all()
    hold({small: 1, big: 2})
    act("consume", "g", NOON)
    assert db.session.get_one(Product, made.id).sold_count == 3


def test_cards_are_drawn_anew_when_the_last_one_goes_or_the_first_comes_back(
    bags: int, tins: int
) -> None:
    drawn_anew()
    hold({bags: 5, tins: 7})
    assert drawn_anew() == [[product_of(bags)]]
    act("release", "g", NOON)
    assert drawn_anew() == [[product_of(bags)]]
    hold({bags: 4})
    act("release", "g", NOON)
    assert drawn_anew() == []


def test_what_is_held_may_be_kept_longer_and_ends_in_its_minute(bags: int, tins: int) -> None:
    hold({bags: 2}, "early")
    hold({tins: 3}, "late")
    later = SOON + timedelta(minutes=1)
    assert act("extend", "late", until=later) is True
    assert act("extend", "nobody", until=later) is False
    assert stock.groups_due(SOON - timedelta(seconds=1)) == []
    assert stock.groups_due(SOON) == ["early"]
    assert stock.groups_due(later) == ["early", "late"]
    assert [act("expire_due", later) for _ in range(2)] == [2, 0]
    assert shelf(bags, tins) == [(5, 0), (8, 0)]


def test_what_was_let_go_is_held_or_sold_again_while_all_of_it_is_there(
    bags: int, tins: int
) -> None:
    hold({bags: 2, tins: 3})
    assert act("hold_again", "g", until=SOON, now=NOON) is False  # nothing was let go yet
    act("expire_due", SOON)
    assert act("hold_again", "g", until=SOON, now=NOON) is True
    assert shelf(bags, tins) == [(5, 2), (8, 3)]
    act("expire_due", SOON)
    hold({tins: 6}, "other")
    assert act("hold_again", "g", until=SOON, now=NOON) is False
    assert act("take_again", "g", NOON) is False
    assert shelf(bags, tins) == [(5, 0), (8, 6)]
    act("release", "other", NOON)
    assert act("take_again", "g", NOON) is True
    assert shelf(bags, tins) == [(3, 0), (5, 0)]


def test_pieces_pass_from_one_hold_of_a_buyer_to_the_next(bags: int, tins: int) -> None:
    hold({bags: 5}, "mine")
    with transaction():
        stock.hand_over(["mine", "nobody"], among=[bags, tins])
    hold({bags: 5, tins: 1}, "next")
    assert shelf(bags, tins) == [(5, 5), (8, 1)]


def test_what_a_cancelled_order_took_stands_on_the_shelf_again_once(bags: int, tins: int) -> None:
    hold({bags: 5, tins: 3})
    act("consume", "g", NOON)
    drawn_anew()
    for _ in range(2):
        act("put_back", f"o{bags}g", NOON)
        act("put_back", "nobody", NOON)
        assert shelf(bags, tins) == [(5, 0), (5, 0)]
    assert moves(bags)[1:] == [(3, "returned", 5, 5, f"o{bags}g")]
    assert drawn_anew() == [[product_of(bags)]]


def test_some_pieces_come_back_alone_and_the_rest_with_the_order(bags: int) -> None:
    hold({bags: 4})
    act("consume", "g", NOON)
    act("put_some_back", f"o{bags}g", {bags: 1}, made=(), now=NOON)
    assert shelf(bags) == [(2, 0)]
    act("put_back", f"o{bags}g", NOON)
    assert shelf(bags) == [(5, 0)]
    assert [(kind, pieces) for _, kind, pieces, *_ in moves(bags)] == [
        ("sold", -4),
        ("returned", 1),
        ("returned", 3),
    ]


# --- The maker's own book -------------------------------------------------------------------------


def set_on_hand(variant: int, new: int) -> None:
    with transaction():
        stock_book.set_on_hand(variant, new, None, NOON)


def test_a_typed_number_is_written_as_its_difference(bags: int) -> None:
    drawn_anew()
    for number, drawn in ((7, 0), (7, 0), (0, 1), (1, 1), (MOST_ON_HAND, 0)):
        set_on_hand(bags, number)
        assert shelf(bags) == [(number, 0)]
        assert len(drawn_anew()) == drawn
    kinds = [(kind, pieces) for _, kind, pieces, *_ in moves(bags)]
    assert kinds == [
        ("adjusted", 2), ("adjusted", -7), ("adjusted", 1), ("adjusted", MOST_ON_HAND - 1)
    ]  # fmt: skip


@pytest.mark.parametrize("number", [-1, MOST_ON_HAND + 1])
def test_no_shelf_holds_less_than_nothing_or_too_much(bags: int, number: int) -> None:
    with pytest.raises(Invalid, match="stock_out_of_range"):
        set_on_hand(bags, number)
    assert shelf(bags) == [(5, 0)]


def test_what_somebody_is_paying_for_cannot_be_typed_away(bags: int) -> None:
    hold({bags: 3})
    with pytest.raises(Invalid, match="stock_below_reserved") as refusal:
        set_on_hand(bags, 2)
    assert refusal.value.params["reserved"] == 3
    drawn_anew()
    set_on_hand(bags, 3)  # nothing of it can be bought any more
    assert shelf(bags) == [(3, 3)]
    assert drawn_anew() == [[product_of(bags)]]


def count(variant: int, shown: int, counted: int, *, unsent: int = 0, key: str = "k") -> int:
    citra = builders.person("Citra")
    with transaction():
        seen = Count(shown=shown, counted=counted, key=key)
        return stock_book.count(stock_book.locked(variant), seen, unsent=unsent, by=citra, now=NOON)


def test_a_count_looks_at_what_was_sold_and_has_not_left(bags: int) -> None:
    assert count(bags, 7, 6, unsent=2) == -1
    assert count(bags, 7, 6, unsent=2) == -1  # the same form
    assert shelf(bags) == [(4, 0)]
    with pytest.raises(Conflict, match="shelf_moved") as refusal:
        count(bags, 7, 6, unsent=2, key="another")
    assert (refusal.value.params["shown"], refusal.value.params["now"]) == (7, 6)


def test_a_count_may_be_as_large_as_a_shelf_and_no_larger(bags: int) -> None:
    with pytest.raises(Invalid, match="stock_out_of_range") as refusal:
        count(bags, 5, MOST_ON_HAND + 1)
    assert refusal.value.params["field"] == "counted"
    assert count(bags, 5, MOST_ON_HAND) == MOST_ON_HAND - 5
    with pytest.raises(Invalid, match="stock_out_of_range"):
        set_on_hand(bags, MOST_ON_HAND + 1)


def test_only_a_shops_own_shelf_is_there_for_it(bags: int) -> None:
    shop = builders.shop("Batik Sekar")
    with transaction():
        own = db.session.get_one(Product, stock_book.locked(bags).product_id).ikm_id
        assert stock_book.locked(bags, ikm_id=own).id == bags
        for variant, owner in ((bags, shop.id), (bags + 100, own), (bags + 100, None)):
            with pytest.raises(NotFound):
                stock_book.locked(variant, ikm_id=owner)


def test_nothing_is_written_that_no_shelf_could_hold(bags: int) -> None:
    with pytest.raises(Invalid, match="stock_out_of_range"), transaction():
        stock_book.write(
            stock_book.locked(bags), MoveKind.RECEIVED, MOST_ON_HAND, by=None, now=NOON
        )
    assert shelf(bags) == [(5, 0)]


def test_those_in_line_hear_of_the_first_piece_and_of_no_later_one(
    bags: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []
    hear = [lambda event: heard.append(event.variant_id)]
    monkeypatch.setitem(events._listeners, PiecesCameBack, hear)
    set_on_hand(bags, 9)
    assert heard == []  # there were some
    set_on_hand(bags, 0)
    assert heard == []  # none came
    set_on_hand(bags, 1)
    assert heard == [bags]


def test_a_book_of_one_page_leads_to_no_other_and_belongs_to_its_shop(bags: int) -> None:
    for number in range(stock_book.PAGE - 1):
        set_on_hand(bags, 6 + number)
    ikm_id = read(select(Product.ikm_id).join(Variant).where(Variant.id == bags))[0].ikm_id
    told = stock_book.book(ikm_id, bags)
    assert (len(told.lines), told.before) == (stock_book.PAGE, None)
    set_on_hand(bags, 1)
    assert stock_book.book(ikm_id, bags).before == 2
    with pytest.raises(NotFound):
        stock_book.book(ikm_id + 1, bags)
    with pytest.raises(NotFound):
        stock_book.book(ikm_id, 999)
