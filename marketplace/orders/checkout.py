"""From a cart to orders: one payment, one group, one order per shop, all in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from marketplace.catalog import stock, waiting
from marketplace.core import jobs
from marketplace.core.db import db, insert_rows, read_one
from marketplace.core.errors import Conflict
from marketplace.core.ids import new_code
from marketplace.orders import events, payments, rules
from marketplace.orders.cart import Buyer
from marketplace.orders.commission import rates
from marketplace.orders.commission.rules import Cut
from marketplace.orders.models import CartLine, Order, OrderGroup, OrderLine
from marketplace.orders.shopping import Part, Shopping, shopping
from marketplace.orders.states import Fulfilment, OrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the buyer filled in, and the bill the buyer saw; prices are never taken from here."""

    checkout_key: str
    shown: str
    recipient: str
    phone: str
    email: str | None
    village: str
    address: str
    pickups: frozenset[str]
    provider: str
    promo: bool = False
    asked_from: str | None = None  # what the network hashes to; see `flows.failed_cards`


@dataclass(frozen=True, slots=True)
class Placed:
    """An order that stands."""

    group_code: str
    payment_code: str
    provider: str
    total: int
    token: str = ""  # opens its page; known to who placed it just now


class CartMoved(Conflict):
    """A price, a number or the cart itself changed since the buyer saw it."""

    code = "cart_moved"

    def __init__(self, now_stands: Shopping) -> None:
        self.now_stands = now_stands
        super().__init__("cart_moved")


def place(
    buyer: Buyer, wish: Wish, *, code: str, token_hash: str, livemode: bool, now: datetime
) -> Placed:
    """Turn the cart into orders as the buyer saw it, or into nothing; the goods are held."""
    bill = shopping(buyer, village=wish.village, pickups=wish.pickups, now=now, lock=True)
    if not bill.paying or bill.postage is None or bill.shown() != wish.shown:
        raise CartMoved(bill)
    if not rules.payable(bill.total, sum(part.weight_g for part in bill.paying)):
        raise Conflict("bill_too_large")
    group_id = _group(buyer, wish, bill, code=code, token_hash=token_hash, now=now)
    until = rules.kept_until(wish.provider, now)
    order_codes = _orders(group_id, bill, until=until, now=now)
    payment_code = payments.ask(
        group_id,
        code,
        provider=wish.provider,
        total=bill.total,
        attempt=1,
        livemode=livemode,
        now=now,
        asked_from=wish.asked_from,
    )
    if wish.provider not in payments.ON_OUR_ACCOUNT:
        jobs.enqueue("payments.open", payment_code=payment_code)
    _take_from_cart(bill)
    chances = [line.chance for line in bill.sold if line.chance]
    if chances:
        waiting.redeem(chances, among=[line.variant_id for line in bill.sold], now=now)
    stock.hold(
        [(line.variant_id, line.quantity) for line in bill.sold],
        group_code=code,
        order_code_of=order_codes,
        until=until,
        now=now,
        places_of={line.variant_id: line.places for line in bill.sold if line.places},
    )
    return Placed(code, payment_code, wish.provider, bill.total)


_LINES = CartLine.__table__
_TAKE = delete(_LINES).where(
    _LINES.c.cart_id == bindparam("cart"),
    _LINES.c.variant_id.in_(bindparam("sold", expanding=True)),
)
_BY_KEY = (
    select(OrderGroup.code, OrderGroup.total)
    .where(OrderGroup.checkout_key == bindparam("key"))
    .add_columns(payments.Payment.code.label("payment_code"), payments.Payment.provider)
    .join(payments.Payment, payments.Payment.group_id == OrderGroup.id)
    .order_by(payments.Payment.id.desc())
)


def placed_before(checkout_key: str) -> Placed | None:
    """The order that this very page placed already, if it did."""
    row = read_one(_BY_KEY, {"key": checkout_key})
    return Placed(row.code, row.payment_code, row.provider, row.total) if row else None


def _group(
    buyer: Buyer, wish: Wish, bill: Shopping, *, code: str, token_hash: str, now: datetime
) -> int:
    made = insert_rows(
        OrderGroup,
        [
            {
                "code": code,
                "token_hash": token_hash,
                "checkout_key": wish.checkout_key,
                "person_id": buyer.person_id,
                "cart_id": bill.cart_id,
                "recipient": wish.recipient,
                "phone": wish.phone,
                "email": wish.email,
                "village_code": wish.village,
                "address": wish.address,
                "place": bill.place[:160],
                "goods": bill.goods,
                "postage": bill.postage,
                "total": bill.total,
                "placed_at": now,
            }
        ],
        by="code",
    )
    return made[code]


def _orders(group_id: int, bill: Shopping, *, until: datetime, now: datetime) -> dict[int, str]:
    """One order per shop with its lines; which order each variant belongs to."""
    codes = {part.ikm_id: new_code() for part in bill.paying}
    cuts = _cuts(bill, now)
    ids = insert_rows(
        Order,
        [_order(part, codes[part.ikm_id], cuts, group_id, until, now) for part in bill.paying],
        by="code",
    )
    insert_rows(
        OrderLine,
        [
            {
                "order_id": ids[codes[part.ikm_id]],
                "variant_id": line.variant_id,
                "product_code": line.product_code,
                "product_name": line.name,
                "variant_name": line.variant_name,
                "cover": line.cover,
                "price": line.price,
                "quantity": line.quantity,
                "weight_g": line.weight_g,
                "made_in": line.made_in,
                "commission_bp": cuts[line.variant_id].basis_points,
                "commission": cuts[line.variant_id].commission,
                "commission_tax": cuts[line.variant_id].tax,
            }
            for part in bill.paying
            for line in part.sold
        ],
    )
    events.note_rows([(order_id, 1) for order_id in ids.values()], "placed", "buyer", now)
    return {line.variant_id: codes[part.ikm_id] for part in bill.paying for line in part.sold}


def _cuts(bill: Shopping, now: datetime) -> dict[int, Cut]:
    """What the market keeps of each line, by the rates of this moment, for ever."""
    return {
        line.variant_id: rates.cut(
            rates.thing(part.ikm_id, part.sentra_id, line.category_id),
            line.total,
            line.quantity,
            now=now,
        )
        for part in bill.paying
        for line in part.sold
    }


def _order(
    part: Part,
    code: str,
    cuts: Mapping[int, Cut],
    group_id: int,
    until: datetime,
    now: datetime,
) -> dict[str, Any]:
    postage = part.postage or 0
    kept = [cuts[line.variant_id] for line in part.sold]
    return {
        "code": code,
        "group_id": group_id,
        "ikm_id": part.ikm_id,
        "shop_name": part.name,
        "state": OrderState.WAITING,
        "parcel": Fulfilment.OPEN,
        "pickup": part.pickup,
        "goods": part.goods,
        "postage": postage,
        "total": part.goods + postage,
        "commission": sum(cut.commission for cut in kept),
        "commission_tax": sum(cut.tax for cut in kept),
        "weight_g": part.weight_g,
        "courier": "" if part.pickup or not part.quote else part.quote.courier,
        "due_at": until,
        "created_at": now,
        "version": 1,
    }


def _take_from_cart(bill: Shopping) -> None:
    """What is being paid leaves the cart; if it is not paid in the end, it comes back."""
    sold = [line.variant_id for line in bill.sold]
    db.session.execute(_TAKE, {"cart": bill.cart_id, "sold": sold})
