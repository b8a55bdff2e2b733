"""A piece goes into one parcel, whoever packs; without the guards it goes into all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from marketplace.core.db import db, dialect
from marketplace.core.errors import Conflict
from marketplace.flows import parcels
from marketplace.orders import fulfilment, invariants
from marketplace.orders.parcels import pieces
from tests.books import Books
from tests.orders import packing
from tests.races.conftest import Crowd
from tests.races.unguarded import take_out

HANDS = 6
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


@contextmanager
def no_constraint() -> Iterator[None]:
    """The table of lines without `each_once`, as if nobody had thought of it."""
    if dialect() == "sqlite":

        def blind(connection: Any, *_: Any) -> None:
            connection.execute("PRAGMA ignore_check_constraints = ON")

        db.session.remove()
        event.listen(db.engine, "checkout", blind)
        yield
        event.remove(db.engine, "checkout", blind)
        return
    name = "ck_order_line_each_once"
    with db.engine.begin() as connection:
        says = connection.scalar(
            text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"),
            {"name": name},
        )
        connection.execute(text(f"ALTER TABLE order_line DROP CONSTRAINT {name}"))
    try:
        yield
    finally:
        db.session.remove()
        with db.engine.begin() as connection:
            connection.execute(text("TRUNCATE order_line CASCADE"))
            connection.execute(text(f"ALTER TABLE order_line ADD CONSTRAINT {name} {says}"))


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
    with no_constraint():
        assert crowd(hands) == Counter(done=HANDS)
        assert len(packing.view(code).parcels) == HANDS
        db.session.rollback()
        assert any("lies in one parcel" in fault for fault in Books().faults())
        assert invariants.check_all()["O5"]
        db.session.rollback()
