"""The same market, wider: shelves that are counted, lines, makers' weeks, money on cards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings

from marketplace.catalog import stock_book
from marketplace.flows import holding
from tests.machine.cards import Cards
from tests.machine.stock import Shelves
from tests.machine.test_machine import EXAMPLES, FIRST_FAULT, SETTINGS, Machine, play
from tests.machine.waiting import Queue
from tests.machine.weeks import MadeToOrder
from tests.races.unguarded import take_out


class Wider(Machine, Shelves, Queue, MadeToOrder, Cards):
    """Everybody, and those who wait, count, make to order or promise money."""


@pytest.mark.race
@pytest.mark.timeout(1_800)
def test_the_wider_market_is_at_every_step_what_its_model_says(app: Flask, home: Path) -> None:
    play(app, home, settings(SETTINGS, max_examples=max(1, EXAMPLES // 6)), kind=Wider)


@pytest.mark.race
@pytest.mark.parametrize(
    ("where", "guard", "instead"),
    [
        (stock_book.write, "if quantity > 0 and not was_left:", "if False:"),
        (holding._truth, "if reading.side is HoldSide.HELD and unwanted", "if False"),
    ],
    ids=["who waits comes first", "let go at the bank"],
)
def test_without_a_guard_the_wider_machine_finds_it(
    app: Flask, home: Path, monkeypatch: pytest.MonkeyPatch, where: Any, guard: str, instead: str
) -> None:
    take_out(monkeypatch, where, guard, instead)
    with pytest.raises(Exception):  # noqa: B017, PT011  # a figure, a constraint or a state
        play(app, home, FIRST_FAULT, kind=Wider)
