"""`kill -9` at any moment of a small load: what the market said yes to is still there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.load import kill_at_any_moment
from tests.plugins.database import wants_postgres
from tests.services.postgres import postgres
from tests.services.stall import stall

pytestmark = [pytest.mark.race, pytest.mark.timeout(300)]
KILLS = 6


def test_what_was_acknowledged_survives_every_kill(tmp_path: Path) -> None:
    if wants_postgres():
        with (
            postgres(durable=True) as server,
            stall(tmp_path / "stall", server=server) as made,
        ):
            kill_at_any_moment(made, tmp_path / "market", kills=KILLS, seed=1)
    else:
        with stall(tmp_path / "stall") as made:
            kill_at_any_moment(made, tmp_path / "market", kills=KILLS, seed=1)
