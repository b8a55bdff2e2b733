"""A market without a server: every step is a process of its own, beside the real worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType

from marketplace.flows.daily import EVERY
from tests.crash.dying import Dying, Step
from tests.services.market import IN_TURN
from tests.services.stall import Stall, books_of
from tests.services.stripe_process import Stripe

HAND = "tests.crash.money.hand"


@dataclass(slots=True, kw_only=True)
class MoneyStage(Dying):
    """One episode: hands that do a step, the worker, and the reconciler when it is called."""

    episode: ModuleType
    roles = ("hand", "worker", "reconcile")
    standing = ("worker",)

    def open(self) -> None:
        self.market.work(**self.armed("worker"))

    def steps(self) -> Sequence[Step]:
        return [
            partial(self._look_around, step) if isinstance(step, str) else partial(self._act, step)
            for step in self.episode.STEPS
        ]

    def settle(self) -> None:
        """Set right and compared by the books; then the people say whether it ended well."""
        Dying.settle(self)
        self._act(self.episode.end)

    def faults(self) -> list[str]:
        wrong = self.books.faults_with(self.stripe.net())
        there, booked = self.stripe.balance(), self.books.booked("clearing.stripe")
        if there != booked + self.books.promised():
            wrong.append(f"Stripe has {there}, we booked {booked} and {self.books.promised()}")
        alarms = self.books.rows("SELECT kind, subject, detail FROM alarm")
        return wrong + [str(row) for row in alarms if row["kind"] not in self.episode.ALARMS]

    def forget_rounds(self) -> None:
        """What happens by itself every few minutes happens when a step says so."""
        for name in EVERY:
            self.books.change(
                "INSERT INTO schedule (name, next_run) VALUES (:name, :later)",
                name=name,
                later="2099-01-01 00:00:00+00:00",
            )

    def _act(self, step: Step) -> None:
        name = self.episode.__name__.rpartition(".")[2]
        self.market.run("-m", HAND, name, step.__name__, **self.armed("hand"))

    def _look_around(self, command: str) -> None:
        """A command of the house, some minutes later."""
        self.pass_time()
        self.market.run("-c", IN_TURN, command, **self.armed("reconcile"))


@contextmanager
def money_stage(made: Stall, home: Path, stripe: Stripe, episode: str) -> Iterator[MoneyStage]:
    """A fresh market for one episode, not yet open."""
    told = import_module(f"tests.crash.money.{episode}")
    with made.market(home, APP_ENV="test", **stripe.settings) as market:
        books = books_of(market)
        stripe.tell("forget")
        stage = MoneyStage(market, books, stripe, episode=told)
        stage.forget_rounds()
        try:
            yield stage
        finally:
            books.close()
