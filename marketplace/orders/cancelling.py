"""Part of a paid order that will not come: its pieces back on the shelf, its money to the buyer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from marketplace.catalog import stock
from marketplace.core import history
from marketplace.core.errors import Conflict
from marketplace.orders import ending, fulfilment, refunds, rules
from marketplace.orders.ending import SYSTEM, Actor
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
    lines, some = pieces.lines(order.id), pieces.some(some)
    if some == {line.id: line.left for line in lines if line.left} and not book.of_order(order):
        return Gone(ending.cancel_paid(order_code, actor, reason=reason, now=now, **whose), True)
    pieces.cancel(order.id, some)
    meant = [(line, some[line.id]) for line in lines if line.id in some]
    shares = _shares(order, meant, postage=postage)
    stock.put_some_back(
        order.code,
        {line.variant_id: count for line, count in meant},
        made={line.variant_id for line, _ in meant if line.made_in},
        now=now,
    )
    refund = _give_back(paying, order, shares, actor, reason, now)
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
    held = queries.held(order.id).postage
    if not held:
        raise Conflict("no_postage_left")
    refund = _give_back(paying, order, Shares(postage=held), actor, reason, now)
    fulfilment.refold(order)
    _note(order, "postage_back", actor, now, reason, refund.amount)
    return refund


def _shares(order: Order, meant: Sequence[tuple[Row[Any], int]], *, postage: bool) -> Shares:
    """What was paid for these pieces, and the market's cut of it; exact in any number of steps.

    A refund by amount may have taken some of the cut before: no more falls away than is left, and
    all of that when no goods stay.
    """
    held, away = queries.held(order.id), queries.fallen_away(order.id)
    goods = sum(
        rules.of_pieces(line.price * line.quantity, line.quantity, before=line.cancelled, now=count)
        for line, count in meant
    )
    if goods > held.goods:  # a complaint or a card bank has it, or it went back already
        raise Conflict("money_in_question")

    def falls(cut: int, gone: int, column: str) -> int:
        mine = sum(
            rules.of_pieces(line._mapping[column], line.quantity, before=line.cancelled, now=count)
            for line, count in meant
        )
        return cut - gone if goods == held.goods else min(mine, cut - gone)

    return Shares(
        goods=goods,
        postage=held.postage if postage else 0,
        commission=falls(order.commission, away.commission, "commission"),
        commission_tax=falls(order.commission_tax, away.tax, "commission_tax"),
    )


def _give_back(
    paying: Sequence[Payment],
    order: Order,
    shares: Shares,
    actor: Actor,
    reason: str,
    now: datetime,
) -> Refund:
    counting = next(payment for payment in paying if payment.counts)
    return refunds.ask(
        counting,
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
