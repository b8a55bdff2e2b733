"""`kill -9` of server and worker at each step: nothing is lost, and nothing happens twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.dying import Point, die_at, every_point
from tests.crash.stage import stage
from tests.services.stall import Stall
from tests.services.stripe_process import Stripe

pytestmark = [pytest.mark.race, pytest.mark.services]

# One of each kind; `make soak` dies at every point that the whole story passes.
CHOSEN = [
    ("stripe", Point("web", "buying.placed", 1), "asihs_part"),
    ("stripe", Point("web", "payments.opened", 1), "asihs_part"),
    ("stripe", Point("worker", "refunds.sent", 1), "asihs_part"),
    ("stripe", Point("web", "buying.cancelled_part", 1), "asihs_part"),
    ("stripe", Point("worker", "buying.expired", 1), "dewis_part"),
    ("simulator", Point("web", "payments.read", 1), "asihs_part"),
    ("simulator", Point("web", "photos.begun", 1), "citras_part"),
    ("simulator", Point("web", "photos.stored", 2), "citras_part"),
]
NAMES = {
    "buying.placed",
    "payments.opened",
    "payments.attached",
    "payments.read",
    "payments.settled",
    "payments.asked_again",
    "messages.heard",
    "messages.kept",
    "messages.followed",
    "buying.cancelled",
    "buying.cancelled_paid",
    "buying.cancelled_part",
    "buying.gave_postage",
    "refunds.sent",
    "refunds.recorded",
    "buying.expired",
    "photos.begun",
    "photos.stored",
    "photos.forgotten",
    "worker.begun",
    "worker.done",
}


def test_the_whole_story_passes_every_point_of_paying(
    made: Stall, tmp_path: Path, stripe: Stripe
) -> None:
    passed = every_point(stage(made, tmp_path / "whole", stripe, "stripe"))
    assert {point.name for point in passed} == NAMES


@pytest.mark.parametrize(("provider", "point", "part"), CHOSEN, ids=str)
def test_a_crash_loses_no_money_no_order_and_no_photo(
    made: Stall, tmp_path: Path, stripe: Stripe, provider: str, point: Point, part: str
) -> None:
    assert die_at(stage(made, tmp_path / "market", stripe, provider, part), point)
