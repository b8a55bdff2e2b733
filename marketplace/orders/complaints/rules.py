"""What a complaint may ask for, until when each side answers, and how a refund divides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from marketplace.core.errors import Invalid
from marketplace.core.money import Money
from marketplace.orders import rules
from marketplace.orders.complaints.states import ComplaintState, Kind, Wish
from marketplace.orders.ledger.rules import Shares, falls_away

SHOP_ANSWERS_WORKING_DAYS = 2
SHOP_RESENDS_WORKING_DAYS = 2
DESK_DECIDES_WORKING_DAYS = 3
BUYER_ANSWERS = timedelta(days=3)
RESENT_IS_FINE_AFTER = timedelta(days=7)  # as long as the first parcel had
MOST_PHOTOS = 5  # of each side
MOST_AT_ONCE = 3
LONGEST_WORDS = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces of one line that are complained about: what was paid for them, and the cut on it."""

    line_id: int
    quantity: int
    amount: int  # for these pieces
    line_amount: int  # for the whole line
    commission: int  # of the whole line
    commission_tax: int


def due(state: ComplaintState, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Until when whoever is to act has time; nobody is, when it is over."""
    if state is ComplaintState.ASKED:
        return rules.end_of_working_days(now, SHOP_ANSWERS_WORKING_DAYS, zone)
    if state is ComplaintState.RESENDING:
        return rules.end_of_working_days(now, SHOP_RESENDS_WORKING_DAYS, zone)
    if state is ComplaintState.DESK:
        return rules.end_of_working_days(now, DESK_DECIDES_WORKING_DAYS, rules.WIB)
    if state is ComplaintState.OFFERED:
        return now + BUYER_ANSWERS
    if state is ComplaintState.RESENT:
        return now + RESENT_IS_FINE_AFTER
    return None


def postage_too(kind: Kind, asked: int, bought: int, postage: int) -> int:
    """The postage that may go back too: only when every piece of the order is concerned.

    A parcel that was a few pieces short was carried all the same.
    """
    return postage if asked == bought and kind is not Kind.INCOMPLETE else 0


def wished(wish: Wish, typed: int | None, most: int) -> int:
    """How much money is asked for; for goods again, none."""
    if wish is Wish.RESEND:
        return 0
    if wish is Wish.ALL:
        return most
    if typed is None:
        raise Invalid("complaint_amount_missing", field="amount")
    return at_most(typed, most)


def at_most(amount: int, most: int) -> int:
    """An amount that may go back."""
    if amount > most:
        raise Invalid("complaint_amount", field="amount", most=Money(most))
    return amount


def enough(wish: Wish, wished: int, amount: int) -> bool:
    """Whether what the shop gives back needs no yes of the buyer: it is all that was asked for."""
    return wish is not Wish.RESEND and amount >= wished


def divide(
    amount: int, parts: Sequence[Part], *, cut_left: tuple[int, int]
) -> tuple[Shares, dict[int, int]]:
    """What a refund is made of, and how much of it each line gets back: exact to the rupiah.

    Goods first, by what was paid for the pieces complained about, then postage. With each line's
    money falls away its own part of the cut, as far as earlier refunds have left it (commission,
    its tax).
    """
    goods = min(amount, sum(part.amount for part in parts))
    shares = [share.rupiah for share in Money(goods).split([part.amount for part in parts])]
    both = list(zip(parts, shares, strict=True))
    cut = sum(_falls_away(part.commission, part, share) for part, share in both)
    tax = sum(_falls_away(part.commission_tax, part, share) for part, share in both)
    return (
        Shares(
            goods=goods,
            postage=amount - goods,
            commission=min(cut, cut_left[0]),
            commission_tax=min(tax, cut_left[1]),
        ),
        {part.line_id: share for part, share in both},
    )


def _falls_away(cut: int, part: Part, share: int) -> int:
    return falls_away(cut, goods=part.line_amount, now=share)
