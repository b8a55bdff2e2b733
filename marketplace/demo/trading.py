"""Orders of the example market: one in every state, and enough that tasks and counts are alive."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.accounts.models import Address, Person
from marketplace.catalog.models import Product, Variant
from marketplace.catalog.states import ProductState
from marketplace.core.db import db
from marketplace.core.ids import token_hash
from marketplace.core.work import transaction
from marketplace.demo.naming import code_of
from marketplace.makers.models import Membership
from marketplace.orders import cart, checkout, ending, fulfilment, links, payments
from marketplace.orders.complaints import answers, complaints
from marketplace.orders.complaints.states import Kind, Wish
from marketplace.orders.ending import Actor
from marketplace.orders.models import Order, OrderGroup, Payment
from marketplace.orders.parcels import pieces
from marketplace.orders.shopping import shopping
from marketplace.outside import outside

DAY = timedelta(days=1)


@dataclass
class Sale:
    """One group of orders on its way, and the clock it lives by."""

    group_id: int
    payment_code: str
    now: datetime
    officer: int

    def orders(self) -> list[Order]:
        found = select(Order).where(Order.group_id == self.group_id).order_by(Order.id)
        return list(db.session.scalars(found))

    def later(self, time: timedelta) -> Sale:
        self.now += time
        return self


def trade(people: dict[str, int], now: datetime) -> int:
    """Let Asih, Budi and Dewi buy for six weeks; how many groups."""
    dice = random.Random(20201002)
    lives = [*LIVES] * 3 + [_completed] * 12
    dice.shuffle(lives)
    buyers = [people["asih"], people["budi"], people["dewi"]]
    for number, live in enumerate(lives):
        begun = now - AGES.get(live, timedelta(days=9 + number))
        sale = _placed(dice, buyers[number % 3], begun, people["eka"], number)
        live(sale)
    for number, (live, counts) in enumerate(RARE, start=len(lives)):
        begun = now - AGES.get(live, timedelta(days=6))
        live(_placed(dice, people["asih"], begun, people["eka"], number, counts=counts))
    return len(lives) + len(RARE)


def _placed(
    dice: random.Random,
    buyer_id: int,
    now: datetime,
    officer: int,
    number: int,
    counts: tuple[int, ...] = (1, 1, 1, 2, 3),
) -> Sale:
    """Somebody puts things of one to three shops into the cart and orders by transfer."""
    buyer = cart.Buyer(person_id=buyer_id)
    with transaction():
        address = db.session.scalars(select(Address).where(Address.person_id == buyer_id)).one()
        person = db.session.get_one(Person, buyer_id)
        village, line, phone = address.village_code, address.line, address.phone
        for variant in _wishes(dice):
            cart.add(buyer, variant, dice.choice(counts), village=village, now=now)
        bill = shopping(buyer, village=village, pickups=frozenset(), now=now)
        near = [part.code for part in bill.paying if part.origin and part.origin[:5] == village[:5]]
        pickups = frozenset(near[:1] if dice.random() < 0.5 else [])
        bill = shopping(buyer, village=village, pickups=pickups, now=now)
        code = code_of("order", str(number))
        placed = checkout.place(
            buyer,
            checkout.Wish(
                checkout_key=f"demo-{number}",
                shown=bill.shown(),
                recipient=person.name,
                phone=phone,
                email=person.email,
                village=village,
                address=line,
                pickups=pickups,
                provider=payments.TRANSFER,
            ),
            code=code,
            token_hash=token_hash(links.token_of(code, outside().config.secret_key)),
            livemode=False,
            now=now,
        )
        group = select(OrderGroup.id).where(OrderGroup.code == placed.group_code)
        return Sale(db.session.scalars(group).one(), placed.payment_code, now, officer)


def _wishes(dice: random.Random) -> list[int]:
    """Variants of one to three shops, with enough on the shelf."""
    rows = db.session.execute(
        select(Variant.id, Product.ikm_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Product.state == ProductState.LIVE, Variant.on_hand - Variant.reserved >= 5)
        .order_by(Variant.id)
    ).all()
    shops = dice.sample(sorted({row.ikm_id for row in rows}), dice.choice((1, 1, 2, 3)))
    return [dice.choice([row.id for row in rows if row.ikm_id == shop]) for shop in shops]


def _waiting(sale: Sale) -> None:
    """Not paid yet."""


def _expired(sale: Sale) -> None:
    sale.later(2 * DAY)
    with transaction():
        ending.end_unpaid(sale.group_id, ending.SYSTEM, reason="expired", now=sale.now)


def _paid(sale: Sale) -> None:
    sale.later(timedelta(hours=3))
    with transaction():
        payment = db.session.scalars(select(Payment).filter_by(code=sale.payment_code)).one()
        payments.confirm_transfer(
            payment.code, amount=payment.amount, by=sale.officer, now=sale.now
        )


def _cancelled(sale: Sale) -> None:
    _paid(sale)
    sale.later(timedelta(hours=2))
    for code in [order.code for order in sale.orders()]:
        with transaction():
            ending.cancel_paid(
                code,
                Actor("shop", None),
                reason="Bahan sedang habis",
                now=sale.now,
            )


def _accepted(sale: Sale) -> None:
    _paid(sale)
    _each(sale, timedelta(hours=5), fulfilment.accept)


def _packed(sale: Sale) -> None:
    _accepted(sale)
    _each(sale, timedelta(hours=20), fulfilment.pack)


def _in_parts(sale: Sale) -> None:
    """Of each line two pieces travel already, and the third is still being made."""
    _accepted(sale)
    sale.later(timedelta(hours=20))
    for order in sale.orders():
        by, lines = _owner(order), pieces.lines(order.id)
        with transaction():
            fulfilment.pack(
                order.code,
                ikm_id=order.ikm_id,
                by=by,
                version=order.version,
                now=sale.now,
                some={line.id: line.left - 1 for line in lines},
            )
    _sent_on(sale)


def _sent(sale: Sale) -> None:
    _packed(sale)
    _sent_on(sale)


def _sent_on(sale: Sale) -> None:
    """What is packed goes to the courier, or waits for whoever fetches it."""
    sale.later(timedelta(hours=3))
    for order in sale.orders():
        by = _owner(order)
        with transaction():
            if order.pickup:
                fulfilment.ready(
                    order.code, ikm_id=order.ikm_id, by=by, version=order.version, now=sale.now
                )
            else:
                fulfilment.ship(
                    order.code,
                    ikm_id=order.ikm_id,
                    by=by,
                    version=order.version,
                    courier="Kurir reguler",
                    tracking=f"GY{code_of('resi', order.code).upper()}",
                    now=sale.now,
                )


def _complained(sale: Sale) -> None:
    """One piece of each order came broken, and the shop has not answered yet."""
    _sent(sale)
    sale.later(2 * DAY)
    for order in sale.orders():
        filed = complaints.Filed(
            kind=Kind.DAMAGED,
            words="Satu sudah rusak waktu kotaknya saya buka. Kotaknya penyok di satu sisi.",
            wish=Wish.ALL,
            amount=None,
            pieces={pieces.lines(order.id)[0].id: 1},
        )
        with transaction():
            complaints.complain(
                order.code, filed, group_id=sale.group_id, by=_buyer(sale.group_id), now=sale.now
            )


def _refused(sale: Sale) -> None:
    """The shop says no, so the dinas has to decide."""
    _complained(sale)
    sale.later(DAY)
    for order in sale.orders():
        with transaction():
            answers.refuse(
                order.code,
                ikm_id=order.ikm_id,
                words="Barang kami bungkus dua lapis dan sudah kami foto sebelum dikirim.",
                by=_owner(order),
                now=sale.now,
            )


def _completed(sale: Sale) -> None:
    _sent(sale)
    sale.later(2 * DAY)
    for order in sale.orders():
        by = _owner(order)
        with transaction():
            if order.pickup:
                fulfilment.hand_over(
                    order.code, ikm_id=order.ikm_id, by=by, version=order.version, now=sale.now
                )
        with transaction():
            fulfilment.receive(
                order.code, group_id=sale.group_id, by=_buyer(sale.group_id), now=sale.now
            )


def _each(sale: Sale, time: timedelta, step: Callable[..., object]) -> None:
    sale.later(time)
    for order in sale.orders():
        by = _owner(order)
        with transaction():
            step(order.code, ikm_id=order.ikm_id, by=by, version=order.version, now=sale.now)


def _owner(order: Order) -> int:
    return db.session.scalars(
        select(Membership.person_id).where(Membership.ikm_id == order.ikm_id)
    ).one()


def _buyer(group_id: int) -> int | None:
    return db.session.get_one(OrderGroup, group_id).person_id


Live = Callable[[Sale], None]
LIVES: tuple[Live, ...] = (
    _waiting,
    _expired,
    _paid,
    _cancelled,
    _accepted,
    _packed,
    _sent,
    _completed,
)
# once each, with so many pieces of every line
RARE: tuple[tuple[Live, tuple[int, ...]], ...] = (
    (_in_parts, (3,)),
    (_complained, (2,)),
    (_refused, (2,)),
)
AGES: dict[Live, timedelta] = {
    _waiting: timedelta(hours=2),
    _paid: timedelta(hours=9),
    _accepted: timedelta(hours=26),
    _packed: timedelta(hours=44),
    _sent: timedelta(days=3),
    _in_parts: timedelta(days=3),
}
