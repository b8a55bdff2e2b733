"""What every part of the account shares: time, shelves of objects, and the events that happen."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from tests.stand_ins.stripe_simulator import objects
from tests.stand_ins.stripe_simulator.objects import Refusal, Thing

FILTERS = ("payment_intent", "charge", "status", "type", "customer", "transfer_group")


class Books:
    """Everything that happened, in order; safe to use from many threads."""

    def __init__(self, tell: Callable[[Thing], None]) -> None:
        self.base = ""
        self._tell = tell
        self._ahead = 0
        self._lock = threading.RLock()
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self.intents: dict[str, Thing] = {}
            self.charges: dict[str, Thing] = {}
            self.events: dict[str, Thing] = {}

    def now(self) -> int:
        return int(time.time()) + self._ahead

    def advance(self, seconds: int) -> None:
        """Let time pass here; whatever is due happens."""
        with self._lock:
            self._ahead += seconds
            self._do_what_is_due()

    def age(self, seconds: int) -> None:
        """Every charge was made so much earlier: what is new is left alone by many."""
        with self._lock:
            for charge in self.charges.values():
                charge["created"] -= seconds

    def _do_what_is_due(self) -> None:
        """Each part adds its own."""

    def page(self, things: Iterable[Thing], form: Thing, *, url: str) -> Thing:
        """A list as Stripe gives it: newest first, filtered, at most `limit` long."""
        with self._lock:
            self._do_what_is_due()
            found = [thing for thing in reversed(list(things)) if _matches(thing, form)]
        if after := form.get("starting_after"):
            found = found[[thing["id"] for thing in found].index(after) + 1 :]
        limit = int(form.get("limit", 10))
        return {
            "object": "list",
            "data": found[:limit],
            "has_more": len(found) > limit,
            "url": url,
        }

    def _emit(self, kind: str, thing: Thing) -> None:
        event = objects.event(kind, copy.deepcopy(thing), now=self.now())
        self.events[event["id"]] = event
        self._tell(event)

    def _found(self, things: dict[str, Thing], identity: str, kind: str) -> Any:
        if identity not in things:
            raise Refusal(f"No such {kind}: '{identity}'", status=404, code="resource_missing")
        return things[identity]


def _matches(thing: Thing, form: Thing) -> bool:
    for name in FILTERS:
        if name in form and thing.get(name) != form[name]:
            return False
    if "types" in form and thing.get("type") not in form["types"]:
        return False
    created = form.get("created", {})
    if isinstance(created, str):
        return thing["created"] == int(created)
    bounds = {name: int(value) for name, value in created.items()}
    return bounds.get("gte", 0) <= thing["created"] <= bounds.get("lte", 10**12) and bounds.get(
        "gt", -1
    ) < thing["created"] < bounds.get("lt", 10**12)
