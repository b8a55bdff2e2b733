"""The desk of the dinas, one file a subject, one blueprint for all."""

from marketplace.web.staff import (
    alarms,
    commission,
    disputes,
    history,
    home,
    payouts,
    postage,
    products,
    qris,
    receipts,
    rule_rows,
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
    "commission",
    "disputes",
    "history",
    "home",
    "payouts",
    "postage",
    "products",
    "qris",
    "receipts",
    "rule_rows",
    "sentra",
    "sentra_photo",
    "shops",
    "statements",
    "transfers",
]
