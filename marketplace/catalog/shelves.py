"""The category tree, kept in memory by every process: it changes seldom and every page shows it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.catalog.models import Category
from marketplace.core.db import read

MARKET = 0  # the shelf that holds everything
KEEP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Shelf:
    """One category with its way up and its children."""

    id: int
    slug: str
    name: str
    parent_id: int | None
    path: tuple[int, ...]  # from the top down to itself
    children: tuple[int, ...]
    hints: tuple[str, ...]


_kept: tuple[float, dict[int, Shelf]] = (-KEEP_SECONDS, {})


def tree() -> dict[int, Shelf]:
    """Every shelf by id, in order of position; read again after a minute."""
    global _kept
    if time.monotonic() - _kept[0] > KEEP_SECONDS or not _kept[1]:
        _kept = (time.monotonic(), _load())
    return _kept[1]


def forget() -> None:
    """Read the tree anew at the next question."""
    global _kept
    _kept = (-KEEP_SECONDS, {})


def _load() -> dict[int, Shelf]:
    rows = {
        row.id: row
        for row in read(select(Category.__table__).order_by(Category.position, Category.id))
    }
    children: dict[int | None, list[int]] = {}
    for row in rows.values():
        children.setdefault(row.parent_id, []).append(row.id)

    def path(id: int) -> tuple[int, ...]:
        parent = rows[id].parent_id
        return (*path(parent), id) if parent else (id,)

    return {
        row.id: Shelf(
            id=row.id,
            slug=row.slug,
            name=row.name,
            parent_id=row.parent_id,
            path=path(row.id),
            children=tuple(children.get(row.id, ())),
            hints=tuple(row.hints),
        )
        for row in rows.values()
    }


def tops() -> list[tuple[str, str]]:
    """Slug and name of the top shelves, for menus."""
    return [(shelf.slug, shelf.name) for shelf in tree().values() if shelf.parent_id is None]


def by_slug(slug: str) -> Shelf | None:
    """The shelf of this address, if there is one."""
    return next((shelf for shelf in tree().values() if shelf.slug == slug), None)
