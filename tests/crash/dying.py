"""A market that dies at a named point, comes back, and must have lost nothing."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import requests

from tests.books import Books
from tests.crash.photos import LONG_AGO
from tests.services.market import Market
from tests.services.stripe_process import Stripe

RECURRING = "('history.seal', 'orders.reconcile_hourly', 'orders.reconcile_daily')"
Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Point:
    """The n-th passing of a failpoint in one role: server, worker, or whoever else acts."""

    role: str
    name: str
    nth: int

    def __str__(self) -> str:
        return f"{self.role}-{self.name}-{self.nth}"


class Crash(Exception):
    """The process that was to die has died."""


@dataclass(slots=True)
class Dying(ABC):
    """One market with one provider; `point` is where it will die."""

    market: Market
    books: Books
    stripe: Stripe
    point: Point | None = None
    roles: ClassVar[tuple[str, ...]] = ()  # who passes points
    standing: ClassVar[tuple[str, ...]] = ()  # those of them that run all the time

    @abstractmethod
    def open(self) -> None:
        """Start whoever runs all the time, armed if there is a point."""

    @abstractmethod
    def steps(self) -> Sequence[Step]:
        """What happens, in order; each may be begun again after it broke off."""

    @abstractmethod
    def faults(self) -> list[str]:
        """What is wrong beyond the books: between them and the provider, files, people."""

    def tell(self) -> bool:
        """Tell the story; whether somebody died on the way, and everything came back."""
        crashed = False
        for step in self.steps():
            try:
                self._do(step)
            except Crash:
                crashed = True
                self.come_back()
                self._do(step)
        return crashed

    def come_back(self) -> None:
        """Everything else dies with it, and starts again without a point."""
        for role in self.standing:
            self.market.kill(role)
        self.point = None
        self.pass_time()
        self.open()

    def passed(self) -> list[Point]:
        """Every passing of every point so far."""
        return [
            Point(role, name, nth + 1)
            for role in self.roles
            for name, count in self._counted(role).items()
            for nth in range(count)
        ]

    def pass_time(self) -> None:
        """As if minutes had gone by: leases are over, waits are over, intents are old enough."""
        touched = ("payment", "refund", "payout", "card_hold", "kept_card", "card_charge")
        self.books.change(
            "UPDATE job SET lease_until = :then WHERE state = 'running'",
            "UPDATE job SET run_at = :then WHERE state = 'ready'",
            "UPDATE provider_message SET received_at = :then WHERE handled_at IS NULL",
            *(f"UPDATE {table} SET touched_at = :then" for table in touched),  # noqa: S608
            then=LONG_AGO,
        )

    def settle(self) -> None:
        """Close the market, set right what is open, and compare every book."""
        for role in self.standing:
            self.market.kill(role)
        self.stripe.tell("age", seconds=1200)
        self._set_right()
        before = self.books.everything()
        self._set_right("check-invariants --json")
        assert self.books.everything() == before, "a second look changed something"
        assert self.books.faults(at_rest=True) == []
        assert self.faults() == []

    def armed(self, role: str) -> dict[str, str]:
        """How a process of this role is started; what died before it has passed some points."""
        env = {"FAILPOINT_LOG": str(self._log(role))}
        if self.point is not None and self.point.role == role:
            left = self.point.nth - self._counted(role)[self.point.name]
            env |= {"FAILPOINT": f"{self.point.name}:{left}"} if left > 0 else {}
        return env

    def _set_right(self, *more: str) -> None:
        self.pass_time()
        self.market.in_turn("reconcile --once", "run-due-jobs --until-empty", *more)

    def _do(self, step: Step) -> None:
        """One step and the work it promised; Crash when somebody died meanwhile."""
        try:
            step()
        except (requests.RequestException, AssertionError):
            if not self._died(patience=1.0):
                raise
            raise Crash from None
        deadline = time.monotonic() + 40
        while self._waiting_work():
            if self._died():
                raise Crash
            assert time.monotonic() < deadline, f"the work is never done: {self._waiting_work()}"
            time.sleep(0.1)
        if self._died():
            raise Crash

    def _waiting_work(self) -> list[dict[str, object]]:
        now = time.strftime("%Y-%m-%d %H:%M:%S+00:00", time.gmtime(time.time() + 30))
        return self.books.rows(
            f"SELECT name, state, error FROM job WHERE state IN ('ready', 'running') "
            f"AND run_at <= :now AND name NOT IN {RECURRING} UNION ALL "
            "SELECT name, 'not promised', '' FROM schedule WHERE next_run < '2021-01-01'",
            now=now,
        )

    def _died(self, *, patience: float = 0.0) -> bool:
        """The armed process is gone; the server's own master would start another in its place."""
        if self.point is None:
            return False
        end = time.monotonic() + patience
        while True:
            count = self._counted(self.point.role)[self.point.name]
            if count >= self.point.nth:
                return True
            if time.monotonic() >= end:
                return False
            time.sleep(0.05)

    def _counted(self, role: str) -> Counter[str]:
        log = self._log(role)
        return Counter(log.read_text().splitlines() if log.exists() else [])

    def _log(self, role: str) -> Path:
        return self.market.home / f"{role}.points"


def every_point(opened: AbstractContextManager[Dying]) -> list[Point]:
    """What one whole story passes when nobody dies."""
    with opened as whole:
        whole.open()
        assert not whole.tell()
        whole.settle()
        return whole.passed()


def die_at(opened: AbstractContextManager[Dying], point: Point) -> bool:
    """Tell a story with a crash at this point; whether it was reached."""
    with opened as broken:
        broken.point = point
        broken.open()
        reached = broken.tell()
        broken.settle()
        return reached
