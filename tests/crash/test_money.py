"""`kill -9` of whoever moves money without a page: nothing is lost, and nothing happens twice."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

from tests.crash import test_paying
from tests.crash.dying import Point, die_at, every_point
from tests.crash.money import EPISODES
from tests.crash.money.stage import money_stage
from tests.services.stall import Stall
from tests.services.stripe_process import Stripe

HOUSE = Path(__file__).parents[2] / "marketplace"
# One of each story; `make soak` dies at every point that it passes.
CHOSEN = [
    ("holds", Point("worker", "holds.captured", 1)),
    ("cards", Point("worker", "charges.made", 1)),
    ("disputes", Point("worker", "disputes.recorded", 1)),
    ("back", Point("worker", "refunds.recorded", 2)),
    ("messages", Point("worker", "strangers.returned", 1)),
    ("statements", Point("hand", "receipts.kept", 1)),
    ("payouts", Point("worker", "payouts.asked", 1)),
    ("parts", Point("worker", "refunds.sent", 2)),
    ("complaints", Point("hand", "complaints.acted", 1)),
]


def points_of(episode: str) -> set[str]:
    names: set[str] = import_module(f"tests.crash.money.{episode}").POINTS
    return names


def named_in(path: Path) -> set[str]:
    """The failpoints in this file."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "passing"
        and isinstance(node.args[0], ast.Constant)
    }


def test_no_failpoint_of_the_house_is_left_out_of_every_story() -> None:
    """Who adds a failpoint tells, in a step of a story here, how it is reached."""
    there = set().union(*(named_in(path) for path in HOUSE.rglob("*.py")))
    told = test_paying.NAMES.union(*(points_of(episode) for episode in EPISODES))
    assert there - told == set(), "no crash is tried at these"
    assert told - there == set(), "these are told of and do not exist"


@pytest.mark.parametrize("episode", EPISODES)
@pytest.mark.race
@pytest.mark.services
def test_a_whole_story_passes_the_points_it_names(
    made: Stall, tmp_path: Path, stripe: Stripe, episode: str
) -> None:
    passed = every_point(money_stage(made, tmp_path / "whole", stripe, episode))
    assert {point.name for point in passed} == points_of(episode)


@pytest.mark.parametrize(("episode", "point"), CHOSEN, ids=str)
@pytest.mark.race
@pytest.mark.services
def test_a_crash_loses_no_money_and_moves_none_twice(
    made: Stall, tmp_path: Path, stripe: Stripe, episode: str, point: Point
) -> None:
    assert die_at(money_stage(made, tmp_path / "market", stripe, episode), point)
