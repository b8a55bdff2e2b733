"""Every room's promises are checked: no two bear one name, of which only the last would count."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import marketplace.orders
from marketplace.orders import invariants

ROOMS = sorted(
    path.parent.name
    for path in Path(marketplace.orders.__file__).parent.glob("*/invariants.py")
    if path.parent.name != "ledger"  # named one by one
)


def test_no_room_takes_the_name_of_anothers_promise() -> None:
    assert ROOMS
    for room in ROOMS:
        checks = import_module(f"marketplace.orders.{room}.invariants").CHECKS
        known = invariants.CHECKS
        assert {name for name, check in checks.items() if known.get(name) is not check} == set()
