"""Letters of an order's moments, promised in the transaction that makes the moment true."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select

from marketplace.core.db import read_one
from marketplace.core.money import rupiah
from marketplace.flows import letters
from marketplace.orders import links, queries, shop_queries
from marketplace.orders.bank import queries as bank
from marketplace.orders.ledger.rules import Shares
from marketplace.orders.models import Order, OrderGroup
from marketplace.orders.rules import TRANSFER
from marketplace.orders.states import OrderState
from marketplace.orders.views import GroupView, OrderView, SoldLine
from marketplace.outside import outside


def link_of(group_code: str, token_hash: str) -> str | None:
    """The whole address of an order's page."""
    token = token_for(group_code, token_hash)
    return f"{outside().config.base_url}/pesanan/{token}" if token else None


def token_for(group_code: str, token_hash: str) -> str | None:
    """The token of an order as it was given out, made again from our secret."""
    config = outside().config
    return links.known_token(group_code, token_hash, (config.secret_key, *config.old_secret_keys))


def placed(group_code: str, payment_code: str) -> None:
    """How to pay by transfer or QRIS, for who left an address."""
    group = group_view(group_code)
    if group and group.email:
        payment = group.last_payment
        to_buyer(
            group,
            "placed" if payment.provider == TRANSFER else "placed_qris",
            key=payment_code,
            amount=rupiah(payment.amount),
            bank=_our_account(),
            until=payment.expires_at.isoformat(),
        )


def paid(group_code: str) -> None:
    """A receipt for the buyer, and work for each shop."""
    group = group_view(group_code)
    if group is None:
        return
    to_buyer(group, "paid", amount=rupiah(group.total))
    for order in group.orders:
        to_shop(group, order, "shop_new")


def step(group_code: str, order_code: str, moment: str, *, number: int = 0) -> None:
    """accepted, shipped, ready, handed_over: what the buyer waits for.

    `number` is the parcel's; what lies in it is said when the order travels in several.
    """
    group = group_view(group_code)
    order = order_view(group, order_code)
    if group and order:
        parcel = next((one for one in order.parcels if one.number == number), None)
        to_buyer(
            group,
            moment,
            key=f"{order_code}:{number}" if number > 1 else order_code,
            shop=order.shop_name,
            courier=parcel.courier if parcel else "",
            tracking=parcel.tracking if parcel else "",
            address=order.shop_address or order.shop_place,
            goods=named(parcel.content) if parcel and order.in_parts else "",
            rest=f"{order.left} barang" if parcel and order.left else "",
        )


def cancelled(group_code: str, order_code: str = "", *, money: int = 0) -> None:
    """An order is over: why, and what happens to the money."""
    group = group_view(group_code)
    if group is None:
        return
    order = order_view(group, order_code)
    to_buyer(
        group,
        "cancelled",
        key=order_code,
        shop=order.shop_name if order else "",
        reason=(order or group.orders[0]).cancel_reason,
        amount=rupiah(money) if money else "",
    )
    if order and money:
        to_shop(group, order, "shop_cancelled")


def completed(group_code: str, order_code: str) -> None:
    """The shop hears that the buyer is content."""
    group = group_view(group_code)
    order = order_view(group, order_code)
    if group and order:
        to_shop(group, order, "shop_done")


def money_goes_back(group_code: str, payment_code: str) -> None:
    """Paid too late or twice: nothing to do for the buyer, the money comes back."""
    group = group_view(group_code)
    if group:
        payment = next(one for one in group.payments if one.code == payment_code)
        to_buyer(group, "goes_back", key=payment_code, amount=rupiah(payment.amount))


def refunded(group_code: str, refund_code: str, amount: int) -> None:
    """The money has left us."""
    group = group_view(group_code)
    if group:
        to_buyer(
            group, "refunded", key=refund_code, amount=rupiah(amount), number=refund_code.upper()
        )


def granted(group_code: str, order_code: str, refund_code: str, given: Shares) -> None:
    """The dinas gives something back: the buyer hears what and why, the shop what it bears."""
    group = group_view(group_code)
    order = order_view(group, order_code)
    refund = (
        next((one for one in group.refunds if one.code == refund_code), None) if group else None
    )
    if not (group and order and refund):
        return
    why = {"reason": refund.reason, "shop": order.shop_name}
    to_buyer(group, "granted", key=refund_code, amount=rupiah(given.total), **why)
    of_shop = given.goods + given.postage
    if of_shop:
        to_shop(
            group,
            order,
            "shop_granted",
            key=refund_code,
            amount=rupiah(of_shop),
            reason=refund.reason,
        )


