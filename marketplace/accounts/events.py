"""What happens to people that other rooms may want to hear."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.core.events import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonClosed(Event):
    """An account was closed; `erased` when the person asked to be forgotten."""

    person_id: int
    erased: bool
