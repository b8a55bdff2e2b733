"""Citra's things and Dewi's, one of each kind that an address can name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import Address, Person, SignInSession
from marketplace.accounts.roles import ShopRole
from marketplace.catalog import capacity
from marketplace.catalog.models import Variant
from marketplace.core import clock
from marketplace.core.db import db, read
from marketplace.core.ids import new_code
from marketplace.core.work import transaction
from marketplace.makers import sentra, team
from marketplace.makers.models import Membership
from marketplace.orders.bank import matching, statements
from marketplace.orders.bank.models import Receipt
from marketplace.orders.complaints.models import (
    Complaint,
    ComplaintEvent,
    ComplaintLine,
    ComplaintPhoto,
)
from marketplace.orders.disputes.models import Dispute
from marketplace.orders.ledger.posting import Booking, post
from marketplace.orders.ledger.rules import Fact
from marketplace.orders.models import Alarm, Order, OrderGroup, OrderLine, Payment
from marketplace.orders.payouts import accounts, runs
from marketplace.orders.payouts.models import Payout
from marketplace.orders.reviews.models import Review
from marketplace.orders.states import OrderState, ParcelState, PaymentState
from marketplace.photos.models import Photo
from marketplace.photos.states import PhotoState
from tests import builders

NOBODY = "zzzzzzzzzz"


@pytest.fixture
def world(app: Flask) -> dict[str, tuple[str, str]]:
    """Citra's things and Dewi's things, each by kind."""
    citra, dewi = builders.person("Citra"), builders.person("Dewi")
    mine, theirs = builders.shop(), builders.shop("Toko Rahasia Dewi", owner=dewi)
    goods = [builders.product(shop=mine), builders.product("Barang rahasia", shop=theirs)]
    codes = [(shop.id, shop.code, shop.slug) for shop in (mine, theirs)]
    names = [(product.id, product.code, product.slug) for product in goods]
    helpers = [builders.person("Hadi"), builders.person("Gita")]
    eka = builders.staff()
    with transaction():
        for (shop_id, *_), helper in zip(codes, helpers, strict=True):
            db.session.add(
                Membership(ikm_id=shop_id, person_id=helper, role=ShopRole.STAFF, since=clock.now())
            )
        slug = sentra.create(SENTRA, by=eka, now=clock.now())
        sentra.add_member(slug, "Bu Yati", "", by=eka, now=clock.now())
        member = sentra.members_of(sentra.of_slug(slug).id)[0].id
        invited = [
            team.invite(shop_id, "x@contoh.test", ShopRole.STAFF, by=by, now=clock.now())
            for (shop_id, *_), by in zip(codes, (citra, dewi), strict=True)
        ]
        alarm = Alarm(kind="test", subject="test:1", raised_at=clock.now())
        dispute = Dispute(
            code=new_code(),
            provider="stripe",
            reference="dp_1",
            state="needs_response",
            amount=54_000,
            reason="fraudulent",
            opened_at=clock.now(),
            touched_at=clock.now(),
        )
        db.session.add_all([alarm, dispute])
        photos = [_photo(shop[0], product[0]) for shop, product in zip(codes, names, strict=True)]
        quotas = [str(_quota(shop[0])) for shop in codes]
        variants = [str(_variant(product[0])) for product in names]
        orders = [_order(shop[0], product) for shop, product in zip(codes, names, strict=True)]
        complaints = [
            _complaint(shop[0], product) for shop, product in zip(codes, names, strict=True)
        ]
        reviews = [_review(shop[0], thing) for shop, thing in zip(codes, names, strict=True)]
        homes = [_address(person) for person in (citra, dewi)]
        statement, receipt = _receipt(eka)
        run, payouts = _payouts([(codes[0][0], citra), (codes[1][0], dewi)], eka)
        db.session.flush()
        people = [db.session.get_one(Person, helper).code for helper in helpers]
        ids = [str(address.id) for address in homes]
        alarm_id, dispute_code = str(alarm.id), dispute.code
    builders.sign_in(app.test_client(), dewi)
    device = read(select(SignInSession.code).where(SignInSession.person_id == dewi))[0].code
    db.session.remove()
    both = {
        "shop": [shop[1] for shop in codes],
        "shop_slug": [shop[2] for shop in codes],
        "product": [product[1] for product in names],
        "product_slug": [product[2] for product in names],
        "photo": photos,
        "variant": variants,
        "quota": quotas,
        "order": orders,
        "review": reviews,
        "complaint": [order for order, _ in complaints],
        "complaint_photo": [photo for _, photo in complaints],
        "person": people,
        "invitation": [str(id) for id in invited],
        "address": ids,
        "device": [device, device],
        "sentra": [slug, slug],
        "sentra_member": [str(member), str(member)],
        "alarm": [alarm_id, alarm_id],
        "dispute": [dispute_code, dispute_code],
        "shelf": ["keripik", "keripik"],
        "zone": ["1", "1"],
        "rate": ["1", "1"],
        "payment": [NOBODY, NOBODY],
        "statement": [statement, statement],
        "receipt": [receipt, receipt],
        "run": [run, run],
        "payout": payouts,
    }
    return {kind: (pair[0], pair[1]) for kind, pair in both.items()}


STATEMENT = b"Tanggal;Keterangan;Kredit\n01/11/2026;UANG RAHASIA;70.001,00\n"
SENTRA = {
    "name": "Sentra Joho",
    "sector": "sandang",
    "village_code": builders.CONDONGCATUR,
    "story": "",
    "chair": "",
    "unit_count": 36,
}


def _receipt(by: int) -> tuple[str, str]:
    """A statement that waits to be looked at, and money of an earlier one that is not clear."""
    now = clock.now()
    account = statements.add_account("Bank Contoh", "1", by=by, now=now)
    codes = [statements.send(account, "mutasi.csv", STATEMENT, by=by, now=now) for _ in range(2)]
    statements.keep(codes[0], statements.look(codes[0], now=now).columns, by=by, now=now)
    db.session.flush()
    code = db.session.scalars(select(Receipt.code)).one()
    matching.match(code, now=now)
    return codes[1], code


def _payouts(shops: list[tuple[int, int]], officer: int) -> tuple[str, list[str]]:
    """A run that was let go, with a payout to each shop's bank account."""
    now = clock.now()
    for ikm_id, owner in shops:
        wish = accounts.Wish("bank", "bri", "002101123456187", "BU RAHASIA")
        accounts.change(ikm_id, wish, by=owner, now=now - timedelta(days=10))
        earned = Booking(Fact.GOODS_RELEASED, f"test:{ikm_id}", 85_000, ikm_id=ikm_id)
        post([earned], now=now)
    (run,) = runs.plan(by=None, now=now)
    runs.release(run, by=officer, now=now)
    return run, [
        db.session.scalars(select(Payout.code).where(Payout.ikm_id == ikm_id)).one()
        for ikm_id, _ in shops
    ]


