"""The parts of a soak on one database: crashes, kills, rushes, races and plays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import TypeVar

from bench.soak.report import Report, Stopped
from tests.crash.crowd import PEOPLE, rush
from tests.crash.dying import Dying, Point, die_at, every_point
from tests.crash.load import kill_at_any_moment
from tests.crash.money import EPISODES
from tests.crash.money.stage import money_stage
from tests.crash.stage import stage
from tests.services.postgres import postgres
from tests.services.stall import STOCK, Stall, stall
from tests.services.stripe_process import Stripe, stripe_process

ROOT = Path(__file__).parent.parent.parent
PORTION = 50  # plays of one seed
MACHINE = "tests/machine/test_machine.py"
PLAY = "test_the_market_is_at_every_step_what_its_model_says"
# What a crash breaks into, by the name it has in the list: who opens its market.
TALES: Mapping[str, Callable[[Stall, Path, Stripe], AbstractContextManager[Dying]]] = {
    **{provider: partial(stage, provider=provider) for provider in ("stripe", "simulator")},
    **{f"money-{episode}": partial(money_stage, episode=episode) for episode in EPISODES},
}
PYTEST = ("-m", "pytest", "-q", "-n0", "--timeout=0", "--show-capture=no", "-p", "no:cacheprovider")

T, R = TypeVar("T"), TypeVar("R")


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much of everything, and how many at once."""

    kills: int
    rushes: int
    races: int
    plays: int
    points: int
    at: str
    lanes: int
    seed: int


