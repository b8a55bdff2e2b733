"""Our own bank account as it must be: every line of its statements, and whose money it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.machine.model import Model
from tests.machine.purses import Purses
from tests.machine.things import LIVE, MONEY, OWN, WIB, Payment, Purchase, must

WINDOW = timedelta(days=14)  # so long an amount names one buyer
OFFER_OPEN = timedelta(days=3)
TWO_PERSONS_ABOVE = 5_000_000
OPEN = ("unclear", "part", "late", "offered")


@dataclass(slots=True)
class Line:
    """Money that stands on a statement; what is `booked` lies with the unclaimed."""

    text: str
    day: date
    amount: int
    rest: int
    state: str = "new"
    booked: bool = False
    payment: Payment | None = None
    offered_until: datetime | None = None
    told: tuple[str, int, int] | None = None  # a provider paid it out: who, gross, fee


@dataclass(slots=True)
class Return:
    """So much goes back to whoever sent it."""

    amount: int
    by: int
    sent: bool = False


@dataclass
class Account:
    """The lines by their text, which no two share, and what is going back."""

    model: Model
    purses: Purses
    lines: dict[str, Line] = field(default_factory=dict)
    returns: dict[str, Return] = field(default_factory=dict)

    def open_lines(self) -> list[Line]:
        """Those of which something is left."""
        return [line for line in self.lines.values() if line.state != "done"]

    def told_lines(self) -> list[Line]:
        """Those that a provider paid out, as far as we were told."""
        return [line for line in self.lines.values() if line.told]

    def offers(self) -> list[Line]:
        """Those that were offered for their order again, perhaps too long ago."""
        return [line for line in self.lines.values() if line.payment and line.offered_until]

    # --- A statement ------------------------------------------------------------------------------

    def read(self, text: str, day: date, amount: int) -> bool:
        """A line is money the first time only; False when it was known."""
        if text in self.lines:
            return False
        self.lines[text] = line = Line(text, day, amount, rest=amount)
        if self.purses.is_back(text, amount):
            line.rest, line.state = 0, "done"
            return True
        fitting = [
            payment
            for payment in self.model.payments(lambda one: one.way in OWN)
            if payment.amount == amount and _could_be(day, payment.made_at)
        ]
        if len(fitting) == 1:
            self._meet(line, fitting[0], by_hand=False)
        else:
            self._lies(line, "unclear")
        return True

    def may_assign(self, line: Line, payment: Payment) -> bool:
        """Whether an officer may say that it is this payment's."""
        if line.state not in OPEN or line.state == "offered" or payment.way not in OWN:
            return False
        return payment.state != "paid" or (not payment.seen and line.rest == payment.amount)

    def assigned(self, line: Line, payment: Payment) -> None:
        self._meet(line, payment, by_hand=True)

    def _meet(self, line: Line, payment: Payment, *, by_hand: bool) -> None:
        if payment.state == "paid" or payment.code in self.model.came:
            if not payment.seen and line.rest == payment.amount:
                line.payment, payment.seen = payment, True
                self._use(line, line.rest)
            else:
                must(not by_hand, f"a second line for {payment}: {line}")
                line.payment = payment
                self._lies(line, "unclear")
            return
        line.payment = payment
        if payment.state not in LIVE or not self._all_wait(payment):
            self._lies(line, "late")
            return
        parts = [*self._parts(payment, but=line), line]
        if sum(part.rest for part in parts) < payment.amount:
            self._lies(line, "part")
            return
        self.pays(payment, parts)

    def pays(self, payment: Payment, parts: list[Line]) -> None:
        """All of it is here; what is more stays nobody's."""
        wanted = payment.amount
        payment.seen = bool(parts)
        self.model.came[payment.code] = wanted
        for part in parts:
            share = min(wanted, part.rest)
            wanted -= share
            self._use(part, share)

    def _parts(self, payment: Payment, *, but: Line) -> list[Line]:
        return [
            line
            for line in self.lines.values()
            if line.payment is payment and line.state == "part" and line is not but
        ]

    def _all_wait(self, payment: Payment) -> bool:
        orders = self.model.purchase_of(payment.code).orders.values()
        return all(order.state == "waiting" for order in orders)

    # --- Whose it is ------------------------------------------------------------------------------

    def _lies(self, line: Line, state: str) -> None:
        """It is on the account, and nobody has a right to it yet."""
        if not line.booked:
            line.booked = True
            self.model.accounts["bank"] += line.rest
            self.model.accounts["unclaimed"] += line.rest
        line.state = state

    def _use(self, line: Line, amount: int) -> None:
        line.rest -= amount
        if line.booked:
            self.model.accounts["unclaimed"] -= amount
            self.model.accounts["bank"] -= amount
        line.offered_until = None
        if line.rest:
            self._lies(line, "unclear")
        else:
            line.state = "done"

    # --- What officers do -------------------------------------------------------------------------

    def set_aside(self, line: Line) -> None:
        """It was never for an order."""
        self._use(line, line.rest)

    def goes_back(self, line: Line, code: str, by: int) -> None:
        """Promised to whoever sent it; it leaves the account later."""
        self.returns[code] = Return(line.rest, by)
        self.model.accounts["unclaimed"] -= line.rest
        self.model.accounts["refunds"] += line.rest
        line.rest, line.state, line.offered_until = 0, "done", None

    def may_send(self, back: Return, by: int) -> bool:
        """Once, and a large sum by somebody else than who decided it."""
        return not back.sent and (back.amount <= TWO_PERSONS_ABOVE or back.by != by)

    def sent(self, back: Return) -> None:
        back.sent = True
        self.model.accounts["refunds"] -= back.amount
        self.model.accounts["bank"] -= back.amount

    def may_offer(self, line: Line) -> bool:
        """All of it came for a purchase that ended without money, and the goods are there."""
        if line.state != "late" or line.payment is None or line.rest != line.payment.amount:
            return False
        purchase = self.model.purchase_of(line.payment.code)
        ended = all(order.state == "cancelled" for order in purchase.orders.values())
        return ended and purchase.paid is None and self._there(purchase)

    def offered(self, line: Line) -> None:
        line.state, line.offered_until = "offered", self.model.now + OFFER_OPEN

    def may_accept(self, line: Line) -> bool:
        """In time, and nobody bought it meanwhile."""
        if line.state != "offered" or line.payment is None or line.offered_until is None:
            return False
        purchase = self.model.purchase_of(line.payment.code)
        unpaid = purchase.paid is None
        return line.offered_until > self.model.now and unpaid and self._there(purchase)

    def _there(self, purchase: Purchase) -> bool:
        shelves, weeks, room = self.model.shelves, self.model.weeks, self.model.room()
        return all(
            shelves[v].left >= quantity and weeks.most(v, quantity, room) == quantity
            for v, quantity in purchase.pieces().items()
        )

    # --- What a provider paid out -----------------------------------------------------------------

    def may_tell(self, line: Line, gross: int, fee: int) -> bool:
        """All of a line, and only all of it."""
        return line.state in OPEN and line.rest == line.amount == gross - fee

    def told(self, line: Line, provider: str, gross: int, fee: int) -> None:
        """It lay over there, and less than that arrived."""
        line.told, line.payment, line.offered_until = (provider, gross, fee), None, None
        line.rest, line.state = 0, "done"
        self._settled(provider, gross, fee)

    def untold(self, line: Line) -> None:
        assert line.told
        provider, gross, fee = line.told
        line.told, line.rest, line.state = None, line.amount, "unclear"
        self._settled(provider, -gross, -fee)

    def _settled(self, provider: str, gross: int, fee: int) -> None:
        self.model.accounts[MONEY[provider]] -= gross
        self.model.accounts["fees"] += fee
        self.model.accounts["unclaimed"] -= gross - fee

    def lapse(self) -> None:
        """Offers that nobody took in time."""
        for line in self.lines.values():
            if line.state == "offered" and line.offered_until <= self.model.now:  # type: ignore[operator]
                line.state = "late"


def _could_be(day: date, asked: datetime) -> bool:
    first = asked.astimezone(WIB).date()
    return first <= day <= (asked + WINDOW).astimezone(WIB).date()
