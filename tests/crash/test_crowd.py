"""The last piece is sold once, whoever presses first; without the guard it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.books import Books
from tests.crash.crowd import PEOPLE, rush
from tests.services.stall import STOCK, Stall, books_of

pytestmark = [pytest.mark.race, pytest.mark.timeout(300)]
UNGUARDED = Path(__file__).parent / "unguarded"


def sold(books: Books, variant: int) -> int:
    """Pieces in orders that stand."""
    return int(
        books.rows(
            """SELECT coalesce(sum(l.quantity), 0) AS n FROM order_line l JOIN shop_order o
               ON o.id = l.order_id WHERE l.variant_id = :id AND o.state <> 'cancelled'""",
            id=variant,
        )[0]["n"]
    )


def test_two_hundred_buyers_get_fifty_pieces(made: Stall, tmp_path: Path) -> None:
    with made.market(tmp_path / "market", APP_ENV="test", WEB_PROCESSES="2") as market:
        market.open()
        assert rush(market, made.goods) == {"placed": STOCK, "refused": PEOPLE - STOCK}
        books = books_of(market)
        assert books.left(made.goods.variants[0]) == 0
        assert sold(books, made.goods.variants[0]) == STOCK
        assert books.faults() == []
        books.close()


def test_without_the_guard_too_much_is_sold(made: Stall, tmp_path: Path) -> None:
    careless = {"APP_ENV": "test", "WEB_PROCESSES": "2", "PYTHONPATH": str(UNGUARDED)}
    with made.market(tmp_path / "market", **careless) as market:
        market.open()
        rush(market, made.goods, people=80)
        books = books_of(market)
        assert sold(books, made.goods.variants[0]) > STOCK
        books.close()
