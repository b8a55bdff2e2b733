"""Part of a paid order that will not come: its pieces back on the shelf, its money to the buyer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from marketplace.catalog import stock
from marketplace.core import history
from marketplace.core.errors import Conflict
from marketplace.orders import ending, fulfilment, refunds, rules
from marketplace.orders.ending import SYSTEM, Actor
from marketplace.orders.grants import queries as grants
from marketplace.orders.grants.queries import Left
from marketplace.orders.grants.rules import cut_away
from marketplace.orders.ledger import queries
from marketplace.orders.ledger.rules import Shares
from marketplace.orders.models import Order, Payment, Refund
from marketplace.orders.parcels import book, pieces
from marketplace.orders.parcels.pieces import Pieces


@dataclass(frozen=True, slots=True)
class Gone:
    """What came of it: the money that goes back, and whether the whole order ended with it."""

    refund: Refund | None
    whole: bool


def cancel_pieces(
    order_code: str,
    actor: Actor,
    some: Pieces,
    *,
    reason: str,
    version: int,
    now: datetime,
    group_id: int | None = None,
    ikm_id: int | None = None,
    postage: bool = False,
) -> Gone:
    """End these pieces of a paid order; only what is not packed can be.

    What was paid for them goes back and their part of the cut falls away; what stays keeps its
    price. With the last piece, when nothing is packed, the order ends whole. Postage stays as long
    as something comes, unless the shop gives it.
    """
    whose = {"group_id": group_id, "ikm_id": ikm_id}
    paying, _, order = ending.locked_paid(order_code, version=version, **whose)
    counting = next(payment for payment in paying if payment.counts)
    lines, some = pieces.lines(order.id), pieces.some(some)
    if some == {line.id: line.left for line in lines if line.left} and not book.of_order(order):
        return Gone(ending.cancel_paid(order_code, actor, reason=reason, now=now, **whose), True)
    pieces.cancel(order.id, some)
    meant = [(line, some[line.id]) for line in lines if line.id in some]
    free = _free(order, counting)
    shares = _shares(order, meant, free)
    if postage:
        shares = replace(shares, postage=free.postage)
    stock.put_some_back(
        order.code,
        {line.variant_id: count for line, count in meant},
        made={line.variant_id for line, _ in meant if line.made_in},
        now=now,
    )
    refund = _give_back(counting, order, shares, actor, reason, now)
    confirmed = fulfilment.refold(order)
    said = [[line.product_name, line.variant_name, count] for line, count in meant]
    _note(order, "part_cancelled", actor, now, reason, refund.amount, pieces=said)
    if confirmed:  # all that came was received already, and nothing more will come
        fulfilment.complete(order, "completed", SYSTEM, now)
    return Gone(refund, False)


def give_postage(
    order_code: str, actor: Actor, *, reason: str, ikm_id: int, version: int, now: datetime
) -> Refund:
    """The shop gives the postage back, though something comes or has come."""
    paying, _, order = ending.locked_paid(order_code, group_id=None, ikm_id=ikm_id, version=version)
    counting = next(payment for payment in paying if payment.counts)
    free = _free(order, counting).postage
    if free <= 0:
        raise Conflict("no_postage_left")
    refund = _give_back(counting, order, Shares(postage=free), actor, reason, now)
    fulfilment.refold(order)
    _note(order, "postage_back", actor, now, reason, refund.amount)
    return refund


def _shares(order: Order, meant: Sequence[tuple[Row[Any], int]], free: Left) -> Shares:
    """What was paid for these pieces, and the market's cut of it; exact in any number of steps.

    A refund by amount may have taken some of the cut before: no more falls away than is left, and
    all of that when no goods stay, nor are set apart for an officer who may think again.
    """
    goods = _part(meant, "paid")
    twice = any(line.left < 0 for line in grants.lines(order.id))  # granted, and now cancelled
    if twice or goods > free.goods:
        raise Conflict("money_in_question")
    away, all_goods = queries.fallen_away(order.id), goods == queries.held(order.id).goods
    return Shares(
        goods=goods,
        commission=cut_away(
            order.commission - away.commission, _part(meant, "commission"), all_goods=all_goods
        ),
        commission_tax=cut_away(
            order.commission_tax - away.tax, _part(meant, "commission_tax"), all_goods=all_goods
        ),
    )


def _part(meant: Sequence[tuple[Row[Any], int]], column: str) -> int:
    """The part of the lines' amounts that goes with these pieces."""
    return sum(
        rules.of_pieces(line._mapping[column], line.quantity, before=line.cancelled, now=count)
        for line, count in meant
    )


def _free(order: Order, payment: Payment) -> Left:
    """What is held for the order and not set apart by an officer or a complaint.

    Never more than the payment can still give back after what a card bank took.
    """
    held = queries.held(order.id)
    apart = [one for one in grants.open_grants(payment.id, but="") if one.order_id == order.id]
    most = max(0, payment.amount - payment.refunded - queries.taken_back(payment.id))
    goods = min(held.goods - sum(one.goods for one in apart), most)
    return Left(goods, min(held.postage - sum(one.postage for one in apart), most - goods))


def _give_back(
    payment: Payment,
    order: Order,
    shares: Shares,
    actor: Actor,
    reason: str,
    now: datetime,
) -> Refund:
    return refunds.ask(
        payment,
        amount=shares.total,
        reason=reason,
        by=actor.person_id,
        now=now,
        order_id=order.id,
        shares=shares,
    )


def _note(
    order: Order, what: str, actor: Actor, now: datetime, reason: str, rupiah: int, **detail: Any
) -> None:
    """In the order's timeline for both, and in the history of acts on money."""
    fulfilment.note(order, what, actor, now, reason=reason, rupiah=rupiah, **detail)
    history.record(
        f"order.{what}",
        f"order:{order.code}",
        by=actor.person_id,
        at=now,
        role=actor.role,
        rupiah=rupiah,
    )
