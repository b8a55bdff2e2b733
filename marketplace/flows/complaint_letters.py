"""Letters of a complaint's steps: to whoever did not take the step, and at its end to both."""

from __future__ import annotations

from marketplace.core.money import rupiah
from marketplace.flows import letters
from marketplace.flows.order_letters import link_of
from marketplace.orders import queries, shop_queries
from marketplace.orders.complaints import queries as complaints
from marketplace.orders.complaints.queries import ComplaintView
from marketplace.outside import outside

TO_BUYER = frozenset(
    {"offered", "refused", "promised", "resent", "unanswered", "at_bank", "agreed", "lapsed"}
)
TO_SHOP = frozenset(
    {"opened", "passed_on", "unanswered", "at_bank", "accepted", "lapsed", "received", "withdrawn"}
)
TO_BOTH = frozenset({"decided"})


def tell(order_code: str, what: str) -> None:
    """The letters of this step, with the words said at it."""
    view = complaints.of_order(order_code)
    if view is None:
        return
    if what in TO_BUYER | TO_BOTH:
        _to_buyer(view, what)
    if what in TO_SHOP | TO_BOTH:
        _to_shop(view, what)


def _to_buyer(view: ComplaintView, what: str) -> None:
    group = queries.group_by_code(view.group_code)
    if group is None or group.email is None:
        return
    page = link_of(group.code, group.token_hash)
    url = f"{page}/keluhan/{view.order_code}" if page else outside().config.base_url
    _post(view, what, "buyer", to=group.email, name=group.recipient, url=url)


def _to_shop(view: ComplaintView, what: str) -> None:
    base = outside().config.base_url
    for owner in shop_queries.owners_of([view.ikm_id]):
        url = f"{base}/toko-saya/{owner.code}/pesanan/{view.order_code}/keluhan"
        _post(view, what, "shop", to=owner.email, name=owner.name, url=url)


def _post(view: ComplaintView, what: str, side: str, *, to: str, name: str, url: str) -> None:
    letters.post(
        "complaint",
        to=to,
        key=f"complaint:{view.order_code}:{what}:{to}",
        about=f"group:{view.group_code}",
        reader=side,
        what=what,
        side=side,
        name=name,
        url=url,
        number=view.order_code.upper(),
        shop=view.shop_name,
        buyer=view.recipient,
        goods=", ".join(f"{piece.quantity} {piece.name}" for piece in view.pieces)[:300],
        words=view.said[-1].words,
        amount=rupiah(view.offered or 0) if what == "offered" else rupiah(view.back),
        some=bool(view.back),
        courier=view.courier,
        tracking=view.tracking,
        until=view.due_at.isoformat() if view.due_at else "",
    )
