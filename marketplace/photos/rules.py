"""How many photos may come in, and how large they may be together."""

from __future__ import annotations

from datetime import timedelta

MOST_PER_PRODUCT = 12
MOST_PER_HOUR = 60
MOST_BYTES = 2 * 1024**3  # of one business, all its pictures together
LONGEST_ALT = 200
UNDO = timedelta(days=1)  # a photo that was taken away may come back as long
PATIENCE = timedelta(minutes=10)  # after this an upload that did not finish has failed


def room_for(product_photos: int, coming: int = 1) -> bool:
    """Whether a product may have so many photos more."""
    return product_photos + coming <= MOST_PER_PRODUCT


def minutes_to_wait(since_oldest: timedelta) -> int:
    """How long until the oldest upload of the full hour counts no more."""
    left = timedelta(hours=1) - since_oldest
    return max(1, -(-int(left.total_seconds()) // 60))
