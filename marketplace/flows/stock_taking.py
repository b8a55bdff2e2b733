"""What a maker does at the shelf: count it, put something in, take something broken out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from marketplace.catalog import stock_book
from marketplace.catalog.states import MoveKind
from marketplace.catalog.stock_book import Count
from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.core.work import transaction
from marketplace.orders import shelf


@dataclass(frozen=True, slots=True)
class Keeper:
    """Whose shelf, and who stands at it."""

    ikm_id: int
    by: int


def count(keeper: Keeper, variant_id: int, seen: Count) -> int:
    """Save one counted line; the difference that was noted. The same line sent twice is one."""
    try:
        with transaction():
            variant = stock_book.locked(variant_id, ikm_id=keeper.ikm_id)
            return stock_book.count(
                variant,
                seen,
                unsent=shelf.unsent(keeper.ikm_id, variant_id),
                by=keeper.by,
                now=clock.now(),
            )
    except IntegrityError:  # the key is another variant's
        raise NotFound() from None


def change(keeper: Keeper, variant_id: int, pieces: int, *, reason: str, key: str) -> None:
    """Pieces came (more than nothing) or are gone (less than nothing); sent twice it is one."""
    kind = MoveKind.RECEIVED if pieces > 0 else MoveKind.DAMAGED
    try:
        with transaction():
            variant = stock_book.locked(variant_id, ikm_id=keeper.ikm_id)
            if stock_book.written(variant, key) is None:
                stock_book.write(
                    variant, kind, pieces, by=keeper.by, now=clock.now(), reason=reason, key=key
                )
    except IntegrityError:  # the key is another variant's
        raise NotFound() from None