def _photo(ikm_id: int, product_id: int) -> str:
    code = new_code()
    db.session.add(
        Photo(
            code=code,
            ikm_id=ikm_id,
            product_id=product_id,
            state=PhotoState.FAILED,
            created_at=clock.now(),
        )
    )
    return code


def _quota(ikm_id: int) -> int:
    wish = capacity.Wish("Kapasitas rahasia", 20, 4, frozenset())
    return capacity.save(ikm_id, None, wish, now=clock.now())


def _variant(product_id: int) -> int | None:
    return db.session.scalar(select(Variant.id).where(Variant.product_id == product_id))


def _order(ikm_id: int, product: tuple[int, str, str]) -> str:
    product_id, product_code, _ = product
    variant = _variant(product_id)
    code = new_code()
    group = OrderGroup(
        code=code,
        token_hash=code,
        checkout_key=code,
        recipient="Pembeli Rahasia",
        phone="628123456789",
        village_code=builders.CONDONGCATUR,
        address="Jalan Rahasia 1",
        place="Condongcatur",
        goods=1000,
        postage=0,
        total=1000,
        placed_at=clock.now(),
    )
    db.session.add(group)
    db.session.flush()
    order = Order(
        code=code,
        group_id=group.id,
        ikm_id=ikm_id,
        shop_name="Toko",
        state=OrderState.NEW,
        goods=1000,
        postage=0,
        total=1000,
        weight_g=1,
        created_at=clock.now(),
    )
    db.session.add(order)
    db.session.flush()
    db.session.add(
        OrderLine(
            order_id=order.id,
            variant_id=variant,
            product_code=product_code,
            product_name="Barang",
            price=1000,
            quantity=1,
            weight_g=1,
        )
    )
    return code


def _complaint(ikm_id: int, product: tuple[int, str, str]) -> tuple[str, str]:
    """An order that was sent and is complained about, with a picture; both codes."""
    code, now = _order(ikm_id, product), clock.now()
    order = db.session.scalars(select(Order).where(Order.code == code)).one()
    order.state, order.parcel, order.contested = OrderState.ACCEPTED, ParcelState.SHIPPED, True
    payment = Payment(
        code=code, group_id=order.group_id, provider="transfer", amount=1000, key=code,
        counts=True, state=PaymentState.PAID, expires_at=now, created_at=now, touched_at=now,
    )  # fmt: skip
    photo = Photo(
        code=new_code(), private=True, state=PhotoState.READY, created_at=now, widths=[360]
    )
    complaint = Complaint(
        order_id=order.id, kind="damaged", goods=1000, postage=0, wish="all", wished=1000,
        state="desk", due_at=now, opened_at=now,
    )  # fmt: skip
    db.session.add_all([payment, photo, complaint])
    db.session.flush()
    line = db.session.scalar(select(OrderLine.id).where(OrderLine.order_id == order.id))
    db.session.add_all(
        [
            ComplaintLine(complaint_id=complaint.id, line_id=line, quantity=1, amount=1000),
            ComplaintPhoto(complaint_id=complaint.id, photo_id=photo.id, side="buyer"),
            ComplaintEvent(
                complaint_id=complaint.id, at=now, actor="buyer", what="opened",
                words="Rahasia pembeli", version=1,
            ),
        ]
    )  # fmt: skip
    return code, photo.code


def _review(ikm_id: int, product: tuple[int, str, str]) -> str:
    """What a buyer said of a thing, and somebody reported."""
    order = db.session.scalars(select(Order).where(Order.code == _order(ikm_id, product))).one()
    order.state = OrderState.COMPLETED
    line = db.session.scalar(select(OrderLine.id).where(OrderLine.order_id == order.id))
    code = new_code()
    db.session.add(
        Review(
            code=code, line_id=line, product_id=product[0], ikm_id=ikm_id, author="Pembeli R.",
            stars=4, words="Enak", reports=1, written_at=clock.now(),
        )
    )  # fmt: skip
    return code


def _address(person_id: int) -> Address:
    address = Address(
        person_id=person_id,
        recipient="Dewi Rahasia",
        phone="628123456789",
        village_code=builders.CONDONGCATUR,
        line="Jalan Rahasia 1",
        created_at=clock.now(),
    )
    db.session.add(address)
    return address
