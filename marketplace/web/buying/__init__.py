"""Buying: the cart, two screens of checkout, and the page of an order."""

from marketplace.web.buying import (
    basket,
    checkout,
    complaint,
    mine,
    order,
    order_acts,
    order_parts,
    review,
    simulator,
    waiting,
)
from marketplace.web.buying.blueprint import bp

__all__ = [
    "basket",
    "bp",
    "checkout",
    "complaint",
    "mine",
    "order",
    "order_acts",
    "order_parts",
    "review",
    "simulator",
    "waiting",
]
