"""Fills an empty market with the example: the same shops, goods and people for everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from marketplace.catalog import changes, listings
from marketplace.catalog.models import Product
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.demo import market, opinions, paying, trading
from marketplace.demo.darkroom import Kept, develop_all
from marketplace.makers.models import Ikm
from marketplace.photos.models import Photo
from marketplace.photos.states import PhotoState

AGE = timedelta(days=240)


def is_empty() -> bool:
    """Whether no shop stands here yet."""
    empty = db.session.scalar(select(Ikm.id).limit(1)) is None
    db.session.rollback()
    return empty


def fill(*, say: Callable[[str], None]) -> None:
    """People, sentra, shops, goods with pictures, orders in every state, payouts and reviews."""
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    with transaction():
        people = market.add_people(now - AGE)
        sentra, pictures = market.add_sentra(now - AGE)
        pictures += market.add_shops(people, sentra, reviewer=people["eka"], now=now)
    for kept in _batches(develop_all(pictures, say=say)):
        with transaction():
            for picture in kept:
                _ready(picture)
    with transaction():
        count = listings.rebuild_all(now)
        for product in db.session.scalars(select(Product).where(Product.live_at.is_not(None))):
            changes.let_pass(product)
    groups = trading.trade(people, now)
    with transaction():
        listings.rebuild_all(now)
    paid, said = paying.pay(people["eka"], now), opinions.give()
    say(f"{count} produk, {groups} pesanan, {paid} pencairan, {said} ulasan")


def _ready(picture: Kept) -> None:
    photo = db.session.scalars(select(Photo).where(Photo.code == picture.code)).one()
    photo.state = PhotoState.READY
    photo.width, photo.height = picture.size
    photo.widths, photo.bytes_stored = picture.widths, picture.bytes_stored


def _batches(kept: list[Kept]) -> list[list[Kept]]:
    return [kept[at : at + 100] for at in range(0, len(kept), 100)]
