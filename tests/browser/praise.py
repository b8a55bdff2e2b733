"""A thing of the street that arrived, and what its buyer said of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.catalog.models import Product
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.flows import reviewing
from marketplace.makers.models import Ikm
from marketplace.orders import fulfilment, links
from marketplace.orders.reviews.models import Review
from marketplace.outside import outside
from tests.orders import grievances as sad
from tests.orders import money
from tests.web.seller.listing import snapshot

WORDS = "Jahitannya rapi dan warnanya persis seperti di foto. Bungkusnya juga kuat."


def lay(shop: Ikm) -> dict[str, Any]:
    """Where these pages stand."""
    code = sad.shipped(95_000, shop=shop)
    with transaction():
        fulfilment.receive(code, group_id=money.order_group(code), by=None, now=clock.now())
    group, line = sad.group_of(code), sad.lines_of(code)[0].id
    token = links.token_of(group.code, outside().config.secret_key)
    reviewing.write(group, line, [snapshot()], stars=4, words=WORDS, by=None)
    review = str(db.session.scalars(select(Review.code)).one())
    db.session.rollback()
    reviewing.report(review, words="Saya kira ini bukan pembeli.", by=None)
    product = db.session.scalars(select(Product).where(Product.rating_count > 0)).one()
    address = f"/p/{product.slug}-{product.code}"
    db.session.rollback()
    return {
        "review": review,
        "praised": address,
        "praising": f"/pesanan/{token}/ulasan/{code}?barang={line}",
    }
