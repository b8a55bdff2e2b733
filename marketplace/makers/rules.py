"""Rules about shops that need nothing but their figures."""

from __future__ import annotations

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
