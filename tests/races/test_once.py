"""What opens once opens once, however many hands reach for it in the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts import mailed_links, people, second_factor
from marketplace.accounts.mailed_links import Purpose
from marketplace.accounts.roles import ShopRole
from marketplace.catalog import review, sheets
from marketplace.catalog.models import Product
from marketplace.catalog.states import ProductState
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from marketplace.makers import team
from marketplace.makers.models import Membership
from marketplace.orders.models import Payment
from tests import builders
from tests.races.conftest import Crowd
from tests.web.buying import shopper

HANDS = 8
pytestmark = pytest.mark.race


def trying(act: Callable[[], object]) -> Callable[[], str]:
    """The act in a transaction of its own: done, or the reason why not."""

    def hand() -> str:
        try:
            with transaction():
                act()
        except (Invalid, Conflict) as refusal:
            return refusal.code
        return "done"

    return hand


def test_an_invitation_lets_in_once(app: Flask, crowd: Crowd) -> None:
    shop, citra, budi = builders.shop(), builders.person("Citra"), builders.person("Budi")
    with transaction():
        made = team.invite(shop.id, "budi@contoh.test", ShopRole.STAFF, by=citra, now=clock.now())
        link = team.new_link(made, now=clock.now())
    assert link is not None
    token = link[0]
    seen = crowd([trying(lambda: team.accept(token, budi, now=clock.now()))] * HANDS)
    assert seen == Counter(done=1, invitation_over=HANDS - 1)
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 2


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_mailed_link_is_spent_once(app: Flask, crowd: Crowd, purpose: Purpose) -> None:
    asih = builders.person()
    with transaction():
        person = people.locked(asih)
        token = mailed_links.make(person, purpose, email=person.email, now=clock.now())
    seen = crowd([trying(lambda: mailed_links.spend(token, purpose, now=clock.now()))] * HANDS)
    assert seen == Counter(done=1, link_over=HANDS - 1)


@pytest.mark.parametrize("spare", [False, True], ids=["of the authenticator", "kept for bad days"])
def test_a_code_opens_one_device(app: Flask, crowd: Crowd, spare: bool) -> None:
    asih, secret, now = builders.person(), second_factor.new_secret(), clock.now()
    with transaction():
        codes = second_factor.give(people.locked(asih), secret, now=now - timedelta(minutes=5))
    code = codes[0] if spare else pyotp.TOTP(secret).at(now)
    seen = crowd(
        [trying(lambda: second_factor.open_with(people.locked(asih), code, now=now))] * HANDS
    )
    assert seen["done"] == 1
    assert seen.total() == HANDS


def test_two_officers_decide_about_a_product_once(app: Flask, crowd: Crowd) -> None:
    shop = builders.shop(trusted=False)
    product = builders.product(shop=shop, state=ProductState.REVIEW, submitted_at=clock.now())
    officers, code = [builders.staff(name) for name in ("Eka", "Endah")], product.code
    db.session.rollback()
    sign = sheets.of_any(code).content_sign()

    def send_back(by: int) -> None:
        review.send_back(code, seen=sign, reason="Foto kurang jelas.", by=by, now=clock.now())

    seen = crowd(
        [
            *[
                trying(lambda by=by: review.approve(code, seen=sign, by=by, now=clock.now()))  # type: ignore[misc]
                for by in officers * 2
            ],
            *[trying(lambda by=by: send_back(by)) for by in officers * 2],  # type: ignore[misc]
        ]
    )
    assert seen == Counter(done=1, already_decided=HANDS - 1)
    acts = db.session.scalars(select(HistoryEntry.act).where(HistoryEntry.act.like("product.%")))
    assert len(list(acts)) == 1
    assert db.session.scalar(select(Product.state)) in (ProductState.LIVE, ProductState.RETURNED)


def test_no_two_transfers_await_the_same_amount(app: Flask, crowd: Crowd) -> None:
    shopper.tariff()
    variant = shopper.variant_of(builders.product(stock=HANDS))
    seen = crowd([lambda: bool(shopper.buy(app.test_client(), variant, way="transfer"))] * HANDS)
    assert seen == Counter({True: HANDS})
    amounts = list(db.session.scalars(select(Payment.amount)))
    assert len(set(amounts)) == len(amounts) == HANDS
