"""The category tree, kept in memory by every process: it changes seldom and every page shows it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from marketplace.catalog.models import Attribute, Category
from marketplace.core.db import read

MARKET = 0  # the shelf that holds everything
KEEP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Question:
    """What products of a category say about themselves, in the same form for all of them."""

    code: str
    label: str
    kind: str  # text number choice bool
    options: tuple[str, ...]
    unit: str
    required: bool
    facet: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """One category with its way up, its children, and the questions its products answer."""

    id: int
    slug: str
    name: str
    parent_id: int | None
    path: tuple[int, ...]  # from the top down to itself
    children: tuple[int, ...]
    hints: tuple[str, ...]
    questions: tuple[Question, ...]  # of the shelves above first


_kept: tuple[float, dict[int, Shelf]] = (-KEEP_SECONDS, {})


def tree() -> dict[int, Shelf]:
    """Every shelf by id, in order of position; read again after a minute."""
    global _kept
    if time.monotonic() - _kept[0] > KEEP_SECONDS or not _kept[1]:
        _kept = (time.monotonic(), _load())
    return _kept[1]


def here(shelf_id: int) -> Shelf | None:
    """The shelf of this id; none for the whole market."""
    return tree().get(shelf_id)


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

    asked: dict[int, list[Question]] = {}
    attributes = select(Attribute.__table__).order_by(Attribute.position, Attribute.id)
    for row in read(attributes):
        asked.setdefault(row.category_id, []).append(_question(row))

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
            questions=tuple(one for above in path(row.id) for one in asked.get(above, ())),
        )
        for row in rows.values()
    }


def _question(row: Any) -> Question:
    return Question(
        code=row.code,
        label=row.label,
        kind=row.kind,
        options=tuple(row.options),
        unit=row.unit,
        required=row.required,
        facet=row.facet,
    )


def tops() -> list[tuple[str, str]]:
    """Slug and name of the top shelves, for menus."""
    return [(shelf.slug, shelf.name) for shelf in tree().values() if shelf.parent_id is None]


def by_slug(slug: str) -> Shelf | None:
    """The shelf of this address, if there is one."""
    return next((shelf for shelf in tree().values() if shelf.slug == slug), None)


def within(shelf_id: int) -> list[int]:
    """A shelf and every one below it."""
    return [shelf.id for shelf in tree().values() if shelf_id in shelf.path]
