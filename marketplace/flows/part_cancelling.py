"""Part of an order will not come: said by the buyer or the shop, with its letters."""

from __future__ import annotations

from marketplace.core import clock
from marketplace.core.failpoints import passing
from marketplace.core.money import rupiah
from marketplace.core.work import transaction
from marketplace.flows import order_letters
from marketplace.flows.parcels import Hand
from marketplace.orders import cancelling
from marketplace.orders.cancelling import Gone
from marketplace.orders.ending import WORDS, Actor
from marketplace.orders.models import Refund
from marketplace.orders.parcels.pieces import Pieces
from marketplace.orders.views import GroupView


def buyer_cancels(
    group: GroupView, order_code: str, some: Pieces, *, by: int | None, version: int
) -> bool:
    """The buyer gives up pieces that nobody has packed; True when the whole order ended."""
    with transaction():
        gone = cancelling.cancel_pieces(
            order_code,
            Actor("buyer", by),
            some,
            reason=WORDS["buyer"],
            version=version,
            group_id=group.id,
            now=clock.now(),
        )
        _tell(group.code, order_code, gone, some)
    passing("buying.cancelled_part")
    return gone.whole


def shop_cancels(
    order_code: str, hand: Hand, some: Pieces, *, reason: str, postage: bool
) -> bool:  # fmt: skip
    """The shop cannot send these; the reason goes to the buyer, and so does their money."""
    with transaction():
        gone = cancelling.cancel_pieces(
            order_code,
            Actor("shop", hand.by),
            some,
            reason=reason,
            version=hand.version,
            ikm_id=hand.ikm_id,
            postage=postage,
            now=clock.now(),
        )
        _tell(order_letters.group_of(order_code), order_code, gone, some)
    passing("buying.cancelled_part")
    return gone.whole


def shop_gives_postage(order_code: str, hand: Hand, *, reason: str) -> None:
    """The shop gives the postage back, for a reason the buyer reads."""
    with transaction():
        refund = cancelling.give_postage(
            order_code,
            Actor("shop", hand.by),
            reason=reason,
            ikm_id=hand.ikm_id,
            version=hand.version,
            now=clock.now(),
        )
        _tell_of_postage(order_code, refund)
    passing("buying.gave_postage")


def _tell(group_code: str, order_code: str, gone: Gone, some: Pieces) -> None:
    """Both hear which pieces will not come and why, or that the whole order is over."""
    group = order_letters.group_view(group_code)
    order = order_letters.order_view(group, order_code)
    if gone.refund is None or group is None or order is None:
        return
    if gone.whole:
        order_letters.cancelled(group_code, order_code, money=gone.refund.amount)
        return
    meant = ((line, some.get(line.id, 0)) for line in order.lines)
    facts = {
        "goods": order_letters.named((line, count) for line, count in meant if count),
        "reason": gone.refund.reason,
        "amount": rupiah(gone.refund.amount),
    }
    key = gone.refund.code
    order_letters.to_buyer(group, "part_cancelled", key=key, shop=order.shop_name, **facts)
    order_letters.to_shop(group, order, "shop_part_cancelled", key=key, **facts)


def _tell_of_postage(order_code: str, refund: Refund) -> None:
    group = order_letters.group_view(order_letters.group_of(order_code))
    order = order_letters.order_view(group, order_code)
    if group and order:
        order_letters.to_buyer(
            group,
            "postage_back",
            key=refund.code,
            shop=order.shop_name,
            reason=refund.reason,
            amount=rupiah(refund.amount),
        )
