"""Brings the category tree and its questions to what `data/categories.json` says; may run often."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from marketplace.catalog import shelves
from marketplace.catalog.models import Attribute, Category
from marketplace.core.db import db

DATA = Path(__file__).parent / "data" / "categories.json"


def load_categories() -> int:
    """Add what is missing and correct what differs; how many shelves the file names.

    A shelf that left the file stays, since products stand on it.
    """
    entries = json.loads(DATA.read_text(encoding="utf-8"))
    known = {one.slug: one for one in db.session.scalars(select(Category))}
    for entry in entries:
        parent = known[entry["parent"]] if entry.get("parent") else None
        shelf = known.get(entry["slug"])
        if shelf is None:
            shelf = known[entry["slug"]] = Category(slug=entry["slug"])
            db.session.add(shelf)
        shelf.name = entry["name"]
        shelf.parent_id = parent.id if parent else None
        shelf.position = entry.get("position", 0)
        shelf.hints = entry.get("hints", [])
        db.session.flush()
        _load_questions(shelf.id, entry.get("attributes", []))
    shelves.forget()
    return len(entries)


def _load_questions(category_id: int, entries: list[dict[str, Any]]) -> None:
    mine = select(Attribute).where(Attribute.category_id == category_id)
    known = {one.code: one for one in db.session.scalars(mine)}
    for position, entry in enumerate(entries):
        question = known.get(entry["code"])
        if question is None:
            question = Attribute(category_id=category_id, code=entry["code"])
            db.session.add(question)
        question.label = entry["label"]
        question.kind = entry["kind"]
        question.options = entry.get("options", [])
        question.unit = entry.get("unit", "")
        question.required = entry.get("required", False)
        question.facet = entry.get("facet", False)
        question.position = position
