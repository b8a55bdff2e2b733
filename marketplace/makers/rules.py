"""Rules about shops that need nothing but their figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from marketplace.makers.states import ShopState


def visible(state: ShopState) -> bool:
    """Only an open shop stands on the market; on holiday it stays and says so."""
    return state == ShopState.OPEN


def on_holiday(closed_from: date | None, closed_to: date | None, today: date) -> bool:
    """Whether today lies in the holiday window, both days included; without an end it goes on."""
    if closed_from is None or today < closed_from:
        return False
    return closed_to is None or today <= closed_to


def buyable(
    state: ShopState, closed_from: date | None, closed_to: date | None, today: date
) -> bool:
    """A shop sells while it is open and not on holiday."""
    return visible(state) and not on_holiday(closed_from, closed_to, today)


# What a maker tells about the shop, in the order of the task list: one part is one page.
PARTS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "owner_name", "since"),
    "place": ("village_code", "address"),
    "craft": ("sector", "sentra_id"),
    "story": ("story", "quote"),
    "photo": ("cover_code",),
    "hours": ("hours", "pickup"),
    "contact": ("whatsapp",),
    "nib": ("nib",),
    "holiday": ("closed_from", "closed_to", "closed_note"),
}
# Without these nobody can judge an application; the business number may come later.
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "owner_name"),
    "place": ("village_code", "address"),
    "craft": ("sector",),
    "story": ("story",),
    "photo": ("cover_code",),
    "hours": ("hours",),
    "contact": ("whatsapp",),
}
# Changing these changes what stands on the market.
SEEN_BY_VISITORS = frozenset({"name", "place", "holiday"})

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_APPLICATIONS = 3  # unfinished ones of one person at a time
MOST_MEMBERS = 20
EARLIEST_YEAR = 1900


def hours_fit(hours: Mapping[str, Sequence[str]]) -> bool:
    """Known days, each opening before it closes."""
    return all(day in DAYS and len(span) == 2 and span[0] < span[1] for day, span in hours.items())


def still_an_owner(owners: Collection[int], leaving: int) -> bool:
    """Whether somebody is left who may decide about the shop."""
    return any(owner != leaving for owner in owners)
