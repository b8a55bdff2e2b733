"""Numbers of buying that a person could check on paper: limits, deadlines, sums, what goes back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from marketplace.core.money import MAX_RUPIAH

MOST_PIECES = 10_000
MOST_WEIGHT_G = 2_000_000_000  # two thousand tonnes
MOST_LINES = 60  # kinds of things in one cart; one page still shows them all

# A pay page: half an hour is enough to find the card and wait for the bank's message, and short
# enough that the last piece is not kept from others all evening.
PAY_PAGE_OPEN = timedelta(minutes=30)
# The provider keeps its page this long at most. We close it ourselves after half an hour; the rest
# is for asking again with the same key when an answer was lost.
PROVIDER_KEEPS = timedelta(minutes=60)
# A bank transfer: a whole day, because many go to the counter or ask a child to send it.
TRANSFER_OPEN = timedelta(hours=24)
# An officer reads the account once a working day, so the goods wait a day longer than the buyer.
TRANSFER_CHECKED = timedelta(hours=24)
# How long an amount stays one buyer's, counted from when it was given. It must outlive the two days
# in which the order waits, and then every late transfer: the longest row of bank holidays, around
# Lebaran, is eleven days. Longer would only use up the amounts of a total that many people owe.
AMOUNT_KEPT = timedelta(days=14)
MOST_ATTEMPTS = 8  # changing the way of paying again and again would keep the goods for ever

ACCEPT_WORKING_DAYS = 2
SHIP_WORKING_DAYS = 2  # after accepting, besides the days a made-to-order thing needs
COMPLETE_AFTER_SHIPPING = timedelta(days=7)
OBJECT_AFTER_PICKUP = timedelta(days=2)
LOOK_AFTER_SILENCE = timedelta(days=14)  # accepted but never sent: a person looks

WIB, WITA, WIT = (ZoneInfo(f"Asia/{city}") for city in ("Jakarta", "Makassar", "Jayapura"))
WITA_PROVINCES = ("51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76")
WIT_PROVINCES = ("81", "82", "91", "92", "93", "94", "95", "96", "97")

TRANSFER, QRIS = "transfer", "qris"
# Money that lands on our own account: no provider tells us of it, somebody reads it there.
ON_OUR_ACCOUNT = (TRANSFER, QRIS)
UNIQUE_CODES = (range(1, 1000), range(1000, 2000))  # the second only when the first is used up


def zone_of(village_code: str | None) -> ZoneInfo:
    """The clock people go by in that place; without one, the clock of Java."""
    province = (village_code or "")[:2]
    if province in WITA_PROVINCES:
        return WITA
    return WIT if province in WIT_PROVINCES else WIB


def pay_deadline(provider: str, now: datetime) -> datetime:
    """Until when the buyer may pay."""
    return now + (TRANSFER_OPEN if provider in ON_OUR_ACCOUNT else PAY_PAGE_OPEN)


def kept_until(provider: str, now: datetime) -> datetime:
    """Until when the goods are kept: on our own account a day more, so that somebody can look."""
    return pay_deadline(provider, now) + (
        TRANSFER_CHECKED if provider in ON_OUR_ACCOUNT else timedelta(0)
    )


def send_by(accepted: datetime, zone: ZoneInfo, *, ready: date | None = None) -> date:
    """Until which day an accepted order should be on its way; what is made first gets its week."""
    begun = accepted.astimezone(zone).date()
    return working_days_after(max(begun, ready or begun), SHIP_WORKING_DAYS)


def made_by(weeks: Iterable[date | None]) -> date | None:
    """The day by which all is made: the Sunday of the last of these weeks; none is waited for."""
    last = max((week for week in weeks if week), default=None)
    return last + timedelta(days=6) if last else None


def silent_from(accepted: datetime, ready: date | None) -> datetime:
    """When a person asks after an accepted order that is still not on its way."""
    made = datetime.combine(ready, time(12), WIB) if ready else accepted
    return max(accepted, made) + LOOK_AFTER_SILENCE


def working_days_after(start: date, days: int) -> date:
    """The day that lies so many days from Monday to Friday after this one."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            days -= 1
    return day


def end_of_working_days(now: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The last minute of the day, there, that many working days from now."""
    day = working_days_after(now.astimezone(zone).date(), days)
    return datetime(day.year, day.month, day.day, 23, 59, tzinfo=zone)


def sum_of(lines: Iterable[tuple[int, int]]) -> int:
    """Rupiah for lines of (price, quantity)."""
    return sum(price * quantity for price, quantity in lines)


def payable(total: int, weight_g: int) -> bool:
    """Whether one bill can be paid at once; beyond this somebody mistyped, or wants a contract."""
    return total <= MAX_RUPIAH and weight_g <= MOST_WEIGHT_G


def goes_back(*, order_total: int, paid: int, refunded: int, others_alive: bool) -> int:
    """What an order that ends gives back: its total; the last of a group gives back all the rest.

    The unique digits of a transfer are money the buyer sent. They belong to the payment, not to a
    shop, and go back with the last order: Rp100.000 and Rp50.000 paid as Rp150.037 give back
    Rp100.000 first and Rp50.037 last.
    """
    rest = max(0, paid - refunded)
    return min(order_total, rest) if others_alive else rest


def of_pieces(amount: int, pieces: int, *, before: int, now: int) -> int:
    """The part of a line's amount that goes with `now` of its pieces, after `before` of them.

    Whatever the steps, all of it has gone with the last piece: Rp100 for three pieces goes as
    Rp33, Rp33 and Rp34.
    """
    return amount * (before + now) // pieces - amount * before // pieces


def still_buyable(
    *, shop_state: str, product_state: str, active: bool, closed: tuple[date | None, date | None],
    today: date,
) -> str:  # fmt: skip
    """Why a thing cannot be bought now: "gone", "shop_closed", "holiday"; empty when it can."""
    if product_state != "live" or not active:
        return "gone"
    if shop_state != "open":
        return "shop_closed"
    first, last = closed
    if first and last and first <= today <= last:
        return "holiday"
    return ""
