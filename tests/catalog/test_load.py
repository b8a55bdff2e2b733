"""The category tree comes from its file, as often as one likes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from marketplace.catalog import shelves
from marketplace.catalog.load import load_categories
from marketplace.catalog.models import Attribute, Category
from marketplace.core.db import db
from marketplace.core.work import transaction


@pytest.fixture
def loaded(app: Flask) -> Iterator[int]:
    """The file's tree beside the two shelves of the tests; taken away afterwards."""
    table = Category.__table__
    kept = {row.id: dict(row._mapping) for row in db.session.execute(select(table))}
    db.session.rollback()
    with transaction():
        count = load_categories()
    yield count
    with transaction():
        db.session.execute(delete(Attribute))
        for id, values in kept.items():
            db.session.execute(update(table).where(table.c.id == id).values(values))
        new = Category.id.not_in(kept)
        db.session.execute(delete(Category).where(new, Category.parent_id.is_not(None)))
        db.session.execute(delete(Category).where(new))


def test_every_shelf_of_the_file_stands_with_its_questions(loaded: int) -> None:
    assert loaded > 20
    batik = shelves.by_slug("batik-kain")
    below = shelves.by_slug("kain-batik")
    assert batik
    assert below
    assert below.path == (batik.id, below.id)
    asked = {question.code: question for question in below.questions}
    assert asked["teknik"].facet
    assert "tulis" in asked["teknik"].options


def test_loading_again_adds_nothing(loaded: int) -> None:
    tables = (Category, Attribute)
    before = [db.session.scalar(select(func.count()).select_from(one)) for one in tables]
    with transaction():
        assert load_categories() == loaded
    after = [db.session.scalar(select(func.count()).select_from(one)) for one in tables]
    assert before == after
