"""Of four bags Asih gives up one, Citra cannot send another, and Eka gives something on top.

Citra sends the two that are left and gives the postage back. Each time some money goes back to the
card, by a refund of its own.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from marketplace.flows import granting, parcels, part_cancelling
from marketplace.orders.grants.grants import Wanted
from marketplace.orders.grants.models import RefundGrant
from marketplace.orders.ledger import queries
from marketplace.orders.ledger.rules import Account
from marketplace.orders.views import OrderView
from tests import builders
from tests.crash.money.people import order, orders_of, page_of, pay_by_card, stripe, the

BAG, EXTRA, WHY = 25_000, 5_000, "Sudah dibicarakan"


def asih_pays_four_bags() -> None:
    pay_by_card("asih", pieces=4)


def citra_takes_the_order() -> None:
    if _order().state == "new":
        parcels.accept(_order().code, _hand())


def asih_gives_up_one() -> None:
    if _gone() < 1:
        part_cancelling.buyer_cancels(
            page_of("asih"), _order().code, _one_bag(), by=None, version=_order().version
        )


def citra_cannot_send_another() -> None:
    if _gone() < 2:
        part_cancelling.shop_cancels(
            _order().code, _hand(), _one_bag(), reason="Gosong", postage=False
        )


def citra_gives_the_postage_back() -> None:
    if not _postage_went():
        part_cancelling.shop_gives_postage(_order().code, _hand(), reason="Terlambat")


def two_bags_go() -> None:
    if not _view().parcels:
        parcels.pack(_order().code, _hand())
    if _view().parcel == "packed":
        parcels.ship(_order().code, _hand(), courier="JNE", tracking="JOG0012345")
    if _order().state != "completed":
        parcels.receive(page_of("asih"), _order().code, by=None)


def eka_gives_something_on_top() -> None:
    eka, one = builders.staff(), the(RefundGrant)
    code = (
        one.code
        if one
        else granting.grant(_order().code, Wanted(goodwill=EXTRA), reason=WHY, by=eka)
    )
    if one is None or one.state == "granted":
        granting.execute(code, by=eka)


def end() -> None:
    sold = _order()
    assert (sold.state, _gone()) == ("completed", 2)
    back = sorted(refund["amount"] // 100 for refund in stripe().tell("refunds"))
    assert back == sorted([BAG, BAG, sold.postage, EXTRA]), back
    stays = order("asih").amount - 2 * BAG - sold.postage - EXTRA
    assert queries.balance(Account.CLEARING_STRIPE) == stays
    assert queries.balance(Account.REFUNDS) == queries.balance(Account.ESCROW) == 0


STEPS = (
    asih_pays_four_bags,
    citra_takes_the_order,
    asih_gives_up_one,
    citra_cannot_send_another,
    citra_gives_the_postage_back,
    two_bags_go,
    eka_gives_something_on_top,
)
POINTS = {
    "buying.placed",
    "buying.cancelled_part",
    "buying.gave_postage",
    "payments.opened",
    "payments.attached",
    "payments.read",
    "payments.settled",
    "refunds.sent",
    "refunds.recorded",
    "grants.executed",
    "worker.begun",
    "worker.done",
}
ALARMS: set[str] = set()


def _order() -> Row[Any]:
    return orders_of("asih")[0]


def _view() -> OrderView:
    return page_of("asih").orders[0]


def _hand() -> parcels.Hand:
    """Citra, who has the page of this moment before her."""
    return parcels.Hand(_order().ikm_id, builders.person("Citra"), _order().version)


def _one_bag() -> dict[int, int]:
    return {_view().lines[0].id: 1}


def _gone() -> int:
    """Bags that will not come."""
    return sum(line.cancelled for line in _view().lines)


def _postage_went() -> bool:
    return queries.held(_order().id).postage == 0
