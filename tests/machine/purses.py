"""What the shops are paid: to which account, in which run, and what comes back of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.machine.model import Model
from tests.machine.things import MONEY, must

MINIMUM = 10_000
TWO_PERSONS_ABOVE = 5_000_000
ACCOUNT_WAITS = timedelta(days=7)
LIVE = ("sent", "paid")
Carried = Mapping[str, tuple[int, int]]  # what a provider has sent for us, and what came back


@dataclass(slots=True, eq=False)
class Place:
    """An account of a shop; `before` counts again when it is taken back in time."""

    way: str
    usable_from: datetime
    before: Place | None = None


@dataclass(slots=True, eq=False)
class Payout:
    """So much to one shop."""

    code: str
    shop: int
    amount: int
    place: Place
    state: str = "planned"
    carried: bool = False  # by the bank
    bounced: bool = False  # and sent back again
    asked_by: int | None = None  # an officer said that it came back

    @property
    def holder(self) -> str:
        """The account that it leaves."""
        return MONEY.get(self.place.way, "bank")


@dataclass(slots=True, eq=False)
class Run:
    """Payouts that are let go together."""

    code: str
    way: str
    payouts: list[Payout] = field(default_factory=list)
    state: str = "planned"
    first_by: int | None = None

    @property
    def planned(self) -> list[Payout]:
        return [payout for payout in self.payouts if payout.state == "planned"]


@dataclass
class Purses:
    """Runs by their codes, payouts by theirs, and the account of each shop."""

    model: Model
    places: dict[int, Place | None]
    runs: dict[str, Run] = field(default_factory=dict)
    payouts: dict[str, Payout] = field(default_factory=dict)

    # --- Accounts ---------------------------------------------------------------------------------

    def usable(self, place: Place | None) -> bool:
        return place is not None and place.usable_from <= self.model.now

    def changed(self, shop: int, way: str) -> None:
        self.places[shop] = Place(way, self.model.now + ACCOUNT_WAITS, self.places[shop])

    def may_take_back(self, shop: int) -> bool:
        place = self.places[shop]
        return place is not None and not self.usable(place)

    def took_back(self, shop: int) -> None:
        place = self.places[shop]
        assert place
        self.places[shop] = place.before

    # --- Runs -------------------------------------------------------------------------------------

    def ready(self) -> dict[int, int]:
        """Shops with enough to be paid, debts taken off, and an account that waited."""
        owed = self.model.payable
        return {
            shop: owed[shop]
            for shop, place in self.places.items()
            if self.usable(place) and owed[shop] >= MINIMUM
        }

    def planned(self, run: str, code: str, shop: int, amount: int, way: str) -> Payout:
        """All that its balance was, at a moment since the last look."""
        place = self.places[shop]
        must(place and self.usable(place) and place.way == way, f"{shop} is paid by {way}: {place}")
        assert place
        were = self.model.payable.were.get(shop, set())
        must(amount >= MINIMUM and amount in were, f"{shop} is paid {amount}, not of {were}")
        made = Payout(code, shop, amount, place)
        self.runs.setdefault(run, Run(run, way)).payouts.append(made)
        self.payouts[code] = made
        self.model.payable[shop] -= amount
        self.model.accounts["payouts"] += amount
        return made

    def may_release(self, run: Run, by: int) -> bool:
        """Nobody says yes twice."""
        return run.state in ("planned", "approved") and run.first_by != by

    def released(self, run: Run, by: int) -> str:
        """Much money needs two; what may not go any more is payable again."""
        total = sum(payout.amount for payout in run.planned)
        if total > TWO_PERSONS_ABOVE and run.first_by is None:
            run.state, run.first_by = "approved", by
            return "needs_another"
        held_up = [payout for payout in run.planned if self._held_up(payout)]
        for payout in run.planned:
            payout.state = "sent"
        for payout in held_up:
            self._back(payout, "failed")
        gone = len(held_up) < len(run.payouts)
        run.state = "released" if gone else "cancelled"
        return "released" if gone else "empty"

    def _held_up(self, payout: Payout) -> bool:
        """The account is another by now, or something was taken back since it was counted."""
        place = self.places[payout.shop]
        same = place is payout.place and self.usable(place)
        return not same or self.model.payable[payout.shop] < 0

    def called_off(self, run: Run) -> None:
        run.state = "cancelled"
        for payout in run.planned:
            self._back(payout, "failed")

    # --- One payout -------------------------------------------------------------------------------

    def arrived(self, payout: Payout) -> None:
        """Whatever somebody thought before."""
        payout.state, payout.asked_by = "paid", None
        self.model.accounts["payouts"] -= payout.amount
        self.model.accounts[payout.holder] -= payout.amount

    def came_back(self, payout: Payout) -> None:
        """At once, or after it had arrived."""
        if payout.state == "paid":
            self.model.accounts["payouts"] += payout.amount
            self.model.accounts[payout.holder] += payout.amount
        self._back(payout, "returned")

    def _back(self, payout: Payout, state: str) -> None:
        payout.state = state
        self.model.accounts["payouts"] -= payout.amount
        self.model.payable[payout.shop] += payout.amount

    def carried(self, payout: Payout, state: str, there: Carried) -> None:
        """What is said of a payout through a provider must be so over there."""
        sent, back = there.get(payout.code, (0, 0))
        must(payout.place.way != "bank", f"nobody said so: {payout} became {state}")
        if state == "failed":
            must(payout.state == "sent" and not sent, f"{payout} failed, but {there}")
            self._back(payout, "failed")
            return
        must(sent == payout.amount, f"{payout} became {state}, but {there}")
        if state == "returned":
            must(payout.state in LIVE and back == sent, f"{payout} is not back: {there}")
            self.came_back(payout)
        else:
            must(payout.state == "sent" and state == "paid", f"{payout} became {state}")
            self.arrived(payout)

    # --- Our own bank -----------------------------------------------------------------------------

    def at_bank(self, wanted: Iterable[str] = LIVE) -> list[Payout]:
        """Those of a bank's file."""
        return [
            payout
            for payout in self.payouts.values()
            if payout.place.way == "bank" and payout.state in wanted
        ]

    def left_us(self, text: str, amount: int) -> None:
        """A line of money that went out and names a payout on its way, with its very amount."""
        payout = self._named(text)
        if payout and payout.state == "sent" and payout.amount == amount:
            self.arrived(payout)

    def is_back(self, text: str, amount: int) -> bool:
        """A line of money that came in and is a payout that came back whole."""
        payout = self._named(text)
        if payout is None or payout.state not in LIVE or payout.amount != amount:
            return False
        self.came_back(payout)
        return True

    def _named(self, text: str) -> Payout | None:
        return next((one for one in self.at_bank(("planned", *LIVE, "returned", "failed"))
                     if one.code.upper() in text), None)  # fmt: skip
