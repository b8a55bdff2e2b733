"""Pieces that will not come, for tests: who gives them up, and what went back."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.core.db import db
from marketplace.flows import part_cancelling
from marketplace.orders.models import Refund
from tests.orders import packing
from tests.orders.packing import view

GOODS = 3 * 20_000 + 2 * 50_000
POSTAGE = 6_000


def some(code: str, *pieces: int) -> dict[int, int]:
    return {
        line.id: count
        for line, count in zip(view(code).lines, pieces, strict=False)
        if count
    }  # fmt: skip


def shop_cancels(code: str, *pieces: int, postage: bool = False) -> bool:
    hand, meant = packing.hand(code), some(code, *pieces)
    return part_cancelling.shop_cancels(
        code, hand, meant, reason="Bahan habis", postage=postage
    )  # fmt: skip


def buyer_cancels(code: str, *pieces: int, version: int | None = None) -> bool:
    group, meant = packing.group(code), some(code, *pieces)
    version = version or view(code).version
    return part_cancelling.buyer_cancels(group, code, meant, by=None, version=version)


def refunds() -> list[tuple[int, int, int]]:
    """Amount, and what of the cut and its tax fell away, in order."""
    db.session.rollback()
    found = select(Refund.amount, Refund.commission, Refund.commission_tax).order_by(Refund.id)
    rows = [tuple(row) for row in db.session.execute(found)]
    db.session.rollback()
    return rows  # type: ignore[return-value]


def give_postage(code: str) -> None:
    part_cancelling.shop_gives_postage(code, packing.hand(code), reason="Kami terlambat")
