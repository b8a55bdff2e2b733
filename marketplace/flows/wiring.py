"""Who hears what, and which name does which job, on one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marketplace.catalog.events import ProductApproved, ProductReturned
from marketplace.core.events import Event
from marketplace.flows import joining, letters, photo_work, product_letters, seals, tidying

LISTENERS: Mapping[type[Event], Sequence[Callable[[Any], None]]] = {
    ProductApproved: [product_letters.approved],
    ProductReturned: [product_letters.returned],
}
JOBS: Mapping[str, Callable[..., None]] = {
    "letters.send": letters.send,
    "history.seal": seals.seal,
    "accounts.send_link": joining.send_link,
    "accounts.send_reset": joining.send_reset,
    "accounts.send_reminder": joining.send_reminder,
    "accounts.forget_old": tidying.forget_visits,
    "photos.give_up": photo_work.give_up,
    "photos.delete_files": photo_work.delete_files,
    "jobs.clean_up": tidying.forget_jobs,
}
