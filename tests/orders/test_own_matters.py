"""Whoever sits at the desk leaves their own shop and their own orders to another officer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.accounts.roles import ShopRole
from marketplace.catalog import review
from marketplace.catalog import sheets as products
from marketplace.catalog.states import ProductState
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.flows import complaining, granting, paying_makers, payments, reviewing, shop_life
from marketplace.makers import sheets
from marketplace.makers.models import Ikm, Membership
from marketplace.makers.states import ShopState
from marketplace.orders.commission import rates
from marketplace.orders.commission.rules import Rate, earliest_change
from marketplace.orders.grants.grants import Wanted
from marketplace.orders.models import OrderGroup
from marketplace.orders.payouts import runs
from marketplace.orders.payouts.runs import Said
from marketplace.orders.reviews.models import Review
from tests import builders
from tests.orders import grievances, money, payday

Owning = Callable[[int, str], None]


def joins(made: Ikm, person: int) -> None:
    """The officer helps in this shop, since yesterday."""
    with transaction():
        db.session.add(
            Membership(
                ikm_id=made.id, person_id=person, role=ShopRole.STAFF,
                since=clock.now() - timedelta(days=1),
            )
        )  # fmt: skip
    db.session.rollback()


def sells(person: int, order: str) -> None:
    joins(db.session.get_one(Ikm, money.order(order).ikm_id), person)


def bought(person: int, order: str) -> None:
    whose(order, person_id=person)


def gave_the_address(person: int, order: str) -> None:
    whose(order, email=builders.EMAILS["Eka"])


def whose(order: str, **values: object) -> None:
    with transaction():
        group = OrderGroup.id == money.order_group(order)
        db.session.execute(update(OrderGroup).where(group).values(**values))


@pytest.fixture(params=[sells, bought, gave_the_address])
def makes_own(request: pytest.FixtureRequest) -> Owning:
    """Every way in which an order is an officer's own."""
    return request.param  # type: ignore[no-any-return]


def test_a_run_that_pays_an_officers_shop_is_let_go_by_another(app: Flask) -> None:
    eka, gita = builders.staff(), builders.staff("Gita")
    payday.shop("Toko Lain")
    own = payday.shop()
    joins(own, eka)
    run = payday.plan()
    with pytest.raises(Conflict, match="own_shop"):
        paying_makers.release(run, by=eka)
    assert payday.run(run).state == "planned"
    assert paying_makers.release(run, by=gita) is Said.RELEASED
    payout = payday.newest(own)
    with pytest.raises(Conflict, match="own_shop"):
        paying_makers.came_back(payout.code, reason="Rekening tutup", by=eka)
    assert payday.ready(own) == 0
    assert money.broken() == {}


def test_a_run_let_go_by_its_own_shop_is_found(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "refuse_own_shop", lambda by, ikm_ids: None)
    eka, own = builders.staff(), payday.shop()
    joins(own, eka)
    run = payday.plan()
    paying_makers.release(run, by=eka)
    assert money.broken() == {"Y4": [[run, payday.newest(own).code, eka]]}


def test_money_of_an_own_order_is_granted_and_sent_by_another(
    app: Flask, makes_own: Owning
) -> None:
    eka, gita = builders.staff(), builders.staff("Gita")
    (code,) = money.buy((builders.shop(), 60_000))
    money.pay(code)
    makes_own(eka, code)
    some = Wanted(postage=money.order(code).postage)
    with pytest.raises(Conflict, match="own_order"):
        granting.grant(code, some, reason="Terlambat", by=eka)
    granted = granting.grant(code, some, reason="Terlambat", by=gita)
    with pytest.raises(Conflict, match="own_order"):
        granting.execute(granted, by=eka)
    with pytest.raises(Conflict, match="own_order"):
        granting.withdraw(granted, reason="Tidak jadi", by=eka)
    assert money.payment_of(code).refunded == 0
    granting.execute(granted, by=gita)
    assert money.payment_of(code).refunded == some.postage
    assert money.broken() == {}


