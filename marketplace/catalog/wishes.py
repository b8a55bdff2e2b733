"""What a visitor wants to see of a list: filters, order and place in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from marketplace.catalog.rules import band_limits

PAGE = 24
LAST_PAGE = 500


class Sort(StrEnum):
    """The orders a list can have; SUITABLE only where something was searched for."""

    SUITABLE = "sesuai"
    NEWEST = "terbaru"
    CHEAPEST = "termurah"
    MOST_SOLD = "terlaris"


@dataclass(frozen=True, slots=True)
class After:
    """The last card somebody saw: the list goes on behind it, wherever it stands by now."""

    key: int
    product_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Filters, order and place; the empty wish is the whole shelf, newest first."""

    shelf_id: int = 0
    sort: Sort = Sort.NEWEST
    district: str | None = None
    lowest: int | None = None
    highest: int | None = None
    ready: bool = False
    answers: tuple[tuple[str, str], ...] = ()
    after: After | None = None
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether any filter is applied."""
        return bool(
            self.district or self.lowest is not None or self.highest is not None or self.ready
        ) or bool(self.answers)

    @property
    def shape(self) -> tuple[Any, ...]:
        """What decides how the statement reads; wishes of one shape share a prepared statement."""
        return (
            bool(self.district),
            self.lowest is not None,
            self.highest is not None,
            self.ready,
            len(self.answers),
        )

    @property
    def values(self) -> dict[str, Any]:
        """The figures of the statement."""
        found: dict[str, Any] = {"shelf": self.shelf_id}
        if self.district:
            found["district"] = self.district
        if self.lowest is not None:
            found["lowest"] = self.lowest
        if self.highest is not None:
            found["highest"] = self.highest
        for number, (code, value) in enumerate(self.answers):
            found[f"facet{number}"], found[f"value{number}"] = code, value
        return found

    @property
    def band(self) -> int | None:
        """The price step that the limits are, if they are one."""
        limits = (self.lowest, self.highest)
        return next((band for band in range(5) if band_limits(band) == limits), None)

    def without(self, **changes: Any) -> Wish:
        """Another wish, from the top of its list."""
        return replace(self, after=None, page=1, **changes)
