"""The desk of the dinas, one file a subject, one blueprint for all."""

from marketplace.web.staff import (
    alarms,
    disputes,
    history,
    home,
    postage,
    products,
    qris,
    receipts,
    sentra,
    sentra_photo,
    shops,
    statements,
    transfers,
)
from marketplace.web.staff.blueprint import bp

__all__ = [
    "alarms",
    "bp",
    "disputes",
    "history",
    "home",
    "postage",
    "products",
    "qris",
    "receipts",
    "sentra",
    "sentra_photo",
    "shops",
    "statements",
    "transfers",
]