def test_a_complaint_about_an_own_order_is_decided_by_another(
    app: Flask, makes_own: Owning
) -> None:
    eka = builders.staff()
    code = grievances.shipped()
    grievances.complain(code)
    complaining.refuse(code, grievances.shop_of(code), words="Utuh di sini.", photos=[])
    makes_own(eka, code)
    with pytest.raises(Conflict, match="own_order"):
        complaining.decide(code, amount=0, words="Toko benar.", by=eka)
    assert complaining.decide(code, amount=0, words="Toko benar.", by=builders.staff("Gita"))


def test_a_transfer_for_an_own_order_is_found_by_another(app: Flask, makes_own: Owning) -> None:
    (code,) = money.buy((builders.shop(), 60_000))
    makes_own(builders.staff(), code)
    payment = money.payment_of(code)
    with pytest.raises(Conflict, match="own_order"):
        money.pay(code)
    assert money.order(code).state == "waiting"
    payments.confirm_transfer(payment.code, amount=payment.amount, by=builders.staff("Gita"))
    assert money.order(code).state == "new"


def test_an_own_shop_is_let_in_stopped_and_visited_by_another(app: Flask) -> None:
    eka, shop = builders.staff(), builders.shop()
    joins(shop, eka)
    seen, now = sheets.of_shop(shop.id).version, clock.now()
    with pytest.raises(Conflict, match="own_shop"):
        shop_life.decide(
            shop.code, ShopState.SUSPENDED, seen=seen, reason="Libur dulu", by=eka, now=now
        )
    with pytest.raises(Conflict, match="own_shop"):
        shop_life.note_visit(shop.code, now.date(), today=now.date(), by=eka, now=now)


def test_a_product_of_an_own_shop_is_judged_by_another(app: Flask) -> None:
    eka, shop = builders.staff(), builders.shop()
    made = builders.product(shop=shop, state=ProductState.REVIEW)
    joins(shop, eka)
    seen = products.of_any(made.code).content_sign()
    with pytest.raises(Conflict, match="own_shop"), transaction():
        review.approve(made.code, seen=seen, by=eka, now=clock.now())
    with pytest.raises(Conflict, match="own_shop"), transaction():
        review.send_back(made.code, seen=seen, reason="Foto", by=eka, now=clock.now())


def test_a_rate_of_an_own_shop_is_decided_by_another(app: Flask) -> None:
    fajar, hana = builders.admin(), builders.admin("Hana")
    shop, now = builders.shop(), clock.now()
    joins(shop, fajar)
    rate = Rate(basis_points=0, source="Rapat", starts_on=earliest_change(now), ikm_id=shop.id)
    with pytest.raises(Conflict, match="own_shop"), transaction():
        rates.add(rate, place=1, reason="Gratis", by=fajar, now=now)
    with transaction():
        known = rates.add(rate, place=1, reason="x", by=hana, now=now)
    with pytest.raises(Conflict, match="own_shop"), transaction():
        rates.end(known, last_day=now.date(), reason="Batal", by=fajar, now=now)
    with transaction():
        rates.add(replace(rate, ikm_id=None), place=1, reason="Semua", by=fajar, now=now)


def test_a_review_of_an_own_shop_is_hidden_by_another(app: Flask, makes_own: Owning) -> None:
    eka = builders.staff()
    (code,) = money.buy((builders.shop(), 60_000))
    money.pay(code)
    money.deliver(code)
    (line,) = grievances.lines_of(code)
    reviewing.write(grievances.group_of(code), line.id, [], stars=1, words="Basi.", by=None)
    makes_own(eka, code)
    written = db.session.scalars(select(Review.code)).one()
    db.session.rollback()
    for act in (
        lambda by: reviewing.hide(written, reason="Tidak sopan", by=by),
        lambda by: reviewing.leave(written, by=by),
    ):
        with pytest.raises(Conflict, match="own_order"):
            act(eka)
    reviewing.hide(written, reason="Tidak sopan", by=builders.staff("Gita"))
