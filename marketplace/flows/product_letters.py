"""Letters to a maker about a product that the dinas has looked at."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.accounts.roles import ShopRole
from marketplace.catalog.events import ProductApproved, ProductReturned
from marketplace.catalog.models import Product
from marketplace.core.db import db
from marketplace.flows import letters
from marketplace.makers.models import Ikm, Membership


def approved(event: ProductApproved) -> None:
    """Good news: the product is on the market."""
    _tell("product_approved", event.product_id, trusted_now=event.trusted_now)


def returned(event: ProductReturned) -> None:
    """What to mend, in the words of the dinas."""
    _tell("product_returned", event.product_id)


def _tell(letter: str, product_id: int, **more: Any) -> None:
    """One letter to each owner; every decision has its own, so the key carries the version."""
    product = db.session.get_one(Product, product_id)
    shop = db.session.get_one(Ikm, product.ikm_id)
    owners = db.session.execute(
        select(Person.id, Person.name, Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.ikm_id == shop.id, Membership.role == ShopRole.OWNER.value)
        .order_by(Person.id)
    )
    for owner in owners:
        letters.post(
            letter,
            to=owner.email,
            key=f"{letter}:{product.code}:{product.version}:{owner.id}",
            name=owner.name,
            product=product.name,
            reason=product.state_reason,
            shop=shop.name,
            path=f"/toko-saya/{shop.code}/produk/{product.code}",
            **more,
        )
