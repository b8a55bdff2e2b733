"""Toko Saya: what makers do for their shop, one file a subject, one blueprint for all."""

from marketplace.web.seller import (
    capacity,
    complaint,
    money,
    order_parts,
    orders,
    payout_account,
    payouts,
    photos,
    product_steps,
    products,
    reviews,
    shop,
    start,
    statements,
    stock,
    tasks,
    team,
)
from marketplace.web.seller.blueprint import bp

__all__ = [
    "bp",
    "capacity",
    "complaint",
    "money",
    "order_parts",
    "orders",
    "payout_account",
    "payouts",
    "photos",
    "product_steps",
    "products",
    "reviews",
    "shop",
    "start",
    "statements",
    "stock",
    "tasks",
    "team",
]
