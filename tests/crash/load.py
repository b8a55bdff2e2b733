"""A few buyers who keep ordering while somebody pulls plugs."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import requests

from tests.crash.story import fill_cart, look_at_bill
from tests.services.market import Market
from tests.services.stall import Goods, Stall, books_of
from tests.services.visitor import NotOnThePage, Visitor

BUYERS = 3


class Buyers:
    """Orders that the market said yes to, by the address it led to."""

    def __init__(self, market: Market, goods: Goods) -> None:
        self.acknowledged: list[str] = []
        self._market, self._goods = market, goods
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._go_on) for _ in range(BUYERS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self) -> None:
        """Buy, hand over fist; a market that is away is tried again in a moment."""
        while not self._over.is_set():
            try:
                with Visitor(self._market.url) as visitor:
                    fill_cart(visitor, self._goods.pages[:1])
                    look_at_bill(visitor)
                    page = visitor.send("^/bayar/kirim", cara="transfer")
                    if page.status == 200 and "/pesanan/" in page.path:
                        self.acknowledged.append(page.path)
            except (requests.RequestException, NotOnThePage):
                self._over.wait(0.05)


def kill_at_any_moment(
    made: Stall,
    home: Path,
    *,
    kills: int,
    seed: int,
    tell: Callable[[int], None] = lambda done: None,
) -> int:
    """Kill server, worker or database so many times; how many orders were acknowledged.

    `tell` hears after each how many are done.
    """
    dice = random.Random(seed)
    settings = {"APP_ENV": "test", "CHECKOUTS_PER_MINUTE": "100000"}
    with made.market(home, **settings) as market:
        books = books_of(market)
        books.fill_shelves(100_000)  # this is not about the last piece
        market.work()
        market.open()
        buyers = Buyers(market, made.goods)
        buyers.start()
        try:
            for number in range(1, kills + 1):
                time.sleep(dice.uniform(0.2, 1.5))
                _kill(made, market, dice)
                tell(number)
        finally:
            buyers.stop()
        assert buyers.acknowledged, "nobody ever got through"
        with Visitor(market.url) as visitor:
            lost = [it for it in buyers.acknowledged if visitor.open(it).status != 200]
        assert not lost, lost
        market.in_turn("run-due-jobs --until-empty", "reconcile --once", "check-invariants --json")
        assert books.faults() == []
        books.close()
        return len(buyers.acknowledged)


def _kill(made: Stall, market: Market, dice: random.Random) -> None:
    victims = ["web", "worker"] + (["database"] if made.server is not None else [])
    victim = dice.choice(victims)
    if victim == "database" and made.server is not None:
        os.kill(made.server.pid, signal.SIGKILL)
        made.server.restart()
    else:
        market.kill(victim)
        (market.open if victim == "web" else market.work)()
