"""`kill -9` of server and worker at each step of paying: nothing is lost, nothing happens twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.stage import Point, stage
from tests.services.stall import Stall
from tests.services.stripe_process import Stripe

pytestmark = [pytest.mark.race, pytest.mark.services]

# One of each kind; `make soak` dies at every point that the whole story passes.
CHOSEN = [
    ("stripe", Point("web", "buying.placed", 1)),
    ("stripe", Point("web", "payments.opened", 1)),
    ("stripe", Point("worker", "refunds.sent", 1)),
    ("simulator", Point("web", "payments.read", 1)),
]
NAMES = {
    "buying.placed",
    "payments.opened",
    "payments.attached",
    "payments.read",
    "payments.settled",
    "payments.asked_again",
    "messages.kept",
    "buying.cancelled",
    "buying.cancelled_paid",
    "refunds.sent",
    "refunds.recorded",
    "buying.expired",
    "photos.begun",
    "photos.stored",
    "photos.forgotten",
    "worker.begun",
    "worker.done",
}


def every_point(made: Stall, home: Path, stripe: Stripe, provider: str) -> list[Point]:
    """What one whole story passes when nobody dies."""
    with stage(made, home, stripe, provider) as whole:
        whole.open()
        assert not whole.tell()
        whole.settle()
        return whole.passed()


def die_at(
    made: Stall, home: Path, stripe: Stripe, provider: str, point: Point, *, whole: bool = True
) -> bool:
    """Tell the story, or Asih's part, with a crash at this point; whether it was reached."""
    with stage(made, home, stripe, provider) as broken:
        broken.point = point
        broken.open()
        reached = broken.tell(None if whole else broken.story.asihs_part)
        broken.settle()
        return reached


def test_the_whole_story_passes_every_point_of_paying(
    made: Stall, tmp_path: Path, stripe: Stripe
) -> None:
    passed = every_point(made, tmp_path / "whole", stripe, "stripe")
    assert {point.name for point in passed} == NAMES


@pytest.mark.parametrize(("provider", "point"), CHOSEN, ids=str)
def test_a_crash_loses_no_money_and_no_order(
    made: Stall, tmp_path: Path, stripe: Stripe, provider: str, point: Point
) -> None:
    assert die_at(made, tmp_path / "market", stripe, provider, point, whole=False)