def partly_paid(group_code: str, payment_code: str, *, missing: int) -> None:
    """Some of it has come: how much is still to be sent, and until when."""
    group = group_view(group_code)
    if group:
        payment = next(one for one in group.payments if one.code == payment_code)
        to_buyer(
            group,
            "partly_paid",
            key=f"{payment_code}:{missing}",
            amount=rupiah(missing),
            bank=_our_account(),
            until=payment.expires_at.isoformat(),
        )


def offered_again(group_code: str, receipt_code: str, *, amount: int) -> None:
    """The money came late, but the goods are there: one press completes the order."""
    group = group_view(group_code)
    if group:
        until = bank.offered_until(receipt_code)
        to_buyer(group, "offered_again", key=receipt_code, amount=rupiah(amount), until=until)


def receipt_goes_back(receipt_id: int, return_code: str, amount: int) -> None:
    """Money that no order could use: nothing to do for the buyer, it comes back."""
    group = group_view(bank.buyer_of(receipt_id))
    if group:
        to_buyer(group, "goes_back", key=return_code, amount=rupiah(amount))


def receipt_sent_back(receipt_id: int, return_code: str, amount: int) -> None:
    """It has left us."""
    group = group_view(bank.buyer_of(receipt_id))
    if group:
        to_buyer(
            group, "refunded", key=return_code, amount=rupiah(amount), number=return_code.upper()
        )


_GROUP_OF = (
    select(OrderGroup.code)
    .join(Order, Order.group_id == OrderGroup.id)
    .where(Order.code == bindparam("code"))
)


def group_of(order_code: str) -> str:
    """The code of what was bought together with this order."""
    row = read_one(_GROUP_OF, {"code": order_code})
    return str(row.code) if row else ""


def _our_account() -> str:
    config = outside().config
    return f"{config.bank_name} {config.bank_account} a.n. {config.bank_holder}"


def group_view(code: str) -> GroupView | None:
    """What a letter tells of: everything that was bought at once."""
    return queries.group_by_code(code)


def order_view(group: GroupView | None, code: str) -> OrderView | None:
    """One order of it."""
    orders = group.orders if group else ()
    return next((order for order in orders if order.code == code), None)


def to_buyer(group: GroupView, moment: str, *, key: str = "", **facts: Any) -> None:
    """A letter of this moment to whoever bought, if they left an address; `key` makes it one."""
    if group.email is None:
        return
    letters.post(
        "order_step",
        to=group.email,
        key=f"{moment}:{group.code}:{key}",
        about=f"group:{group.code}",
        reader="buyer",
        moment=moment,
        number=facts.pop("number", group.code.upper()),
        name=group.recipient,
        url=link_of(group.code, group.token_hash) or outside().config.base_url,
        **{**_EMPTY, **facts},
    )


def to_shop(
    group: GroupView, order: OrderView, moment: str, *, key: str = "", **facts: Any
) -> None:  # fmt: skip
    """The same to every owner of the shop."""
    base = outside().config.base_url
    for owner in shop_queries.owners_of([order.ikm_id]):
        letters.post(
            "order_step",
            to=owner.email,
            key=f"{moment}:{key or order.code}:{owner.email}",
            about=f"group:{group.code}",
            reader="shop",
            moment=moment,
            number=order.code.upper(),
            name=owner.name,
            url=f"{base}/toko-saya/{owner.code}/pesanan/{order.code}",
            **{
                **_EMPTY,
                "shop": order.shop_name,
                "amount": rupiah(order.total),
                "reason": order.cancel_reason,
                "buyer": group.recipient,
                "goods": _goods(order),
                **facts,
            },
        )


def _goods(order: OrderView) -> str:
    """What comes; of an order that ended, what would have come."""
    over = order.state == OrderState.CANCELLED
    pieces = ((line, line.quantity - (0 if over else line.cancelled)) for line in order.lines)
    return named((line, count) for line, count in pieces if count)


def named(content: Iterable[tuple[SoldLine, int]]) -> str:
    """What it is, as one says it: 2 Keripik salak, 1 Kopi."""
    return ", ".join(f"{count} {line.full_name}" for line, count in content)[:300]


_EMPTY = dict.fromkeys(
    (
        "amount",
        "bank",
        "until",
        "shop",
        "courier",
        "tracking",
        "address",
        "reason",
        "buyer",
        "goods",
        "rest",
    ),
    "",
)
