"""A piece goes into one parcel or back to its buyer, once; unguarded it does both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.flows import buying, parcels, part_cancelling
from marketplace.orders import ending, fulfilment, invariants
from marketplace.orders.ledger import posting
from marketplace.orders.ledger.rules import Shares
from marketplace.orders.models import Refund
from marketplace.orders.parcels import pieces
from tests import builders
from tests.books import Books
from tests.orders import money, packing
from tests.races.conftest import Crowd
from tests.races.unguarded import take_out, without_check

HANDS = 6
PAGE_AND_STATE = """\
    if version is not None and order.version != version:
        raise Conflict("order_moved")
    if order.state not in (OrderState.NEW, OrderState.ACCEPTED):
        raise Conflict("order_over")
"""
pytestmark = pytest.mark.race


def pressing(act: Callable[[], object]) -> Callable[[], str]:
    """The press of one hand: done, or why not."""

    def press() -> str:
        try:
            act()
        except Conflict as refusal:
            return refusal.code
        return "done"

    return press


def packers(app: Flask) -> tuple[str, list[Callable[[], str]]]:
    """Hands at one shop, all with the same page before them: three bags to pack."""
    code = packing.accepted(kinds={"Keripik": (20_000, 3)})
    hand, (line,) = packing.hand(code), packing.view(code).lines
    return code, [pressing(lambda: parcels.pack(code, hand, {line.id: 3}))] * HANDS


def test_hands_that_pack_the_same_pieces_pack_them_once(app: Flask, crowd: Crowd) -> None:
    code, hands = packers(app)
    assert crowd(hands) == Counter(done=1, order_moved=HANDS - 1)
    assert [one.content[0][1] for one in packing.view(code).parcels] == [3]
    assert not any(invariants.check_all().values())


def test_who_saw_another_page_is_stopped_by_the_pieces(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(monkeypatch, fulfilment._of_shop, "if order.version != version:", "if False:")
    code, hands = packers(app)
    assert crowd(hands) == Counter(done=1, pieces_gone=HANDS - 1)
    assert len(packing.view(code).parcels) == 1


def test_without_its_guards_a_piece_is_packed_by_every_hand(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(monkeypatch, fulfilment._of_shop, "if order.version != version:", "if False:")
    take_out(monkeypatch, pieces._take, ".where(free)")
    code, hands = packers(app)
    with without_check("order_line", "each_once"):
        assert crowd(hands) == Counter(done=HANDS)
        assert len(packing.view(code).parcels) == HANDS
        db.session.rollback()
        assert any("lies in one parcel" in fault for fault in Books().faults())
        assert invariants.check_all()["O5"]
        db.session.rollback()


def packing_and_giving_up(app: Flask, name: str = "A") -> tuple[str, list[Callable[[], str]]]:
    """Half of the hands pack the three bags, the other half is the buyer who gives them up."""
    shop = builders.shop(f"Dapur {name}")
    code = packing.accepted(shop=shop, kinds={"Keripik": (20_000, 3), "Kopi": (50_000, 1)})
    hand, group = packing.hand(code), packing.group(code)
    order = group.orders[0]
    bags = {order.lines[0].id: 3}

    def gives_up() -> None:
        part_cancelling.buyer_cancels(group, code, bags, by=None, version=order.version)

    packs = pressing(lambda: parcels.pack(code, hand, bags))
    return code, [packs, pressing(gives_up)] * (HANDS // 2)


def refunded() -> int:
    db.session.rollback()
    found = int(db.session.scalar(select(func.coalesce(func.sum(Refund.amount), 0))) or 0)
    db.session.rollback()
    return found


def test_the_shop_packs_or_the_buyer_gives_up_the_same_pieces(app: Flask, crowd: Crowd) -> None:
    for name in "ABC":
        before = refunded()
        code, hands = packing_and_giving_up(app, name)
        assert crowd(hands) == Counter(done=1, order_moved=HANDS - 1)
        line, other = packing.view(code).lines
        assert (line.packed, line.cancelled) in ((3, 0), (0, 3))
        assert refunded() - before == line.cancelled * 20_000
        assert other.left == 1
    assert not any(invariants.check_all().values())
    assert Books().faults() == []


def unversioned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks any more which page was pressed."""
    take_out(monkeypatch, fulfilment._of_shop, "if order.version != version:", "if False:")
    take_out(
        monkeypatch,
        ending.locked_paid,
        "if version is not None and order.version != version:",
        "if False:",
    )


def test_pieces_are_packed_or_given_up_once_even_from_other_pages(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    unversioned(monkeypatch)
    code, hands = packing_and_giving_up(app)
    assert crowd(hands) == Counter(done=1, pieces_gone=HANDS - 1)
    assert refunded() == packing.view(code).lines[0].cancelled * 20_000
    assert not any(invariants.check_all().values())


def test_without_its_guards_the_same_bags_are_sent_and_paid_back(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    unversioned(monkeypatch)
    take_out(monkeypatch, pieces._take, ".where(free)")
    code, hands = packing_and_giving_up(app)
    with without_check("order_line", "each_once"):
        assert crowd(hands)["done"] > 1
        line = packing.view(code).lines[0]
        assert line.packed + line.cancelled > line.quantity
        assert any("lies in one parcel" in fault for fault in Books().faults())
        assert invariants.check_all()["O5"]
        db.session.rollback()


def ending_it(app: Flask) -> tuple[str, list[Callable[[], str]]]:
    """Half of the hands are the shop that cannot do it, half the buyer who does not want it.

    Another order of the same payment goes on.
    """
    code, _ = money.buy((builders.shop(), 11_000), (builders.shop("Batik Sekar"), 250_000))
    money.pay(code)
    hand, group = packing.hand(code), packing.group(code)
    refuses = pressing(lambda: parcels.refuse(code, hand, reason="Bahan habis"))
    gives_up = pressing(lambda: buying.cancel_paid(group, code, by=None))
    return code, [refuses, gives_up] * (HANDS // 2)


def test_shop_and_buyer_end_an_order_once(app: Flask, crowd: Crowd) -> None:
    code, hands = ending_it(app)
    told = crowd(hands)
    assert told["done"] == 1
    assert told["order_moved"] + told["order_over"] == HANDS - 1
    assert refunded() == packing.view(code).total
    assert not any(invariants.check_all().values())
    assert Books().faults() == []


def test_without_its_guards_an_ended_order_is_paid_back_by_every_hand(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page, the state, the table of moves, and the book's own figure: each alone would hold.

    What goes back the second time is the money of the order that goes on; both books say so.
    """
    take_out(monkeypatch, ending.locked_paid, PAGE_AND_STATE)
    moves = "move(OrderState(order.state), OrderState.CANCELLED, ORDER_MOVES)"
    take_out(monkeypatch, ending._cancel, moves, "OrderState.CANCELLED")
    held = "order_total=queries.held(order.id).total"
    take_out(monkeypatch, ending.cancel_paid, held, "order_total=order.total")
    monkeypatch.setattr(posting, "shares_for", lambda amount, *_: Shares(goods=amount))
    monkeypatch.setattr(posting, "kept", lambda *_, **__: None)
    code, hands = ending_it(app)
    assert crowd(hands) == Counter(done=HANDS)
    assert refunded() == HANDS * packing.view(code).total
    assert any("orders that go on" in fault for fault in Books().faults())
    assert invariants.check_all()["M6"]
    db.session.rollback()