@dataclass(slots=True)
class Part:
    """One part on one database; it returns what was tried, in words."""

    database: str
    made: Callable[[], Stall]  # laid when the first part asks for it
    home: Path
    wanted: Wanted
    report: Report
    found: int = 0
    finished: int = 0  # pieces of work, for who breaks it off

    def fault(self, where: str, what: BaseException | str) -> None:
        self.found += 1
        self.report.fault(f"{self.database} {where}", what)

    def say(self, words: str) -> None:
        self.report.say(f"{self.database} {words}")

    # --- Crashes ----------------------------------------------------------------------------------

    def crashes(self) -> str:
        """Every passing of every point: of shopping with both providers, and of all about money."""
        with ExitStack() as stack:
            free: SimpleQueue[Stripe] = SimpleQueue()
            for _ in range(self.wanted.lanes):
                free.put(stack.enter_context(stripe_process()))
            told = [tale for tale in TALES if _wanted(self.wanted.at, tale)]
            points = [
                (tale, point)
                for tale, passed in zip(
                    told, self._abreast(lambda tale: self._passed(free, tale), told), strict=True
                )
                for point in passed[: self.wanted.points]
                if any(at in f"{tale} {point}" for at in self.wanted.at.split(","))
            ]
            self.say(f"crashes: {len(points)} points to die at")
            reached = self._abreast(lambda at: self._die(free, *at), points)
        count = sum(reached)
        # what the worker does last may already be done by the server in another run
        if count + self.found < 0.9 * len(points):
            self.fault("crashes", f"only {count} of {len(points)} points were reached")
        return f"{len(points)} points, {count} reached and nothing lost"

    def _passed(self, free: SimpleQueue[Stripe], tale: str) -> list[Point]:
        stripe = free.get()
        try:
            return every_point(TALES[tale](self.made(), self.home / tale, stripe))
        except Exception as fault:
            self.fault(f"the whole story of {tale}", fault)
            return []
        finally:
            free.put(stripe)

    def _die(self, free: SimpleQueue[Stripe], tale: str, point: Point) -> bool:
        stripe, begun = free.get(), time.monotonic()
        try:
            place = self.home / f"{tale}-{point}"
            reached = die_at(TALES[tale](self.made(), place, stripe), point)
        except Exception as fault:
            self.fault(f"crash in {tale} at {point}", fault)
            return False
        finally:
            free.put(stripe)
        seconds = time.monotonic() - begun
        self.say(f"{tale} {point}: {'kept' if reached else 'not reached'} ({seconds:.0f} s)")
        return reached

    # --- Kills, rushes ----------------------------------------------------------------------------

    def kills(self) -> str:
        """Server, worker or database, at any moment of a small load."""
        kept = kill_at_any_moment(
            self.made(),
            self.home / "kills",
            kills=self.wanted.kills,
            seed=self.wanted.seed,
            tell=self._killed,
        )
        return f"{self.wanted.kills} kills, {kept} acknowledged orders"

    def _killed(self, done: int) -> None:
        self.report.go_on()
        self.finished = done
        if done % 20 == 0:
            self.say(f"{done} of {self.wanted.kills} kills")

    def rushes(self) -> str:
        """Two hundred buyers for fifty pieces, again and again."""
        for number in range(self.wanted.rushes):
            self.report.go_on()
            try:
                self._rush(self.home / f"rush-{number}")
            except Exception as fault:
                self.fault(f"rush {number}", fault)
            self.finished += 1
            self.say(f"{self.finished} of {self.wanted.rushes} rushes")
        return f"{self.wanted.rushes} times {PEOPLE} buyers for {STOCK} pieces"

    def _rush(self, home: Path) -> None:
        made = self.made()
        with made.market(home, APP_ENV="test", WEB_PROCESSES="2") as market:
            market.open()
            answers = rush(market, made.goods)
            assert answers == {"placed": STOCK, "refused": PEOPLE - STOCK}, answers
            market.in_turn("check-invariants --json")

    # --- Races, plays -----------------------------------------------------------------------------

    def races(self) -> str:
        """Every race of the tests, its runs without the guard included."""
        numbers = range(1, self.wanted.races + 1)
        self._abreast(lambda number: self._pytest(f"races {number}", "tests/races"), numbers)
        return f"{self.wanted.races} rounds of all races"

    def plays(self) -> str:
        """The stateful test with many more examples, and others each time."""
        portions = -(-self.wanted.plays // PORTION)

        def play(number: int) -> None:
            seed = self.wanted.seed + number
            words = (f"{MACHINE}::{PLAY}", f"--hypothesis-seed={seed}")
            self._pytest(f"{PORTION} plays of seed {seed}", *words, PLAYS=str(PORTION))

        self._abreast(play, range(portions))
        return f"{portions * PORTION} plays"

    def _pytest(self, what: str, *words: str, **env: str) -> None:
        process = subprocess.Popen(
            [sys.executable, *PYTEST, *words],
            cwd=ROOT,
            env={**os.environ, "TEST_DATABASE": self.database, **env},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us to pass on
        )
        said = ""
        while process.returncode is None:
            with suppress(subprocess.TimeoutExpired):
                said = process.communicate(timeout=1)[0]
            if self.report.over.is_set() and process.returncode is None:
                process.send_signal(signal.SIGINT)  # it puts its PostgreSQL away
                process.communicate()
                raise Stopped
        if process.returncode:
            self.fault(what, said)
        self.say(f"{what}: {(said.splitlines() or ['nothing'])[-1]}")

    def _abreast(self, act: Callable[[T], R], on: Sequence[T]) -> list[R]:
        def next_one(it: T) -> R:
            self.report.go_on()
            result = act(it)
            self.finished += 1
            return result

        with ThreadPoolExecutor(self.wanted.lanes) as lanes:
            return list(lanes.map(next_one, on))


PARTS: dict[str, Callable[[Part], str]] = {
    "crashes": Part.crashes,
    "kills": Part.kills,
    "rushes": Part.rushes,
    "races": Part.races,
    "plays": Part.plays,
}
KINDS = tuple(PARTS)


def soak(database: str, kinds: Sequence[str], wanted: Wanted, report: Report) -> None:
    """All parts on one database, one after the other, over one market that is laid once."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="guyub-soak-")))
        known: list[Stall] = []
        laying = Lock()

        def made() -> Stall:
            with laying:
                if not known:
                    known.append(_laid(home / "stall", database, stack))
            return known[0]

        for kind in kinds:
            begun = time.monotonic()
            part = Part(database, made, home, wanted, report)
            tried = "broken off"
            try:
                tried = PARTS[kind](part)
            except Stopped:
                tried = f"broken off after {part.finished}"
            except Exception as fault:
                part.fault(kind, fault)
            report.done(kind, database, tried, part.found, time.monotonic() - begun)


def _wanted(at: str, tale: str) -> bool:
    """Whether `--at` may name a point of this story: it need not be told for those of another."""
    firsts = [one.partition(" ")[0] for one in at.split(",")]
    return any(
        tale.startswith(first) or not any(name.startswith(first) for name in TALES)
        for first in firsts
    )


def _laid(home: Path, database: str, stack: ExitStack) -> Stall:
    if database == "sqlite":
        return stack.enter_context(stall(home))
    return stack.enter_context(stall(home, server=stack.enter_context(postgres(durable=True))))
