"""The same market with other plays: a worker beside the first has the other half."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings

from tests.machine.test_machine import SETTINGS, play


@pytest.mark.race
@pytest.mark.timeout(1_800)
def test_the_market_is_what_its_model_says_in_other_plays_too(app: Flask, home: Path) -> None:
    play(app, home, settings(SETTINGS, derandomize=False), number=1)
