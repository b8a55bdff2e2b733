"""What a new shop changes in a product that the dinas already let pass.

Taking such a product off the market for every comma would punish who mends a page, and letting it
pass unseen would make the first look worthless. So it stays on the market as it was changed, and
stands before the dinas with what was let pass beside what buyers read now, until an officer has
seen it or sends it back. Prices and stock are the maker's own and are not looked at again.
A shop that has earned trust is asked nothing more; what it changed before is still looked at.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from marketplace.catalog import listings, questions, sheets
from marketplace.catalog.models import Product
from marketplace.catalog.sheets import Sheet
from marketplace.catalog.states import ProductState
from marketplace.core.db import db
from marketplace.makers.models import Ikm

PASSED = (ProductState.LIVE, ProductState.HIDDEN)


def show(product_id: int, now: datetime) -> None:
    """Show buyers what the maker changed; a new shop's change comes before the dinas as well."""
    listings.relist(product_id, now)
    product = db.session.get_one(Product, product_id)
    if product.state not in PASSED or _trusted(product.ikm_id):
        return
    db.session.flush()
    if judged(sheets.of_any(product.code)) == product.passed:
        product.changed_at = None  # taken back: buyers read again what the dinas let pass
    else:
        product.changed_at = product.changed_at or now


def let_pass(product: Product) -> None:
    """Remember what an officer looked at as what may be on the market."""
    db.session.flush()
    product.passed, product.changed_at = judged(sheets.of_any(product.code)), None


def judged(sheet: Sheet) -> dict[str, str]:
    """What the dinas looks at, part by part, in the words that buyers read."""
    asked = questions.of_category(sheet.category_id)
    known = sheet.attributes
    return {
        "name": sheet.name,
        "category": " › ".join(sheet.path),
        "description": sheet.description,
        "answers": "; ".join(
            f"{q.label}: {q.words(known[q.code])}" for q in asked if q.code in known
        ),
        "choices": ", ".join(choice.name for choice in sheet.choices if choice.name),
        "photos": " ".join(sorted(photo.code for photo in sheet.photos if photo.ready)),
    }


def differences(sheet: Sheet) -> list[tuple[str, str, str]]:
    """The parts that buyers read otherwise than the dinas did: name, before, now."""
    before = sheet.passed or {}
    now = judged(sheet)
    return [
        (part, before.get(part, ""), words)
        for part, words in now.items()
        if before.get(part, "") != words
    ]


def _trusted(ikm_id: int) -> bool:
    return bool(db.session.scalar(select(Ikm.trusted).where(Ikm.id == ikm_id)))
