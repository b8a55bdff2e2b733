"""Buyers, shops, a failing provider and a jumping clock: in the end every rupiah has its order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.flows.play import stage
from tests.flows.shoppers import Shoppers

# `make soak` asks for thousands; a test run plays the same few each time.
PLAYS = int(os.environ.get("PLAYS", "15"))
SETTINGS = settings(
    max_examples=PLAYS,
    stateful_step_count=30,
    deadline=None,
    derandomize="PLAYS" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.race
def test_no_rupiah_and_no_order_is_lost_whatever_fails(app: Flask, home: Path) -> None:
    with stage(home) as made:
        machine = type("Play", (Shoppers,), {"stage": made})
        run_state_machine_as_test(machine, settings=SETTINGS)
