"""Shelves, orders, payments, refunds and disputes, and the arithmetic of the market.

Every rule of the house stands here a second time, in other words, so that both would have to be
wrong in the same way. Amounts are rupiah, accounts are counted as their own side counts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

WIB = timezone(timedelta(hours=7))
PAGE_OPEN = timedelta(minutes=30)  # to pay by card
TRANSFER_KEPT = timedelta(hours=48)  # a day to send it, a day to look
LET_GO_AFTER = timedelta(hours=1)  # beyond the time that goods are kept
SILENT_AFTER_SHIPPING, SILENT_AFTER_FETCHING = timedelta(days=7), timedelta(days=2)
COMMISSION_BP, COMMISSION_FIXED, COMMISSION_TAX_BP = 525, 150, 1_100
OWN = ("transfer", "qris")
LIVE = ("asked", "open")
MONEY = {"stripe": "clearing.stripe", "simulator": "clearing.simulator"} | dict.fromkeys(
    OWN, "bank"
)
HAS = {"clearing.stripe", "clearing.simulator", "bank", "disputes", "goodwill", "loss", "fees"}


class Wrong(AssertionError):
    """The market is not as it must be."""


def must(holds: object, what: str) -> None:
    """Refuse to go on when it does not."""
    if not holds:
        raise Wrong(what)


class Balances(Counter[int]):
    """What each shop may be paid, and what it was in between since somebody looked."""

    def __init__(self) -> None:
        super().__init__()
        self.were: dict[int, set[int]] = {}

    def __setitem__(self, shop: int, amount: int) -> None:
        super().__setitem__(shop, amount)
        self.were.setdefault(shop, set()).add(amount)

    def looked(self) -> None:
        """Only what it is now counts from here on."""
        self.were = {shop: {amount} for shop, amount in self.items()}


# --- What there is --------------------------------------------------------------------------------


@dataclass(slots=True)
class Shelf:
    """One thing of one shop."""

    shop: int
    price: int
    weight: int
    on_hand: int
    reserved: int = 0  # for orders
    chances: int = 0  # for those in line

    @property
    def kept(self) -> int:
        """For anybody."""
        return self.reserved + self.chances

    @property
    def left(self) -> int:
        return self.on_hand - self.kept

    @property
    def cut(self) -> tuple[int, int]:
        """What the market keeps of one piece, and the tax on it."""
        kept = min(self.price, self.price * COMMISSION_BP // 10_000 + COMMISSION_FIXED)
        return kept, min(self.price - kept, kept * COMMISSION_TAX_BP // 10_000)


@dataclass(slots=True)
class Parcel:
    """Some pieces that travel together, until it was taken apart."""

    number: int
    pieces: dict[int, int]
    state: str = "packed"
    left_at: datetime | None = None
    received_at: datetime | None = None
    confirmed_at: datetime | None = None

    @property
    def quiet_from(self) -> datetime | None:
        """When nobody can object to it any more."""
        if self.confirmed_at:
            return self.confirmed_at
        if self.received_at:
            return self.received_at + SILENT_AFTER_FETCHING
        return self.left_at + SILENT_AFTER_SHIPPING if self.state == "shipped" else None


@dataclass(slots=True)
class Order:
    """What one shop was asked for; `goods_held` and `postage_held` are in the market's hands.

    Once it is complete its shop has what was `released`, less what was `taken` from it again.
    """

    code: str
    shop: int
    lines: dict[int, int]
    goods: int
    postage: int
    cut: int
    tax: int
    fetched: bool = False
    state: str = "waiting"
    parcels: list[Parcel] = field(default_factory=list)  # each that was ever packed
    gone: Counter[int] = field(default_factory=Counter)  # pieces that will not come
    goods_held: int = 0
    postage_held: int = 0
    goods_returned: int = 0
    cut_away: int = 0
    tax_away: int = 0
    goods_released: int = 0  # before the cut
    postage_released: int = 0
    goods_taken: int = 0  # by a card bank too
    postage_taken: int = 0
    due: datetime | None = None  # for the shop's answer
    contested: bool = False
    apart: int = 0  # so much of `goods_held` lies apart while its buyer complains
    # what a complaint gave back of a thing: pieces that are gone by it, and rupiah
    returned: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.goods + self.postage

    @property
    def got(self) -> int:
        """What its shop has of it."""
        taken = self.goods_taken + self.postage_taken
        return max(0, self.goods_released + self.postage_released - taken)

    @property
    def gone_out(self) -> Counter[int]:
        """The pieces that have left the shop."""
        out: Counter[int] = Counter()
        for parcel in self.boxes:
            if parcel.state in ("shipped", "received"):
                out.update(parcel.pieces)
        return out

    @property
    def boxes(self) -> list[Parcel]:
        """Those that are still whole."""
        return [parcel for parcel in self.parcels if parcel.state != "unpacked"]

    @property
    def left(self) -> dict[int, int]:
        """What is still to be packed."""
        left = {variant: many - self.gone[variant] for variant, many in self.lines.items()}
        for parcel in self.boxes:
            for variant, quantity in parcel.pieces.items():
                left[variant] -= quantity
        return {variant: quantity for variant, quantity in left.items() if quantity}

    @property
    def parcel(self) -> str:
        """How far it has come, all parcels together."""
        states = {parcel.state for parcel in self.boxes}
        if not states:
            return "open"
        if "packed" in states:
            return "packed" if states == {"packed"} else "next"
        if self.left:
            return "partly"
        return next(state for state in ("ready", "shipped", "received") if state in states)

    @property
    def quiet_from(self) -> datetime | None:
        """When it is complete by itself: once all is gone, and from the last parcel on."""
        moments = [parcel.quiet_from for parcel in self.boxes]
        if self.left or not moments or None in moments:
            return None
        return max(moment for moment in moments if moment)

    @property
    def confirmed(self) -> bool:
        """The buyer has all of it, and said so."""
        return not self.left and all(parcel.confirmed_at for parcel in self.boxes)


@dataclass(slots=True)
class Payment:
    """One way in which the money may come."""

    code: str
    way: str
    amount: int
    digits: int
    made_at: datetime
    state: str
    counts: bool = False
    refunded: int = 0
    gone: int = 0  # that went back for good
    seen: bool = False  # a line of a statement stands for it
    disputed: bool = False


@dataclass(slots=True)
class Purchase:
    """What one buyer pays at once. `goods` are held, let go, sold or back on the shelf."""

    code: str
    buyer: str
    orders: dict[str, Order]
    payments: dict[str, Payment]
    until: datetime
    goods: str = "held"
    asked_again: int = 0
    page_closed: bool = False  # somebody went on to another way, or gave up
    promised: bool = False  # paid in time, with a page that was open
    given_up: bool = False
    ended: set[str] = field(default_factory=set)  # orders cancelled by hand

    @property
    def total(self) -> int:
        return sum(order.total for order in self.orders.values())

    @property
    def last(self) -> Payment:
        return list(self.payments.values())[-1]

    @property
    def paid(self) -> Payment | None:
        return next((one for one in self.payments.values() if one.counts), None)

    @property
    def waiting(self) -> bool:
        return any(order.state == "waiting" for order in self.orders.values())

    def pieces(self) -> Counter[int]:
        found: Counter[int] = Counter()
        for order in self.orders.values():
            found.update(order.lines)
        return found


@dataclass(slots=True)
class Refund:
    """Money that was promised back; an order that ended, or money nobody asked for."""

    payment: Payment
    amount: int
    order: str | None = None
    cut: int = 0
    tax: int = 0
    code: str = ""
    state: str = ""
    by_bank: int = 0  # what the buyer had of it from the card bank
    by_hand: bool = False  # an officer sent it for the provider
    gone: bool = False

    @property
    def due(self) -> int:
        return self.amount - self.by_bank


@dataclass(slots=True)
class Part:
    """Some pieces of a line: what was paid for them, and the cut of it."""

    pieces: int
    amount: int
    cut: int
    tax: int


@dataclass(slots=True)
class Grant:
    """What an officer decided to give back; somebody carries it out, or it is withdrawn."""

    order: Order
    payment: Payment
    parts: dict[int, Part]
    postage: int
    goodwill: int
    by: int
    two_persons: bool = False
    state: str = "granted"

    @property
    def goods(self) -> int:
        return sum(part.amount for part in self.parts.values())

    @property
    def amount(self) -> int:
        return self.goods + self.postage + self.goodwill


@dataclass(slots=True)
class Complaint:
    """What a buyer says is wrong with an order, until one of them, the dinas or time ends it."""

    order: Order
    payment: Payment
    pieces: dict[int, int]
    goods: int
    postage: int
    again: bool  # the buyer would like the things again
    wished: int
    opened_at: datetime
    state: str = "asked"
    due: datetime | None = None
    offered: int = 0
    proposed: tuple[int, int] | None = None  # so much, by whom
    back: int = 0

    @property
    def most(self) -> int:
        return self.goods + self.postage


@dataclass(slots=True)
class Dispute:
    """A buyer complained to the bank about a payment."""

    payment: Payment
    amount: int
    state: str = ""
    taken: bool = False
    returned: bool = False
    closed: bool = False


# --- Arithmetic -----------------------------------------------------------------------------------


def postage(weight: int) -> int:
    """Inside one district: Rp6.000 and Rp3.000 for each further kilogram; 300 g are forgiven."""
    kilograms = 1
    while weight > kilograms * 1_000 + 300:
        kilograms += 1
    return 6_000 + (kilograms - 1) * 3_000


def split(amount: int, weights: list[int]) -> list[int]:
    """By weight, to the rupiah: who was cut the most gets the next one."""
    exact = [(amount * weight, sum(weights)) for weight in weights]
    parts = [over // under for over, under in exact]
    order = sorted(range(len(parts)), key=lambda i: (-(exact[i][0] - parts[i] * exact[i][1]), i))
    for place in order[: amount - sum(parts)]:
        parts[place] += 1
    return parts


def answer_by(paid: datetime, days: int = 2) -> datetime:
    """A shop has two working days: until a minute before the midnight of the second."""
    day, left = paid.astimezone(WIB).date(), days
    while left:
        day += timedelta(days=1)
        left -= day.isoweekday() <= 5
    return datetime(day.year, day.month, day.day, 23, 59, tzinfo=WIB)
