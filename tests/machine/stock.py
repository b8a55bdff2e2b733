"""Stock takes, what comes and what breaks: every shelf beside its book, line by line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import hypothesis.strategies as st
from hypothesis.stateful import rule

from marketplace.catalog.stock_book import Count
from marketplace.flows import stock_taking
from marketplace.flows.stock_taking import Keeper
from tests.machine.market import Market
from tests.machine.seen import Row
from tests.machine.things import Order, must
from tests.machine.weeks import ANYTHING

MOVES = """SELECT id, variant_id, number, kind, quantity, after, order_code FROM stock_move
    WHERE id > {after} ORDER BY id"""
LEFT_THE_SHOP = ("shipped", "received")
BY_HAND = ("counted", "received", "damaged", "adjusted")


@dataclass(slots=True)
class Book:
    """The last line of a shelf's book."""

    number: int = 0
    after: int = 0


class Shelves(Market):
    """Both shops count, put something in, or find something broken."""

    def __init__(self) -> None:
        super().__init__()
        self.books = {variant: Book() for variant in self.model.shelves}
        self.forms = 0

    def look_further(self) -> None:
        """Each line follows the one before; the last says what stands on the shelf."""
        super().look_further()
        for row in self.seen.new(MOVES):
            book = self.books[row.variant_id]
            must(row.number == book.number + 1, f"after line {book.number} of the book: {row}")
            must(row.after == book.after + row.quantity, f"after {book.after} in the book: {row}")
            book.number, book.after = row.number, row.after
            self._has_a_reason(row)
        for variant, shelf in self.model.shelves.items():
            book = self.books[variant]
            must(book.after == shelf.on_hand, f"{book}, but there stands {shelf}")

    def _has_a_reason(self, row: Row) -> None:
        """What was sold, or came back, was of an order; all else is somebody's own doing."""
        if row.order_code is None:
            must(row.kind in (*BY_HAND, "opening"), f"no order: {row}")
            return
        order = self.model.purchase_of(row.order_code).orders[row.order_code]
        most = order.lines[row.variant_id]
        right = {"sold": row.quantity == -most, "returned": 0 < row.quantity <= most}
        must(right.get(row.kind), f"{row} of {order}")

    @rule(thing=ANYTHING, off=st.integers(-2, 3), old_page=st.sampled_from([0, 0, 0, 1]),
          twice=st.booleans())  # fmt: skip
    def counts_a_shelf(self, thing: int, off: int, old_page: int, twice: bool) -> None:
        """With what is sold and not sent; a page that shows another number is refused."""
        variant = self.stage.variants[thing]
        shelf = self.model.shelves[variant]
        there = shelf.on_hand + self._unsent(variant)
        shown = there + old_page
        counted = max(0, shown + off)
        seen = Count(shown, counted, self._form())
        fits = shelf.on_hand + counted - shown >= shelf.kept
        self._changes(
            lambda: stock_taking.count(self._keeper(variant), variant, seen) == counted - shown,
            variant,
            counted - shown,
            allowed=not old_page and fits,
            twice=twice,
        )

    @rule(thing=ANYTHING, pieces=st.integers(-3, 4).filter(bool), twice=st.booleans())
    def something_comes_or_breaks(self, thing: int, pieces: int, twice: bool) -> None:
        """Less than buyers are promised is refused."""
        variant, key = self.stage.variants[thing], self._form()
        shelf, keeper = self.model.shelves[variant], self._keeper(variant)

        def change() -> bool:
            stock_taking.change(keeper, variant, pieces, reason="Dari dapur", key=key)
            return True

        allowed = shelf.on_hand + pieces >= shelf.kept
        self._changes(change, variant, pieces, allowed=allowed, twice=twice)

    def _changes(
        self, act: Callable[[], bool], variant: int, pieces: int, *, allowed: bool, twice: bool
    ) -> None:
        """A form that is sent twice counts once."""
        done = self.expect(allowed, act)
        if not allowed:
            return
        must(done, f"another difference than {pieces}")
        if twice:
            must(act(), "sent again, and told something else")
        self.model.shelves[variant].on_hand += pieces

    def _unsent(self, variant: int) -> int:
        """Paid, and still standing at the shop."""
        return sum(_at_the_shop(order, variant) for order in self.model.orders(_alive))

    def _keeper(self, variant: int) -> Keeper:
        return Keeper(self.model.shelves[variant].shop, self.stage.citra)

    def _form(self) -> str:
        self.forms += 1
        return f"form-{self.forms}"


def _alive(order: Order) -> bool:
    return order.state in ("new", "accepted") and order.parcel not in LEFT_THE_SHOP


def _at_the_shop(order: Order, variant: int) -> int:
    left = order.lines.get(variant, 0) - order.gone[variant]
    sent = [box.pieces.get(variant, 0) for box in order.boxes if box.state in LEFT_THE_SHOP]
    return left - sum(sent)
