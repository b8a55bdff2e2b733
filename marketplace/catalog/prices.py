"""Prices and the sizes or colours they stand at; every price that ever was is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from marketplace.accounts.models import Person
from marketplace.catalog import changes, drafts, products
from marketplace.catalog.models import PriceChange, Product, Variant
from marketplace.catalog.product_rules import MOST_VARIANTS, duplicate
from marketplace.core import history
from marketplace.core.db import db, read
from marketplace.core.errors import Invalid
from marketplace.core.money import MAX_RUPIAH


@dataclass(frozen=True, slots=True)
class Line:
    """A size or colour with its price; without the id of one that is sold it is new."""

    id: int | None
    name: str
    price: int


def save_prices(desk: drafts.Desk, lines: Sequence[Line]) -> None:
    """Set what each size or colour costs; those left out are sold no more."""
    _check(lines)
    product = products.locked(desk.ikm_id, desk.code)
    drafts.refuse_stale(desk, "harga", [[line.id, line.name, line.price] for line in lines])
    known = {variant.id: variant for variant in products.variants_of(product.id)}
    for place, line in enumerate(lines):
        if line.id not in known:
            _add(product, line, place, weight=_usual_weight(known), desk=desk)
        else:
            _change(product, known[line.id], line, place, desk)
    kept = {line.id for line in lines}
    for id, variant in known.items():
        variant.active = id in kept
    changes.show(product.id, desk.now)


_HISTORY = (
    select(
        PriceChange.id,
        PriceChange.at,
        PriceChange.old,
        PriceChange.new,
        Variant.name.label("variant"),
        Person.name.label("who"),
    )
    .join(Variant, Variant.id == PriceChange.variant_id)
    .outerjoin(Person, Person.id == PriceChange.by)
    .where(Variant.product_id == bindparam("product_id"))
    .order_by(PriceChange.id.desc())
    .limit(100)
)


@dataclass(frozen=True, slots=True)
class Change:
    """A price as it was changed once."""

    at: datetime
    old: int | None
    new: int
    variant: str
    who: str | None


def history_of(product_id: int) -> list[Change]:
    """The last hundred price changes of a product, the newest first."""
    return [
        Change(at=row.at, old=row.old, new=row.new, variant=row.variant, who=row.who)
        for row in read(_HISTORY, {"product_id": product_id})
    ]


def _check(lines: Sequence[Line]) -> None:
    if not 1 <= len(lines) <= MOST_VARIANTS:
        raise Invalid("variants_out_of_range", field="price_0", most=MOST_VARIANTS)
    for place, line in enumerate(lines):
        if not 1 <= line.price <= MAX_RUPIAH:
            raise Invalid("price_out_of_range", field=f"price_{place}")
        if not line.name and len(lines) > 1:
            raise Invalid("variant_needs_name", field=f"name_{place}")
    twice = duplicate(line.name for line in lines)
    if twice is not None:
        last = max(i for i, line in enumerate(lines) if line.name.casefold() == twice.casefold())
        raise Invalid("variant_twice", field=f"name_{last}", name=twice)


def _add(product: Product, line: Line, place: int, *, weight: int, desk: drafts.Desk) -> None:
    variant = Variant(
        product_id=product.id,
        name=line.name,
        price=line.price,
        weight_g=weight,
        position=place,
        on_hand=0,
        reserved=0,
    )
    db.session.add(variant)
    db.session.flush()
    _note(product, variant, None, line.price, desk)


def _change(product: Product, variant: Variant, line: Line, place: int, desk: drafts.Desk) -> None:
    variant.name, variant.position = line.name, place
    if variant.price != line.price:
        _note(product, variant, variant.price, line.price, desk)
        variant.price = line.price


def _note(product: Product, variant: Variant, old: int | None, new: int, desk: drafts.Desk) -> None:
    db.session.add(PriceChange(variant_id=variant.id, at=desk.now, by=desk.by, old=old, new=new))
    history.record(
        "price.changed",
        f"product:{product.code}",
        by=desk.by,
        at=desk.now,
        variant=variant.id,
        old=old,
        new=new,
    )


def _usual_weight(known: dict[int, Variant]) -> int:
    """A new size weighs what the first one does until the maker says otherwise."""
    return next((variant.weight_g for variant in known.values()), 0)
