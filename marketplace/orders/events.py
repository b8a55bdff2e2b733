"""Each step in an order's life, written beside the change; the timeline of buyer and shop."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from marketplace.core.db import insert_rows
from marketplace.orders.models import Order, OrderEvent


def note(
    orders: Iterable[Order],
    what: str,
    *,
    actor: str,
    at: datetime,
    by: int | None = None,
    **detail: Any,
) -> None:
    """Write one step for each order, with the version it led to."""
    note_rows([(order.id, order.version) for order in orders], what, actor, at, by, detail)


def note_rows(
    orders: Iterable[tuple[int, int]],
    what: str,
    actor: str,
    at: datetime,
    by: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """The same for orders known by (id, version) only."""
    insert_rows(
        OrderEvent,
        [
            {
                "order_id": order_id,
                "at": at,
                "by": by,
                "actor": actor,
                "what": what,
                "detail": detail or {},
                "version": version,
            }
            for order_id, version in orders
        ],
    )
