"""Who hears what, and which name does which job, on one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marketplace.accounts.events import PersonClosed
from marketplace.catalog.events import PiecesCameBack, ProductApproved, ProductReturned
from marketplace.core.events import Event
from marketplace.flows import (
    buying,
    complaining,
    dispute_money,
    disputing,
    holding,
    joining,
    kept_cards,
    letters,
    own_account,
    paying_makers,
    payments,
    photo_work,
    product_letters,
    provider_messages,
    receipts,
    reconcile,
    refunding,
    relisting,
    seals,
    shop_life,
    tidying,
    waiting_list,
)
from marketplace.orders.disputes.events import (
    DisputeClosed,
    DisputeMoneyReturned,
    DisputeMoneyTaken,
)

LISTENERS: Mapping[type[Event], Sequence[Callable[[Any], None]]] = {
    PersonClosed: [own_account.drop_cart, waiting_list.forget_person],
    PiecesCameBack: [waiting_list.came_back],
    DisputeMoneyTaken: [dispute_money.taken],
    DisputeMoneyReturned: [dispute_money.returned],
    DisputeClosed: [dispute_money.closed],
    ProductApproved: [product_letters.approved],
    ProductReturned: [product_letters.returned],
}
JOBS: Mapping[str, Callable[..., object]] = {
    "letters.send": letters.send,
    "history.seal": seals.seal,
    "accounts.send_link": joining.send_link,
    "accounts.send_reset": joining.send_reset,
    "accounts.send_reminder": joining.send_reminder,
    "accounts.forget_old": tidying.forget_visits,
    "receipts.match": receipts.match_new,
    "receipts.lapse": receipts.lapse_offers,
    "orders.free_amounts": tidying.forget_amounts,
    "photos.give_up": photo_work.give_up,
    "photos.delete_files": photo_work.delete_files,
    "catalog.relist": relisting.relist,
    "payments.open": payments.open_later,
    "payments.settle": payments.settle,
    "payments.heard": provider_messages.heard,
    "payments.return_orphan": provider_messages.return_orphan,
    "holds.carry_out": holding.carry_out,
    "card_charges.carry_out": kept_cards.carry_out,
    "refunds.send": refunding.send_refund,
    "disputes.look": disputing.look,
    "payouts.plan": paying_makers.plan_if_due,
    "payouts.send": paying_makers.send,
    "orders.due": reconcile.see_what_is_due,
    "complaints.due": complaining.see_what_is_due,
    "orders.forget_carts": buying.forget_carts,
    "orders.reconcile": reconcile.reconcile_recent,
    "orders.reconcile_hourly": reconcile.reconcile_hourly,
    "orders.reconcile_daily": reconcile.reconcile_daily,
    "shops.send_invitation": shop_life.send_invitation,
    "stock.waiting": waiting_list.see_who_is_next,
    "jobs.clean_up": tidying.forget_jobs,
}
