"""A market that dies at a named point, comes back, and must have lost nothing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.books import Books
from tests.crash.photos import LONG_AGO
from tests.crash.story import Story
from tests.services.market import Market
from tests.services.stall import Stall
from tests.services.stripe_process import Stripe

RECURRING = "('history.seal', 'orders.reconcile_hourly', 'orders.reconcile_daily')"
ROLES = ("web", "worker")
Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Point:
    """The n-th passing of a failpoint in the server or in the worker."""

    role: str
    name: str
    nth: int

    def __str__(self) -> str:
        return f"{self.role}-{self.name}-{self.nth}"


class Crash(Exception):
    """The process that was to die has died."""


@dataclass(slots=True)
class Stage:
    """One market with one provider; `point` is where it will die."""

    market: Market
    story: Story
    provider: str
    stripe: Stripe
    point: Point | None = None

    def open(self) -> None:
        """Start server and worker, armed if there is a point."""
        env = {role: {"FAILPOINT_LOG": str(self._log(role))} for role in ROLES}
        if self.point is not None:
            env[self.point.role]["FAILPOINT"] = f"{self.point.name}:{self.point.nth}"
        self.market.work(**env["worker"])
        self.market.open(**env["web"])
        self.stripe.post_to(self.market.url)

    def tell(self, steps: Sequence[Step] | None = None) -> bool:
        """Tell the story; whether somebody died on the way, and everything came back."""
        crashed = False
        for step in steps or self.story.steps:
            try:
                self._do(step)
            except Crash:
                crashed = True
                self.come_back()
                self._do(step)
        return crashed

    def come_back(self) -> None:
        """Everything else dies with it, and starts again without a point."""
        for role in ROLES:
            self.market.kill(role)
        self.point = None
        self.pass_time()
        self.open()

    def passed(self) -> list[Point]:
        """Every passing of every point so far."""
        return [
            Point(role, name, nth + 1)
            for role in ROLES
            for name, count in self._counted(role).items()
            for nth in range(count)
        ]

    def pass_time(self) -> None:
        """As if minutes had gone by: leases are over, waits are over, intents are old enough."""
        self.story.books.change(
            "UPDATE job SET lease_until = :then WHERE state = 'running'",
            "UPDATE job SET run_at = :then WHERE state = 'ready'",
            "UPDATE payment SET touched_at = :then",
            "UPDATE refund SET touched_at = :then",
            "UPDATE provider_message SET received_at = :then WHERE handled_at IS NULL",
            then=LONG_AGO,
        )

    def settle(self) -> None:
        """Close the market, set right what is open, and compare every book."""
        for role in ROLES:
            self.market.kill(role)
        self._set_right()
        books = self.story.books
        before = books.everything()
        self._set_right("check-invariants --json")
        assert books.everything() == before, "a second look changed something"
        assert books.faults(at_rest=True) == []
        assert books.faults_with(self.net(books)) == []
        assert self.story.photo_faults() == []

    def net(self, books: Books) -> dict[str, int]:
        """Rupiah the provider holds for each payment."""
        if self.provider == "stripe":
            return self.stripe.net()
        return books.simulator_net(self.market.home / "simulator" / "payments.sqlite3")

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
        return self.story.books.rows(
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


@contextmanager
def stage(made: Stall, home: Path, stripe: Stripe, provider: str) -> Iterator[Stage]:
    """A fresh market with this provider, not yet open."""
    settings = stripe.settings if provider == "stripe" else {}
    with made.market(home, APP_ENV="test", **settings) as market:
        story = Story(market, made.goods, provider)
        stripe.tell("forget")
        try:
            yield Stage(market, story, provider, stripe)
        finally:
            story.close()
