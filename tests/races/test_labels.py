"""Two people keep the first label of a product in the same moment."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from marketplace.catalog import products, sheets
from marketplace.catalog.labels import labels
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from tests import builders
from tests.plugins.database import wants_postgres
from tests.races.conftest import Crowd, held_back

pytestmark = pytest.mark.race
HANDS = 4


def keep_at_once(app: Flask, crowd: Crowd) -> Counter[str]:
    product = builders.product("Tas", shop=builders.shop(), category="batik")
    id, ikm_id, code = product.id, product.ikm_id, product.code
    db.session.rollback()
    today = date(2026, 11, 22)
    sheet = sheets.of_shop(ikm_id, code)
    kept = labels.of_product(sheet, today=today)
    wish = replace(kept.wish, permit="", best_before=None)
    db.session.rollback()

    def keep() -> str:
        try:
            with transaction():
                labels.save(sheet, wish, kind=kept.kind, now=clock.now(), today=today)
        except Conflict as refused:
            return refused.code
        except IntegrityError:
            return "broken off"
        return "kept"

    with held_back(app, "product", id, HANDS):
        return crowd([keep] * HANDS, threads=HANDS)


def test_one_of_the_first_labels_is_kept_and_the_others_are_told(app: Flask, crowd: Crowd) -> None:
    assert keep_at_once(app, crowd) == {"kept": 1, "label_changed": HANDS - 1}


def test_without_the_lock_the_others_are_broken_off(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "lock", lambda product_id: None)
    told = keep_at_once(app, crowd)
    # SQLite writes in turn whatever we lock
    assert (told["broken off"] > 0) is wants_postgres()
