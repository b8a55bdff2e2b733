"""A domain announces a fact and does not know who listens; flows/wiring.py does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.core.db import db


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that has happened, in the past tense."""


_listeners: dict[type[Event], Sequence[Callable[[Any], None]]] = {}


def wire(listeners: Mapping[type[Event], Sequence[Callable[[Any], None]]]) -> None:
    """Say once, at start, who hears what."""
    _listeners.clear()
    _listeners.update(listeners)


def announce(event: Event) -> None:
    """Tell the listeners before this transaction commits; if one fails, nothing happened."""
    db.session.info.setdefault("announced", []).append(event)


def tell() -> None:
    """Let every listener hear what was announced, and what their acts announce in turn."""
    announced = db.session.info.setdefault("announced", [])
    while announced:
        event = announced.pop(0)
        db.session.flush()
        for listener in _listeners.get(type(event), ()):
            listener(event)
