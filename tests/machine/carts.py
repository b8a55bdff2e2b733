"""What lies in carts, and how much of it can be had: of the shelf, the line and the weeks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from tests.machine.line import Line
from tests.machine.places import Weeks
from tests.machine.things import WIB, Order, Purchase, Shelf, postage


class Carts:
    """The part of the model that is so before anything is bought."""

    def __init__(self, shelves: dict[int, Shelf], weeks: Weeks) -> None:
        self.shelves, self.weeks, self.line = shelves, weeks, Line()
        self.now = datetime.min.replace(tzinfo=WIB)
        self.carts: dict[str, dict[int, int]] = {}
        self.put_in: dict[tuple[str, int], datetime] = {}  # since when a thing lies in a cart
        self.purchases: dict[str, Purchase] = {}

    def fill(self, buyer: str, variant: int, quantity: int) -> int:
        """As many as there are; nothing when it is sold out."""
        cart = self.carts.setdefault(buyer, {})
        there = min(cart.get(variant, 0) + quantity, self._can_have(buyer, variant))
        if there > 0:
            self._lies(buyer, variant, there)
        return max(0, there)

    def fill_with_chance(self, buyer: str, variant: int) -> None:
        """The piece that is kept for whoever waited."""
        if variant not in self.carts.get(buyer, {}):
            self._lies(buyer, variant, 1)

    def _can_have(self, buyer: str, variant: int) -> int:
        chance = self.line.chance(buyer, variant, self.now)
        return self.shelves[variant].left + (chance is not None)

    def _lies(self, buyer: str, variant: int, quantity: int) -> None:
        cart = self.carts.setdefault(buyer, {})
        if variant not in cart:
            self.put_in[buyer, variant] = self.now
        cart[variant] = quantity

    def bill(self, buyer: str, fetched: Iterable[int]) -> dict[int, Order]:
        """What the buyer can have now, shop by shop."""
        cart, room = self.carts.get(buyer, {}), self.room()
        wanted = {
            variant: self.weeks.most(
                variant, min(cart[variant], self._can_have(buyer, variant)), room
            )
            for variant in sorted(cart, key=lambda thing: self._place_in_cart(buyer, thing))
        }
        orders = {}
        for shop in sorted({self.shelves[variant].shop for variant in wanted}):
            lines = {v: q for v, q in wanted.items() if q > 0 and self.shelves[v].shop == shop}
            if lines:
                orders[shop] = self._order(shop, lines, fetched=shop in fetched)
        return orders

    def room(self) -> dict[date, int]:
        """What is free in the weeks of what is made to order."""
        return self.weeks.room(self.now, self.weeks.taken(self.purchases.values()))

    def _place_in_cart(self, buyer: str, thing: int) -> tuple[int, datetime, int]:
        return self.shelves[thing].shop, self.put_in[buyer, thing], thing

    def _order(self, shop: int, lines: dict[int, int], *, fetched: bool) -> Order:
        things = [(self.shelves[variant], quantity) for variant, quantity in lines.items()]
        return Order(
            code="",
            shop=shop,
            lines=lines,
            goods=sum(thing.price * quantity for thing, quantity in things),
            postage=0
            if fetched
            else postage(sum(thing.weight * quantity for thing, quantity in things)),
            cut=sum(thing.cut[0] * quantity for thing, quantity in things),
            tax=sum(thing.cut[1] * quantity for thing, quantity in things),
            fetched=fetched,
        )
